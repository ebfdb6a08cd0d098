"""Puts a picture in the place of the anchor's name (stage 4).

The picture is the anchor's, never the answer's. It passes a gate, and the words that point at it
must fit one page only: also when the picture names several.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from searchvl_gym.curation.facts.fact_base import FactBase
from searchvl_gym.curation.pictures.gates import PictureGate, Sight
from searchvl_gym.curation.proofs.leakage import LeakDetector, find_leak
from searchvl_gym.curation.proofs.name_index import NameIndex
from searchvl_gym.curation.questions.engine import QuestionEngine
from searchvl_gym.curation.questions.planning import choose
from searchvl_gym.curation.questions.rewriting import LEAK
from searchvl_gym.curation.records import Grounding, Question, Rejection, Stage
from searchvl_gym.curation.settings import GroundingSettings
from searchvl_gym.language.nouns import noun_of, with_article
from searchvl_gym.language.pointing import PHRASES, Pointing, fill
from searchvl_gym.world.folding import fold
from searchvl_gym.world.records import ImageRecord, Page


class Grounder:
    """Grounds questions.

    Args:
        facts: Gives pages and their nouns.
        names: Which pages bear a name.
        engine: Puts the expression into the question.
        gate: Judges the pictures.
        leaks: Decides on leakage.
        settings: How many pictures and expressions to try, and how large pictures must be.
        image_side: Least side of a picture in pixels.
    """

    def __init__(
        self,
        facts: FactBase,
        names: NameIndex,
        engine: QuestionEngine,
        gate: PictureGate,
        leaks: LeakDetector,
        settings: GroundingSettings,
        *,
        image_side: int = 0,
    ) -> None:
        self._facts, self._names, self._engine = facts, names, engine
        self._gate, self._leaks, self._settings = gate, leaks, settings
        self._image_side = image_side

    def ground(self, question: Question, rng: np.random.Generator) -> Question | Rejection:
        """Choose a picture and the words for it, and take out the last name."""
        index = question.path.index
        page = self._facts.page(question.references[0].page)
        seen = self._look(page)
        if not seen:
            detail = f"no picture of “{page.title}” passes the gate {self._gate.name}"
            return Rejection(index, Stage.GROUNDING, "no_picture", detail)
        # Pictures that are equally good get their turn.
        best = [pair for pair in seen if pair[1].score == seen[0][1].score]
        image, sight = choose(rng, best)
        answers = {fold(form) for form in (question.answer.value, *question.answer.aliases)}
        if answers & {fold(text) for text in (sight.shown, *sight.texts)}:
            detail = f"picture {image.id} shows the answer “{question.answer.value}”"
            return Rejection(index, Stage.GROUNDING, "answer_in_picture", detail)
        reason, detail = "ambiguous_picture", f"picture {image.id} fits several pages"
        for _ in range(self._settings.tries):
            grounding = self._point_at(page, image, sight, rng)
            if grounding is None:
                continue
            proposal = self._engine.ground(question, grounding, rng)
            if proposal is None:
                reason, detail = "no_wording", "the engine has no words"
                continue
            leak = find_leak(self._leaks, self._facts, proposal, question.path.pages)
            if leak is None:
                return proposal
            reason, detail = LEAK, leak
        return Rejection(index, Stage.GROUNDING, reason, detail)

    def _look(self, page: Page) -> list[tuple[ImageRecord, Sight]]:
        """The pictures of a page that pass the gate, the best first."""
        images = [self._facts.world.image(image) for image in page.images]
        images = [image for image in images if min(image.width, image.height) >= self._image_side][
            : self._settings.candidates
        ]
        description = describe(page)
        seen = [(image, self._gate.look(image, page, description)) for image in images]
        passed = [pair for pair in seen if pair[1].score >= self._gate.threshold]
        return sorted(passed, key=lambda pair: -pair[1].score)

    def _point_at(
        self, page: Page, image: ImageRecord, sight: Sight, rng: np.random.Generator
    ) -> Grounding | None:
        """A visual expression that fits no other page, or None where there is none."""
        noun, pointing = noun_of(page), Pointing.SHOWN
        if sight.shown:
            if self._others(page, noun, (sight.shown,)):
                return None
            several = self._others(page, noun, sight.texts)
            pointing = Pointing.TITLED if several else Pointing.NAMED
        expression = fill(choose(rng, PHRASES[pointing]), noun, sight.thing)
        return Grounding(
            image.id,
            expression,
            noun,
            sight.shown,
            sight.score,
            self._gate.name,
            sight.thing,
            pointing,
        )

    def _others(self, page: Page, noun: str, texts: Sequence[str]) -> bool:
        """Whether some texts name another page that the noun fits as well."""
        return any(
            bearer != page.id and self._facts.fits_noun(bearer, noun)
            for text in texts
            for bearer in self._names.bearers(text)
        )


def describe(page: Page) -> str:
    """What a picture of a page should show, in a few words, for gates that compare.

    >>> describe(Page(0, "Kel Bridge", "building", "", "", infobox=(("Type", "bridge"),)))
    'Kel Bridge, a bridge'
    """
    return f"{page.title}, {with_article(noun_of(page))}"
