"""`MenuActions`: the environment as classic reinforcement learning knows one.

A `Discrete` action chooses a place of a `Menu`; an observation is a `Box` of fixed size. Every call
of the menu is a real call of the environment, with its errors, its end and its reward.
"""

from __future__ import annotations

from typing import Any

import gymnasium
import numpy as np
import numpy.typing as npt
from gymnasium import spaces
from gymnasium.utils import RecordConstructorArgs

from searchvl_gym.episode import Attempt
from searchvl_gym.menu.candidates import Candidate, Menu, MenuSizes
from searchvl_gym.menu.encoders import HashingEncoder, TextEncoder
from searchvl_gym.types import ErrorKind, ToolError

Features = npt.NDArray[np.float32]

PLACE_FEATURES = 4
"""Numbers a place: offered, tried before, likeness to the question, likeness to what came last."""

STATE_FEATURES = 8


class MenuActions(gymnasium.Wrapper[Any, Any, dict[str, Any], Any], RecordConstructorArgs):
    """Lets an algorithm choose among candidate calls that are made from what the episode shows.

    The menu's places: read picture k, search for picture k, cut out region r of the newest picture,
    search for name i, open result j, answer with value c. Which of them are offered stands in
    `info["action_mask"]` (int8) after every reset and step, and in `action_masks()` (bool), as
    masking algorithms want it. A place that is not offered is a step error like any other.

    The observation is a vector: the question, the newest text, eight numbers on the episode, four
    numbers a place (`PLACE_FEATURES`); all from −1 to 1.

    Args:
        env: A `SearchEnv`, wrapped or not.
        sizes: Places of each kind; None for the usual ones.
        encoder: Turns text into vectors; None for `HashingEncoder(256)`.

    Attributes:
        menu: The candidates of the running episode.

    >>> MenuSizes(read=1, match=1, search=0, open=5, answer=8).total
    20
    """

    def __init__(
        self,
        env: gymnasium.Env[dict[str, Any], Any],
        sizes: MenuSizes | None = None,
        encoder: TextEncoder | None = None,
    ) -> None:
        RecordConstructorArgs.__init__(self, sizes=sizes, encoder=encoder)
        super().__init__(env)
        self.sizes = sizes or MenuSizes()
        self.encoder = encoder or HashingEncoder()
        self._tools: tuple[str, ...] = self.get_wrapper_attr("suite").names
        self.menu = Menu(self.sizes, self._tools)
        self._places: list[Candidate | None] = [None] * self.sizes.total
        self._question = np.zeros(self.encoder.width, np.float32)
        self.action_space = spaces.Discrete(self.sizes.total)
        width = 2 * self.encoder.width + STATE_FEATURES + PLACE_FEATURES * self.sizes.total
        self.observation_space = spaces.Box(-1.0, 1.0, (width,), np.float32)

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Features, dict[str, Any]]:
        """Begin an episode; see `SearchEnv.reset`."""
        observation, info = self.env.reset(seed=seed, options=options)
        self.menu = Menu(self.sizes, self._tools)
        self._question = self.encoder.encode([observation["question"]])[0]
        return self._observe(observation, info)

    def step(self, action: Any) -> tuple[Features, Any, bool, bool, dict[str, Any]]:
        """Make the call at a place of the menu."""
        chosen = self._chosen(action)
        if chosen is not None:
            self.menu.add_call(chosen.call)
        observation, reward, terminated, truncated, info = self.env.step(
            chosen.call if chosen is not None else _nothing_there(action)
        )
        if not info["step_error"]:
            self.menu.add_text(observation["text"])
        features, info = self._observe(observation, info)
        return features, reward, terminated, truncated, info

    def action_masks(self) -> npt.NDArray[np.bool_]:
        """Which places are offered now; the name that `MaskablePPO` asks for."""
        return np.array([candidate is not None for candidate in self._places])

    def candidates(self) -> list[Candidate | None]:
        """The candidate at each place, or None where nothing is offered."""
        return list(self._places)

    def _chosen(self, action: Any) -> Candidate | None:
        whole = isinstance(action, (int, np.integer, np.ndarray)) and np.ndim(action) == 0
        place = int(action) if whole else -1
        return self._places[place] if 0 <= place < len(self._places) else None

    def _observe(
        self, observation: dict[str, Any], info: dict[str, Any]
    ) -> tuple[Features, dict[str, Any]]:
        pictures = self.get_wrapper_attr("pictures")
        for index, name in enumerate(pictures.names()):
            if index >= self.menu.pictures:
                height, width = pictures[index].shape[:2]
                self.menu.add_picture(name, width, height)
        self._places = self.menu.places()
        mask = self.action_masks()
        hints = ["" if each is None else each.hint for each in self._places]
        encoded = self.encoder.encode([observation["text"], *hints])
        newest, hinted = encoded[0], encoded[1:]
        tried = [each is not None and each.tried for each in self._places]
        places = np.stack([mask, tried, hinted @ self._question, hinted @ newest], axis=1).astype(
            np.float32
        )
        features = np.concatenate([self._question, newest, self._state(info), places.reshape(-1)])
        info = {**info, "action_mask": mask.astype(np.int8)}
        return np.clip(features, -1.0, 1.0).astype(np.float32), info

    def _state(self, info: dict[str, Any]) -> Features:
        steps = info["steps"]
        offered = {
            kind: any(self._places[self.sizes.start(kind) :][:size])
            for kind, size in self.sizes.sections()
        }
        return np.array(
            [
                min(1.0, steps / 10),
                min(1.0, info["consecutive_errors"] / 3),
                float(info["step_error"]),
                float(bool(info["new_image"])),
                *(float(offered[kind]) for kind in ("read", "search", "open", "answer")),
            ],
            np.float32,
        )


def _nothing_there(action: Any) -> Attempt:
    shown = str(action)[:40]
    error = ToolError(ErrorKind.BAD_ARGUMENTS, f"The menu offers nothing at place {shown}.")
    return Attempt(None, error)
