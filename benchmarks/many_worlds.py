"""What many worlds cost: building one, playing in many at once, keeping them open, no end of them.

    python -m benchmarks.many_worlds build [--size mini]      processor time of a world, in stages
    python -m benchmarks.many_worlds play [--size mini]       64 environments, in 64 worlds and one
    python -m benchmarks.many_worlds memory [--size mini]       memory of 64 open worlds
    python -m benchmarks.many_worlds endless [--worlds 6]       how often a reset waits for a world
    python -m benchmarks.many_worlds unseen [--digests 10]      baselines on `atlas-unseen`

The last line is JSON. Processor time is of this process and its children.
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from algos.recipe.setting import parse_pages

Figures = dict[str, Any]


def build(options: argparse.Namespace) -> Figures:
    """Processor time of a world in a process that has loaded everything, and of its parts."""
    from searchvl_gym.world import image_index_builder
    from searchvl_gym.world.sources.atlas import build_atlas, drawing

    spent: dict[str, float] = {}
    _clock(drawing, "encode_picture", "drawing", spent)
    _clock(image_index_builder, "local_features", "features", spent)
    _clock(image_index_builder, "_write_codes", "vocabulary", spent)
    with tempfile.TemporaryDirectory() as folder:
        build_atlas(Path(folder, "warm"), size=60, seed=1, workers=1, progress=False)
        spent.clear()
        began = time.process_time()
        world = build_atlas(
            Path(folder, "world"), size=options.size, seed=0, workers=1, progress=False
        )
        world.image_index.search(world.pixels(0))
        whole = time.process_time() - began
        return {
            "size": options.size,
            "pictures": world.info.counts["images"],
            "processor_seconds": round(whole, 2),
            **{name: round(seconds, 2) for name, seconds in spent.items()},
        }


def _clock(module: Any, name: str, label: str, spent: dict[str, float]) -> None:
    """Add up the processor time that a function takes, by thread."""
    plain = getattr(module, name)

    def clocked(*given: Any, **named: Any) -> Any:
        began = time.thread_time()
        try:
            return plain(*given, **named)
        finally:
            spent[label] = spent.get(label, 0.0) + time.thread_time() - began

    setattr(module, name, clocked)


def play(options: argparse.Namespace) -> Figures:
    """Steps a second of the oracle in many worlds beside one, in turns in the same run."""
    from searchvl_gym.tasks import sample_tasks_of_worlds
    from searchvl_gym.tools import ToolSuite
    from searchvl_gym.world.many import Worlds

    suite = ToolSuite()
    many = Worlds([f"atlas:size={options.size},seeds=0-{options.worlds - 1}"])
    one = Worlds([f"atlas:size={options.size},seeds=0"])
    tasks = {
        name: sample_tasks_of_worlds(worlds, split="train", n=options.worlds, repair_share=0.0)
        for name, worlds in (("one", one), ("many", many))
    }
    rates: dict[str, list[float]] = {"one": [], "many": []}
    for _ in range(1 + options.rounds):  # the first round warms up
        for name, worlds in (("one", one), ("many", many)):
            rates[name].append(_oracle_rate(worlds, tasks[name], suite))
    best = {name: max(found[1:]) for name, found in rates.items()}
    return {
        "environments": options.worlds,
        "steps_per_second": {name: round(rate, 2) for name, rate in best.items()},
        "ratio": round(best["many"] / best["one"], 3),
    }


def _oracle_rate(worlds: Any, tasks: Any, suite: Any) -> float:
    """Steps a second of one episode of the oracle in each place."""
    import numpy as np

    from searchvl_gym.rollout.registry import make
    from searchvl_gym.vector import SearchVectorEnv

    policy: Any = make("oracle")
    places = len(tasks)
    envs = SearchVectorEnv(
        places, world=worlds, tasks=tasks, tools=suite, autoreset_mode="Disabled"
    )
    began, steps = time.process_time(), 0
    observations, _ = envs.reset(seed=0, options={"task": list(tasks)})
    for place, task in enumerate(tasks):
        policy.reset(place, task, np.random.default_rng(place))
    running = set(range(places))
    while running:
        seen = {p: {key: observations[key][p] for key in observations} for p in running}
        acts = policy.act(seen)
        observations, _, ended, cut, _ = envs.step([acts.get(p) for p in range(places)])
        steps += len(running)
        running = {p for p in running if not (ended[p] or cut[p])}
    envs.close()
    return steps / (time.process_time() - began)


def memory(options: argparse.Namespace) -> Figures:
    """Memory that open worlds add beyond what is mapped from files, after each was searched.

    All are links to the files of one world: what a process keeps of each does not depend on what
    the others hold, and nothing has to be built for it.
    """
    import psutil

    from searchvl_gym.world import open_world
    from searchvl_gym.world.catalog import default_world

    def own() -> float:
        gc.collect()
        found = psutil.Process().memory_full_info()
        return float(found.uss - _mapped_files()) / 2**20

    source = default_world(options.size).path
    picture = open_world(source).pixels(0)
    with tempfile.TemporaryDirectory(dir=source.parent) as folder:
        kept, before = [], 0.0
        for number in range(options.worlds):
            path = Path(folder, str(number))
            shutil.copytree(source, path, copy_function=os.link)
            world = open_world(path)
            world.text_index.search("river")
            world.image_index.search(picture)
            world.page(0), world.find("river"), world.facts(0), world.pixels(number % 9)
            kept.append(world)
            if number == 0:  # what the libraries need once is not the worlds'
                before = own()
        added = own() - before
    return {
        "size": options.size,
        "worlds": len(kept),
        "mib_that_the_others_add": round(added, 1),
        "mib_a_world": round(added / max(1, len(kept) - 1), 2),
    }


def _mapped_files() -> int:
    """Bytes of this process's private memory that are clean copies of files (Linux)."""
    clean = 0
    for line in Path("/proc/self/smaps_rollup").read_text(encoding="ascii").splitlines():
        if line.startswith("Private_Clean"):
            clean += int(line.split()[1]) * 1024
    return clean


