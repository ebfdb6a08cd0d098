from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from searchvl_gym.curation import (
    Curator,
    ExhaustiveProof,
    FactBase,
    LeakDetector,
    PagePath,
    Question,
    QuestionSettings,
    Rejection,
    Rewriter,
    RewritingSettings,
    RuleEngine,
    Stage,
    stage_rng,
)
from searchvl_gym.curation.proofs.leakage import mask, names_of
from searchvl_gym.curation.questions.rewriting import ANSWER_CHANGED, LEAK, NO_WORDING, NOT_UNIQUE
from tests.curation.harbour import ADA, BORA, BRIDGE, CARL, OTHER_TOWN, TOWER, TOWN

SETTINGS = QuestionSettings(title_answers=0, obfuscated_answers=0, common_share=1)
LEAKS = LeakDetector({"bridge", "tower", "structure", "person", "town", "place"})


class Scripted:
    """Composes by rules, and rewrites to the texts that a test gives."""

    name = "scripted"

    def __init__(self, engine: RuleEngine, texts: Sequence[str | None]) -> None:
        self._engine, self._texts = engine, list(texts)

    def rewrite(
        self, question: Question, position: int, qualifiers: int, rng: np.random.Generator
    ) -> Question | None:
        text = self._texts.pop(0)
        proposal = self._engine.rewrite(question, position, qualifiers, rng)
        return None if text is None or proposal is None else replace(proposal, text=text)


def compose(facts: FactBase, *pages: int, seed: int = 0) -> tuple[RuleEngine, Question]:
    engine = RuleEngine(facts, SETTINGS)
    path = PagePath(seed, pages)
    question = engine.compose(path, stage_rng(0, seed, Stage.QUESTION))
    assert isinstance(question, Question), question
    return engine, question


def rewriter(facts: FactBase, engine: object, tries: int = 8, qualifiers: int = 2) -> Rewriter:
    settings = RewritingSettings(tries, qualifiers)
    return Rewriter(facts, engine, ExhaustiveProof(facts), LEAKS, settings)  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(12))
def test_names_go_one_at_a_time_from_the_far_end(facts: FactBase, seed: int) -> None:
    engine, question = compose(facts, BRIDGE, ADA, BORA, TOWN, seed=seed)
    for name in ("Sarn Bridge", "Ada Müller", "Bora Steen"):
        assert name in question.canonical
    assert "4,321" not in question.canonical
    done = rewriter(facts, engine).rewrite(question, stage_rng(0, seed, Stage.REWRITING))
    assert isinstance(done, Question), done
    assert [step.page for step in done.rewrites] == [TOWN, BORA, ADA]
    left = [
        [name for name in ("Sarn Bridge", "Ada Müller", "Bora Steen") if name in step.text]
        for step in done.rewrites
    ]
    assert left == [["Sarn Bridge", "Ada Müller", "Bora Steen"], ["Sarn Bridge", "Ada Müller"],
                    ["Sarn Bridge"]]  # fmt: skip
    assert done.proof == "exhaustive" and done.canonical == question.canonical
    assert ExhaustiveProof(facts).check(done).unique


@pytest.mark.parametrize("seed", range(12))
def test_facts_are_added_until_one_page_fits(facts: FactBase, seed: int) -> None:
    # Three structures are by the same hand, two of them bridges.
    engine, question = compose(facts, OTHER_TOWN, ADA, BRIDGE, seed=seed)
    done = rewriter(facts, engine).rewrite(question, stage_rng(0, seed, Stage.REWRITING))
    # The height is what is asked for, so it cannot tell the bridge from the mill.
    assert isinstance(done, Rejection)
    assert (done.stage, done.reason) == (Stage.REWRITING, NOT_UNIQUE)
    engine, question = compose(facts, OTHER_TOWN, ADA, TOWER, seed=seed)
    done = rewriter(facts, engine).rewrite(question, stage_rng(0, seed, Stage.REWRITING))
    assert isinstance(done, Question)
    descriptor = done.references[-1].descriptor
    assert descriptor is not None and descriptor.noun == "tower"


def test_ambiguous_relations_are_rejected(facts: FactBase) -> None:
    engine, question = compose(facts, BRIDGE, ADA, CARL)
    done = rewriter(facts, engine).rewrite(question, stage_rng(0, 0, Stage.REWRITING))
    assert isinstance(done, Rejection)
    assert done.reason == NOT_UNIQUE and "Bora Steen" in done.detail


def test_leaks_are_rejected_and_tried_again(facts: FactBase) -> None:
    seed = next(
        seed
        for seed in range(50)
        if compose(facts, BRIDGE, ADA, OTHER_TOWN, seed=seed)[1].answer.text == "876"
    )
    engine, question = compose(facts, BRIDGE, ADA, OTHER_TOWN, seed=seed)
    good = "What is said of the birthplace of the architect of Sarn Bridge?"
    first = "What is said of the birthplace of Ada Müller, the architect of Sarn Bridge?"
    leaks = ["What is said of the Quaylean birthplace?", "Is it 876?", None]
    scripted = Scripted(engine, [*leaks, first, "Of whom is the Muellers' town?", good])
    question = replace(question, text="Who lives in Quayle?")
    done = rewriter(facts, scripted).rewrite(question, stage_rng(0, 0, Stage.REWRITING))
    assert isinstance(done, Question)
    assert [(step.text, step.tries) for step in done.rewrites] == [(first, 5), (good, 2)]
    scripted = Scripted(engine, [leaks[0]] * 2)
    done = rewriter(facts, scripted, tries=3).rewrite(question, stage_rng(0, 0, Stage.REWRITING))
    assert isinstance(done, Rejection)
    assert done.reason == LEAK and "Quayle" in done.detail
    silent = rewriter(facts, Scripted(engine, [None]), tries=1)
    done = silent.rewrite(replace(question, text=first), stage_rng(0, 0, Stage.REWRITING))
    assert isinstance(done, Rejection) and done.reason == NO_WORDING


def test_another_answer_is_rejected(facts: FactBase) -> None:
    engine, question = compose(facts, BRIDGE, ADA, OTHER_TOWN)
    question = replace(question, answer=replace(question.answer, value="4,321"))
    done = rewriter(facts, engine).rewrite(question, stage_rng(0, 0, Stage.REWRITING))
    assert isinstance(done, Rejection) and done.reason == ANSWER_CHANGED


def test_every_step_on_atlas_keeps_the_invariants(
    curator: Curator, questions: list[Question]
) -> None:
    for question in questions:
        places = {page: place for place, page in enumerate(question.path.pages)}
        assert [places[step.page] for step in question.rewrites] == list(
            range(len(question.references) - 1, 0, -1)
        )
        for step in question.rewrites:
            still = [r.name for r in question.references if places[r.page] < places[step.page]]
            names = names_of(curator.facts.page(step.page))
            shown = mask(step.text, still)
            assert not any(name in shown for name in names), step.text
        assert not any(reference.named for reference in question.references)
