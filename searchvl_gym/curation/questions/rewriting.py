"""Takes the names out of a question, one at a time, the far ones first (stage 3).

A rewriting is accepted under three invariants only: the answer stays the same, exactly one
entity fits each descriptor, and nothing that was rewritten is named in any form.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from searchvl_gym.curation.facts.fact_base import FactBase
from searchvl_gym.curation.proofs.leakage import LeakDetector, find_leak
from searchvl_gym.curation.proofs.uniqueness import UniquenessCheck, Verdict
from searchvl_gym.curation.questions.engine import QuestionEngine
from searchvl_gym.curation.records import Question, Rejection, Rewrite, Stage
from searchvl_gym.curation.settings import RewritingSettings

NOT_UNIQUE, ANSWER_CHANGED, LEAK, NO_WORDING = "not_unique", "answer_changed", "leak", "no_wording"
"""Reasons for a rejection."""


class Rewriter:
    """Rewrites questions; engine and check are exchangeable.

    Args:
        facts: Gives the pages' names.
        engine: Proposes descriptors.
        check: Decides on answer invariance and uniqueness.
        leaks: Decides on leakage.
        settings: How long to try.
    """

    def __init__(
        self,
        facts: FactBase,
        engine: QuestionEngine,
        check: UniquenessCheck,
        leaks: LeakDetector,
        settings: RewritingSettings,
    ) -> None:
        self._facts, self._engine, self._check = facts, engine, check
        self._leaks, self._settings = leaks, settings

    def rewrite(self, question: Question, rng: np.random.Generator) -> Question | Rejection:
        """Take out every name but the anchor's, which the picture will replace."""
        for position in range(len(question.references) - 1, 0, -1):
            result = self._rewrite_one(question, position, rng)
            if isinstance(result, Rejection):
                return result
            question = result
        if question.proof:
            return question
        # Nothing was to be taken out: what is asked must have one answer all the same.
        verdict = self._find_problem(question, len(question.references))
        if not verdict.unique:
            return Rejection(question.path.index, Stage.REWRITING, verdict.reason, verdict.detail)
        return replace(question, proof=verdict.proof)

    def _rewrite_one(
        self, question: Question, position: int, rng: np.random.Generator
    ) -> Question | Rejection:
        qualifiers, ambiguous = 0, 0
        failure = Verdict(False, NO_WORDING, "the engine has no words")
        index = question.path.index
        for attempt in range(1, self._settings.tries + 1):
            # The page that the answer is from was never named: its first descriptor may do.
            proposal: Question | None = question
            if question.references[position].named or attempt > 1:
                proposal = self._engine.rewrite(question, position, qualifiers, rng)
            if proposal is None:
                # The page has no more facts to add; what was wrong before is still the reason.
                qualifiers = max(0, qualifiers - 1)
                continue
            verdict = self._find_problem(proposal, position)
            if verdict.unique:
                page = question.references[position].page
                step = Rewrite(page, proposal.text, attempt)
                rewrites = (*question.rewrites, step)
                return replace(proposal, rewrites=rewrites, proof=verdict.proof)
            failure = verdict
            if verdict.reason == NOT_UNIQUE:
                # Other words may do, such as a narrower noun; every second time add a fact.
                ambiguous += 1
                qualifiers = min(ambiguous // 2, self._settings.qualifiers)
        return Rejection(index, Stage.REWRITING, failure.reason, failure.detail)

    def _find_problem(self, question: Question, position: int) -> Verdict:
        """Which invariant a proposal breaks, as a reason of this stage, and how."""
        verdict = self._check.check(question)
        if not verdict.unique:
            reason = ANSWER_CHANGED if verdict.reason == "answer" else NOT_UNIQUE
            return replace(verdict, reason=reason)
        still = [reference.name for reference in question.references if reference.named]
        leak = find_leak(
            self._leaks, self._facts, question, question.path.pages[position:], hidden=still
        )
        return verdict if leak is None else Verdict(False, LEAK, leak)
