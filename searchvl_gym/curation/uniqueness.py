"""Is a question unambiguous? Proved by asking the world's facts exhaustively.

Every descriptor is evaluated over all facts and for every meaning that its words may have:
exactly one page may fit. What is asked is then evaluated for that page: exactly one value may
come out, and it must be the answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

from searchvl_gym.curation.fact_base import FactBase
from searchvl_gym.curation.records import Descriptor, Question
from searchvl_gym.world.folding import fold


@dataclass(frozen=True)
class Verdict:
    """Whether a question is unambiguous.

    Attributes:
        unique: Whether it is.
        reason: Why not: `descriptor` (not exactly the right page fits one), `answer` (not
            exactly the right answer comes out), or "".
        detail: What fits instead, for a person.
    """

    unique: bool
    reason: str = ""
    detail: str = ""


class UniquenessCheck(Protocol):
    """Decides whether a question is unambiguous; by proof or by a model's judgement."""

    proof: str
    """What `Question.proof` says afterwards."""

    def check(self, question: Question) -> Verdict:
        """Check a question in its present wording."""
        ...


class ExhaustiveProof:
    """Proves uniqueness over the facts of a world.

    Where the facts are typed they are all there are, and the proof is one. Infoboxes leave facts
    out that the texts state: unique among them is good evidence, no more.

    Args:
        facts: All facts of the world.
    """

    def __init__(self, facts: FactBase) -> None:
        self._facts = facts
        self.proof = "exhaustive" if facts.typed else "infobox"

    def check(self, question: Question) -> Verdict:
        """See `UniquenessCheck`. Names that the question still gives are taken as unique."""
        for earlier, reference in pairwise(question.references):
            if reference.named:
                continue
            assert reference.descriptor is not None
            found = self.denotation(reference.descriptor, earlier.page)
            if found != {reference.page}:
                return Verdict(False, "descriptor", self._spell(found))
        answers = self.answers(question)
        if answers != {fold(question.answer.value)}:
            return Verdict(False, "answer", ", ".join(sorted(answers)))
        return Verdict(True)

    def denotation(self, descriptor: Descriptor, earlier: int) -> set[int | str]:
        """Everything that a descriptor fits, seen from the page before.

        Returns:
            Page ids; a value that names no page of the world counts as something that fits.
        """
        found: set[int | str] = set()
        for relation in descriptor.readings:
            if descriptor.inverse:
                found |= self._facts.subjects(relation, earlier)
            else:
                for fact in self._facts.stated(earlier, (relation,)):
                    found.add(fold(fact.value) if fact.target is None else fact.target)
        return {item for item in found if isinstance(item, str) or self._fits(item, descriptor)}

    def answers(self, question: Question) -> set[str]:
        """Every value, folded, that is right for what is asked of the last page."""
        last = question.references[-1].page
        if question.ask.relation is None:
            return {fold(self._facts.page(last).title)}
        return {fold(fact.value) for fact in self._facts.stated(last, question.ask.readings)}

    def _fits(self, page: int, descriptor: Descriptor) -> bool:
        return self._facts.fits_noun(page, descriptor.noun) and all(
            any(
                fold(fact.value) == fold(qualifier.value)
                for fact in self._facts.stated(page, qualifier.readings)
            )
            for qualifier in descriptor.qualifiers
        )

    def _spell(self, found: set[int | str]) -> str:
        names = [item if isinstance(item, str) else self._facts.page(item).title for item in found]
        return ", ".join(sorted(names)[:5]) or "nothing"
