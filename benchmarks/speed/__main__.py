"""Speed of environment, tools and indexes: one table a part, one JSON file with every figure.

    python -m benchmarks.speed [--quick] [--json FILE] [--world PATH]

Each part also runs alone. What takes gigabytes or the `train` extra only runs alone:
`path_sampling` (a graph of Wikipedia's size), `objectives`, `plain_path`, `training_steps` and
`grpo_step`. The full run builds a text world of 100,000 pages and an image index of 20,000
pictures, which takes most of its time; `--quick` leaves both out and asks less often. Timings count
only on a machine that does nothing else.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.speed import environment, image_recall, search_latency, tools
from benchmarks.speed.figures import machine, world_path, write_json

LARGE_INDEX = 20_000
"""Pictures of the large image index; cheap textures."""


def run(path: str, quick: bool) -> dict[str, Any]:
    """Measure and print every part; returns all figures."""
    import cv2

    from searchvl_gym.world import open_world

    cv2.setNumThreads(2)
    report: dict[str, Any] = {"machine": machine(), "quick": quick}
    _begin("the environment")
    figures = environment.measure(path, 400 if quick else environment.STEPS)
    environment.show(figures)
    report["environment"] = [asdict(item) for item in figures]

    _begin("the tools")
    timings = tools.measure(open_world(path), 4 if quick else tools.CALLS)
    tools.show(timings)
    report["tools"] = [asdict(item) for item in timings]

    sizes = search_latency.PAGES[:2] if quick else search_latency.PAGES
    _begin(f"text search, {', '.join(map(str, sizes))} pages")
    queries = 20 if quick else search_latency.QUERIES
    text = [search_latency.measure_text(count, queries) for count in sizes]
    search_latency.show_text(text)
    report["text_search"] = [asdict(item) for item in text]

    _begin("image search, 300 pictures")
    found = image_recall.measure("drawn", 300, 4 if quick else image_recall.QUERIES)
    image_recall.show_recall(found)
    images = [found]
    if not quick:
        _begin(f"image search, {LARGE_INDEX} pictures")
        images.append(image_recall.measure("textures", LARGE_INDEX, search_latency.IMAGE_QUERIES))
    image_recall.show_latency(images)
    report["image_search"] = [asdict(item) for item in images]
    return report


def _begin(part: str) -> None:
    print(f"==> {part}", file=sys.stderr, flush=True)


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmarks; see the module's docstring."""
    parser = argparse.ArgumentParser(prog="benchmarks.speed", description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="small sizes, few repetitions")
    parser.add_argument("--json", type=Path, help="write all figures to this file")
    parser.add_argument("--world", type=Path, help="world directory; without it Atlas mini")
    options = parser.parse_args(arguments)
    start = time.perf_counter()
    report = run(world_path(options.world), options.quick)
    report["seconds"] = round(time.perf_counter() - start, 1)
    if options.json is not None:
        write_json(options.json, report)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
