"""Latency of text and image search by the size of the world.

    python benchmarks/speed/search_latency.py [--pages N …] [--images N …] [--json FILE]

Worlds are synthetic (made-up pages of about 2 KB, cheap textures as pictures), so that every size
is affordable; building them is part of the figures. Prints tables, and writes JSON when asked.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import cv2
import numpy as np

from benchmarks.speed.figures import machine, print_table, write_json
from benchmarks.speed.image_recall import measure, show_latency
from searchvl_gym.world import Page, WorldWriter, open_world
from searchvl_gym.world.summary import extract

PAGES = (300, 5_000, 100_000)
"""Sizes of the text worlds unless told otherwise."""

QUERIES = 200
"""Text queries unless told otherwise."""

IMAGE_QUERIES = 10
"""Image queries a transform."""

_SYLLABLES = (
    *("ka", "ro", "mi", "tu", "sel", "van", "dor", "lin", "pes"),
    *("qua", "her", "bro", "sti", "nam", "ulo", "fen", "gra"),
)


@dataclass(frozen=True)
class TextSearch:
    """What was measured on one world.

    Attributes:
        pages: Pages in it.
        queries: How many were asked; each is a page's title and four words of its text.
        build_seconds: Time to write the world, its text index included.
        first_is_right: Share of the queries whose first hit is that page.
        search_p50_ms: Median time of a search, without the summaries.
        search_p95_ms: 95th percentile of it.
        extract_p50_ms: Median time of one summary.
    """

    pages: int
    queries: int
    build_seconds: float
    first_is_right: float
    search_p50_ms: float
    search_p95_ms: float
    extract_p50_ms: float


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


def measure_text(count: int, queries: int = QUERIES) -> TextSearch:
    """Build a world of `count` pages and search it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "world")
        start = time.perf_counter()
        with WorldWriter(path, name="bench", source="earth", seed=0, licence="CC0-1.0") as writer:
            writer.add_pages(pages(count))
            writer.finish()
        build = time.perf_counter() - start
        world = open_world(path)
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
    return TextSearch(
        pages=count,
        queries=queries,
        build_seconds=build,
        first_is_right=found / queries,
        search_p50_ms=1000 * float(np.percentile(search_times, 50)),
        search_p95_ms=1000 * float(np.percentile(search_times, 95)),
        extract_p50_ms=1000 * float(np.percentile(summary_times, 50)),
    )


def show_text(results: Sequence[TextSearch]) -> None:
    """Print the figures of the text searches as a table."""
    rows = [
        (
            str(item.pages),
            f"{item.search_p50_ms:.2f}",
            f"{item.search_p95_ms:.2f}",
            f"{item.extract_p50_ms:.2f}",
            f"{item.first_is_right:.2f}",
            f"{item.build_seconds:.1f}",
        )
        for item in results
    ]
    headings = ("pages", "p50 ms", "p95 ms", "summary ms", "first is right", "build s")
    print_table("Text search by size", headings, rows)


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmark; see the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=int, nargs="*", default=PAGES)
    parser.add_argument("--images", type=int, nargs="*", default=[300])
    parser.add_argument("--queries", type=int, default=QUERIES)
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    options = parser.parse_args(arguments)
    if min([*options.pages, *options.images, options.queries]) < 1:
        parser.error("--pages, --images and --queries must be at least 1")
    cv2.setNumThreads(2)
    text = [measure_text(count, options.queries) for count in options.pages]
    if text:
        show_text(text)
    images = [measure("textures", count, IMAGE_QUERIES) for count in options.images]
    if images:
        show_latency(images)
    if options.json is not None:
        content = {
            "machine": machine(),
            "text_search": [asdict(item) for item in text],
            "image_search": [asdict(item) for item in images],
        }
        write_json(options.json, content)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
