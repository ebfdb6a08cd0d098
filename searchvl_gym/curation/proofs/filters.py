"""Staged filters: what a shortcut solves is dropped (stage 6).

A: without tools. B: with one image search. C: with one text search for the question as it
stands. Any policy can play a filter; it gets an environment that has the filter's tool only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from searchvl_gym.curation.records import Rejection, Stage
from searchvl_gym.curation.settings import FilterSettings
from searchvl_gym.rewards import verify
from searchvl_gym.rollout.policy import Policy
from searchvl_gym.rollout.registry import make
from searchvl_gym.tasks.paths import contains_words
from searchvl_gym.types import Task

if TYPE_CHECKING:
    from searchvl_gym.env import SearchEnv
    from searchvl_gym.world import World

FILTERS: Mapping[str, str | None] = {
    "no_tool": None,
    "text_search": "text_search",
    "image_search": "image_search",
}
"""The filters in the order in which they play, the cheap ones first, and their one tool."""

IN_RESULT = "_result"
"""Ending of the reason when only the result of the search held the answer."""


@dataclass(frozen=True)
class Shortcut:
    """How a policy came out on a task.

    Attributes:
        answered: Whether it gave the right answer.
        shown: Whether the right answer stood in what its tool brought.
        detail: What it answered, or what was shown.
    """

    answered: bool
    shown: bool
    detail: str


class Filters:
    """The filters of one world.

    Args:
        world: Where the tasks are played; filter B needs its image index.
        settings: Who plays.
        policies: Policies that take the place of registered ones, by filter.

    Raises:
        ValueError: When a policy is not registered or does not take its arguments.
        WorldError: When there is a filter B and the world has no image index.
    """

    def __init__(
        self,
        world: World,
        settings: FilterSettings,
        policies: Mapping[str, Policy] | None = None,
    ) -> None:
        self._settings = settings
        self._filters: dict[str, tuple[Policy, list[SearchEnv]]] = {}
        for name, tool in FILTERS.items():
            given = (policies or {}).get(name)
            registered = str(getattr(settings, name))
            if given is None and not registered:
                continue
            if tool == "image_search":
                len(world.image_index)  # a missing index must not let everything pass
            policy = given or make(registered, **settings.arguments.get(name, {}))
            environments = [make_environment(world, tool) for _ in range(settings.slots)]
            self._filters[name] = (policy, environments)

    def apply(
        self, tasks: Sequence[Task], rngs: Sequence[np.random.Generator]
    ) -> list[Task | Rejection]:
        """Let the filters play tasks; each plays only those that the earlier ones did not solve.

        Args:
            tasks: The tasks; `metadata["curation"]["index"]` is the number of their record.
            rngs: The generator of each.

        Returns:
            In the order of the tasks: the task, or which filter solved it and how.
        """
        outcomes: list[Task | Rejection] = list(tasks)
        # All filters play a few tasks before the next ones begin: a picture is decoded once.
        for first in range(0, len(tasks), self._settings.slots):
            batch = range(first, min(first + self._settings.slots, len(tasks)))
            for name, (policy, environments) in self._filters.items():
                left = [number for number in batch if isinstance(outcomes[number], Task)]
                played = play(
                    policy,
                    environments,
                    [tasks[number] for number in left],
                    [rngs[number] for number in left],
                )
                for number, shortcut in zip(left, played, strict=True):
                    rejection = self._judge(name, tasks[number], shortcut)
                    if rejection is not None:
                        outcomes[number] = rejection
        return outcomes

    def _judge(self, name: str, task: Task, shortcut: Shortcut) -> Rejection | None:
        index = int(task.metadata["curation"]["index"])
        if shortcut.answered:
            return Rejection(index, Stage.FILTERS, name, shortcut.detail)
        if shortcut.shown and self._settings.read_results:
            return Rejection(index, Stage.FILTERS, name + IN_RESULT, shortcut.detail)
        return None


def play(
    policy: Policy,
    environments: Sequence[SearchEnv],
    tasks: Sequence[Task],
    rngs: Sequence[np.random.Generator],
) -> Iterator[Shortcut]:
    """Let a policy play tasks side by side, each to its end.

    Args:
        policy: The policy. One with a true attribute `blind` does not look at pictures: none is
            drawn for it, which takes longer than all the rest.
        environments: One a task.
        tasks: The tasks.
        rngs: The generator of each.
    """
    slots = dict(enumerate(zip(environments, tasks, rngs, strict=False)))
    observations: dict[int, dict[str, Any]] = {}
    blind = bool(getattr(policy, "blind", False))
    for slot, (environment, task, rng) in slots.items():
        seen = replace(task, images=()) if blind else task
        seed = int(rng.integers(2**31))
        observations[slot], _ = environment.reset(seed=seed, options={"task": seen})
        policy.reset(slot, seen, rng)
    running = dict(observations)
    while running:
        actions = policy.act(running)
        for slot in list(running):
            running[slot], _, ended, cut, _ = slots[slot][0].step(actions[slot])
            if ended or cut:
                del running[slot]
    for environment, task, _ in slots.values():
        yield _look(environment, task)


def _look(environment: SearchEnv, task: Task) -> Shortcut:
    answer = environment.episode.answer
    answered = answer is not None and verify(answer, task).right is True
    curation = task.metadata.get("curation", {})
    forms = dict.fromkeys((task.answer, *task.aliases, str(curation.get("value", task.answer))))
    text = "\n".join(step.observation for step in environment.episode.steps if step.error is None)
    shown = next((form for form in forms if contains_words(text, form)), None)
    detail = f"answered “{answer}”" if answered else "" if shown is None else f"showed “{shown}”"
    return Shortcut(answered, shown is not None, detail)


def make_environment(world: World, tool: str | None) -> SearchEnv:
    """An environment in which there is time for one call of one tool, and an answer."""
    from searchvl_gym.env import SearchEnv
    from searchvl_gym.tools.image_search import ImageSearch
    from searchvl_gym.tools.text_search import TextSearch

    tools = [made for made in (ImageSearch(), TextSearch()) if made.name == tool]
    return SearchEnv(world, tasks=(), tools=tools, max_steps=1 + len(tools))
