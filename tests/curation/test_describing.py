import re
from collections import defaultdict

import numpy as np
import pytest

from searchvl_gym.curation import FactBase, frames
from searchvl_gym.curation.describing import Describer
from searchvl_gym.curation.planning import Edge
from searchvl_gym.world import World
from tests.curation.harbour import ADA, BRIDGE, CARL

DRAWS = 150
WRONG = re.compile(
    r"\{|\}|\b(\w+) \1\b|  |\b(?:person|architect|painter) that\b|\b(?:bridge|town|species) who\b"
)
"""Signs of bad grammar: a slot left over, a word twice, the wrong pronoun."""


@pytest.fixture(scope="module")
def atlas(mini_world: World) -> FactBase:
    return FactBase(mini_world)


@pytest.fixture(scope="module")
def asked(atlas: FactBase) -> dict[str, set[str]]:
    """Many questions for one fact of every relation of Atlas."""
    describer, found = Describer(atlas.relations), defaultdict(set)
    facts = {fact.relation: fact for fact in atlas.world.all_facts()}
    for fact in facts.values():
        rng = np.random.default_rng(0)
        for _ in range(DRAWS):
            ask = describer.ask(atlas.page(fact.subject), fact, rng, nested=False)
            assert ask.relation == fact.relation and fact.relation in ask.readings
            found[fact.relation].add(ask.template)
    return found


@pytest.fixture(scope="module")
def described(atlas: FactBase) -> dict[tuple[str, bool], set[str]]:
    """Many descriptors by one fact of every relation of Atlas, in both directions."""
    describer, found = Describer(atlas.relations), defaultdict(set)
    facts = {fact.relation: fact for fact in atlas.world.all_facts() if fact.target is not None}
    for fact in facts.values():
        rng = np.random.default_rng(0)
        assert fact.target is not None
        for inverse, page in ((False, fact.target), (True, fact.subject)):
            for _ in range(DRAWS):
                descriptor = describer.describe(
                    atlas.page(page), Edge(fact, inverse), (), rng, nested=False
                )
                assert fact.relation in descriptor.readings
                assert descriptor.inverse is inverse
                found[fact.relation, inverse].add(descriptor.template)
    return found


def test_every_family_has_at_least_eight_frames() -> None:
    families = [
        *frames.ASKS.values(),
        frames.NAMES,
        frames.FORWARD,
        frames.FORWARD_LABEL,
        frames.INVERSE,
        frames.INVERSE_LABEL,
        frames.VISUAL_NAMED,
        frames.VISUAL_TITLED,
        frames.VISUAL_SHOWN,
    ]
    for family in families:
        assert len(set(family)) == len(family) >= 8


def test_every_relation_can_be_asked_for_in_eight_ways(asked: dict[str, set[str]]) -> None:
    assert len(asked) > 90
    assert {name for name, templates in asked.items() if len(templates) < 8} == set()
    assert np.median([len(templates) for templates in asked.values()]) >= 20


def test_every_link_can_be_told_in_eight_ways(
    described: dict[tuple[str, bool], set[str]],
) -> None:
    few = {key: len(found) for key, found in described.items() if len(found) < 8}
    # Where a relation gives no noun that a frame could take, its own phrases remain.
    assert all(not inverse and count >= 3 for (_, inverse), count in few.items()), few
    assert len(few) < 0.2 * len(described)


def test_templates_are_grammatical(
    asked: dict[str, set[str]], described: dict[tuple[str, bool], set[str]]
) -> None:
    for templates in (*asked.values(), *described.values()):
        for template in templates:
            assert template.count("{x}") == 1, template
            assert not WRONG.search(template.replace("{x}", "X")), template
    for templates in asked.values():
        assert all(template[-1] in "?." for template in templates)


def test_words_that_fit_two_relations_mean_both(facts: FactBase) -> None:
    describer, rng = Describer(facts.relations), np.random.default_rng(0)
    edge = Edge(facts.stated(ADA, ("sponsor",))[0], False)
    readings = {
        describer.describe(facts.page(CARL), edge, (), rng, nested=False).readings
        for _ in range(20)
    }
    assert readings == {("sponsor", "teacher")}


def test_facts_of_the_page_come_first(facts: FactBase) -> None:
    describer = Describer(facts.relations)
    edge = Edge(facts.stated(BRIDGE, ("architect",))[0], True)
    height = facts.stated(BRIDGE, ("height",))
    for seed in range(30):
        rng = np.random.default_rng(seed)
        descriptor = describer.describe(facts.page(BRIDGE), edge, height, rng, nested=True)
        assert descriptor.template.startswith(f"the {descriptor.noun} whose height is 32 metres")
        assert descriptor.template.endswith("{x}")
        [qualifier] = descriptor.qualifiers
        assert (qualifier.relation, qualifier.value) == ("height", "32 metres")


def test_a_long_subject_ends_the_question(atlas: FactBase) -> None:
    describer, rng = Describer(atlas.relations), np.random.default_rng(1)
    facts = {fact.relation: fact for fact in atlas.world.all_facts()}
    for fact in facts.values():
        for _ in range(20):
            ask = describer.ask(atlas.page(fact.subject), fact, rng, nested=True)
            assert (
                re.search(r"\{x\}[.?]", ask.template)
                or "{x} " not in ask.template
                or (
                    ask.template.endswith("with its unit.")
                    or ask.template.endswith("as a number.")
                    or "What does it say" in ask.template
                )
            ), ask.template


def test_a_label_is_quoted_when_there_is_nothing_else(harbour_infoboxes: World) -> None:
    base = FactBase(harbour_infoboxes)
    describer, rng = Describer(base.relations), np.random.default_rng(0)
    fact = base.stated(BRIDGE, ("Architect",))[0]
    height = base.stated(BRIDGE, ("Height",))[0]
    for _ in range(20):
        forward = describer.describe(base.page(ADA), Edge(fact, False), (), rng, nested=False)
        inverse = describer.describe(base.page(BRIDGE), Edge(fact, True), (), rng, nested=False)
        ask = describer.ask(base.page(BRIDGE), height, rng, nested=False)
        assert "“Architect”" in forward.template and "“Architect”" in inverse.template
        assert "“Height”" in ask.template


def test_a_name_is_asked_for_without_a_fact(facts: FactBase) -> None:
    describer, rng = Describer(facts.relations), np.random.default_rng(0)
    ask = describer.ask(facts.page(BRIDGE), None, rng, nested=False)
    assert ask.relation is None and ask.template in frames.NAMES
