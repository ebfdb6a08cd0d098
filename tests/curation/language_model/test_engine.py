"""The language model's engine and judge against a server that plays a model by rules."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from searchvl_gym.curation import (
    Completions,
    CurationSettings,
    Curator,
    FactBase,
    LanguageModelEngine,
    LanguageModelJudge,
    PagePath,
    PathSettings,
    Question,
    QuestionSettings,
    Rejection,
    Stage,
    stage_rng,
)
from searchvl_gym.curation.records import LINK
from searchvl_gym.endpoint import Endpoint, EndpointSettings
from searchvl_gym.world import World
from tests.chat_server import ChatServer
from tests.curation.harbour import ADA, BRIDGE, HERON, OTHER_TOWN
from tests.curation.model_by_rules import Model

SETTINGS = QuestionSettings(title_answers=0, common_share=1)


@pytest.fixture
def model() -> Model:
    return Model()


@pytest.fixture
def completions(model: Model, tmp_path: Path) -> Iterator[Completions]:
    with ChatServer(model) as server:
        endpoint = Endpoint(EndpointSettings(server.base_url, "model", retries=0))
        yield Completions(endpoint, cache=tmp_path / "cache.sqlite")


def compose(
    facts: FactBase, completions: Completions, *pages: int
) -> tuple[LanguageModelEngine, Question | Rejection]:
    engine = LanguageModelEngine(facts, SETTINGS, completions)
    return engine, engine.compose(PagePath(0, pages), stage_rng(0, 0, Stage.QUESTION))


def test_it_words_what_the_planner_chose(facts: FactBase, completions: Completions) -> None:
    engine, question = compose(facts, completions, BRIDGE, ADA, OTHER_TOWN)
    assert isinstance(question, Question)
    assert question.text == "What is the Population reached from Sarn Bridge and Ada Müller?"
    assert question.canonical == question.text and question.engine == engine.name
    assert question.answer.text == "876"
    assert [r.named for r in question.references] == [True, True, False]


def test_every_record_becomes_a_task(
    harbour: World, facts: FactBase, completions: Completions
) -> None:
    rules = PathSettings(lengths=(2,), length_weights=(1,), seed_in_degree=0)
    settings = CurationSettings(paths=rules, questions=SETTINGS)
    engine = LanguageModelEngine(facts, SETTINGS, completions)
    curator = Curator(harbour, settings, seed=0, facts=facts, engine=engine)
    records = list(curator.records(0, 24))
    made = [record for record in records if isinstance(record, Question)]
    assert len(made) >= 4
    for question in made:
        assert question.proof == "exhaustive" and question.grounding is not None
        assert question.grounding.expression.lower() in question.text.lower()
        assert curator.task(question).hops
    spent = completions.usage.requests
    assert list(curator.records(0, 24)) == records
    assert completions.usage.requests == spent  # all of it was cached


def test_without_facts_it_reads_the_pages(
    harbour: World, facts: FactBase, completions: Completions, model: Model
) -> None:
    # No fact links Ada with the heron, but her page links to it.
    engine, question = compose(facts, completions, BRIDGE, ADA, HERON)
    assert isinstance(question, Question)
    assert question.answer.text == "1.5 metres" and question.ask.relation == "wingspan"
    assert [r.descriptor.relation for r in question.references if r.descriptor] == [LINK, LINK]
    rules = PathSettings(lengths=(2,), length_weights=(1,), seed_in_degree=0)
    curator = Curator(
        harbour,
        CurationSettings(paths=rules, questions=SETTINGS),
        seed=0,
        facts=facts,
        engine=engine,
        check=LanguageModelJudge(facts, completions),
        every_link=True,
    )
    grounded = curator.question(PagePath(0, (BRIDGE, ADA, HERON)))
    assert isinstance(grounded, Question), grounded
    assert grounded.proof == "judged"
    task = curator.task(grounded)
    assert [hop.relation for hop in task.hops] == [LINK, LINK, "wingspan"]
    assert "Müller" not in task.question and "Sarn" not in task.question
    model.answers["read"] = {"answer": "7 miles"}
    _, unsupported = compose(facts, fresh(completions), BRIDGE, ADA, HERON)
    assert isinstance(unsupported, Rejection) and unsupported.reason == "unsupported_answer"


def fresh(completions: Completions) -> Completions:
    return Completions(completions._endpoint)


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        ({"question": "What is the Population reached from Sarn Bridge?"}, "name_missing"),
        ({"question": 7}, "unreadable"),
    ],
)
def test_a_bad_canonical_question_is_rejected(
    facts: FactBase, completions: Completions, model: Model, reply: dict[str, Any], reason: str
) -> None:
    model.answers["compose"] = reply
    _, question = compose(facts, completions, BRIDGE, ADA, OTHER_TOWN)
    assert isinstance(question, Rejection)
    assert (question.stage, question.reason) == (Stage.QUESTION, reason)


def test_a_rewriting_that_keeps_the_name_is_a_leak(
    harbour: World, facts: FactBase, completions: Completions, model: Model
) -> None:
    model.answers["rewrite"] = {"question": "What is reached from Sarn Bridge and the Müllers?"}
    engine = LanguageModelEngine(facts, SETTINGS, completions)
    rules = PathSettings(lengths=(2,), length_weights=(1,), seed_in_degree=0)
    curator = Curator(
        harbour, CurationSettings(paths=rules, questions=SETTINGS), seed=0, engine=engine
    )
    result = curator.question(PagePath(0, (BRIDGE, ADA, OTHER_TOWN)))
    assert isinstance(result, Rejection)
    assert result.reason == "leak" and "Müller" in result.detail


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        ({}, ""),
        ({"answer": "4,321"}, "answer"),
        ({"answer": ""}, "answer"),
        ({"unique": False}, "descriptor"),
        ({"candidates": [{"description": "the bird", "entities": ["a", "b"]}]}, "descriptor"),
        ({"candidates": "none"}, "descriptor"),
    ],
)
def test_the_judge(
    facts: FactBase, completions: Completions, model: Model, reply: dict[str, Any], reason: str
) -> None:
    _, question = compose(facts, completions, BRIDGE, ADA, OTHER_TOWN)
    assert isinstance(question, Question)
    model.answers["judge"] = reply
    verdict = LanguageModelJudge(facts, completions).check(question)
    assert (verdict.unique, verdict.reason) == (not reason, reason)
