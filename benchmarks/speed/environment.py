"""What the environment itself costs: a step without its tool, memory, import and start-up.

    python benchmarks/speed/environment.py [--steps N] [--json FILE] [--world PATH]

A step is timed with a tool that does nothing, so what is left is reading and checking the
action, the episode's bookkeeping, observation and info. Memory, import and start-up are measured
in fresh processes. The world is the cached `mini` unless `--world` names another.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any, ClassVar

import gymnasium
import numpy as np
from msgspec import Meta

from benchmarks.speed.figures import machine, print_table, rate, world_path, write_json
from searchvl_gym.chat import FORMATS
from searchvl_gym.env import SearchEnv
from searchvl_gym.tools import Arguments, ToolContext
from searchvl_gym.types import ToolCall, ToolResult
from searchvl_gym.wrappers import TextActions

STEPS = 4000
"""Steps that are timed unless told otherwise."""

MANY = 256
"""Environments of one process whose memory is compared with that of one."""


class NothingArguments(Arguments, frozen=True):
    """Like a typical search."""

    q: Annotated[str, Meta(min_length=1, max_length=2000)]
    top_k: Annotated[int, Meta(ge=1, le=20)] = 5


class Nothing:
    """A tool that does nothing."""

    name: ClassVar[str] = "nothing"
    description: ClassVar[str] = "Does nothing."
    arguments: ClassVar[type[Arguments]] = NothingArguments
    argument_aliases: ClassVar[dict[str, str]] = {}
    bounded: ClassVar[bool] = True

    def run(self, arguments: Any, context: ToolContext) -> ToolResult:
        """See `Tool.run`."""
        return ToolResult("Nothing was done, at a length like that of a usual passage. " * 10)


@dataclass(frozen=True)
class Figure:
    """One measured figure.

    Attributes:
        name: What was measured.
        value: How much.
        unit: Of the value.
        target: What it must not exceed, or None.
    """

    name: str
    value: float
    unit: str
    target: float | None = None


def step_overhead(env: gymnasium.Env[Any, Any], action: Any, steps: int) -> float:
    """Median time of a step in microseconds."""
    seconds = []
    env.reset(seed=0)
    for number in range(steps):
        if number % 40 == 0:
            env.reset()
        start = time.perf_counter()
        env.step(action)
        seconds.append(time.perf_counter() - start)
    return float(np.median(seconds)) * 1e6


def in_fresh_process(code: str, *arguments: str) -> list[float]:
    """Run a program that prints numbers as JSON and return the last line's."""
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True
    )
    return [float(number) for number in json.loads(done.stdout.splitlines()[-1])]


MEMORY = """
import gc, json, psutil, sys
from searchvl_gym.env import SearchEnv
world, many = sys.argv[1], int(sys.argv[2])
def make(seed):
    env = SearchEnv(world, split="train")
    env.reset(seed=seed)
    return env
kept = [make(0)]
# The world's picture cache is shared and bounded; fill it, so that it is not counted.
for seed in range(many):
    kept[0].reset(seed=seed)
gc.collect()
one = psutil.Process().memory_info().rss
kept += [make(seed) for seed in range(1, many)]
gc.collect()
print(json.dumps([one / 2**20, psutil.Process().memory_info().rss / 2**20]))
"""

IMPORT = """
import json, time
start = time.perf_counter()
import searchvl_gym
first = time.perf_counter() - start
import searchvl_gym.env
print(json.dumps([first, time.perf_counter() - start]))
"""

START = """
import json, sys, time
start = time.perf_counter()
from searchvl_gym.env import SearchEnv
SearchEnv(sys.argv[1]).reset(seed=0)
print(json.dumps([time.perf_counter() - start]))
"""


def measure(world: str, steps: int) -> list[Figure]:
    """All figures of this benchmark."""
    env = SearchEnv(world, tools=[Nothing()])
    call = ToolCall("nothing", {"q": "When did the bridge open?", "top_k": 3}, "Let me search.")
    element = env.action("nothing", q="When did the bridge open?", top_k=3)
    figures = [
        Figure("step, structured action", step_overhead(env, element, steps), "µs", 100),
        Figure("step, ToolCall", step_overhead(env, call, steps), "µs", 100),
    ]
    for name, form in FORMATS.items():
        text_env = TextActions(env, name)
        microseconds = step_overhead(text_env, form.render_call(call), steps)
        figures.append(Figure(f"step, text ({name})", microseconds, "µs", 300))
    one, many = in_fresh_process(MEMORY, world, str(MANY))
    figures.append(Figure("memory of a process with one environment", one, "MiB"))
    figures.append(Figure(f"memory that {MANY} add to one", many - one, "MiB", 64))
    imports = np.median([in_fresh_process(IMPORT) for _ in range(5)], axis=0)
    figures.append(Figure("import searchvl_gym", float(imports[0]), "s", 0.15))
    figures.append(Figure("import searchvl_gym.env", float(imports[1]), "s"))
    figures.append(Figure("import, make and reset", in_fresh_process(START, world)[0], "s"))
    return figures


def show(figures: Sequence[Figure]) -> None:
    """Print the figures as a table."""
    rows = [
        (item.name, f"{item.value:.3f}", item.unit, rate(item.value, most=item.target))
        for item in figures
    ]
    print_table("The environment, without its tools", ("figure", "value", "unit", "target"), rows)


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmark; see the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=STEPS, help="steps to time (%(default)s)")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    parser.add_argument("--world", type=Path, help="path of a world; without it Atlas mini")
    options = parser.parse_args(arguments)
    if options.steps < 1:
        parser.error("--steps must be at least 1")
    figures = measure(world_path(options.world), options.steps)
    show(figures)
    if options.json is not None:
        content = [asdict(figure) for figure in figures]
        write_json(options.json, {"machine": machine(), "environment": content})
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
