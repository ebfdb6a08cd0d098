"""Draws paths: anchor, bridges, answer (stage 1).

All walks of a batch advance together, a step of each at a time, so a path costs a few
microseconds. Path number `i` is a function of the graph, the settings, the seed and `i`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from searchvl_gym.curation.paths.counter_random import uniforms
from searchvl_gym.curation.paths.graph import PathGraph
from searchvl_gym.curation.records import PagePath, Rejection, Stage
from searchvl_gym.curation.settings import PathSettings

Ids = npt.NDArray[np.int32]


class PathReason(IntEnum):
    """What became of a walk."""

    ACCEPTED = 0
    DEAD_END = 1
    NO_ARTICLE = 2
    HUB = 3
    CYCLE = 4


@dataclass(frozen=True)
class PathBatch:
    """Paths number `first` to `first + len(pages) - 1`.

    Attributes:
        first: Number of the first path.
        pages: int32, shape `(paths, longest + 1)`: page ids, -1 after the end of a path.
        lengths: int8, shape `(paths,)`: number of links.
        attempts: int8, shape `(paths,)`: walks that had failed before the last one.
        outcome: int8, shape `(paths,)`: `PathReason` of the last walk.
        failed_walks: int64, shape `(len(PathReason),)`: failed walks by reason.
    """

    first: int
    pages: Ids
    lengths: npt.NDArray[np.int8]
    attempts: npt.NDArray[np.int8]
    outcome: npt.NDArray[np.int8]
    failed_walks: npt.NDArray[np.int64]

    @property
    def accepted(self) -> int:
        """Number of accepted paths."""
        return int((self.outcome == PathReason.ACCEPTED).sum())

    def failures(self) -> Mapping[str, int]:
        """Failed walks by reason; an anchor that is dropped counts once for every walk."""
        counts = self.failed_walks.tolist()
        return {reason.name.lower(): counts[reason] for reason in PathReason if counts[reason]}

    def records(self) -> Iterator[PagePath | Rejection]:
        """The paths in order; a `Rejection` for an anchor that was dropped."""
        for row in range(len(self.lengths)):
            index = self.first + row
            if self.outcome[row] == PathReason.ACCEPTED:
                pages = self.pages[row, : int(self.lengths[row]) + 1].tolist()
                yield PagePath(index, tuple(pages), int(self.attempts[row]))
            else:
                last = PathReason(int(self.outcome[row])).name.lower()
                tried = int(self.attempts[row]) + 1
                yield Rejection(
                    index, Stage.PATH, "retries", f"{tried} walks failed, the last one: {last}"
                )


class PathSampler:
    """Draws paths from a graph.

    Anchors are spread evenly over the domains: path `i` begins in domain `i` modulo their
    number. Within a domain every anchor is used once, in random order, before any is used
    again.

    Args:
        graph: The links.
        settings: The rules.
        seed: Of all draws.

    Raises:
        ValueError: When no page can be an anchor.

    >>> graph = PathGraph(
    ...     np.array([0, 1, 2, 3]), np.array([1, 2, 0], np.int32), np.ones(3, np.int32),
    ...     np.zeros(3, bool), np.zeros(3, np.int8))
    >>> rules = PathSettings(lengths=(2,), length_weights=(1,), seed_in_degree=1)
    >>> sorted(path.pages for path in PathSampler(graph, rules, seed=0).draw(0, 3).records())
    [(0, 1, 2), (1, 2, 0), (2, 0, 1)]
    """

    def __init__(self, graph: PathGraph, settings: PathSettings, *, seed: int) -> None:
        self._graph, self._settings, self._seed = graph, settings, seed
        degree = graph.in_degree
        fits = (degree >= settings.seed_in_degree) & (degree <= settings.hub_in_degree)
        fits &= ~graph.excluded
        anchors = [
            np.flatnonzero(fits & (graph.domain == number)).astype(np.int32)
            for number in range(len(settings.domains))
        ]
        self.anchors: Mapping[str, Ids] = {
            domain: pages
            for domain, pages in zip(settings.domains, anchors, strict=True)
            if len(pages)
        }
        if not self.anchors:
            raise ValueError(
                f"none of {len(graph):,} pages can be an anchor: one of the kinds "
                f"{', '.join(settings.domains)}, with a picture of {settings.image_side} pixels "
                f"and {settings.seed_in_degree} to {settings.hub_in_degree} links to it; for a "
                "small world take PathSettings.small_world(pages)"
            )
        weights = np.asarray(settings.length_weights, np.float64)
        self._cumulative = np.cumsum(weights / weights.sum())
        # Pages that no walk may step on, in one look-up.
        self._barred = np.zeros(len(graph), np.int8)
        self._barred[degree > settings.hub_in_degree] = PathReason.HUB
        self._barred[graph.excluded] = PathReason.NO_ARTICLE
        self._order: dict[str, tuple[int, Ids]] = {}

    def draw(self, first: int, count: int) -> PathBatch:
        """Draw paths number `first` to `first + count - 1`."""
        index = np.arange(first, first + count, dtype=np.int64)
        lengths = self._lengths(index)
        pages = np.full((count, max(self._settings.lengths) + 1), -1, np.int32)
        attempts = np.zeros(count, np.int8)
        outcome = np.zeros(count, np.int8)
        failed = np.zeros(len(PathReason), np.int64)
        anchors = self._anchors(index)
        open_rows = np.arange(count)
        for attempt in range(self._settings.retries + 1):
            if not len(open_rows):
                break
            walks, reasons = self._walk(
                index[open_rows], anchors[open_rows], lengths[open_rows], attempt
            )
            pages[open_rows], outcome[open_rows] = walks, reasons
            attempts[open_rows] = attempt
            failed += np.bincount(reasons, minlength=len(PathReason))
            open_rows = open_rows[reasons != PathReason.ACCEPTED]
        failed[PathReason.ACCEPTED] = 0
        return PathBatch(first, pages, lengths.astype(np.int8), attempts, outcome, failed)

    def _walk(
        self,
        index: npt.NDArray[np.int64],
        anchors: Ids,
        lengths: npt.NDArray[np.int64],
        attempt: int,
    ) -> tuple[Ids, npt.NDArray[np.int8]]:
        """One attempt at every path: the pages, and what became of it."""
        graph = self._graph
        longest = max(self._settings.lengths)
        pages = np.full((len(index), longest + 1), -1, np.int32)
        pages[:, 0] = anchors
        reasons = np.zeros(len(index), np.int8)
        rows = np.arange(len(index))
        for step in range(1, longest + 1):
            rows = rows[lengths[rows] >= step]
            here = pages[rows, step - 1]
            start = graph.offsets[here]
            degree = graph.offsets[here + 1] - start
            ended = degree == 0
            if ended.any():
                reasons[rows[ended]] = PathReason.DEAD_END
                rows, start, degree = rows[~ended], start[~ended], degree[~ended]
            purpose = 2 + attempt * longest + step
            chance = uniforms(self._seed, index[rows], purpose)
            following = graph.targets[start + (chance * degree).astype(np.int64)]
            verdict = self._barred[following]
            seen = (pages[rows, :step] == following[:, None]).any(axis=1)
            verdict[seen & (verdict == 0)] = PathReason.CYCLE
            pages[rows, step] = following
            reasons[rows] = verdict
            rows = rows[verdict == 0]
        return pages, reasons

    def _lengths(self, index: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        choice = np.searchsorted(self._cumulative, uniforms(self._seed, index, 0), side="right")
        # Rounding may leave the last bound a little below 1.
        choice = np.minimum(choice, len(self._cumulative) - 1)
        return np.asarray(self._settings.lengths, np.int64)[choice]

    def _anchors(self, index: npt.NDArray[np.int64]) -> Ids:
        """The anchor of every path."""
        found = np.empty(len(index), np.int32)
        for number, domain in enumerate(self.anchors):
            rows = np.flatnonzero(index % len(self.anchors) == number)
            rounds, places = np.divmod(index[rows] // len(self.anchors), len(self.anchors[domain]))
            for turn in np.unique(rounds).tolist():
                mine = rounds == turn
                found[rows[mine]] = self._shuffle(domain, turn)[places[mine]]
        return found

    def _shuffle(self, domain: str, turn: int) -> Ids:
        """The anchors of a domain in the order in which round `turn` uses them."""
        held = self._order.get(domain)
        if held is None or held[0] != turn:
            number = list(self.anchors).index(domain)
            rng = np.random.default_rng([self._seed, int(Stage.PATH), number, turn])
            held = self._order[domain] = (turn, rng.permutation(self.anchors[domain]))
        return held[1]
