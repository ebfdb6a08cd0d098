"""Policies on the page: one of each, which plays in as many sessions as ask for it."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

from searchvl_gym.demo.errors import DemoError
from searchvl_gym.demo.session import Session
from searchvl_gym.leaderboard.naming import Named, parse_named
from searchvl_gym.rollout.player import episode_seeds
from searchvl_gym.rollout.policy import Action, Policy
from searchvl_gym.rollout.registry import make
from searchvl_gym.rollout.workers import describe_failure
from searchvl_gym.types import ToolCall


class Players:
    """The policies that the page offers, by the names under which it was given them.

    Args:
        named: As on the command line of the leaderboard: `oracle`, `transformers:checkpoint=DIR`.

    Raises:
        ValueError: When a name cannot be read.
    """

    def __init__(self, named: Sequence[str]) -> None:
        self._named: dict[str, Named] = {each.text: each for each in map(parse_named, named)}
        self._made: dict[str, _Player] = {}
        self._lock = threading.Lock()

    @property
    def names(self) -> tuple[str, ...]:
        """What the page offers."""
        return tuple(self._named)

    def play(self, session: Session, name: str, past: Sequence[Action] = ()) -> None:
        """Let a policy play a session to its end, in a thread of its own.

        Args:
            session: At its beginning.
            name: One of `names`.
            past: What was done in the session that this one goes on from, by whomever; it is
                done again, and the policy is told of every turn.

        Raises:
            DemoError: When there is no such policy, or one is playing.
        """
        if name not in self._named:
            raise DemoError(f"there is no policy {name!r} here; there are {', '.join(self.names)}")
        session.start_playing()
        work = threading.Thread(
            target=self._work, args=(session, name, past), name=f"play-{name}", daemon=True
        )
        work.start()

    def _work(self, session: Session, name: str, past: Sequence[Action]) -> None:
        failed = ""
        try:
            self._player(name).play(session, past)
        except Exception as error:  # whatever a policy raises is told on the page
            failed = str(error) if isinstance(error, DemoError) else describe_failure(error)
        session.stop_playing(failed)

    def _player(self, name: str) -> _Player:
        with self._lock:
            if name not in self._made:
                named = self._named[name]
                self._made[name] = _Player(make(named.name, **named.arguments))
            return self._made[name]


class _Player:
    """A policy with its free slots."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._lock = threading.Lock()
        self._taken: set[int] = set()
        self._format = getattr(policy, "wire_format", "opensearch_vl")

    def play(self, session: Session, past: Sequence[Action]) -> None:
        slot = self._take()
        try:
            _, rng = episode_seeds(session.seed, 0)
            with self._lock:
                self._policy.reset(slot, session.task, rng)
            waiting = self._follow(slot, session, past)
            while not (session.ended or session.stopped):
                action = self._act(slot, session) if waiting is None else waiting
                waiting = None
                session.play(action, self._format)
        finally:
            with self._lock:
                self._taken.discard(slot)

    def _take(self) -> int:
        with self._lock:
            slot = next(free for free in range(len(self._taken) + 1) if free not in self._taken)
            self._taken.add(slot)
            return slot

    def _act(self, slot: int, session: Session) -> Action:
        # One at a time: a policy says nothing of threads.
        with self._lock:
            return self._policy.act({slot: session.observation})[slot]

    def _follow(self, slot: int, session: Session, past: Sequence[Action]) -> Action | None:
        """Do what was done elsewhere; returns what the policy has decided meanwhile, if anything.

        A policy with a method `recall(slot, observation, action)` is told what was done. Others
        are asked, as they were then, and answer the same. Where somebody else did something
        between, such a policy sees what came of it, and then does what it had decided.
        """
        recall: Any = getattr(self._policy, "recall", None)
        waiting: Action | None = None
        for action in past:
            if recall is not None:
                with self._lock:
                    recall(slot, session.observation, action)
            elif waiting is None:
                waiting = self._act(slot, session)
            session.play(action, self._format)
            if waiting is not None and _done(waiting) == _done(action):
                waiting = None
        return waiting


def _done(action: Action) -> Any:
    """What an action does, without the thoughts of whoever does it."""
    call = getattr(action, "call", action)
    return (call.name, call.arguments) if isinstance(call, ToolCall) else call
