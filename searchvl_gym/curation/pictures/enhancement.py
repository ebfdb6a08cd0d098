"""The enhancement subset: pictures that must be repaired first (stage 7).

A picture is damaged so that it can neither be read nor found by image search, and that a tool
brings one of the two back. Fixed strengths rarely do both, because pictures differ: so the
strength climbs a ladder, with a seeded step, until the picture gives way, and the repair is
tried there. A kind that fails is followed by another one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from searchvl_gym.curation.settings import EnhancementSettings
from searchvl_gym.tasks.degradation import apply
from searchvl_gym.types import Degradation, Image, Task, ToolCall, ToolError
from searchvl_gym.world.resemblance import READ_ALIKE, most_alike

if TYPE_CHECKING:
    from searchvl_gym.world import World

RESTORED_ALIKE = 0.95
"""A repair has restored the reading when a line is at least so much like the name."""

_AFTER_GIVING_WAY = 2
"""Steps that are tried once a picture has given way; further up a repair only gets harder."""


SEARCH, READING = "image_search", "reading"
"""What a repair brings back."""

_USUAL: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True)
class Ladder:
    """The strengths of a kind of damage and what may repair it.

    Attributes:
        strengths: From mild to strong.
        unsearched: The same for worlds without an image index, where only reading must be
            defeated and restored; empty when the tool does not make letters readable again.
        tool: Its repair.
        restores: What the repair may bring back; only this is looked at. Where a picture is
            blurred or reduced until it is not found, no letter can be read after any repair.
        arguments: Arguments that the tool is tried with, in this order.
    """

    strengths: tuple[float, ...]
    unsearched: tuple[float, ...]
    tool: str
    restores: tuple[str, ...]
    arguments: tuple[Mapping[str, Any], ...] = (_USUAL,)


LADDERS: Mapping[str, Ladder] = MappingProxyType(
    {
        "blur": Ladder(
            (8, 9.5, 11, 12.5, 14, 16, 18.5, 21),
            (4.5, 5.2, 6, 7),
            "sharpen",
            (SEARCH,),
            (_USUAL, {"amount": 5.0}),
        ),
        "downsample": Ladder(
            (30, 34, 38, 42, 46, 50), (), "super_resolution", (SEARCH,), (_USUAL, {"scale": 2})
        ),
        "perspective": Ladder(
            (0.38, 0.4, 0.42, 0.43, 0.44),
            (0.4, 0.42, 0.44),
            "perspective_correct",
            (SEARCH, READING),
        ),
        "noise": Ladder((200, 230, 255), (), "super_resolution", (SEARCH,), ({"scale": 2},)),
        "low_light": Ladder(
            (0.05, 0.042, 0.036, 0.03, 0.025),
            (0.05, 0.042, 0.036, 0.03, 0.025),
            "sharpen",
            (READING,),
            (_USUAL, {"amount": 10.0}),
        ),
    }
)
"""Strengths as in `tasks.degradation`; each is shifted by up to half a step, by the seed."""

KEPT, SURVIVED, NOT_REPAIRED = "kept", "survived", "not_repaired"
"""What becomes of a kind that was tried on a picture: the picture could still be read or found
at every strength, or no repair helped where it could not."""


@dataclass(frozen=True)
class Enhanced:
    """A task that was chosen, and what was tried on its picture.

    Attributes:
        task: The task; as it was when nothing fitted.
        tried: Each kind that was tried with `KEPT`, `SURVIVED` or `NOT_REPAIRED`.
    """

    task: Task
    tried: tuple[tuple[str, str], ...]


class Enhancer:
    """Damages pictures of one world, with the real tools.

    Args:
        world: The world.
        settings: How many, and how.
        searchable: Whether the world has an image index. Without one nothing can be found, so
            only reading has to be defeated and restored.
    """

    def __init__(
        self, world: World, settings: EnhancementSettings, *, searchable: bool = True
    ) -> None:
        from searchvl_gym.tools.catalog import default_tools
        from searchvl_gym.tools.suite import ToolSuite

        if settings.share > 0 and searchable:
            len(world.image_index)  # its absence would count as a picture that is not found
        self._world, self._settings, self._searchable = world, settings, searchable
        self._suite = ToolSuite(default_tools())

    def enhance(self, task: Task, rng: np.random.Generator) -> Enhanced | None:
        """Damage the picture of a task, or leave it; None when the task was not chosen.

        Args:
            task: A task on one picture of the world that shows a name.
            rng: The record's generator.
        """
        if rng.random() >= self._settings.share or not task.metadata.get("shown"):
            return None
        image = task.images[0]
        assert image.world_image is not None
        pixels, page = self._world.pixels(image.world_image), task.hops[0].subject
        kinds = [kind for kind in self._settings.kinds if _strengths(kind, self._searchable)]
        rng.shuffle(kinds)
        shown = str(task.metadata["shown"])
        subject = _Subject(self._world, self._suite, pixels, page, shown, self._searchable)
        tried: list[tuple[str, str]] = []
        for kind in kinds[: self._settings.tries]:
            outcome, found = _climb(subject, kind, rng)
            tried.append((kind, outcome))
            if found is not None:
                degradation, repair = found
                enhanced = replace(
                    task,
                    images=(replace(image, degradation=degradation),),
                    repair=(LADDERS[kind].tool,),
                    metadata={**task.metadata, "repair": repair},
                )
                return Enhanced(enhanced, tuple(tried))
        return Enhanced(task, tuple(tried))


@dataclass(frozen=True)
class _Subject:
    """A picture under test."""

    world: World
    suite: Any
    pixels: Image
    page: int
    shown: str
    searchable: bool

    def found(self, pixels: Image) -> bool:
        """Whether the first hit of the image search is its page."""
        if not self.searchable:
            return False
        hits = self.world.image_index.search(pixels, 1)
        return bool(hits) and hits[0].page == self.page

    def read(self, pixels: Image) -> float:
        """How much of the name can be read, 0 to 1."""
        from searchvl_gym.tools.text_recognition import recognise

        return most_alike([line.text for line in recognise(pixels)], self.shown)[1]

    def repair(self, tool: str, arguments: Mapping[str, Any], pixels: Image) -> Image | None:
        """What the tool makes of a picture, or None when it cannot."""
        from searchvl_gym.episode.pictures import EpisodePictures
        from searchvl_gym.tools import ToolContext

        context = ToolContext(EpisodePictures([lambda: pixels]), self.world)
        try:
            made = self.suite.run(ToolCall(tool, {"image": "img_1", **arguments}), context).image
        except ToolError:
            return None
        assert made is not None
        return np.asarray(made, np.uint8)


def _climb(
    subject: _Subject, kind: str, rng: np.random.Generator
) -> tuple[str, tuple[Degradation, dict[str, Any]] | None]:
    """Try a kind of damage from mild to strong; the last outcome, and the pair that fits."""
    outcome, left = SURVIVED, _AFTER_GIVING_WAY
    for strength in _steps(_strengths(kind, subject.searchable), rng):
        degradation = Degradation(kind, strength, int(rng.integers(2**31)))
        damaged = apply(subject.pixels, degradation)
        # Reading is slow, so it is tried last, and only where it decides.
        if subject.found(damaged):
            continue
        repair, readable = _find_repair(subject, kind, damaged)
        if readable:
            continue
        if repair is not None:
            return KEPT, (degradation, repair)
        outcome, left = NOT_REPAIRED, left - 1
        if left == 0:
            break
    return outcome, None


def _find_repair(
    subject: _Subject, kind: str, damaged: Image
) -> tuple[dict[str, Any] | None, bool]:
    """What brings a picture back that is not found, and whether it can be read as it is."""
    ladder = LADDERS[kind]
    restores = ladder.restores if subject.searchable else (READING,)
    repaired: list[tuple[Mapping[str, Any], Image]] = []
    for arguments in ladder.arguments:
        made = subject.repair(ladder.tool, arguments, damaged)
        if made is None:
            continue
        repaired.append((arguments, made))
        if SEARCH in restores and subject.found(made):
            readable = subject.read(damaged) >= READ_ALIKE
            return None if readable else _describe(ladder.tool, arguments, SEARCH), readable
    if READING not in restores:
        return None, False
    if subject.read(damaged) >= READ_ALIKE:
        return None, True
    for arguments, made in repaired:
        if subject.read(made) >= RESTORED_ALIKE:
            return _describe(ladder.tool, arguments, READING), False
    return None, False


def _strengths(kind: str, searchable: bool) -> tuple[float, ...]:
    ladder = LADDERS[kind]
    return ladder.strengths if searchable else ladder.unsearched


def _describe(tool: str, arguments: Mapping[str, Any], restores: str) -> dict[str, Any]:
    return {"tool": tool, "arguments": dict(arguments), "restores": restores}


def _steps(strengths: tuple[float, ...], rng: np.random.Generator) -> Iterator[float]:
    """The strengths of a ladder, each shifted towards its neighbour below."""
    below = strengths[0]
    for strength in strengths:
        yield round(strength - float(rng.uniform(0.0, 0.5)) * (strength - below), 4)
        below = strength
