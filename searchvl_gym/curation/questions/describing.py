"""From facts to steps of a story: which words a descriptor may have, and which it takes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from searchvl_gym.curation.facts.fact_base import FactBase
from searchvl_gym.curation.questions.planning import Edge, choose
from searchvl_gym.curation.records import Answer, Ask, Descriptor, Qualifier, Question, Reference
from searchvl_gym.language.asking import Asked
from searchvl_gym.language.nouns import noun_of
from searchvl_gym.language.phrases import Form, Step, forms
from searchvl_gym.world.records import Fact, Page


class Describer:
    """Finds words for facts.

    Args:
        facts: All facts of the world, with their lexicon.
    """

    def __init__(self, facts: FactBase) -> None:
        self._facts = facts

    def describe(
        self,
        page: Page,
        edge: Edge,
        rng: np.random.Generator,
        *,
        with_noun: bool,
        qualifiers: Sequence[Qualifier] = (),
    ) -> Descriptor:
        """Words for a page by its link with the page before.

        Args:
            page: The page to describe.
            edge: The fact that links it with the page before.
            rng: Chooses the words.
            with_noun: Whether the words must say what the page is; they always do so where the
                page itself states the fact.
            qualifiers: Further facts that the words must say.
        """
        relation = edge.fact.relation
        noun = noun_of(page) if edge.inverse or with_noun or qualifiers else ""
        descriptor = Descriptor(
            relation=relation,
            inverse=edge.inverse,
            template="",
            readings=self._facts.lexicon.readings(relation),
            noun=noun,
            qualifiers=tuple(qualifiers),
        )
        step = self.step(page, self._facts.page(edge.fact.subject), descriptor)
        return Descriptor(
            relation, edge.inverse, choose(rng, nesting(forms(step))).template,
            descriptor.readings, noun, tuple(qualifiers),
        )  # fmt: skip

    def step(self, page: Page, subject: Page, descriptor: Descriptor) -> Step:
        """A descriptor as a step of a story.

        Args:
            page: The page that is described.
            subject: The page that states the fact.
            descriptor: The relation and what else must be said.
        """
        superlatives = [q for q in descriptor.qualifiers if q.form in ("most", "least")]
        return Step(
            wording=self._facts.lexicon[descriptor.relation],
            inverse=descriptor.inverse,
            noun=noun_of(page),
            subject_noun=noun_of(subject),
            person=page.kind == "person",
            place=page.kind == "location",
            label=self._facts.relations[descriptor.relation].label,
            needs_noun=bool(descriptor.noun),
            adjective=superlatives[0].said if superlatives else "",
            facts=tuple(q.said for q in descriptor.qualifiers if q not in superlatives),
        )

    def asked(
        self, page: Page, fact: Fact | None, *, form: str = "", answer: Answer | None = None
    ) -> Asked:
        """What is asked of a page: a fact, or its name when there is none."""
        if fact is None:
            return Asked(None, person=page.kind == "person")
        target = None if fact.target is None else self._facts.page(fact.target)
        return Asked(
            self._facts.lexicon[fact.relation],
            label=self._facts.relations[fact.relation].label,
            subject_noun=noun_of(page),
            answer_noun="" if target is None else noun_of(target),
            person=target is not None and target.kind == "person",
            form=form,
            answer="" if answer is None else answer.text,
        )

    def ask(self, asked: Asked, relation: str | None, rng: np.random.Generator) -> Ask:
        """Words that ask, for a page that is spoken of at length."""
        templates = asked.templates()
        at_end = [t for t in templates if t.endswith(("{x}?", "{x}."))]
        own = [t for t in templates if "{x's}" not in t]
        template = choose(rng, at_end or own or templates)
        readings = () if relation is None else self._facts.lexicon.readings(relation)
        return Ask(relation, template, readings, asked.form)

    def steps(self, question: Question) -> list[Step]:
        """The steps of a question."""
        return [
            self._step_of(question.references[number - 1], reference)
            for number, reference in enumerate(question.references)
            if number
        ]

    def _step_of(self, earlier: Reference, reference: Reference) -> Step:
        assert reference.descriptor is not None
        page, before = self._facts.page(reference.page), self._facts.page(earlier.page)
        return self.step(
            page, page if reference.descriptor.inverse else before, reference.descriptor
        )


def nesting(options: Sequence[Form]) -> Sequence[Form]:
    """The phrases that may hold a long one."""
    plain = [form for form in options if "{x's}" not in form.template]
    return [form for form in plain if form.open] or plain or options
