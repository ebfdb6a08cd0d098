"""The rule engine: writes questions from a world's schema, without a model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np

from searchvl_gym.curation.facts.fact_base import FactBase
from searchvl_gym.curation.proofs.uniqueness import ExhaustiveProof
from searchvl_gym.curation.questions.describing import Describer
from searchvl_gym.curation.questions.narrowing import narrow
from searchvl_gym.curation.questions.obfuscation import coarser
from searchvl_gym.curation.questions.planning import Plan, Planner, choose
from searchvl_gym.curation.questions.rendering import render
from searchvl_gym.curation.records import (
    Answer,
    Ask,
    Grounding,
    PagePath,
    Question,
    Reference,
    Rejection,
)
from searchvl_gym.curation.settings import QuestionSettings
from searchvl_gym.language.ends import Anchor, Told
from searchvl_gym.language.nouns import noun_of
from searchvl_gym.language.pointing import PHRASES, SENTENCES, fill
from searchvl_gym.language.story import tell
from searchvl_gym.world.records import Page

_WORDINGS = 6
"""Ways to tell a path that a reader chooses among."""


class Reader(Protocol):
    """Judges how fluent texts are, such as `algos.fluency.ModelReader`."""

    def score(self, texts: Sequence[str]) -> list[float]:
        """A score for each text; the higher, the more fluent."""
        ...


class RuleEngine:
    """Writes questions by rules; see `QuestionEngine`.

    Args:
        facts: All facts of the world.
        settings: Rules of the question and its answer.
        reader: Chooses among several wordings the one that it finds the most fluent; None for
            the one with the least nesting and the fewest words. Byte-identical results then
            depend on the reader's arithmetic.
        least_fluent: A question that the reader scores lower has no wording.
    """

    name = "rules"

    def __init__(
        self,
        facts: FactBase,
        settings: QuestionSettings,
        *,
        reader: Reader | None = None,
        least_fluent: float = float("-inf"),
    ) -> None:
        self._facts, self._settings = facts, settings
        self._planner = Planner(facts, settings)
        self._describer = Describer(facts)
        self._proof = ExhaustiveProof(facts)
        self._reader, self._least_fluent = reader, least_fluent

    def compose(self, path: PagePath, rng: np.random.Generator) -> Question | Rejection:
        """See `QuestionEngine.compose`."""
        plan = self._planner.plan(path, rng)
        if isinstance(plan, Rejection):
            return plan
        references = [Reference(plan.pages[0].id, spoken_name(plan.pages[0]))]
        for page, edge in zip(plan.pages[1:], plan.edges, strict=True):
            descriptor = self._describer.describe(page, edge, rng, with_noun=False)
            # The page that the answer is from is never named.
            named = page.id != path.pages[-1]
            references.append(Reference(page.id, spoken_name(page), descriptor, named=named))
        ask, answer = self._ask(plan, rng)
        question = Question(path, tuple(references), ask, answer, engine=self.name)
        text = render(question)
        return replace(question, text=text, canonical=text)

    def rewrite(
        self, question: Question, position: int, qualifiers: int, rng: np.random.Generator
    ) -> Question | None:
        """See `QuestionEngine.rewrite`."""
        earlier, reference = question.references[position - 1], question.references[position]
        edge = self._planner.choose_edge(earlier.page, reference.page, rng)
        page = self._facts.page(reference.page)
        descriptor = self._describer.describe(page, edge, rng, with_noun=qualifiers > 0)
        if qualifiers:
            fitting = self._proof.denotation(descriptor, earlier.page)
            others = sorted(item for item in fitting if isinstance(item, int))
            excluded = self._excluded(question, position)
            noun = noun_of(page)
            told = (
                ()
                if others == [page.id]
                else narrow(self._facts, page.id, others, noun, excluded, qualifiers, rng)
            )
            if told is None:
                return None
            descriptor = self._describer.describe(page, edge, rng, with_noun=True, qualifiers=told)
        return _replace(question, position, replace(reference, descriptor=descriptor, named=False))

    def ground(
        self, question: Question, grounding: Grounding, rng: np.random.Generator
    ) -> Question | None:
        """See `QuestionEngine.ground`."""
        page = self._facts.page(question.references[0].page)
        anchor = Anchor(
            grounding.noun,
            _filled(PHRASES[grounding.pointing], grounding),
            _filled(SENTENCES[grounding.pointing], grounding),
            person=page.kind == "person",
            place=page.kind == "location",
        )
        last = self._facts.page(question.references[-1].page)
        stated = (
            self._facts.stated(last.id, (question.ask.relation,)) if question.ask.relation else ()
        )
        asked = self._describer.asked(
            last, stated[0] if stated else None, form=question.ask.form, answer=question.answer
        )
        ways = tell(anchor, self._describer.steps(question), asked, rng, keep=_WORDINGS)
        told = self._choose(ways)
        return None if told is None else _finished(question, grounding, told)

    def _choose(self, ways: Sequence[Told]) -> Told | None:
        if not ways or self._reader is None:
            return ways[0] if ways else None
        scores = self._reader.score([way.text for way in ways])
        best = int(np.argmax(scores))
        return ways[best] if scores[best] >= self._least_fluent else None

    def _excluded(self, question: Question, position: int) -> tuple[str, ...]:
        """Relations that may not narrow a page down: the one that is asked for."""
        last = position == len(question.references) - 1
        return question.ask.readings if last and question.ask.relation is not None else ()

    def _ask(self, plan: Plan, rng: np.random.Generator) -> tuple[Ask, Answer]:
        page, answer, form = plan.pages[-1], plan.answer, ""
        if rng.random() < self._settings.obfuscated_answers and (forms := coarser(answer)):
            coarse = choose(rng, forms)
            answer, form = coarse.answer, coarse.form
        asked = self._describer.asked(page, plan.asked, form=form, answer=answer)
        relation = None if plan.asked is None else plan.asked.relation
        return self._describer.ask(asked, relation, rng), answer


def spoken_name(page: Page) -> str:
    """A title as it stands in a sentence: with `the` where the article itself has it.

    >>> spoken_name(Page(0, "Sarn Tower", "building", "", "The Sarn Tower is a tower."))
    'the Sarn Tower'
    """
    return f"the {page.title}" if page.text.startswith(f"The {page.title} ") else page.title


def _filled(templates: Sequence[str], grounding: Grounding) -> tuple[str, ...]:
    return tuple(fill(template, grounding.noun, grounding.thing) for template in templates)


def _finished(question: Question, grounding: Grounding, told: Told) -> Question:
    """A question with the words in which it is told, in all its parts."""
    first, *others = question.references
    references = [replace(first, expression=told.expression, named=False)]
    for reference, template in zip(others, told.templates, strict=True):
        assert reference.descriptor is not None
        descriptor = replace(reference.descriptor, template=template)
        references.append(replace(reference, descriptor=descriptor))
    return replace(
        question,
        references=tuple(references),
        ask=replace(question.ask, template=told.ask),
        text=told.text,
        grounding=replace(grounding, expression=told.expression),
    )


def _replace(question: Question, position: int, reference: Reference) -> Question:
    references = list(question.references)
    references[position] = reference
    question = replace(question, references=tuple(references))
    return replace(question, text=render(question))
