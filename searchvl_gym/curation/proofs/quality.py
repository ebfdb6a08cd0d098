"""Quality control: is a finished question what it should be (stage 5)?

The stages before see to most of it. This one looks at the result alone, so that it also holds
for questions of an engine, a check or a gate that somebody else wrote.
"""

from __future__ import annotations

from collections.abc import Iterator

from searchvl_gym.curation.facts.fact_base import FactBase
from searchvl_gym.curation.proofs.leakage import LeakDetector, find_leak, names_of
from searchvl_gym.curation.records import Question, Rejection, Stage
from searchvl_gym.curation.settings import QualitySettings
from searchvl_gym.tasks.paths import contains_words
from searchvl_gym.world.folding import fold

NOT_MASKED, NOT_PROVEN, NO_PICTURE = "not_masked", "not_proven", "no_picture"
FEW_HOPS, ANSWER_IS_ANCHOR, ANSWER_ON_ANCHOR = "few_hops", "answer_is_anchor", "answer_on_anchor"
"""Reasons for a rejection."""


def check_quality(
    question: Question, facts: FactBase, leaks: LeakDetector, settings: QualitySettings
) -> Question | Rejection:
    """Let a question pass or say what is wrong with it.

    - masking: no name of the path and no right answer in its words; the anchor is only in the
      picture (`not_masked`);
    - uniqueness: somebody vouched for it (`not_proven`);
    - visual relevance: its picture is one of the anchor's, a gate saw the anchor in it, and the
      words point at it (`no_picture`);
    - non-triviality: enough hops (`few_hops`), the answer is no name of the anchor
      (`answer_is_anchor`) and does not stand on its page (`answer_on_anchor`).

    Args:
        question: A question that has been through all stages before.
        facts: Gives the pages.
        leaks: Finds names and answers.
        settings: The thresholds.
    """
    for reason, detail in _problems(question, facts, leaks, settings):
        return Rejection(question.path.index, Stage.QUALITY, reason, detail)
    return question


def _problems(
    question: Question, facts: FactBase, leaks: LeakDetector, settings: QualitySettings
) -> Iterator[tuple[str, str]]:
    leak = find_leak(leaks, facts, question, question.path.pages)
    if leak is not None:
        yield NOT_MASKED, leak
    if not question.proof:
        yield NOT_PROVEN, "nobody has checked that it has exactly one answer"
    anchor = facts.page(question.path.pages[0])
    grounding = question.grounding
    if grounding is None or grounding.image not in anchor.images or grounding.score <= 0:
        yield NO_PICTURE, f"there is no picture of “{anchor.title}”"
    elif grounding.expression.lower() not in question.text.lower():
        yield NO_PICTURE, "the words do not point at the picture"
    hops = len(question.references) - 1 + (question.ask.relation is not None)
    if hops < settings.hops:
        yield FEW_HOPS, f"{hops} of at least {settings.hops}"
    answers = tuple(
        dict.fromkeys((question.answer.text, question.answer.value, *question.answer.aliases))
    )
    if set(map(fold, answers)) & set(map(fold, names_of(anchor))):
        yield ANSWER_IS_ANCHOR, f"“{question.answer.text}”"
    if not settings.answer_on_anchor:
        page = "\n".join((anchor.text, *(f"{label}: {value}" for label, value in anchor.infobox)))
        for answer in answers:
            if contains_words(page, answer):
                yield ANSWER_ON_ANCHOR, f"“{answer}” stands on the page “{anchor.title}”"
