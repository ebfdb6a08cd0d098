"""Writes one oracle episode of a deep suite as a page, with the pictures of its task."""

from __future__ import annotations

import json
from pathlib import Path

from PIL import Image as Pillow

from algos.policies.oracle import OraclePolicy
from benchmarks.deep.playing import episode
from searchvl_gym.env import SearchEnv
from searchvl_gym.leaderboard.suites.deep import DeepSuite
from searchvl_gym.types import Step

DOCS = Path(__file__).parents[2] / "docs"

MOST_LINES = 4
"""Lines of an observation that are printed."""


def write_trajectory(depth: int, number: int = 0) -> dict[str, object]:
    """Play a task of a suite, and write `docs/deep_trajectory.md` and its pictures."""
    suite = DeepSuite(depth)
    world, tasks = suite.load({}, episodes=number + 1)
    env = SearchEnv(world, tasks, **suite.settings)
    played = episode(env, OraclePolicy(), number)
    task = played.task
    told = task.metadata
    names = []
    for place in range(len(task.images)):
        name = f"images/deep-{depth}-{place + 1}.jpg"
        Pillow.fromarray(env.pictures[place]).save(DOCS / name, quality=85)
        names.append(f"![img_{place + 1}]({name})")
    lines = [
        f"# An oracle episode of {suite.name}",
        "",
        f"Made by `python -m benchmarks.deep show --depths {depth}`. Task `{task.id}`, shape "
        f"`{told['program']['shape']}`: {told['least_calls']} calls at least, "
        f"{len(played.steps) - 1} made; {told['clues']} clues, treewidth {told['treewidth']}, "
        f"{told['branching']} candidates at most, proof on {told['dispersion']['pages']} pages.",
        "",
        *names,
        "",
        f"> {task.question}",
        "",
        f"Right answer: **{task.answer}**.",
        "",
    ]
    for step in played.steps:
        lines += _step(step)
    (DOCS / "deep_trajectory.md").write_text("\n".join(lines), encoding="utf-8")
    return {"task": task.id, "answer": played.answer, "calls": len(played.steps) - 1}


def _step(step: Step) -> list[str]:
    assert step.call is not None
    arguments = json.dumps(dict(step.call.arguments), ensure_ascii=False)
    shown = [line for line in step.observation.splitlines() if line.strip()]
    quoted = [f"    {line[:160]}" for line in shown[:MOST_LINES]]
    if len(shown) > MOST_LINES:
        quoted.append(f"    … {len(shown) - MOST_LINES} more lines")
    return [
        f"**{step.index + 1}.** {step.call.thought}",
        "",
        f"`{step.call.name}` `{arguments}`",
        "",
        *quoted,
        "",
    ]
