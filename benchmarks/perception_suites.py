"""Draws the packed tasks of some families anew: what to run when a family has changed.

`python -m benchmarks.perception_suites --suite atlas-perception --families pair` draws and proves
as many tasks of each family as are packed, puts them in the places of the old ones and keeps all
the others. `--kept` lets a killed draw go on.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from searchvl_gym.leaderboard.naming import parse_named
from searchvl_gym.leaderboard.suites import find_suite
from searchvl_gym.leaderboard.suites.packed import DATA, PAGES
from searchvl_gym.tasks import TaskSet
from searchvl_gym.tasks.perception import perception_tasks
from searchvl_gym.types import Task


def replaced(tasks: TaskSet, drawn: TaskSet, families: Sequence[str]) -> TaskSet:
    """A set with the tasks of some families replaced by others, in order.

    Args:
        tasks: The set.
        drawn: As many tasks of each family as the set has.
        families: Names of families.
    """
    fresh = {
        family: iter([task for task in drawn if task.metadata["family"] == family])
        for family in families
    }
    changed = [
        next(fresh[task.metadata["family"]]) if task.metadata["family"] in fresh else task
        for task in tasks
    ]
    return TaskSet(changed, tasks.name)


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw, prove and pack."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--suite", default="atlas-perception", help="suite (%(default)s)")
    parser.add_argument("--families", nargs="+", required=True, help="what to draw anew")
    parser.add_argument("--workers", type=int, default=2, help="processes (%(default)s)")
    parser.add_argument("--kept", type=Path, help="folder for finished tasks")
    options = parser.parse_args(arguments)
    named = parse_named(options.suite)
    size = named.arguments.get("size", PAGES)
    path = DATA / f"{named.name}-{size}.jsonl"
    try:
        tasks = TaskSet.load(path)
        world, _ = find_suite(named.name).load(named.arguments, episodes=1)
        if tasks[0].world != world.fingerprint:
            raise ValueError(f"{path.name} is of another world; delete it to draw all of it anew")
        drawn: list[Task] = []
        for family in options.families:
            drawn += perception_tasks(
                world,
                split="test",
                n=sum(task.metadata["family"] == family for task in tasks),
                families=(family,),
                hops=(3, 4) if named.name == "atlas-hard" else (1, 2),
                miniature=size == "mini",
                workers=options.workers,
                kept=options.kept and options.kept / f"{family}-{size}.jsonl",
                progress=True,
            )
        replaced(tasks, TaskSet(drawn, tasks.name), options.families).save(path)
    except ValueError as error:
        print(f"perception_suites: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
