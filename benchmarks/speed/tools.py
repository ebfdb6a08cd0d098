"""Latency of every tool: a table and a JSON file.

    python benchmarks/speed/tools.py [--calls N] [--json FILE] [--world PATH]

Each tool is called once to load its models (reported as the first call), then `--calls` times.
Tools that search need a world: the cached `mini` unless `--world` names another.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.speed.figures import machine, print_table, world_path, write_json
from searchvl_gym.tools import ToolContext, ToolSuite
from searchvl_gym.types import ErrorKind, Image, ToolCall, ToolError
from searchvl_gym.world import World, open_world

CALLS = 40
"""Calls of a fast tool unless told otherwise."""


class Pictures:
    """A fixed set of pictures for the calls."""

    def __init__(self, pictures: Mapping[str, Image]) -> None:
        self._pictures = dict(pictures)

    def get(self, name: str) -> Image:
        """See `ImageSource.get`."""
        if name not in self._pictures:
            raise ToolError(ErrorKind.BAD_ARGUMENTS, f"there is no {name}.")
        return self._pictures[name]

    def names(self) -> tuple[str, ...]:
        """See `ImageSource.names`."""
        return tuple(self._pictures)


@dataclass(frozen=True)
class Timing:
    """Latency of one kind of call, in milliseconds.

    Attributes:
        tool: Which tool.
        call: What was asked of it.
        first_ms: The first call, which loads models.
        p50_ms: Median of the others.
        p95_ms: Their 95th percentile.
        calls: How many others there were.
        outcome: `ok`, or the kind of the tool error that the call ends in.
    """

    tool: str
    call: str
    first_ms: float
    p50_ms: float
    p95_ms: float
    calls: int
    outcome: str


def measure_call(
    suite: ToolSuite, call: ToolCall, context: ToolContext, calls: int, label: str
) -> Timing:
    """Time one call, again and again."""
    seconds, outcome = [], "ok"
    for _ in range(calls + 1):
        start = time.perf_counter()
        try:
            suite.run(call, context)
        except ToolError as error:
            outcome = str(error.kind)
        seconds.append(time.perf_counter() - start)
    rest = np.array(seconds[1:]) * 1000
    return Timing(
        tool=call.name,
        call=label,
        first_ms=seconds[0] * 1000,
        p50_ms=float(np.median(rest)),
        p95_ms=float(np.percentile(rest, 95)),
        calls=calls,
        outcome=outcome,
    )


def jobs(world: World) -> list[tuple[str, dict[str, Any], str, int]]:
    """Tool, arguments, label and share of the calls (slow tools get fewer)."""
    page = world.page(0)
    box = {"x": 40, "y": 40, "width": 300, "height": 200}
    corners = [[60, 50], [700, 80], [680, 540], [40, 500]]
    return [
        ("crop", {"image": "img_1", **box}, "300x200 of a picture", 1),
        ("sharpen", {"image": "img_1"}, "whole picture", 1),
        ("super_resolution", {"image": "img_2", "scale": 4}, "128x128, 4 times", 4),
        ("super_resolution", {"image": "img_2", "scale": 2}, "128x128, 2 times", 4),
        ("super_resolution", {"image": "img_1", "scale": 2}, "whole picture, 2 times", 10),
        ("super_resolution", {"image": "img_1", "scale": 4}, "whole picture, 4 times", 10),
        ("perspective_correct", {"image": "img_1", "corners": corners}, "given corners", 1),
        ("perspective_correct", {"image": "img_1"}, "automatic", 4),
        ("layout_parsing", {"image": "img_1"}, "whole picture", 4),
        (
            "layout_parsing",
            {"image": "img_1", "use_doc_orientation_classify": True},
            "with orientation",
            10,
        ),
        ("text_search", {"q": page.title}, "a title", 1),
        ("web_search", {"q": page.title}, "a title", 1),
        ("image_search", {"url": "img_1"}, "whole picture", 4),
        ("visit", {"url": page.url, "goal": "when and where"}, "a page", 1),
        ("python_interpreter", {"code": "sum(range(1000))"}, "a sum", 1),
    ]


def measure(world: World, calls: int) -> list[Timing]:
    """Time every tool on the pictures and pages of a world.

    Raises:
        ValueError: When the world has no pictures.
    """
    picture = next((page.images[0] for page in world.pages() if page.images), None)
    if picture is None:
        raise ValueError(f"{world.path} has no pictures; choose another world")
    pixels = world.pixels(picture)
    context = ToolContext(Pictures({"img_1": pixels, "img_2": pixels[:128, :128]}), world)
    suite = ToolSuite()
    return [
        measure_call(suite, ToolCall(name, values), context, max(3, calls // divisor), label)
        for name, values, label, divisor in jobs(world)
    ]


def show(timings: Sequence[Timing]) -> None:
    """Print the timings as a table."""
    rows = [
        (
            f"{item.tool}, {item.call}",
            f"{item.first_ms:.2f}",
            f"{item.p50_ms:.3f}",
            f"{item.p95_ms:.3f}",
            str(item.calls),
            item.outcome,
        )
        for item in timings
    ]
    headings = ("call", "first ms", "p50 ms", "p95 ms", "calls", "outcome")
    print_table("The tools, one call", headings, rows)


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmark; see the module's docstring."""
    parser = argparse.ArgumentParser(description="Latency of every tool.")
    parser.add_argument(
        "--calls", type=int, default=CALLS, help="calls per tool, fewer when slow (%(default)s)"
    )
    parser.add_argument("--json", type=Path, help="JSON file to write")
    parser.add_argument("--world", type=Path, help="world directory; without it Atlas mini")
    options = parser.parse_args(arguments)
    if options.calls < 1:
        parser.error("--calls must be at least 1")
    world = open_world(world_path(options.world))
    try:
        timings = measure(world, options.calls)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    show(timings)
    if options.json is not None:
        content = [asdict(timing) for timing in timings]
        write_json(options.json, {"machine": machine(), "tools": content})
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
