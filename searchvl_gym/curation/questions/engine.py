"""What writes questions: the interface that the rule engine and the language model share."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from searchvl_gym.curation.records import Grounding, PagePath, Question, Rejection


class QuestionEngine(Protocol):
    """Puts paths into words. Never decides whether the words are acceptable: stages do."""

    name: str
    """What `Question.engine` says afterwards."""

    def compose(self, path: PagePath, rng: np.random.Generator) -> Question | Rejection:
        """Write the canonical question: the whole path in words, with all names but the last.

        Args:
            path: Where the question leads along.
            rng: Decides what is asked and how.
        """
        ...

    def rewrite(
        self, question: Question, position: int, qualifiers: int, rng: np.random.Generator
    ) -> Question | None:
        """Replace the name of one page by a descriptor, or one descriptor by another.

        Args:
            question: Its text names the pages before `position` still.
            position: Index into the question's references, at least 1.
            qualifiers: How many facts of the page the descriptor should add.
            rng: Decides the words.

        Returns:
            The proposal, or None when the engine has none.
        """
        ...

    def ground(
        self, question: Question, grounding: Grounding, rng: np.random.Generator
    ) -> Question | None:
        """Replace the anchor's name by the visual expression of `grounding`.

        Returns:
            The proposal, or None when the engine has none.
        """
        ...
