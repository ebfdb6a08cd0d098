"""How a policy bears up: right answers against faults, damaged pictures and depth."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from searchvl_gym.leaderboard.anchors import anchor_of
from searchvl_gym.leaderboard.errors import LeaderboardError
from searchvl_gym.leaderboard.statistics import Share, share_interval
from searchvl_gym.rollout import run
from searchvl_gym.rollout.policy import Policy
from searchvl_gym.rollout.reading import StoredTrajectories
from searchvl_gym.rollout.summary import is_right
from searchvl_gym.tasks import TaskSet
from searchvl_gym.tasks.repairs import REPAIRS, Repair
from searchvl_gym.tools.faults import Faults
from searchvl_gym.types import Degradation, Task
from searchvl_gym.world import World
from searchvl_gym.world.many import Worlds

BURST = 2.0
"""Mean number of calls that an outage lasts."""

_UNHARMED = {"blur": 0.0, "downsample": 1.0, "perspective": 0.0}
_MOST_PERSPECTIVE = 0.44


@dataclass(frozen=True)
class Axis:
    """What is made worse.

    Attributes:
        name: On the command line.
        label: On the plot.
        levels: Where it is measured.
        title: Of the plot.
        caption: How to read it.
    """

    name: str
    label: str
    levels: tuple[float, ...]
    title: str
    caption: str


AXES: Mapping[str, Axis] = {
    "faults": Axis(
        "faults",
        "share of tool calls that fail",
        (0.0, 0.1, 0.2, 0.4, 0.6),
        "Right answers against faults",
        "Time-outs, malformed payloads and outages of two calls on average; the same seed gives "
        "each policy the same stream of them. Bands are 95 % intervals.",
    ),
    "damage": Axis(
        "damage",
        "damage of the picture (1: as tasks draw it)",
        (0.0, 1.0, 2.0, 3.0),
        "Right answers against damage",
        "Every picture is blurred, reduced or seen askew, in turn; a tool can undo each. "
        "Bands are 95 % intervals.",
    ),
    "depth": Axis(
        "depth",
        "least number of tool calls (median of the suite)",
        (10.0, 20.0, 40.0),
        "Right answers against depth",
        "Each suite is a point: the median of its tasks' proved least number of tool calls. "
        "Bands are 95 % intervals.",
    ),
}
"""The curves there are, by name."""


@dataclass(frozen=True)
class Point:
    """A policy at one level; `share` is None when no episode could be scored."""

    level: float
    share: Share | None


@dataclass(frozen=True)
class Curve:
    """A policy along one axis.

    Attributes:
        axis: Name of the axis.
        policy: Name of the policy.
        points: In order of level.
    """

    axis: str
    policy: str
    points: tuple[Point, ...]


def play_curve(
    axis: Axis,
    policy: str | Policy,
    world: World | Worlds,
    tasks: TaskSet,
    out: Path,
    *,
    name: str = "",
    environment: str = "SearchVL/Atlas-v0",
    settings: Mapping[str, Any] | None = None,
    arguments: Mapping[str, Any] | None = None,
    seed: int = 0,
    workers: int = 1,
) -> Curve:
    """Let a policy play the same tasks at every level of an axis.

    Args:
        axis: One of `AXES`, or one with other levels; of `depth` the tasks are the level.
        policy: A registered name, or a policy.
        world: Where the tasks are.
        tasks: What is played; for damage their pictures are spoiled.
        out: Directory of the runs; what is finished there is not played again.
        name: Of the policy on the plot; "" for its own.
        environment: Gymnasium id.
        settings: What the environment gets beside world and tasks.
        arguments: Of the policy, when it is given by name.
        seed: Of the episodes and the faults.
        workers: Processes.

    Raises:
        ValueError: When an argument is wrong.
        RolloutError: When a run cannot start or had to stop.
    """
    points = []
    for level in axis.levels:
        played = damage(tasks, level) if axis.name == "damage" else tasks
        more: dict[str, Any] = dict(settings or {})
        if axis.name == "faults" and level:
            more["faults"] = Faults(level, BURST, seed=seed)
        folder = out / f"{axis.name}-{level:g}"
        run(
            environment,
            policy,
            episodes=len(played),
            seed=seed,
            workers=workers,
            out=folder,
            env_kwargs={"world": world, "tasks": played, **more},
            policy_kwargs=dict(arguments or {}),
        )
        scored = [
            (float(is_right(each)), anchor_of(each.task))
            for each in StoredTrajectories(folder)
            if each.reward is not None
        ]
        share = None
        if scored:
            share = share_interval([right for right, _ in scored], [own for _, own in scored])
        points.append(Point(level, share))
    called = name or (policy if isinstance(policy, str) else policy.name)
    return Curve(axis.name, called, tuple(points))


def damage(tasks: TaskSet, level: float) -> TaskSet:
    """The same tasks with every picture damaged, each kind of damage in turn.

    Args:
        tasks: The tasks; what damage they had is replaced.
        level: 0 for sound pictures, 1 for what tasks draw, more for worse. An askew picture
            cannot get worse than about 2.

    Raises:
        ValueError: When the level is negative.
    """
    if level < 0:
        raise ValueError(f"the level of damage must be at least 0, got {level}")
    spoiled = [
        _spoil(task, REPAIRS[number % len(REPAIRS)], level, number)
        for number, task in enumerate(tasks)
    ]
    return TaskSet(spoiled, f"{tasks.name}-damage-{level:g}", tasks.drawn)


def _spoil(task: Task, repair: Repair, level: float, seed: int) -> Task:
    images = [replace(image, degradation=_degrade(repair, level, seed)) for image in task.images]
    return replace(task, images=tuple(images), repair=repair.tools if level and images else ())


def _degrade(repair: Repair, level: float, seed: int) -> Degradation | None:
    if not level:
        return None
    sound, usual = _UNHARMED[repair.kind], (repair.low + repair.high) / 2
    strength = sound + level * (usual - sound)
    if repair.kind == "perspective":
        strength = min(strength, _MOST_PERSPECTIVE)
    return Degradation(repair.kind, round(strength, 3), seed)


def check_plotting() -> None:
    """Make sure that curves can be drawn, before they are played.

    Raises:
        LeaderboardError: When matplotlib is not installed; names the extra.
    """
    if find_spec("matplotlib") is None:
        raise LeaderboardError("curves need matplotlib: pip install 'searchvl-gym[plots]'")


def draw_curves(axis: Axis, curves: Sequence[Curve]) -> bytes:
    """The curves of an axis as a PNG.

    Raises:
        ValueError: When there is nothing to draw.
        LeaderboardError: When matplotlib is not installed.
    """
    check_plotting()
    from matplotlib.figure import Figure

    if not curves:
        raise ValueError("there are no curves to draw")
    figure = Figure(figsize=(7.6, 4.2), layout="constrained")
    plot = figure.subplots()
    for number, curve in enumerate(curves):
        shown = [(point.level, point.share) for point in curve.points if point.share is not None]
        colour, marker = _COLOURS[number % len(_COLOURS)], _MARKERS[number % len(_MARKERS)]
        levels = [level for level, _ in shown]
        values, lows, highs = (
            [100 * float(getattr(share, end)) for _, share in shown]
            for end in ("value", "low", "high")
        )
        plot.plot(
            levels, values, color=colour, marker=marker, label=curve.policy, linewidth=1.8,
            markersize=5, clip_on=False,
        )  # fmt: skip
        plot.fill_between(levels, lows, highs, color=colour, alpha=0.13, linewidth=0)
    plot.set_xlabel(axis.label)
    plot.set_ylabel("right answers, %")
    plot.set_xlim(axis.levels[0], axis.levels[-1])
    plot.set_ylim(0, 100)
    plot.grid(alpha=0.25)
    plot.spines[["top", "right"]].set_visible(False)
    plot.legend(frameon=False, fontsize=9)
    stream = io.BytesIO()
    # Neither a date nor the version of matplotlib, so that the same curves are the same file.
    figure.savefig(stream, format="png", dpi=120, metadata={"Software": None})
    return stream.getvalue()


_COLOURS = ("#1b6ca8", "#c8553d", "#588157", "#8e6c8a", "#b08900", "#4a4e57")
_MARKERS = ("o", "s", "^", "D", "v", "P")
