"""`human`: plays again what a person played on the page, so that people stand on the board."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from searchvl_gym.rollout.errors import RolloutError
from searchvl_gym.rollout.policy import Observation, Play, ScriptedPolicy
from searchvl_gym.rollout.reading import StoredTrajectories
from searchvl_gym.types import Task, ToolCall


class HumanPolicy(ScriptedPolicy):
    """Repeats kept games by their tasks.

    Args:
        run: Directory of the games, as `searchvl demo --keep` writes them.

    Raises:
        RolloutError: When there are none.
    """

    name = "human"

    def __init__(self, run: str) -> None:
        super().__init__()
        self._run = Path(run)
        self._games = {played.task.id: played for played in StoredTrajectories(run)}

    def play(self, task: Task, observation: Observation, rng: np.random.Generator) -> Play:
        """See `ScriptedPolicy.play`.

        Raises:
            RolloutError: When nobody has played the task.
        """
        game = self._games.get(task.id)
        if game is None:
            raise RolloutError(
                f"{self._run} holds {len(self._games)} games, none of them of task {task.id}; "
                "play it on the page (searchvl demo --keep), or take fewer episodes"
            )
        for step in game.steps:
            yield step.call if step.call is not None else ToolCall("", {})
