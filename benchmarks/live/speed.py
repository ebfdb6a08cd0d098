"""How fast the live web is: replayed beside a world on disk, and with many environments at once.

    python -m benchmarks.live.speed [--episodes N] [--rounds R] [--json FILE]

The first figures play the same episodes in Atlas and in a recording of Atlas, in turns, and give
the median of the rounds. The last one lets 64 environments search a service that takes 300 ms over
each answer, which a process of its own plays; 64 / 0.3 s would be no overhead at all.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from statistics import median
from typing import Any

import gymnasium
import numpy as np

import searchvl_gym  # noqa: F401  (registers the environments)
from benchmarks.live.apart import server_apart
from benchmarks.live.atlas_web import AtlasWeb
from benchmarks.live.environment import town_tasks
from benchmarks.speed.figures import machine
from searchvl_gym.live.settings import LiveSettings
from searchvl_gym.live.web import LiveWeb
from searchvl_gym.rollout import run
from searchvl_gym.rollout.policy import Observation, Play, ScriptedPolicy
from searchvl_gym.tasks import sample_tasks
from searchvl_gym.tools.observations import search_results
from searchvl_gym.types import Task, ToolCall
from searchvl_gym.world.catalog import default_world

LATENCY = 0.3
ENVIRONMENTS = 64


class SearchAndReadPolicy(ScriptedPolicy):
    """Searches by words, and by picture where that is wanted, and visits what it finds first.

    Args:
        pictures: Whether it searches by picture, which a replay need not compute.
    """

    name = "search_and_read"

    def __init__(self, pictures: bool) -> None:
        super().__init__()
        self._pictures = pictures

    def play(self, task: Task, observation: Observation, rng: np.random.Generator) -> Play:
        """See `ScriptedPolicy.play`."""
        calls = [ToolCall("text_search", {"q": task.question})]
        if self._pictures:
            calls.insert(0, ToolCall("image_search", {"url": "img_1"}))
        for call in calls:
            observation = yield call
            for result in search_results(str(observation["text"]))[:2]:
                yield ToolCall("visit", {"url": result.url, "goal": task.question})
        yield ToolCall("answer", {"text": "unknown"})


def compare_replay(episodes: int, rounds: int, pictures: bool) -> dict[str, float]:
    """Episodes a second offline and replayed, and their ratio."""
    world = default_world("mini")
    tasks = sample_tasks(world, split="test", n=episodes)
    with tempfile.TemporaryDirectory() as folder:
        cassette = str(Path(folder, "atlas.cassette"))
        service = AtlasWeb(world)
        web = LiveWeb(LiveSettings(record=cassette), provider=service, reader=service)
        kinds: dict[str, tuple[str, dict[str, Any]]] = {
            "offline": ("SearchVL/Atlas-v0", {}),
            "replay": ("SearchVL/Live-v0", {"replay": cassette, "pictures": str(world.path)}),
        }
        number = 0

        def play(environment: str, settings: dict[str, Any]) -> float:
            nonlocal number
            number += 1
            began = time.perf_counter()
            run(
                environment,
                SearchAndReadPolicy(pictures),
                episodes=episodes,
                out=Path(folder, str(number)),
                env_kwargs={"tasks": tasks, **settings},
                progress=False,
            )
            return episodes / (time.perf_counter() - began)

        play("SearchVL/Live-v0", {"web": web, "pictures": str(world.path)})
        web.close()
        speeds: dict[str, list[float]] = {kind: [] for kind in kinds}
        for _ in range(rounds):
            for kind, (environment, settings) in kinds.items():
                speeds[kind].append(play(environment, settings))
    ratios = [replay / offline for offline, replay in zip(*speeds.values(), strict=True)]
    return {
        "offline_episodes_per_second": round(median(speeds["offline"]), 2),
        "replay_episodes_per_second": round(median(speeds["replay"]), 2),
        "ratio": round(median(ratios), 3),
    }


def slow_service() -> AbstractContextManager[str]:
    """Base URL of a service in a process of its own that takes `LATENCY` over each answer."""
    return server_apart(
        f"lambda request: dataclasses.replace(answer(request), wait={LATENCY})",
        "import dataclasses",
        "from benchmarks.live.sites import answer",
    )


def measure_concurrency(rounds: int) -> dict[str, float]:
    """Searches a second of many environments, and the share of what the latency allows."""
    import os

    os.environ.setdefault("SERPAPI_KEY", "not-a-real-key")
    with slow_service() as url:
        environments = gymnasium.make_vec(
            "SearchVL/Live-v0",
            num_envs=ENVIRONMENTS,
            tasks=town_tasks(ENVIRONMENTS),
            provider_url=url,
            summaries="snippet",
            rate=10_000.0,
        )
        environments.reset(seed=0)
        calls = [ToolCall("web_search", {"q": f"Town {i}"}) for i in range(ENVIRONMENTS)]
        environments.step(calls)  # opens the connections
        speeds = []
        for _ in range(rounds):
            began = time.perf_counter()
            environments.step(calls)
            speeds.append(ENVIRONMENTS / (time.perf_counter() - began))
        environments.close()
    return {
        "searches_per_second": round(median(speeds), 1),
        "share_of_latency_bound": round(median(speeds) / (ENVIRONMENTS / LATENCY), 3),
        "share_of_latency_bound_at_best": round(max(speeds) / (ENVIRONMENTS / LATENCY), 3),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--episodes", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(arguments)
    figures = {
        "machine": machine(),
        "replay_words_only": compare_replay(options.episodes, options.rounds, False),
        "replay": compare_replay(options.episodes, options.rounds, True),
        "concurrency": measure_concurrency(options.rounds),
    }
    text = json.dumps(figures, indent=2)
    print(text)
    if options.json:
        options.json.write_text(text + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
