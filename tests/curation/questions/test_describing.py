import re
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

from searchvl_gym.curation import FactBase
from searchvl_gym.curation.facts.answers import ValueCount, count_values
from searchvl_gym.curation.questions.describing import Describer
from searchvl_gym.curation.questions.narrowing import narrow
from searchvl_gym.curation.questions.planning import Edge
from searchvl_gym.language.phrases import forms, statements
from searchvl_gym.world import Page, World, WorldWriter, open_world
from tests.curation.harbour import ADA, BRIDGE, CARL, MILL, TOWER

WRONG = re.compile(
    r"\{[^x]|\b(\w+) \1\b|  |\b(?:person|architect|painter) that (?!\{x\})"
    r"|\b(?:bridge|town|species) who\b"
)
"""Signs of bad grammar: a slot left over, a word twice, the wrong pronoun."""

STOCK = re.compile(r"recorded|sources|entry|listed as|under “")


@pytest.fixture(scope="module")
def atlas(mini_world: World) -> FactBase:
    return FactBase(mini_world)


@pytest.fixture(scope="module")
def said(atlas: FactBase) -> dict[tuple[str, bool], set[str]]:
    """All phrases for one fact of every relation of Atlas, in both directions."""
    describer, found = Describer(atlas), defaultdict(set)
    facts = {fact.relation: fact for fact in atlas.world.all_facts() if fact.target is not None}
    rng = np.random.default_rng(0)
    for fact in facts.values():
        assert fact.target is not None
        for inverse, number in ((False, fact.target), (True, fact.subject)):
            page = atlas.page(number)
            descriptor = describer.describe(page, Edge(fact, inverse), rng, with_noun=False)
            assert descriptor.inverse is inverse and fact.relation in descriptor.readings
            step = describer.step(page, atlas.page(fact.subject), descriptor)
            found[fact.relation, inverse].update(form.template for form in forms(step))
            found[fact.relation, inverse].update(f"{{x}} {verb}" for verb in statements(step))
    return found


def test_every_relation_has_words_of_its_own(said: dict[tuple[str, bool], set[str]]) -> None:
    assert len(said) > 60
    for key, templates in said.items():
        assert templates, key
        assert not any(STOCK.search(template) for template in templates), (key, templates)
    assert np.median([len(templates) for templates in said.values()]) >= 3


def test_phrases_are_grammatical(said: dict[tuple[str, bool], set[str]]) -> None:
    for templates in said.values():
        for template in templates:
            assert len(re.findall(r"\{x(?:'s)?\}", template)) == 1, template
            assert not WRONG.search(template), template


def test_every_value_can_be_asked_for(atlas: FactBase) -> None:
    describer, rng = Describer(atlas), np.random.default_rng(0)
    facts = {fact.relation: fact for fact in atlas.world.all_facts()}
    assert len(facts) > 90
    for fact in facts.values():
        asked = describer.asked(atlas.page(fact.subject), fact)
        templates = asked.templates()
        assert len(templates) == len(set(templates)) >= 1
        for template in templates:
            assert template[-1] in "?." and not STOCK.search(template), template
            assert re.findall(r"\{x(?:'s)?\}", template), template
        ask = describer.ask(asked, fact.relation, rng)
        assert ask.template in templates and fact.relation in ask.readings


def test_words_that_fit_two_relations_mean_both(facts: FactBase) -> None:
    describer, rng = Describer(facts), np.random.default_rng(0)
    edge = Edge(facts.stated(ADA, ("sponsor",))[0], False)
    descriptor = describer.describe(facts.page(CARL), edge, rng, with_noun=False)
    assert descriptor.readings == ("sponsor", "teacher")


def test_the_most_telling_fact_is_said(facts: FactBase, atlas: FactBase) -> None:
    rng = np.random.default_rng(0)
    # The schema of the harbour has no verbs, so the fact is quoted by its noun.
    told = narrow(facts, BRIDGE, [BRIDGE, TOWER, MILL], "bridge", (), 2, rng)
    assert told is not None
    assert [qualifier.said for qualifier in told] == ["whose height is 32 metres"]
    assert narrow(facts, BRIDGE, [BRIDGE, MILL], "bridge", ("height",), 2, rng) is None
    bridges = [page.id for page in atlas.world.pages() if atlas.nouns(page.id)[0] == "bridge"]
    highest = max(
        bridges, key=lambda page: float(atlas.stated(page, ("height",))[0].value.split()[0])
    )
    said = [narrow(atlas, highest, bridges, "bridge", (), 1, rng) for _ in range(20)]
    forms = [qualifier.form for told in said if told is not None for qualifier in told]
    assert len(forms) == 20 and sum(form in ("most", "least") for form in forms) > 10


def test_how_many_there_are_of_something_is_no_member_of_it(tmp_path: Path) -> None:
    rows = ((("Airfields", "42"),), (("Airfields", "6"),))
    pages = [
        Page(
            number, f"Land {number}", "location", f"https://lands.example/{number}", "", infobox=row
        )
        for number, row in enumerate(rows)
    ]
    with WorldWriter(
        tmp_path / "lands", name="lands", source="zim", seed=0, licence="CC0-1.0"
    ) as writer:
        writer.add_pages(pages)
        writer.finish()
    lands = FactBase(open_world(tmp_path / "lands"))
    told = narrow(lands, 0, [0, 1], "country", (), 1, np.random.default_rng(0))
    assert told is not None and [each.said for each in told] == ["has 42 airfields"]


def test_a_label_of_an_infobox_is_said_with_a_verb(harbour_infoboxes: World) -> None:
    base = FactBase(harbour_infoboxes)
    describer = Describer(base)
    fact = base.stated(BRIDGE, ("Architect",))[0]
    rng = np.random.default_rng(0)
    forward = describer.describe(base.page(ADA), Edge(fact, False), rng, with_noun=False)
    assert forward.template == "the architect who designed {x}"
    assert describer.asked(base.page(ADA), base.stated(ADA, ("Born",))[0]).templates() == [
        "When was {x} born?"
    ]


def test_values_are_counted(atlas: FactBase) -> None:
    counted = count_values(atlas.world.all_facts(), atlas.lexicon)
    assert counted == ValueCount(counted.values, 0, 0, 0) and counted.values > 2_000
