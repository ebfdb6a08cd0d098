"""Which tools do the tasks of a suite need: `python -m benchmarks.tool_necessity --suite NAME`.

The strongest player that sees through tools only plays every task with all tools, then without
each of them; the tools are the real ones. See `searchvl_gym.tasks.perception`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from searchvl_gym.leaderboard.naming import parse_named
from searchvl_gym.leaderboard.suites import find_suite
from searchvl_gym.tasks.perception.necessity import READER_AND_SEARCH, REMOVABLE, Trial
from searchvl_gym.tasks.perception.sampler import is_right
from searchvl_gym.tools.catalog import make_suite
from searchvl_gym.world.many import gather_worlds
from searchvl_gym.world.world import open_world

if TYPE_CHECKING:
    from searchvl_gym.types import Task


@dataclass(frozen=True)
class Row:
    """What became of one task.

    Attributes:
        needs: Tools that the task says it needs.
        full: Whether it was solved with all tools.
        without: For each tool, whether it was solved without.
        reader: Whether it was solved by reading and text search alone.
    """

    needs: tuple[str, ...]
    full: bool
    without: dict[str, bool]
    reader: bool


def play(job: tuple[str, Task]) -> Row:
    """Play one task with all tools and without each."""
    path, task = job
    trial = Trial(task, open_world(path), make_suite("perception"), is_right)
    return Row(
        task.needs,
        trial.play(REMOVABLE).right,
        {tool: trial.right_without(tool) for tool in REMOVABLE},
        trial.play(READER_AND_SEARCH).right,
    )


def shares(rows: Sequence[Row]) -> dict[str, object]:
    """The figures of the last line: shares of all tasks, and of those that need a tool."""
    count = max(1, len(rows))
    within = {}
    for tool in REMOVABLE:
        needing = [row for row in rows if tool in row.needs]
        if needing:
            within[tool] = round(sum(row.without[tool] for row in needing) / len(needing), 4)
    return {
        "full": round(sum(row.full for row in rows) / count, 4),
        "without": {
            tool: round(sum(row.without[tool] for row in rows) / count, 4) for tool in REMOVABLE
        },
        "within": within,
        "layout_parsing and text_search only": round(sum(row.reader for row in rows) / count, 4),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Play the matrix."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--suite", default="atlas-perception", help="suite (%(default)s)")
    parser.add_argument("--episodes", type=int, default=500, help="tasks (%(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="which tasks, where a suite draws them")
    parser.add_argument("--workers", type=int, default=2, help="processes (%(default)s)")
    parser.add_argument("--json", action="store_true", help="print the last line only")
    options = parser.parse_args(arguments)
    named = parse_named(options.suite)
    try:
        given = dict(named.arguments)
        if options.seed:
            given["task_seed"] = options.seed
        world, tasks = find_suite(named.name).load(given, episodes=options.episodes)
        wrong = sorted({tool for task in tasks for tool in task.needs} - set(REMOVABLE))
        if wrong:
            raise ValueError(
                f"the tasks need {', '.join(wrong)}, which this version does not have; the tools "
                f"are {', '.join(REMOVABLE)}"
            )
        worlds = gather_worlds(world)
        jobs = [(str(worlds.of(task.world).path), task) for task in tasks]
        with ProcessPoolExecutor(options.workers) as pool:
            rows = []
            for number, row in enumerate(pool.map(play, jobs), 1):
                rows.append(row)
                if not options.json:
                    lost = [tool for tool, right in row.without.items() if not right]
                    print(f"{number}/{len(jobs)} full {row.full}, lost without {lost}", flush=True)
    except ValueError as error:
        print(f"tool_necessity: {error}", file=sys.stderr)
        return 2
    result = {"suite": options.suite, "episodes": len(rows), **shares(rows)}
    print(json.dumps(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
