"""The rule engine: writes questions from a world's schema, without a model."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from searchvl_gym.curation.describing import Describer
from searchvl_gym.curation.fact_base import FactBase
from searchvl_gym.curation.obfuscation import coarser
from searchvl_gym.curation.planning import Plan, Planner, choose
from searchvl_gym.curation.records import (
    Answer,
    Ask,
    Grounding,
    PagePath,
    Question,
    Reference,
    Rejection,
)
from searchvl_gym.curation.rendering import render
from searchvl_gym.curation.settings import QuestionSettings
from searchvl_gym.world.records import Page


class RuleEngine:
    """Writes questions by rules; see `QuestionEngine`.

    Args:
        facts: All facts of the world.
        settings: Rules of the question and its answer.
    """

    name = "rules"

    def __init__(self, facts: FactBase, settings: QuestionSettings) -> None:
        self._facts, self._settings = facts, settings
        self._planner = Planner(facts, settings)
        self._describer = Describer(facts.relations)

    def compose(self, path: PagePath, rng: np.random.Generator) -> Question | Rejection:
        """See `QuestionEngine.compose`."""
        plan = self._planner.plan(path, rng)
        if isinstance(plan, Rejection):
            return plan
        references = [Reference(plan.pages[0].id, spoken_name(plan.pages[0]))]
        for number, (page, edge) in enumerate(zip(plan.pages[1:], plan.edges, strict=True)):
            descriptor = self._describer.describe(page, edge, (), rng, nested=number > 0)
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
        edge = choose(rng, self._planner.edges(earlier.page, reference.page))
        page = self._facts.page(reference.page)
        facts = self._planner.narrowing(page, question)
        # What can be said with a noun reads better than what must quote its label.
        roles = self._describer.wordings.roles
        facts = [fact for fact in facts if roles(fact.relation)] or facts
        if len(facts) < qualifiers:
            return None
        chosen = [facts[number] for number in rng.permutation(len(facts))[:qualifiers].tolist()]
        descriptor = self._describer.describe(page, edge, chosen, rng, nested=position > 1)
        return _replace(question, position, replace(reference, descriptor=descriptor, named=False))

    def ground(
        self, question: Question, grounding: Grounding, rng: np.random.Generator
    ) -> Question | None:
        """See `QuestionEngine.ground`."""
        anchor = replace(question.references[0], expression=grounding.expression, named=False)
        return replace(_replace(question, 0, anchor), grounding=grounding)

    def _ask(self, plan: Plan, rng: np.random.Generator) -> tuple[Ask, Answer]:
        page = plan.pages[-1]
        nested = len(plan.pages) > 2
        ask, answer = self._describer.ask(page, plan.asked, rng, nested=nested), plan.answer
        if rng.random() < self._settings.obfuscated_answers and (forms := coarser(answer)):
            coarse = choose(rng, forms)
            template = f"{ask.template} {coarse.instruction}"
            return replace(ask, template=template, form=coarse.form), coarse.answer
        return ask, answer


def spoken_name(page: Page) -> str:
    """A title as it stands in a sentence: with `the` where the article itself has it.

    >>> spoken_name(Page(0, "Sarn Tower", "building", "", "The Sarn Tower is a tower."))
    'the Sarn Tower'
    """
    return f"the {page.title}" if page.text.startswith(f"The {page.title} ") else page.title


def _replace(question: Question, position: int, reference: Reference) -> Question:
    references = list(question.references)
    references[position] = reference
    question = replace(question, references=tuple(references))
    return replace(question, text=render(question))
