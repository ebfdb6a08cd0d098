"""Speed and memory of path sampling on a graph of the English Wikipedia's size.

    python -m benchmarks.speed.path_sampling                     7 million pages, 200 million links
    python -m benchmarks.speed.path_sampling --pages 100000 --links 3000000

The graph is made from a seed: out-degrees are log-normal, in-degrees follow a power law whose
head are hubs above the paper's threshold. It is written to a directory once (0.9 GB, a minute)
and opened by memory map; the sampling runs with the paper's rules on one core.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.speed.figures import machine, peak_memory, print_table, rate, write_json
from searchvl_gym.curation import PathGraph, PathSampler, PathSettings
from searchvl_gym.curation.paths.graph import NO_DOMAIN
from searchvl_gym.world.format import ArrayFile, load_array

PAGES, LINKS = 7_000_000, 200_000_000
PATHS = 1_000_000
BATCH = 65_536

LEAST_RATE = 20_000.0
"""Accepted paths a second on one core (issue 4)."""
MOST_GIB = 6.0

_SKEW = 4.0
"""A link leads to the page of popularity rank `pages * uniform ** _SKEW`: in-degrees fall with
the rank to the power 1 / 4 - 1."""
_SPREAD = 1.0
"""Standard deviation of the logarithm of the out-degree."""
_NO_ANCHOR, _NO_ARTICLE = 0.6, 0.03
"""Shares of pages without infobox or picture, and of pages that are no articles."""
_OVERDRAW = 1.06
"""Links that are drawn for each that is wanted: a page links to a hub only once."""
_CHUNK = 4_000_000

_ARRAYS = ("offsets", "targets", "in_degree", "excluded", "domain")


@dataclass(frozen=True)
class Figures:
    """What was measured.

    Attributes:
        pages: Pages of the graph.
        links: Distinct links of the graph.
        highest_in_degree: Of any page.
        hubs: Pages above the threshold of the rules.
        hub_share: Share of the links that lead to them.
        tail_exponent: Exponent of the in-degrees' density, by Hill's estimator over the 1,000
            most linked pages; below 3 the variance grows without bound.
        anchors: Pages that an anchor may be.
        paths: Paths asked for.
        accepted: Paths accepted.
        dropped: Anchors dropped after all retries.
        failed_walks: Failed walks by reason.
        build_seconds: Time to make the graph, 0 when it was there already.
        setup_seconds: Time to get ready to sample.
        seconds: Processor time of the sampling.
        wall_seconds: Wall-clock time of the sampling.
        rate: Accepted paths a second of processor time.
        peak_gib: Highest memory of the process, the graph's mapped pages included.
    """

    pages: int
    links: int
    highest_in_degree: int
    hubs: int
    hub_share: float
    tail_exponent: float
    anchors: int
    paths: int
    accepted: int
    dropped: int
    failed_walks: dict[str, int]
    build_seconds: float
    setup_seconds: float
    seconds: float
    wall_seconds: float
    rate: float
    peak_gib: float


def make_graph(directory: Path, *, pages: int, links: int, seed: int) -> None:
    """Write a synthetic graph, a few million links in memory at a time.

    Args:
        directory: Where its arrays go; created.
        pages: Number of pages, at least 10.
        links: Number of links aimed at; the graph has some per cent more or fewer.
        seed: The same arguments give the same bytes.
    """
    directory.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    weights = rng.lognormal(0.0, _SPREAD, pages)
    degrees = rng.poisson(weights * (_OVERDRAW * links / weights.sum())).astype(np.int64)
    del weights
    ends = np.cumsum(degrees)
    step = _coprime(pages)
    in_degree = np.zeros(pages, np.int64)
    offsets = ArrayFile(directory / "offsets.npy", np.int64)
    targets = ArrayFile(directory / "targets.npy", np.int32)
    offsets.append([0])
    first = 0
    while first < pages:
        reached = ends[first - 1] if first else 0
        last = min(pages, max(first + 1, int(np.searchsorted(ends, reached + _CHUNK, "right"))))
        rows = np.repeat(np.arange(last - first, dtype=np.int64), degrees[first:last])
        ranks = (rng.random(len(rows)) ** _SKEW * pages).astype(np.int64)
        keys = (rows << 32) | (ranks * step + 7) % pages
        keys.sort()
        keys = keys[np.concatenate(([True], keys[1:] != keys[:-1]))] if len(keys) else keys
        chosen, owners = keys & 0xFFFFFFFF, keys >> 32
        chosen, owners = chosen[chosen != owners + first], owners[chosen != owners + first]
        in_degree += np.bincount(chosen, minlength=pages)
        counts = np.bincount(owners, minlength=last - first)
        offsets.append(len(targets) + np.cumsum(counts))
        targets.append(chosen)
        first = last
    offsets.close()
    targets.close()
    domains = len(PathSettings().domains)
    domain = rng.integers(0, domains, pages).astype(np.int8)
    domain[rng.random(pages) < _NO_ANCHOR] = NO_DOMAIN
    excluded = rng.random(pages) < _NO_ARTICLE
    domain[excluded] = NO_DOMAIN
    np.save(directory / "in_degree.npy", in_degree.astype(np.int32))
    np.save(directory / "excluded.npy", excluded)
    np.save(directory / "domain.npy", domain)


def open_graph(directory: Path) -> PathGraph:
    """Open what `make_graph` wrote, by memory map."""
    return PathGraph(*(load_array(directory / f"{name}.npy") for name in _ARRAYS))


def measure(
    directory: Path, settings: PathSettings, *, paths: int, seed: int = 0, build: float = 0.0
) -> Figures:
    """Sample paths and measure it.

    Args:
        directory: What `make_graph` wrote.
        settings: The rules.
        paths: How many to ask for.
        seed: Of the draws.
        build: Seconds that making the graph took, to be told with the rest.
    """
    start = time.process_time()
    graph = open_graph(directory)
    sampler = PathSampler(graph, settings, seed=seed)
    setup = time.process_time() - start
    accepted, failures = 0, {}
    start, wall = time.process_time(), time.perf_counter()
    for first in range(0, paths, BATCH):
        batch = sampler.draw(first, min(BATCH, paths - first))
        accepted += batch.accepted
        for reason, count in batch.failures().items():
            failures[reason] = failures.get(reason, 0) + count
    seconds, wall = time.process_time() - start, time.perf_counter() - wall
    degree = np.asarray(graph.in_degree)
    hubs = degree[degree > settings.hub_in_degree]
    return Figures(
        pages=len(graph),
        links=len(graph.targets),
        highest_in_degree=int(degree.max()),
        hubs=len(hubs),
        hub_share=float(hubs.sum(dtype=np.int64) / len(graph.targets)),
        tail_exponent=_tail_exponent(degree),
        anchors=sum(map(len, sampler.anchors.values())),
        paths=paths,
        accepted=accepted,
        dropped=paths - accepted,
        failed_walks=failures,
        build_seconds=round(build, 1),
        setup_seconds=round(setup, 2),
        seconds=round(seconds, 2),
        wall_seconds=round(wall, 2),
        rate=accepted / max(seconds, 1e-9),
        peak_gib=round(peak_memory() / 2**30, 2),
    )


def show(figures: Figures) -> None:
    """Print the figures beside their targets."""
    print_table(
        f"Path sampling, {figures.pages:,} pages, {figures.links:,} links",
        ("figure", "value", "target"),
        (
            (
                "accepted paths a second",
                f"{figures.rate:,.0f}",
                rate(figures.rate, least=LEAST_RATE),
            ),
            ("peak memory, GiB", f"{figures.peak_gib:.2f}", rate(figures.peak_gib, most=MOST_GIB)),
            ("paths accepted", f"{figures.accepted:,} of {figures.paths:,}", ""),
            ("failed walks", str(figures.failed_walks), ""),
            ("anchors", f"{figures.anchors:,}", ""),
            ("highest in-degree", f"{figures.highest_in_degree:,}", ""),
            ("hubs, and their share of links", f"{figures.hubs:,}, {figures.hub_share:.1%}", ""),
            ("exponent of the in-degrees' tail", f"{figures.tail_exponent:.2f}", ""),
            ("seconds: build, setup, sampling", _seconds(figures), ""),
        ),
    )


def _seconds(figures: Figures) -> str:
    return f"{figures.build_seconds}, {figures.setup_seconds}, {figures.seconds}"


def _tail_exponent(degree: npt.NDArray[np.int32]) -> float:
    most = np.sort(np.partition(degree, -min(1_000, len(degree) // 2))[-1_000:].astype(float))
    most = most[most > 0]
    return float(1 + 1 / np.log(most[1:] / most[0]).mean())


def _coprime(pages: int) -> int:
    """A step that visits every page once, so that hubs are scattered over the ids."""
    step = int(pages * 0.618) | 1
    while np.gcd(step, pages) != 1:
        step += 2
    return step


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmark; see the module's docstring."""
    parser = argparse.ArgumentParser(
        prog="benchmarks.speed.path_sampling", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--pages", type=int, default=PAGES)
    parser.add_argument("--links", type=int, default=LINKS)
    parser.add_argument("--paths", type=int, default=PATHS)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--directory", type=Path, help="keep the graph here, or take it from here")
    parser.add_argument("--json", type=Path, help="write all figures to this file")
    options = parser.parse_args(arguments)
    if options.pages < 10 or options.links < 1 or options.paths < 1:
        parser.error("--pages must be at least 10, --links and --paths at least 1")
    with tempfile.TemporaryDirectory() as temporary:
        directory = options.directory or Path(temporary)
        build = 0.0
        if not (directory / "domain.npy").exists():
            start = time.perf_counter()
            make_graph(directory, pages=options.pages, links=options.links, seed=options.seed)
            build = time.perf_counter() - start
        figures = measure(
            directory, PathSettings(), paths=options.paths, seed=options.seed, build=build
        )
        show(figures)
    if options.json is not None:
        write_json(options.json, {"machine": machine(), "path_sampling": asdict(figures)})
    return 0


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    raise SystemExit(main())
