"""Plays episodes on a Ray cluster, and redoes what a lost worker was playing.

Every actor makes its policy once and opens the world by memory map, so actors of one node share
its pages. Finished episodes come back to this process with their pictures: nodes need no common
disk for the output. No more than two batches an actor are under way, so a slow disk here holds the
cluster back rather than filling its memory.
"""

from __future__ import annotations

import warnings
from collections import Counter, deque
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path
from typing import Any

from searchvl_gym.rollout.errors import RolloutError
from searchvl_gym.rollout.player import FinishedEpisode, Job, Player
from searchvl_gym.rollout.ray_cluster import join_cluster
from searchvl_gym.rollout.store import save_images
from searchvl_gym.rollout.workers import describe_failure

MAX_LOSSES = 3
"""How often an episode may lose its worker before it is taken for the cause."""

_UNDER_WAY = 2
"""Batches that an actor has at most: one that it plays and the next one."""


def play_on_ray(
    job: Job, episodes: list[int], workers: int, out: Path
) -> Generator[FinishedEpisode, None, None]:
    """Play episodes in `workers` Ray actors of one CPU each.

    Args:
        job: Environment, policy, seed.
        episodes: The numbers to play, handed out in this order.
        workers: Number of actors.
        out: Directory of the store; the pictures are saved there.

    Yields:
        Each episode in order of completion, without its pictures.

    Raises:
        RolloutError: When Ray is missing, a policy or an environment fails, or an episode has
            lost its worker several times.
    """
    ray, started = join_cluster(workers)
    actor_class = ray.remote(num_cpus=1)(_Actor)
    batches = deque(
        tuple(episodes[start : start + job.slots]) for start in range(0, len(episodes), job.slots)
    )
    actors: list[Any] = []
    under_way: dict[Any, tuple[Any, tuple[int, ...]]] = {}
    losses: Counter[int] = Counter()

    def hand_out() -> None:
        """Give every actor what it may have."""
        while len(actors) < min(workers, len(batches) + len(under_way)):
            actors.append(actor_class.remote(job))
        for _ in range(_UNDER_WAY):
            for actor in actors:
                busy = sum(owner is actor for owner, _ in under_way.values())
                if batches and busy < _UNDER_WAY:
                    batch = batches.popleft()
                    under_way[actor.play.remote(batch)] = (actor, batch)

    try:
        hand_out()
        while under_way:
            (ready, *_), _ = ray.wait(list(under_way), num_returns=1)
            actor, batch = under_way.pop(ready)
            try:
                finished: list[FinishedEpisode] = ray.get(ready)
            except ray.exceptions.RayTaskError as error:
                raise RolloutError(describe_failure(error.cause or error)) from None
            except ray.exceptions.RayError as error:  # the worker, or its node, is gone
                losses.update(batch)
                number, count = losses.most_common(1)[0]
                if count >= MAX_LOSSES:
                    raise RolloutError(
                        f"episode {number} has lost its worker {count} times "
                        f"({_last_words(error)}); finished episodes are kept"
                    ) from None
                batches.appendleft(batch)
                actors = [other for other in actors if other is not actor]
            else:
                for done in finished:
                    save_images(out, done.images)
                    yield replace(done, images={})
            hand_out()
    finally:
        for actor in actors:
            ray.kill(actor)
        if started:
            ray.shutdown()


def _last_words(error: Exception) -> str:
    """What Ray says of a lost worker, in one short line."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return (lines[-1] if lines else type(error).__name__)[:200]


class _Actor:
    """One Ray worker."""

    def __init__(self, job: Job) -> None:
        from searchvl_gym.tasks.drawn import OtherPicturesWarning

        # The parent has made an environment of the same tasks and told it already.
        warnings.simplefilter("ignore", OtherPicturesWarning)
        self._job = job
        self._player: Player | None = None

    def play(self, episodes: tuple[int, ...]) -> list[FinishedEpisode]:
        """Play a batch."""
        if self._player is None:  # not before: what fails here is told by its own name
            self._player = Player(self._job)
        return list(self._player.play(iter(episodes)))
