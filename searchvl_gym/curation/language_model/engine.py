"""The language model as an engine for questions; see `judging.py` for it as a judge.

It shares the interface of the rule engine. With facts it words what the planner chose, so the
proof over the facts still applies; without facts it reads the pages and chooses for itself.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec
import numpy as np

from searchvl_gym.curation.facts.fact_base import FactBase
from searchvl_gym.curation.language_model import prompts
from searchvl_gym.curation.language_model.completions import Completions, UnreadableReply
from searchvl_gym.curation.proofs.leakage import names_of
from searchvl_gym.curation.questions.planning import Plan, Planner, choose
from searchvl_gym.curation.questions.rendering import tidy
from searchvl_gym.curation.records import (
    LINK,
    Answer,
    Ask,
    Descriptor,
    Grounding,
    PagePath,
    Qualifier,
    Question,
    Reference,
    Rejection,
    Stage,
)
from searchvl_gym.curation.settings import QuestionSettings
from searchvl_gym.language.nouns import noun_of
from searchvl_gym.world.folding import words
from searchvl_gym.world.records import Fact, Page

LEAD = 1_500
"""How much of a page the model gets to read, in characters."""

_KINDS = ("entity", "number", "date", "quantity", "text")


class _Written(msgspec.Struct):
    question: str


class _Composed(msgspec.Struct):
    question: str
    fact: str
    answer: str
    answer_kind: str


class LanguageModelEngine:
    """Writes questions by a language model; see `QuestionEngine`.

    Args:
        facts: The facts of the world; it may have none.
        settings: Rules of the question and its answer. Answers are not obfuscated.
        completions: The model, with cache and budget.
    """

    name = "language_model"

    def __init__(
        self, facts: FactBase, settings: QuestionSettings, completions: Completions
    ) -> None:
        self._facts, self._settings, self._completions = facts, settings, completions
        self._planner = Planner(facts, settings)

    def compose(self, path: PagePath, rng: np.random.Generator) -> Question | Rejection:
        """See `QuestionEngine.compose`.

        Raises:
            BudgetExhausted: When the budget is used up; likewise in the other methods.
            EndpointError: When the endpoint cannot be used.
        """
        plan = self._planner.plan(path, rng)
        style = choose(rng, prompts.STYLES)
        try:
            if isinstance(plan, Plan):
                question = self._word_plan(plan, style)
            elif plan.reason == "untyped_link" or (
                plan.reason == "no_answer" and not self._facts.typed
            ):
                # What no row of an infobox says the text may say all the same.
                question = self._read_pages(path, style)
            else:
                return plan
        except UnreadableReply as error:
            return Rejection(path.index, Stage.QUESTION, "unreadable", str(error))
        return self._find_fault(question) or question

    def rewrite(
        self, question: Question, position: int, qualifiers: int, rng: np.random.Generator
    ) -> Question | None:
        """See `QuestionEngine.rewrite`."""
        earlier = self._facts.page(question.references[position - 1].page)
        reference = question.references[position]
        page = self._facts.page(reference.page)
        assert reference.descriptor is not None
        narrowing = self._planner.narrowing(page, question)
        if len(narrowing) < qualifiers:
            return None
        chosen = [narrowing[n] for n in rng.permutation(len(narrowing))[:qualifiers].tolist()]
        content = {
            "question": question.text,
            "entity": page.title if reference.named else "the entity that is asked about",
            "described_by": {
                "entity": earlier.title,
                "relation": self._spell(reference.descriptor, earlier, page),
            },
            "facts": [{"what": self._label(fact), "value": fact.value} for fact in chosen],
            "forbidden": list(names_of(page)),
            "style": choose(rng, prompts.STYLES),
        }
        try:
            written = self._completions.ask(prompts.REWRITE, content, _Written)
        except UnreadableReply:
            return None
        facts = tuple(Qualifier(fact.relation, fact.value, (fact.relation,)) for fact in chosen)
        descriptor = replace(reference.descriptor, qualifiers=facts)
        return _replace(
            question,
            position,
            replace(reference, descriptor=descriptor, named=False),
            written.question,
        )

    def ground(
        self, question: Question, grounding: Grounding, rng: np.random.Generator
    ) -> Question | None:
        """See `QuestionEngine.ground`. A name that stands once is replaced without the model."""
        name = question.references[0].name
        anchor = replace(question.references[0], expression=grounding.expression, named=False)
        if question.text.count(name) == 1:
            start, end = question.text.split(name)
            bare = start[:-4] if start.lower().endswith("the ") else start
            text = f"{bare}{grounding.expression}{end}"
        else:
            content = {
                "question": question.text,
                "name": name,
                "expression": grounding.expression,
            }
            try:
                text = self._completions.ask(prompts.GROUND, content, _Written).question
            except UnreadableReply:
                return None
        return replace(_replace(question, 0, anchor, text), grounding=grounding)

    def _word_plan(self, plan: Plan, style: str) -> Question:
        """Let the model word what the planner chose."""
        references = [Reference(plan.pages[0].id, plan.pages[0].title)]
        for page, edge in zip(plan.pages[1:], plan.edges, strict=True):
            relation = edge.fact.relation
            descriptor = Descriptor(relation, edge.inverse, "", (relation,))
            named = page.id != plan.path.pages[-1]
            references.append(Reference(page.id, page.title, descriptor, named=named))
        asked = plan.asked
        content = {
            "path": [
                self._introduce(reference, before)
                for reference, before in zip(references, [None, *references], strict=False)
            ],
            "ask": "the name of the last entity" if asked is None else self._label(asked),
            "style": style,
        }
        written = self._completions.ask(prompts.COMPOSE_FACTS, content, _Written)
        ask = Ask(None, "") if asked is None else Ask(asked.relation, "", (asked.relation,))
        return self._finish(plan.path, references, ask, plan.answer, written.question)

    def _read_pages(self, path: PagePath, style: str) -> Question:
        """Let the model read the pages of a path and choose what to ask."""
        pages = [self._facts.page(number) for number in path.pages]
        content = {
            "articles": [
                {
                    "title": page.title,
                    "text": page.text[:LEAD],
                    "link": link_sentence(page, pages[number + 1].id)
                    if page is not pages[-1]
                    else "",
                }
                for number, page in enumerate(pages)
            ],
            "style": style,
        }
        composed = self._completions.ask(prompts.COMPOSE_PAGES, content, _Composed)
        references = [
            Reference(
                page.id,
                page.title,
                Descriptor(LINK, False, "", ()) if number else None,
                named=page is not pages[-1],
            )
            for number, page in enumerate(pages)
        ]
        kind = composed.answer_kind if composed.answer_kind in _KINDS else "text"
        text = composed.answer.strip()
        answer = Answer(text, kind, (), text)
        ask = Ask(composed.fact.strip() or "fact", "")
        return self._finish(path, references, ask, answer, composed.question)

    def _finish(
        self, path: PagePath, references: list[Reference], ask: Ask, answer: Answer, text: str
    ) -> Question:
        text = tidy(text)
        return Question(
            path, tuple(references), ask, answer, text=text, canonical=text, engine=self.name
        )

    def _find_fault(self, question: Question) -> Rejection | None:
        """Why a canonical question is none: what the prompt asked for, checked."""
        index, answer = question.path.index, question.answer.value
        missing = [
            reference.name
            for reference in question.references
            if reference.named and reference.name not in question.text
        ]
        if missing:
            detail = f"the question does not name “{missing[0]}”"
            return Rejection(index, Stage.QUESTION, "name_missing", detail)
        if not 0 < len(words(answer)) <= self._settings.answer_tokens:
            return Rejection(index, Stage.QUESTION, "long_answer", f"“{answer[:80]}”")
        descriptor = question.references[-1].descriptor
        if descriptor is not None and descriptor.relation == LINK:
            page = self._facts.page(question.path.pages[-1])
            text = [page.text, *(value for _, value in page.infobox)]
            if not any(_states(part, answer) for part in text):
                detail = f"“{page.title}” does not state “{answer[:80]}”"
                return Rejection(index, Stage.QUESTION, "unsupported_answer", detail)
        return None

    def _introduce(self, reference: Reference, before: Reference | None) -> dict[str, Any]:
        page = self._facts.page(reference.page)
        shown: dict[str, Any] = {"kind": noun_of(page)}
        if reference.named:
            shown["name"] = page.title
        if before is not None and reference.descriptor is not None:
            earlier = self._facts.page(before.page)
            shown["relation"] = self._spell(reference.descriptor, earlier, page)
        return shown

    def _spell(self, descriptor: Descriptor, earlier: Page, page: Page) -> str:
        """A relation for the model to read, with the names of neither page."""
        if descriptor.relation == LINK:
            return link_sentence(earlier, page.id)
        label = self._facts.relations[descriptor.relation].label
        if descriptor.inverse:
            return f"its entry “{label}” is the entity before it"
        return f"it is the entry “{label}” of the entity before it"

    def _label(self, fact: Fact) -> str:
        return self._facts.relations[fact.relation].label


def link_sentence(page: Page, target: int) -> str:
    """The sentence in which a page first links to another one.

    >>> from searchvl_gym.world.records import Hyperlink
    >>> text = "Sarn is a town. It is on the Kel. It is old."
    >>> link_sentence(Page(0, "Sarn", "", "", text, links=(Hyperlink(1, "Kel", 29),)), 1)
    'It is on the Kel.'
    """
    link = next((link for link in page.links if link.target == target), None)
    if link is None:
        return ""
    start = max(page.text.rfind(mark, 0, link.start) for mark in (". ", "? ", "! ", "\n"))
    ends = [page.text.find(mark, link.start) for mark in (". ", "? ", "! ", "\n")]
    end = min((place + 1 for place in ends if place >= 0), default=len(page.text))
    return page.text[start + 1 : end].strip()


def _states(text: str, answer: str) -> bool:
    wanted = " ".join(words(answer))
    return f" {wanted} " in f" {' '.join(words(text))} "


def _replace(question: Question, position: int, reference: Reference, text: str) -> Question:
    references = list(question.references)
    references[position] = reference
    return replace(question, references=tuple(references), text=tidy(text))
