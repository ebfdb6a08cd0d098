"""A soak: many environments, a web full of faults, for a long time.

    python -m benchmarks.live.soak [--steps N] [--environments E] [--seed S] [--json FILE]

64 environments play against the local server, in a process of its own, which spoils a fifth of all
answers: refusals, cut and broken answers, silence, bombs, pages for people. Measured are the
memory and the open files of this process as it goes on, finished episodes whose trajectory is
missing, and errors that are not typed.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import gymnasium
import numpy as np

import searchvl_gym  # noqa: F401  (registers the environments)
from benchmarks.live.apart import server_apart
from benchmarks.live.environment import town_tasks
from benchmarks.live.faults import SERVICE, SITE
from benchmarks.live.local import QUICK, local_web
from benchmarks.live.server import Answer, Request
from benchmarks.live.sites import answer, page_url
from searchvl_gym.types import ErrorKind, ToolCall

SPOILT = 0.2
"""Share of answers that are spoilt."""

TOWNS = 200


def spoiling(seed: int) -> object:
    """A script that answers as the small web does, and spoils some of it."""
    rng = np.random.default_rng(seed)
    # What stops a run, or ends all searching for an hour, is not for here.
    stopping = ("key", "credit", "hour")
    service = [case for case in SERVICE if not any(word in case.name for word in stopping)]
    site = [case for case in SITE if case.play is not answer]

    def script(request: Request) -> Answer:
        if rng.random() >= SPOILT:
            return answer(request)
        cases = site if request.host.endswith(".example") else service
        played = cases[int(rng.integers(len(cases)))].play(request)
        return replace(played, wait=min(played.wait, 0.5), repeat=min(played.repeat, 8))

    return script


@dataclass(frozen=True)
class SoakFigures:
    """What came of it.

    Attributes:
        steps: Turns that were played, over all environments.
        episodes: Episodes that were finished.
        lost: Finished episodes without their trajectory.
        errors: Step errors by kind.
        untyped: Exceptions that left a step.
        megabytes: Resident memory after each tenth of the steps.
        files: Open files at the same moments.
        seconds: How long it took.
    """

    steps: int
    episodes: int
    lost: int
    errors: dict[str, int]
    untyped: int
    megabytes: list[int]
    files: list[int]
    seconds: float


def spoilt_server(seed: int) -> AbstractContextManager[str]:
    """Base URL of the server, in a process of its own."""
    return server_apart(f"spoiling({seed})", "from benchmarks.live.soak import spoiling")


def choose(rng: np.random.Generator) -> ToolCall:
    """A call of one of the live tools, or an answer."""
    number = int(rng.integers(TOWNS))
    kind = rng.random()
    if kind < 0.4:
        return ToolCall("web_search", {"q": f"Town {number}"})
    if kind < 0.7:
        return ToolCall("visit", {"url": page_url(number), "goal": "founded"})
    if kind < 0.8:
        return ToolCall("open_image", {"url": page_url(number)})
    if kind < 0.9:
        return ToolCall("image_search", {"url": page_url(number)})
    return ToolCall("answer", {"text": "unknown"})


def soak(steps: int, environments: int, seed: int) -> SoakFigures:
    """Play.

    Args:
        steps: How many turns in all.
        environments: How many at once.
        seed: Of the calls and of the faults.
    """
    rng = np.random.default_rng(seed)
    errors: Counter[str] = Counter()
    megabytes: list[int] = []
    files: list[int] = []
    finished = played = untyped = lost = 0
    began = time.perf_counter()
    with spoilt_server(seed) as url:
        limits = replace(QUICK, attempts=2)
        web = local_web(url, limits=limits, seconds=0.4)
        envs = gymnasium.make_vec(
            "SearchVL/Live-v0",
            num_envs=environments,
            tasks=town_tasks(TOWNS),
            web=web,
            tools="perception",
            max_steps=12,
            on_fatal="continue",
            autoreset_mode=gymnasium.vector.AutoresetMode.SAME_STEP,
        )
        envs.reset(seed=seed)
        rounds = -(-steps // environments)
        for number in range(rounds):
            try:
                *_, terminated, truncated, info = envs.step(
                    [choose(rng) for _ in range(environments)]
                )
            except Exception as error:  # what must not happen is what is counted
                untyped += 1
                errors[type(error).__name__] += 1
                envs.reset(seed=seed + number)
                continue
            played += environments
            ended = np.flatnonzero(terminated | truncated)
            finished += len(ended)
            kept = envs.unwrapped.trajectories()  # type: ignore[attr-defined]
            lost += sum(kept[place] is None or not kept[place].steps for place in ended)
            last = info.get("final_info", {})
            for kinds in (info.get("error_kind", ()), last.get("error_kind", ())):
                errors.update(str(ErrorKind(kind)) for kind in kinds if kind)
            if number % max(1, rounds // 10) == 0:
                gc.collect()
                megabytes.append(_resident_megabytes())
                files.append(len(os.listdir("/proc/self/fd")))
        envs.close()
        web.close()
    return SoakFigures(
        played,
        finished,
        lost,
        dict(errors),
        untyped,
        megabytes,
        files,
        round(time.perf_counter() - began, 1),
    )


def _resident_megabytes() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") >> 20


def main(arguments: Sequence[str] | None = None) -> int:
    """Play and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--steps", type=int, default=10_000)
    parser.add_argument("--environments", type=int, default=64)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(arguments)
    figures = soak(options.steps, options.environments, options.seed)
    text = json.dumps(asdict(figures))
    print(text)
    if options.json:
        options.json.write_text(text + "\n", encoding="utf-8")
    return int(bool(figures.lost or figures.untyped))


if __name__ == "__main__":
    sys.exit(main())
