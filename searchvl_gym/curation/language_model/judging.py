"""Uniqueness by a language model's judgement, alone or where the facts prove nothing."""

from __future__ import annotations

import msgspec

from searchvl_gym.curation.facts.fact_base import FactBase
from searchvl_gym.curation.language_model import prompts
from searchvl_gym.curation.language_model.completions import Completions, UnreadableReply
from searchvl_gym.curation.language_model.engine import LEAD, link_sentence
from searchvl_gym.curation.proofs.uniqueness import ExhaustiveProof, Verdict
from searchvl_gym.curation.records import Question
from searchvl_gym.rewards.accuracy import verify
from searchvl_gym.types import Task


class _Candidates(msgspec.Struct):
    description: str
    entities: list[str]


class _Judged(msgspec.Struct):
    candidates: list[_Candidates]
    unique: bool
    answer: str


class LanguageModelJudge:
    """Asks a model whether a question is unambiguous; see `UniquenessCheck`.

    It must find the answer itself, from the pages of the path; and find no second entity that
    fits a description.

    Args:
        facts: Gives the pages.
        completions: The model, with cache and budget.
    """

    def __init__(self, facts: FactBase, completions: Completions) -> None:
        self._facts, self._completions = facts, completions

    def check(self, question: Question) -> Verdict:
        """See `UniquenessCheck`. A reply that cannot be read counts against the question.

        Raises:
            BudgetExhausted: When the budget is used up.
            EndpointError: When the endpoint cannot be used.
        """
        pages = [self._facts.page(number) for number in question.path.pages]
        content = {
            "question": question.text,
            "evidence": [
                {
                    "title": page.title,
                    "text": page.text[:LEAD],
                    "infobox": [list(row) for row in page.infobox],
                    "link": link_sentence(page, following.id) if following is not None else "",
                }
                for page, following in zip(pages, [*pages[1:], None], strict=True)
            ],
        }
        try:
            judged = self._completions.ask(prompts.JUDGE, content, _Judged)
        except UnreadableReply as error:
            return Verdict(False, "descriptor", str(error))
        crowded = next((item for item in judged.candidates if len(set(item.entities)) != 1), None)
        if not judged.unique or crowded is not None:
            detail = "" if crowded is None else f"{crowded.description}: {crowded.entities[:5]}"
            return Verdict(False, "descriptor", detail)
        answer = question.answer
        task = Task("", question.text, answer.text, aliases=answer.aliases, answer_kind=answer.kind)
        if not verify(judged.answer, task).right:
            return Verdict(False, "answer", judged.answer[:80])
        return Verdict(True, proof="judged")


class ProofOrJudgement:
    """Proves what the facts can prove, and asks a model about the rest; see `UniquenessCheck`.

    A question is proved when every step and what it asks are relations of typed facts. Where the
    facts are read from infoboxes and sentences they must allow it and the model must agree.

    Args:
        facts: All facts of the world.
        judge: The model.
    """

    def __init__(self, facts: FactBase, judge: LanguageModelJudge) -> None:
        self._facts, self._judge = facts, judge
        self._proof = ExhaustiveProof(facts)

    def check(self, question: Question) -> Verdict:
        """See `UniquenessCheck`.

        Raises:
            BudgetExhausted: When the budget is used up.
            EndpointError: When the endpoint cannot be used.
        """
        if _is_stated(question):
            verdict = self._proof.check(question)
            if self._facts.typed or not verdict.unique:
                return verdict
        return self._judge.check(question)


def _is_stated(question: Question) -> bool:
    """Whether facts of the world stand behind all that a question says."""
    steps = [each.descriptor for each in question.references if each.descriptor is not None]
    asked = question.ask.relation is None or bool(question.ask.readings)
    return asked and all(step.readings for step in steps)
