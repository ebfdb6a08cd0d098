"""One episode on the page, which a person and a policy can play by turns."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

from searchvl_gym.demo.errors import DemoError
from searchvl_gym.demo.shown import show_score, show_step, show_task
from searchvl_gym.env import SearchEnv
from searchvl_gym.rollout.policy import Action, Observation
from searchvl_gym.types import Image, Task, ToolError, Trajectory
from searchvl_gym.wrappers import find_wire_format, read_text, render_text


class Session:
    """An episode that can be played, taken back and gone on with from any of its turns.

    All methods may be called from any thread; the environment is used by one at a time.

    Args:
        identity: Under which the page asks for it.
        env: Its environment; nobody else steps it.
        task: What is asked.
        seed: Of the episode.
        labels: What the page says of it: suite, number of the task, world, policy.

    Attributes:
        labels: The same.
        playing: Whether a policy is playing.
        failed: Why its policy stopped, or "".
    """

    def __init__(
        self, identity: str, env: SearchEnv, task: Task, *, seed: int, labels: dict[str, Any]
    ) -> None:
        self.identity = identity
        self.task = task
        self.seed = seed
        self.labels = labels
        self.playing = False
        self.failed = ""
        self.env = env
        self._lock = threading.RLock()
        self._stop = threading.Event()
        self._listeners: list[Callable[[], None]] = []
        self._actions: list[Action] = []
        self._version = 0
        self.observation: Observation = {}
        self._begin()

    @property
    def ended(self) -> bool:
        """Whether the episode is over."""
        return self.env.episode.termination is not None

    @property
    def actions(self) -> Sequence[Action]:
        """What was done so far, in order."""
        return tuple(self._actions)

    @property
    def stopped(self) -> bool:
        """Whether the policy was asked to stop."""
        return self._stop.is_set()

    def play(self, action: Action, wire_format: str = "opensearch_vl") -> Observation:
        """Carry out one action; a mistake in it is a step error that stands in the episode.

        Args:
            action: A call, an attempt of a policy, or a model's own text.
            wire_format: In which a text is written.

        Raises:
            DemoError: When the episode is over.
        """
        with self._lock:
            if self.ended:
                raise DemoError("the episode is over; take a turn back, or begin another", 409)
            self._do(action, wire_format)
        self.changed()
        return self.observation

    def take_back(self, turns: int = 1) -> None:
        """Undo the last turns: the others are played again, which brings the same.

        Raises:
            DemoError: When a policy is playing, or there is no such turn.
        """
        with self._lock:
            if self.playing:
                raise DemoError("the policy is playing; stop it first", 409)
            if not 1 <= turns <= len(self._actions):
                raise DemoError("there is no turn to take back", 409)
            kept = self._actions[:-turns]
            self._begin()
            for action in kept:
                self._do(action)
        self.changed()

    def start_playing(self) -> None:
        """Note that a policy begins to play.

        Raises:
            DemoError: When one is playing already.
        """
        with self._lock:
            if self.playing:
                raise DemoError("a policy is playing already", 409)
            self._stop.clear()
            self.playing, self.failed = True, ""
        self.changed()

    def stop_playing(self, failed: str = "") -> None:
        """Note that the policy plays no more, and why it failed if it did."""
        self.playing, self.failed = False, failed
        self.changed()

    def stop(self) -> None:
        """Ask the policy to stop after its present turn."""
        self._stop.set()

    def picture(self, name: str) -> tuple[str, Image]:
        """Digest and pixels of `img_n`.

        Raises:
            DemoError: When there is no such picture.
        """
        with self._lock:
            pictures = self.env.pictures
            try:
                pixels = pictures.get(name)
            except ToolError as error:
                raise DemoError(error.message, 404) from None
            return pictures.digests()[pictures.names().index(name)], pixels

    def trajectory(self, policy: str) -> Trajectory:
        """The finished episode, played by `policy`.

        Raises:
            DemoError: While it runs.
        """
        from dataclasses import replace

        with self._lock:
            if not self.ended:
                raise DemoError("the episode is not over yet", 409)
            return replace(self.env.trajectory(), policy=policy)

    def state(self, since: int = 0) -> dict[str, Any]:
        """The episode for the page.

        Args:
            since: Number of the first turn that is wanted.
        """
        with self._lock:
            steps = self.env.episode.steps
            pictures = self.env.pictures
            made = {step.image: step.index for step in steps if step.image}
            shown = []
            for name, digest in zip(pictures.names(), pictures.digests(), strict=True):
                height, width = pictures.get(name).shape[:2]
                shown.append(
                    {
                        "name": name,
                        "width": width,
                        "height": height,
                        "made": made.get(name),
                        "url": f"api/sessions/{self.identity}/pictures/{name}?v={digest[:12]}",
                    }
                )
            return {
                "id": self.identity,
                "version": self._version,
                **self.labels,
                "task": show_task(self.task),
                "opening": str(self._opening),
                "pictures": shown,
                "turns": len(steps),
                "since": since,
                "steps": [show_step(step) for step in steps[since:]],
                "tools": self.env.suite.names,
                "playing": self.playing,
                "failed": self.failed,
                "ended": self.ended,
                "score": show_score(self.env.trajectory()) if self.ended else None,
            }

    def on_change(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` after every change; returns what ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def changed(self) -> None:
        """Tell whoever listens."""
        self._version += 1
        for listener in tuple(self._listeners):
            listener()

    def _begin(self) -> None:
        self.observation, _ = self.env.reset(seed=self.seed, options={"task": self.task})
        self._opening = self.observation["text"]
        self._actions = []

    def _do(self, action: Action, wire_format: str = "opensearch_vl") -> None:
        if isinstance(action, str):
            spoken = find_wire_format(wire_format)
            attempt = read_text(action, spoken, lenient=True)
            self.observation, _, _, _, info = self.env.step(attempt)
            # Who writes text reads it as the wire format shows it.
            text = render_text(str(self.observation["text"]), info, spoken)
            self.observation = {**self.observation, "text": text}
        else:
            self.observation = self.env.step(action)[0]
        self._actions.append(action)
