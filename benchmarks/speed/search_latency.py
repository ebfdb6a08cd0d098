"""Latency of text and image search by the size of the world.

Usage::

    python benchmarks/speed/search_latency.py --pages 300 5000 100000 --images 300 5000

Worlds are synthetic (made-up pages of about 2 KB, cheap textures as pictures), so that every size
is affordable; building them is part of the figures. Prints a table, and writes JSON when asked.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
from image_recall import measure, texture

from searchvl_gym.world import Page, WorldWriter, open_world
from searchvl_gym.world.summary import extract

_SYLLABLES = (
    *("ka", "ro", "mi", "tu", "sel", "van", "dor", "lin", "pes"),
    *("qua", "her", "bro", "sti", "nam", "ulo", "fen", "gra"),
)


def vocabulary(rng: np.random.Generator, size: int = 20_000) -> list[str]:
    """Made-up words, the frequent ones first."""
    lengths = rng.integers(1, 5, size)
    return ["".join(rng.choice(_SYLLABLES, length)) for length in lengths]


def pages(count: int, seed: int = 0) -> Iterator[Page]:
    """Pages of made-up words with Zipf-like frequencies; about 2 KB each."""
    rng = np.random.default_rng(seed)
    terms = vocabulary(rng)
    for page_id in range(count):
        picks = np.minimum(rng.zipf(1.2, 330), len(terms)) - 1
        found = [terms[pick] for pick in picks]
        title = f"{found[0]} {terms[int(rng.integers(len(terms)))]} {page_id}".title()
        sentences = [" ".join(found[at : at + 12]).capitalize() for at in range(0, 330, 12)]
        text = f"{title} is a page. " + ". ".join(sentences) + "."
        yield Page(page_id, title, "artifact", f"bench://{page_id}", text)


def measure_text(count: int, queries: int) -> dict[str, float]:
    """Build a world of `count` pages and search it."""
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        arguments = {"name": "bench", "source": "earth", "seed": 0, "licence": "CC0-1.0"}
        with WorldWriter(Path(folder, "world"), **arguments) as writer:  # type: ignore[arg-type]
            writer.add_pages(pages(count))
            writer.finish()
        build = time.perf_counter() - start
        world = open_world(Path(folder, "world"))
        rng = np.random.default_rng(1)
        search_times, summary_times, found = [], [], 0
        world.text_index.search("warm up")
        for target in rng.integers(0, count, queries).tolist():
            page = world.page(target)
            query = f"{page.title} {' '.join(page.text.split()[20:24])}"
            start = time.perf_counter()
            hits = world.text_index.search(query)
            search_times.append(time.perf_counter() - start)
            found += bool(hits) and hits[0].page == target
            start = time.perf_counter()
            extract(page.text, query)
            summary_times.append(time.perf_counter() - start)
    return {
        "size": count,
        "build_seconds": build,
        "first_is_right": found / queries,
        "search_p50_ms": 1000 * float(np.percentile(search_times, 50)),
        "search_p95_ms": 1000 * float(np.percentile(search_times, 95)),
        "extract_p50_ms": 1000 * float(np.percentile(summary_times, 50)),
    }


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--pages", type=int, nargs="*", default=[300, 5_000, 100_000])
    parser.add_argument("--images", type=int, nargs="*", default=[300])
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    arguments = parser.parse_args()
    cv2.setNumThreads(2)
    text = [measure_text(count, arguments.queries) for count in arguments.pages]
    for row in text:
        print("text ", {name: round(value, 2) for name, value in row.items()})
    images = [measure(texture, count, queries=10) for count in arguments.images]
    for result in images:
        names = ("images", "build_seconds", "mean_recall_at_1", "p50_ms", "p95_ms")
        print("image", {name: round(float(str(result[name])), 2) for name in names})
    if arguments.json:
        content = json.dumps({"text": text, "image": images}, indent=2)
        arguments.json.write_text(content + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
