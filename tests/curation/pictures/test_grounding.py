from dataclasses import replace

import numpy as np
import pytest

from searchvl_gym.curation import (
    AllGates,
    EncoderGate,
    FactBase,
    Grounder,
    GroundingSettings,
    GroundTruthGate,
    LeakDetector,
    PagePath,
    PictureGate,
    Question,
    QuestionSettings,
    ReadingGate,
    Rejection,
    RetrievalGate,
    RuleEngine,
    Stage,
    stage_rng,
)
from searchvl_gym.curation.proofs.name_index import NameIndex
from searchvl_gym.language.pointing import PHRASES, SENTENCES, Pointing, fill
from searchvl_gym.types import Image
from searchvl_gym.world import World
from tests.curation.harbour import ADA, BORA, BRIDGE, CARL, HERON, OTHER_TOWN, TOWER, TOWN

SETTINGS = QuestionSettings(title_answers=0, obfuscated_answers=0, common_share=1)


def written(facts: FactBase, *pages: int, index: int = 0) -> tuple[RuleEngine, Question]:
    """A question in which only the anchor is still named."""
    engine = RuleEngine(facts, SETTINGS)
    question = engine.compose(PagePath(index, pages), stage_rng(0, index, Stage.QUESTION))
    assert isinstance(question, Question), question
    for position in range(len(question.references) - 1, 0, -1):
        rewritten = engine.rewrite(question, position, 0, stage_rng(0, index, Stage.REWRITING))
        assert rewritten is not None
        question = rewritten
    return engine, question


def ground(
    facts: FactBase, *pages: int, gate: PictureGate | None = None, index: int = 0, side: int = 512
) -> Question | Rejection:
    engine, question = written(facts, *pages, index=index)
    leaks = LeakDetector({"bridge", "person", "place", "town", "structure", "tower"})
    grounder = Grounder(
        facts,
        NameIndex(facts.world),
        engine,
        gate or GroundTruthGate(),
        leaks,
        GroundingSettings(),
        image_side=side,
    )
    return grounder.ground(question, stage_rng(0, index, Stage.GROUNDING))


def test_names_and_their_bearers(harbour: World) -> None:
    names = NameIndex(harbour)
    assert names.bearers("old lady") == (BRIDGE, CARL)
    assert names.bearers("САРН") == names.bearers("Sarn") == (TOWN,)
    assert names.bearers("Bridge of Sarn") == (BRIDGE,)
    assert names.bearers("nobody") == ()


@pytest.mark.parametrize("index", range(8))
def test_the_anchor_gives_way_to_its_picture(facts: FactBase, index: int) -> None:
    question = ground(facts, BRIDGE, ADA, OTHER_TOWN, index=index)
    assert isinstance(question, Question)
    assert question.grounding is not None
    assert question.grounding.image == BRIDGE and question.grounding.shown == "Sarn Bridge"
    assert question.grounding.noun == "bridge"
    assert question.grounding.expression.lower() in question.text.lower()
    assert "street sign" in question.text
    assert "Sarn" not in question.text and "Müller" not in question.text
    assert not any(reference.named for reference in question.references)


@pytest.mark.parametrize("index", range(8))
def test_a_picture_that_names_several_is_told_by_its_title(facts: FactBase, index: int) -> None:
    # The map of one town names the other one.
    engine, question = written(facts, BRIDGE, ADA, OTHER_TOWN, index=index)
    assert engine.name == question.engine
    town = FactBase(facts.world)
    grounded = ground(town, TOWN, BORA, ADA, index=index)
    assert isinstance(grounded, Question)
    assert grounded.grounding is not None
    assert grounded.grounding.pointing is Pointing.TITLED
    ways = (*PHRASES[Pointing.TITLED], *SENTENCES[Pointing.TITLED])
    said = {fill(way, "town", grounded.grounding.thing) for way in ways}
    assert grounded.grounding.expression in said


