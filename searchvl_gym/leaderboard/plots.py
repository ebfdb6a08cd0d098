"""The curves of a board: played, drawn, and kept as pictures beside its other files."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, replace
from statistics import median

from searchvl_gym.leaderboard.board import Plot
from searchvl_gym.leaderboard.errors import LeaderboardError
from searchvl_gym.leaderboard.naming import Named, folder_name
from searchvl_gym.leaderboard.robustness import (
    AXES,
    Curve,
    Point,
    check_plotting,
    draw_curves,
    play_curve,
)
from searchvl_gym.leaderboard.running import Plan
from searchvl_gym.leaderboard.setup import set_up
from searchvl_gym.leaderboard.suites import find_suite
from searchvl_gym.leaderboard.suites.unseen import UnseenSuite
from searchvl_gym.rollout.record import replace_file

DEPTH = "depth"
"""The axis along which suites are points."""


def plot_curves(
    axes: Sequence[str], suites: Sequence[Named], policies: Sequence[Named], plan: Plan
) -> list[Plot]:
    """Play and draw the curves of every suite, as PNG and JSON in the board's directory.

    The rules judge: a curve takes many plays of the same tasks.

    Args:
        axes: Names of `AXES`.
        suites: Suites and their arguments.
        policies: Policies and their arguments; each is a line.
        plan: How to play; its samples and budget do not matter here.

    Raises:
        LeaderboardError: When a suite's files are missing, or matplotlib is not installed.
        RolloutError: When a run cannot start or had to stop.
    """
    check_plotting()
    plots = []
    for named in suites:
        suite = find_suite(named.name, plan.adapters)
        if isinstance(suite, UnseenSuite):
            raise ValueError(f"{named.text} has no curves: each policy plays in other worlds")
        world, tasks = suite.load(named.arguments, episodes=plan.episodes)
        for name in axes:
            if name == DEPTH:
                continue
            curves = []
            for policy in policies:
                setup = set_up(suite, named, policy, tasks)
                folder = folder_name(named, policy, len(tasks), plan.seed)
                curves.append(
                    play_curve(
                        AXES[name],
                        policy.name,
                        world,
                        setup.tasks,
                        plan.out / "curves" / folder,
                        name=policy.text,
                        environment=suite.environment,
                        settings=setup.environment,
                        arguments=setup.policy,
                        seed=plan.seed,
                        workers=plan.workers,
                    )
                )
            picture = draw_curves(AXES[name], curves)
            plain = re.sub(r"[^A-Za-z0-9._=-]+", "_", named.text)[:80]
            replace_file(plan.out / f"curve-{name}-{plain}.png", picture)
            points = json.dumps([asdict(curve) for curve in curves], indent=1) + "\n"
            replace_file(plan.out / f"curve-{name}-{plain}.json", points.encode())
            title = f"{AXES[name].title} on {named.text}"
            plots.append(Plot(title, f"{len(tasks)} tasks. {AXES[name].caption}", picture))
    if DEPTH in axes:
        plots.append(_plot_depth(suites, policies, plan))
    return plots


def _plot_depth(suites: Sequence[Named], policies: Sequence[Named], plan: Plan) -> Plot:
    """Every suite as a point at its median depth; `curve-depth.png` in the board's directory."""
    found = []
    for named in suites:
        suite = find_suite(named.name, plan.adapters)
        world, tasks = suite.load(named.arguments, episodes=plan.episodes)
        depths = [
            float(task.metadata["least_calls"]) for task in tasks if "least_calls" in task.metadata
        ]
        if not depths or len(depths) < len(tasks):
            raise LeaderboardError(
                f"the tasks of {named.text} have no proved depth; --curve depth is for suites such "
                "as atlas-deep-10"
            )
        found.append((median(depths), named, suite, world, tasks))
    found.sort(key=lambda each: each[0])
    curves = []
    for policy in policies:
        points: list[Point] = []
        for level, named, suite, world, tasks in found:
            setup = set_up(suite, named, policy, tasks)
            played = play_curve(
                replace(AXES[DEPTH], levels=(level,)),
                policy.name,
                world,
                setup.tasks,
                plan.out / "curves" / folder_name(named, policy, len(tasks), plan.seed),
                environment=suite.environment,
                settings=setup.environment,
                arguments=setup.policy,
                seed=plan.seed,
                workers=plan.workers,
            )
            points += played.points
        curves.append(Curve(DEPTH, policy.text, tuple(points)))
    axis = replace(AXES[DEPTH], levels=(0.0, *(each[0] for each in found)))
    picture = draw_curves(axis, curves)
    replace_file(plan.out / "curve-depth.png", picture)
    told = json.dumps([asdict(curve) for curve in curves], indent=1) + "\n"
    replace_file(plan.out / "curve-depth.json", told.encode())
    counted = ", ".join(f"{len(each[4])} of {each[1].text}" for each in found)
    return Plot(axis.title, f"Tasks: {counted}. {axis.caption}", picture)
