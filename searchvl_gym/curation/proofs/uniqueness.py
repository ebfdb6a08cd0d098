"""Is a question unambiguous? Proved by asking the world's facts exhaustively.

Every descriptor is evaluated over all facts and for every meaning that its words may have:
exactly one page may fit. What is asked is then evaluated for that page: exactly one value may
come out, and it must be the answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

from searchvl_gym.curation.facts.comparing import is_about, ranked, year_of
from searchvl_gym.curation.facts.fact_base import FactBase
from searchvl_gym.curation.records import Descriptor, Qualifier, Question
from searchvl_gym.world.folding import fold, words


@dataclass(frozen=True)
class Verdict:
    """Whether a question is unambiguous.

    Attributes:
        unique: Whether it is.
        reason: Why not: `descriptor` (not exactly the right page fits one), `answer` (not
            exactly the right answer comes out), or "".
        detail: What fits instead, for a person.
        proof: What vouches for it; see `Question.proof`.
    """

    unique: bool
    reason: str = ""
    detail: str = ""
    proof: str = ""


class UniquenessCheck(Protocol):
    """Decides whether a question is unambiguous; by proof or by a model's judgement."""

    def check(self, question: Question) -> Verdict:
        """Check a question in its present wording."""
        ...


class ExhaustiveProof:
    """Proves uniqueness over the facts of a world.

    Where the facts are typed they are all there are, and the proof is one. Infoboxes and sentences
    leave facts out: there a page that states nothing of the kind, or says it in other words, may
    fit as well, and unique among the others is good evidence, no more.

    Args:
        facts: All facts of the world.
    """

    def __init__(self, facts: FactBase) -> None:
        self._facts = facts
        self._proof = "exhaustive" if facts.typed else "infobox"

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
        return Verdict(True, proof=self._proof)

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
        fitting = {item for item in found if isinstance(item, str) or self._fits(item, descriptor)}
        for qualifier in descriptor.qualifiers:
            if qualifier.form in ("most", "least"):
                pages = [item for item in fitting if isinstance(item, int)]
                first = (
                    ranked(self._facts, pages, qualifier) if len(pages) == len(fitting) else None
                )
                if first is None:
                    # Nobody can compare them all: the descriptor fits whatever it fitted before.
                    return fitting
                fitting = {first}
        return fitting

    def answers(self, question: Question) -> set[str]:
        """Every value, folded, that is right for what is asked of the last page."""
        last = question.references[-1].page
        if question.ask.relation is None:
            return {fold(self._facts.page(last).title)}
        return {fold(fact.value) for fact in self._facts.stated(last, question.ask.readings)}

    def _fits(self, page: int, descriptor: Descriptor) -> bool:
        # Where nothing is typed, a page of which no more than the kind is known may be anything.
        unknown = not self._facts.typed and len(self._facts.nouns(page)) == 1
        return (unknown or self._facts.fits_noun(page, descriptor.noun)) and all(
            fits(self._facts, page, qualifier)
            for qualifier in descriptor.qualifiers
            if qualifier.form not in ("most", "least")
        )

    def _spell(self, found: set[int | str]) -> str:
        names = [item if isinstance(item, str) else self._facts.page(item).title for item in found]
        return ", ".join(sorted(names)[:5]) or "nothing"


def fits(facts: FactBase, page: int, qualifier: Qualifier) -> bool:
    """Whether the words of a qualifier, other than a superlative, fit a page.

    Without typed facts they also fit a page that is silent about it, and one that says it as part
    of something longer: `R&B, soul` for `soul`, `June 1957` for the year 1957.
    """
    stated = facts.stated(page, qualifier.readings)
    if facts.typed:
        return any(holds(qualifier, fact.value) for fact in stated)
    return not stated or any(
        holds(qualifier, fact.value) or _overlap(qualifier.value, fact.value) for fact in stated
    )


def _overlap(said: str, value: str) -> bool:
    """Whether the words of one of two values stand in the other."""
    short, long = sorted((words(said), words(value)), key=len)
    return f" {' '.join(short)} " in f" {' '.join(long)} "


def holds(qualifier: Qualifier, value: str) -> bool:
    """Whether the words of a qualifier are true of a value."""
    if qualifier.form == "about":
        return is_about(value, qualifier.value)
    if qualifier.form == "year":
        return qualifier.value in (year_of(value), value)
    return fold(value) == fold(qualifier.value)