def test_a_shared_name_is_ambiguous(facts: FactBase) -> None:
    # Carl's sign says “Old Lady”, which is the bridge's name as well: but that is no person.
    assert isinstance(ground(facts, CARL, TOWN), Question)

    class Careless(FactBase):
        def fits_noun(self, page_id: int, noun: str) -> bool:
            return True

    rejected = ground(Careless(facts.world), CARL, TOWN)
    assert isinstance(rejected, Rejection)
    assert (rejected.stage, rejected.reason) == (Stage.GROUNDING, "ambiguous_picture")


def test_pictures_are_refused_for_a_reason(facts: FactBase) -> None:
    assert reason(ground(facts, BRIDGE, ADA, OTHER_TOWN, side=600)) == "no_picture"
    assert reason(ground(facts, BRIDGE, ADA, OTHER_TOWN, gate=Blind())) == "no_picture"
    shows = ground(facts, BRIDGE, ADA, OTHER_TOWN, gate=Telling("876", "Dusky heron"))
    assert reason(shows) == "answer_in_picture"


def reason(result: Question | Rejection) -> str:
    return result.reason if isinstance(result, Rejection) else ""


class Blind(GroundTruthGate):
    threshold = 2.0


class Telling(GroundTruthGate):
    def __init__(self, *texts: str) -> None:
        self._texts = texts

    def look(self, image, page, description):  # type: ignore[no-untyped-def]
        return replace(super().look(image, page, description), texts=self._texts)


def test_an_encoder_measures_similarity(facts: FactBase, harbour: World) -> None:
    described: list[str] = []

    def encode_image(pixels: Image) -> np.ndarray:
        assert pixels.shape == (512, 640, 3)
        return np.array([1.0, 0.0])

    def encode_text(text: str) -> np.ndarray:
        described.append(text)
        return np.array([0.3, 0.954])

    gate = EncoderGate(harbour, encode_image, encode_text)
    assert gate.threshold == 0.28
    question = ground(facts, TOWER, ADA, OTHER_TOWN, gate=gate)
    assert isinstance(question, Question) and question.grounding is not None
    assert question.grounding.score == pytest.approx(0.3, abs=0.001)
    assert described == ["Sarn Tower, a tower"]
    # Nothing says that the picture shows the name, so the words must not say so either.
    ways = (*PHRASES[Pointing.SHOWN], *SENTENCES[Pointing.SHOWN])
    assert question.grounding.expression in {fill(way, "tower", "sign") for way in ways}
    strict = EncoderGate(harbour, encode_image, encode_text, threshold=0.31)
    assert reason(ground(facts, TOWER, ADA, OTHER_TOWN, gate=strict)) == "no_picture"


def test_reading_and_retrieval_on_a_real_picture(mini_world: World) -> None:
    truth, reading, retrieval = (
        GroundTruthGate(),
        ReadingGate(mini_world),
        RetrievalGate(mini_world),
    )
    image = next(
        image
        for image in mini_world.images()
        if image.recipe is not None and image.recipe.style == "book_cover"
    )
    page = mini_world.page(image.page)
    other = mini_world.page(image.page + 1)
    sight = truth.look(image, page, "")
    assert (sight.score, sight.thing) == (1.0, "book cover")
    read = reading.look(image, page, "")
    assert read.score == 1.0 and read.shown and read.shown not in read.texts
    assert retrieval.look(image, page, "").score >= retrieval.threshold
    for gate in (truth, reading, retrieval):
        assert gate.look(image, other, "").score == 0.0
    both = AllGates([retrieval, reading])
    assert both.name == "retrieval+reading"
    together = both.look(image, page, "")
    assert together.score >= both.threshold and together.shown == read.shown
    assert both.look(image, other, "").score == 0.0
    with pytest.raises(ValueError, match="at least one gate"):
        AllGates([])


def test_a_page_without_a_picture(facts: FactBase) -> None:
    assert facts.page(HERON).images == ()
    engine, question = written(facts, BRIDGE, ADA, OTHER_TOWN)
    bird = replace(question, references=(replace(question.references[0], page=HERON),
                                         *question.references[1:]))  # fmt: skip
    grounder = Grounder(
        facts, NameIndex(facts.world), engine, GroundTruthGate(), LeakDetector(()),
        GroundingSettings(),
    )  # fmt: skip
    assert reason(grounder.ground(bird, np.random.default_rng(0))) == "no_picture"
