"""`python -m benchmarks.deep pack | check | play | contexts | show | credit`: the deep figures."""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections import Counter

from searchvl_gym.leaderboard.suites.deep import DISPERSION, TASKS, DeepSuite
from searchvl_gym.leaderboard.suites.packed import PAGES, packed_file
from searchvl_gym.tasks import TaskSet
from searchvl_gym.tasks.deep import deep_tasks
from searchvl_gym.world.catalog import default_world

DEPTHS = (10, 20, 40)


def main() -> None:
    """Run a command; the last line is JSON."""
    if sys.argv[1:2] == ["credit"]:
        # It trains, and has options of its own.
        from benchmarks.deep import credit

        raise SystemExit(credit.main(sys.argv[2:]))
    parser = argparse.ArgumentParser(prog="python -m benchmarks.deep", description=__doc__)
    parser.add_argument("command", choices=("pack", "check", "play", "contexts", "show"))
    parser.add_argument("--depths", type=int, nargs="+", default=list(DEPTHS))
    parser.add_argument("--n", type=int, default=TASKS, help="tasks of each depth")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--packed", action="store_true", help="check the suites' own tasks")
    options = parser.parse_args()
    if options.command == "pack":
        told = {depth: pack(depth, options.n, options.workers) for depth in options.depths}
    elif options.command == "check":
        from benchmarks.deep.checker import check

        world = default_world(PAGES, 0, dispersion=DISPERSION)
        told = {}
        for depth in options.depths:
            if options.packed:
                tasks = TaskSet.load(packed_file(DeepSuite(depth).name))[: options.n]
            else:
                tasks = deep_tasks(
                    world,
                    split="train",
                    n=options.n,
                    depth=depth,
                    seed=options.seed,
                    workers=options.workers,
                )
            told[depth] = check(world, tasks)
    elif options.command == "contexts":
        from benchmarks.deep.contexts import measure_contexts

        told = {depth: measure_contexts(depth, options.n) for depth in options.depths}
    elif options.command == "show":
        from benchmarks.deep.telling import write_trajectory

        told = {depth: write_trajectory(depth) for depth in options.depths}
    else:
        from benchmarks.deep.playing import play

        told = {depth: play(depth, options.n) for depth in options.depths}
    print(json.dumps(told))


def pack(depth: int, n: int, workers: int) -> dict[str, object]:
    """Draw the test tasks of a suite into the package; what they measure."""
    world = default_world(PAGES, 0, dispersion=DISPERSION)
    start = time.perf_counter()
    tasks = deep_tasks(world, split="test", n=n, depth=depth, workers=workers)
    tasks.save(packed_file(DeepSuite(depth).name))
    return {"seconds": round(time.perf_counter() - start, 1), **describe(tasks)}


def describe(tasks: TaskSet) -> dict[str, object]:
    """Medians and shares of the knobs that were measured on tasks."""
    told = [task.metadata for task in tasks]
    return {
        "tasks": len(tasks),
        "least_calls": statistics.median(each["least_calls"] for each in told),
        "exact": round(statistics.mean(each["least_calls_exact"] for each in told), 3),
        "plan_to_least": round(
            statistics.median(each["plan_calls"] / each["least_calls"] for each in told), 3
        ),
        "clues": statistics.median(each["clues"] for each in told),
        "treewidth": dict(sorted(Counter(each["treewidth"] for each in told).items())),
        "branching": statistics.median(each["branching"] for each in told),
        "pages": statistics.median(each["dispersion"]["pages"] for each in told),
        "pictures": dict(sorted(Counter(each["pictures"] for each in told).items())),
        "shapes": dict(sorted(Counter(each["program"]["shape"] for each in told).items())),
    }


if __name__ == "__main__":
    main()