def endless(options: argparse.Namespace) -> Figures:
    """Episodes of five turns with text recognition; how often a reset had to wait for a world."""
    from searchvl_gym.endless import EndlessEnv
    from searchvl_gym.types import ToolCall

    with tempfile.TemporaryDirectory() as folder:
        os.environ["SEARCHVL_CACHE"] = folder
        env = EndlessEnv(size=options.size, workers=2, ahead=3)
        each = env.unwrapped._endless.each  # type: ignore[attr-defined]
        waits, seconds = [], []
        for number in range(options.worlds):
            before, began = env.worlds.maker.waits, time.perf_counter()  # type: ignore[union-attr]
            for episode in range(each):
                env.reset(seed=number * each + episode)
                for _ in range(4):
                    env.step(ToolCall("layout_parsing", {"image": "img_1"}))
                env.step(ToolCall("answer", {"text": "none"}))
            waits.append(env.worlds.maker.waits - before)  # type: ignore[union-attr]
            seconds.append(round(time.perf_counter() - began, 1))
        env.worlds.maker.close()  # type: ignore[union-attr]
        return {
            "size": options.size,
            "episodes_per_world": each,
            "waits": waits,
            "seconds": seconds,
            "waits_after_the_third": sum(waits[3:]),
        }


def unseen(options: argparse.Namespace) -> Figures:
    """Shares of right answers of the baselines in the worlds of several digests."""
    from searchvl_gym.leaderboard.suites.unseen import UnseenSuite
    from searchvl_gym.rollout import run

    suite, rows = UnseenSuite(), []
    for number in range(options.digests):
        digest = hashlib.sha256(f"benchmark {number}".encode()).hexdigest()
        given = {"digest": digest, "size": options.size, "worlds": options.worlds}
        worlds, tasks = suite.load(given, episodes=options.tasks)
        row: Figures = {"digest": digest[:12], "tasks": len(tasks)}
        for policy in options.policies:
            out = options.out / f"{digest[:12]}-{policy}"
            done = run(suite.environment, policy, episodes=len(tasks), out=out, workers=1,
                       env_kwargs={"world": worlds, "tasks": tasks}, progress=False)  # fmt: skip
            row[policy] = done.success_rate
            shutil.rmtree(out / "images", ignore_errors=True)
        rows.append(row)
        print(json.dumps(row), flush=True)
    return {
        "worlds": options.worlds,
        "size": options.size,
        "rows": rows,
        **{name: [min(r[name] for r in rows), max(r[name] for r in rows)]
           for name in options.policies},
    }  # fmt: skip


BENCHMARKS: dict[str, Callable[[argparse.Namespace], Figures]] = {
    each.__name__: each for each in (build, play, memory, endless, unseen)
}


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=BENCHMARKS)
    parser.add_argument("--size", type=parse_pages, default="mini", help="(%(default)s)")
    parser.add_argument("--worlds", type=int, default=64, help="(%(default)s)")
    parser.add_argument("--rounds", type=int, default=2, help="of `play` (%(default)s)")
    parser.add_argument("--digests", type=int, default=10, help="of `unseen` (%(default)s)")
    parser.add_argument("--tasks", type=int, help="of `unseen`, a digest (all)")
    parser.add_argument(
        "--policies", nargs="+", default=["oracle", "one_image_search", "no_tool"], metavar="NAME"
    )
    parser.add_argument("--out", type=Path, default=Path("runs/unseen"), help="(%(default)s)")
    options = parser.parse_args(arguments)
    print(json.dumps(BENCHMARKS[options.what](options)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
