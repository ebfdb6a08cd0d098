"""An episode as a state machine: steps, errors, fatal cascades, budgets, the end.

Pure: no tools, no pixels, no input or output. The environment runs the tools and reports here
what happened.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from numbers import Integral
from typing import Literal

import msgspec

from searchvl_gym.fatal import DEFAULT_K, find_fatal_step
from searchvl_gym.types import Step, Task, Termination, ToolCall, Trajectory


@dataclass(frozen=True)
class Rules:
    """When an episode ends.

    Attributes:
        max_steps: Most steps; reaching it truncates the episode.
        k: Length of the run of step errors that is fatal.
        on_fatal: `terminate` ends the episode at a fatal run; `continue` only flags it.
        max_text_chars: Budget in characters: the question, what the agent wrote and what it got
            back, all added up (see `text_cost`). Exceeding it truncates. None for no budget.
        max_prompt_tokens: Most tokens that the model reads before a turn, where somebody counts
            them (see `Episode.count_prompt`). A turn for which it read more is not played: it
            truncates. None for no limit.

    Raises:
        ValueError: Which rule is out of range.
    """

    max_steps: int = 50
    k: int = DEFAULT_K
    on_fatal: Literal["terminate", "continue"] = "terminate"
    max_text_chars: int | None = None
    max_prompt_tokens: int | None = None

    def __post_init__(self) -> None:
        """Check the fields."""
        for name in ("max_steps", "k", "max_text_chars", "max_prompt_tokens"):
            value = getattr(self, name)
            if value is None and name in ("max_text_chars", "max_prompt_tokens"):
                continue
            if isinstance(value, bool) or not isinstance(value, Integral) or value < 1:
                raise ValueError(f"{name} must be a whole number of at least 1, got {value!r}")
        if self.on_fatal not in ("terminate", "continue"):
            raise ValueError(f"on_fatal must be 'terminate' or 'continue', got {self.on_fatal!r}")


class Episode:
    """The course of one episode.

    Args:
        task: What is asked.
        seed: Of the episode; kept in the trajectory.
        rules: When it ends.
        opening: What the agent is told besides the question; counts as text that it got.

    Attributes:
        steps: The steps so far.
        consecutive_errors: Step errors since the last good step.
        fatal_step: 0-based onset of the first fatal run, or None. At an end without an answer
            it is the number of steps (see `find_fatal_step`).
        termination: Why the episode ended, or None while it runs.
        answer: The final answer, or None.
    """

    def __init__(self, task: Task, seed: int, rules: Rules, *, opening: str = "") -> None:
        self.task = task
        self.seed = seed
        self.rules = rules
        self.steps: list[Step] = []
        self.consecutive_errors = 0
        self.fatal_step: int | None = None
        self.termination: Termination | None = None
        self.answer: str | None = None
        self._text_chars = len(task.question) + len(opening)
        self._prompt_tokens = 0

    @property
    def terminated(self) -> bool:
        """Whether it came to its own end: an answer or a fatal run."""
        return self.termination in (Termination.ANSWER, Termination.FATAL)

    @property
    def truncated(self) -> bool:
        """Whether it was cut off: too many steps or too much text."""
        return self.termination is not None and not self.terminated

    def count_prompt(self, tokens: int) -> None:
        """Say how many tokens the model has read for the turn that comes next.

        Raises:
            ValueError: When it is no number of tokens.
        """
        if isinstance(tokens, bool) or not isinstance(tokens, Integral) or tokens < 0:
            raise ValueError(f"tokens must be a whole number of at least 0, got {tokens!r}")
        self._prompt_tokens = int(tokens)

    @property
    def outgrown(self) -> bool:
        """Whether the model has read more for the next turn than the rules allow."""
        limit = self.rules.max_prompt_tokens
        return limit is not None and self._prompt_tokens > limit

    def cut_off(self) -> None:
        """End without a further step: the prompt has outgrown the limit.

        Raises:
            ValueError: When the episode has ended.
        """
        if self.termination is not None:
            raise ValueError(f"the episode has ended ({self.termination})")
        self.termination = Termination.BUDGET
        self.fatal_step = find_fatal_step(self._errors(), self.termination, k=self.rules.k)

    def record(self, step: Step, *, answer: str | None = None) -> None:
        """Add a step and find out whether the episode goes on.

        Args:
            step: What happened; its index must be the number of steps so far.
            answer: The final answer when the step gave one.

        Raises:
            ValueError: When the episode has ended or the index is wrong.
        """
        if self.termination is not None:
            raise ValueError(f"the episode has ended ({self.termination}); no step can follow")
        if step.index != len(self.steps):
            raise ValueError(f"expected step {len(self.steps)}, got {step.index}")
        self.steps.append(step)
        self._text_chars += text_cost(step)
        self.consecutive_errors = 0 if step.error is None else self.consecutive_errors + 1
        fatal_now = self.consecutive_errors == self.rules.k
        if fatal_now and self.fatal_step is None:
            self.fatal_step = find_fatal_step(self._errors(), k=self.rules.k)
        if answer is not None:
            self.answer = answer
            self.termination = Termination.ANSWER
        elif fatal_now and self.rules.on_fatal == "terminate":
            self.termination = Termination.FATAL
        elif len(self.steps) >= self.rules.max_steps:
            self.termination = Termination.MAX_STEPS
        elif self.rules.max_text_chars is not None and self._text_chars > self.rules.max_text_chars:
            self.termination = Termination.BUDGET
        if self.termination is not None:
            self.fatal_step = find_fatal_step(self._errors(), self.termination, k=self.rules.k)

    def trajectory(
        self,
        *,
        images: tuple[str, ...] = (),
        reward: float | None = None,
        reward_parts: Mapping[str, float] | None = None,
    ) -> Trajectory:
        """The finished episode as data.

        Args:
            images: Digests of its pictures.
            reward: Its return, or None when it could not be scored.
            reward_parts: The reward's parts by name.

        Raises:
            ValueError: While the episode runs.
        """
        if self.termination is None:
            raise ValueError(
                f"the episode is still running after {len(self.steps)} steps; a trajectory "
                "exists once step() has returned terminated or truncated"
            )
        return Trajectory(
            task=self.task,
            seed=self.seed,
            steps=tuple(self.steps),
            termination=self.termination,
            fatal_step=self.fatal_step,
            answer=self.answer,
            images=images,
            reward=reward,
            reward_parts=dict(reward_parts or {}),
        )

    def _errors(self) -> list[bool]:
        return [step.error is not None for step in self.steps]


def call_cost(call: ToolCall) -> int:
    """Characters of a structured action: name, thought and its arguments as JSON."""
    return len(call.name) + len(call.thought) + len(msgspec.json.encode(call.arguments).decode())


def text_cost(step: Step) -> int:
    """Characters that a step takes of the budget: what the agent wrote and what it got back.

    >>> text_cost(Step(0, ToolCall("visit", {"url": "a"}), "Page."))
    21
    """
    written = len(step.text) if step.text is not None else 0
    if step.text is None and step.call is not None:
        written = call_cost(step.call)
    return written + len(step.observation)


def repeat_note(steps: Sequence[Step], call: ToolCall | None) -> str:
    """What an error adds when the very same call failed before by the agent's own mistake.

    Args:
        steps: Before this one.
        call: What failed now, or None where no call could be read.

    Returns:
        A line, or nothing.
    """
    failed = [
        step.index + 1
        for step in steps
        if call is not None
        and step.call is not None
        and (step.call.name, step.call.arguments) == (call.name, call.arguments)
        and step.error is not None
        and not step.error.infrastructure
    ]
    if not failed:
        return ""
    turns = ", ".join(map(str, failed))
    return f"\nThis very call failed before (turn {turns}): change it, or do something else."
