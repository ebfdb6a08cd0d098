"""A reader chooses among the wordings of a question, and turns down those it cannot follow."""

from collections.abc import Sequence

from searchvl_gym.curation import (
    FactBase,
    Grounder,
    GroundingSettings,
    GroundTruthGate,
    LeakDetector,
    PagePath,
    Question,
    QuestionSettings,
    Rejection,
    RuleEngine,
    Stage,
    stage_rng,
)
from searchvl_gym.curation.proofs.name_index import NameIndex
from tests.curation.harbour import ADA, BRIDGE, OTHER_TOWN

SETTINGS = QuestionSettings(title_answers=0, obfuscated_answers=0, common_share=1)


class Terse:
    """Likes short texts."""

    def __init__(self) -> None:
        self.seen: list[Sequence[str]] = []

    def score(self, texts: Sequence[str]) -> list[float]:
        self.seen.append(texts)
        return [-float(len(text)) for text in texts]


def ground(facts: FactBase, engine: RuleEngine) -> Question | Rejection:
    question = engine.compose(
        PagePath(0, (BRIDGE, ADA, OTHER_TOWN)), stage_rng(0, 0, Stage.QUESTION)
    )
    assert isinstance(question, Question)
    for position in (2, 1):
        rewritten = engine.rewrite(question, position, 0, stage_rng(0, 0, Stage.REWRITING))
        assert rewritten is not None
        question = rewritten
    leaks = LeakDetector({"bridge", "person", "town", "architect", "street", "sign"})
    grounder = Grounder(
        facts, NameIndex(facts.world), engine, GroundTruthGate(), leaks, GroundingSettings()
    )
    return grounder.ground(question, stage_rng(0, 0, Stage.GROUNDING))


def test_the_most_fluent_wording_is_taken(facts: FactBase) -> None:
    reader = Terse()
    question = ground(facts, RuleEngine(facts, SETTINGS, reader=reader))
    assert isinstance(question, Question)
    [texts] = reader.seen
    assert len(texts) > 1 and question.text == min(texts, key=len)


def test_what_is_not_fluent_enough_has_no_wording(facts: FactBase) -> None:
    engine = RuleEngine(facts, SETTINGS, reader=Terse(), least_fluent=-10.0)
    rejected = ground(facts, engine)
    assert isinstance(rejected, Rejection) and rejected.reason == "no_wording"
