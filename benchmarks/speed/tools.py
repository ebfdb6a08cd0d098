"""Latency of every tool: a table and a JSON file.

    python benchmarks/speed/tools.py [--calls N] [--json FILE] [--world PATH]

Each tool is called once to load its models (reported as the first call), then `--calls` times.
Tools that search need a world: the cached `mini` unless `--world` names another.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from searchvl_gym.tools import ToolContext, ToolSuite
from searchvl_gym.types import ErrorKind, Image, ToolCall, ToolError
from searchvl_gym.world import World, open_world


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


def measure(
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


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmark; see the module's docstring."""
    parser = argparse.ArgumentParser(description="Latency of every tool.")
    parser.add_argument("--calls", type=int, default=40, help="calls per tool (fewer when slow)")
    parser.add_argument("--json", type=Path, default=None, help="JSON file to write")
    parser.add_argument("--world", type=Path, default=None, help="world directory")
    options = parser.parse_args(arguments)
    if options.calls < 1:
        parser.error("--calls must be at least 1")
    world = _world(options.world)
    picture = next((page.images[0] for page in world.pages() if page.images), None)
    if picture is None:
        print(f"{world.path} has no pictures; choose another world", file=sys.stderr)
        return 1
    pixels = world.pixels(picture)
    context = ToolContext(Pictures({"img_1": pixels, "img_2": pixels[:128, :128]}), world)
    suite = ToolSuite()
    timings = []
    print(f"{'tool':<20} {'call':<22} {'first ms':>9} {'p50 ms':>9} {'p95 ms':>9}  outcome")
    for name, values, label, divisor in jobs(world):
        count = max(3, options.calls // divisor)
        timing = measure(suite, ToolCall(name, values), context, count, label)
        timings.append(timing)
        print(
            f"{timing.tool:<20} {timing.call:<22} {timing.first_ms:9.2f} {timing.p50_ms:9.3f} "
            f"{timing.p95_ms:9.3f}  {timing.outcome}"
        )
    report = {
        "machine": platform.machine(),
        "python": platform.python_version(),
        "world": world.info.name,
        "picture": [int(pixels.shape[1]), int(pixels.shape[0])],
        "timings": [asdict(timing) for timing in timings],
    }
    if options.json is not None:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
        print(f"written to {options.json}")
    return 0


def _world(path: Path | None) -> World:
    if path is not None:
        return open_world(path)
    from searchvl_gym.world.catalog import default_world

    return default_world("mini")


if __name__ == "__main__":
    raise SystemExit(main())
