"""How well and how fast image search finds spoilt copies of a world's pictures.

    python benchmarks/speed/image_recall.py [--images N] [--queries Q] [--source S] [--json FILE]

Pictures are the world's own styles, drawn (`--source drawn`), or cheap synthetic textures
(`--source textures`), which make large indexes affordable. Negatives are pictures with other
seeds that are not in the index. Prints tables, and writes JSON when asked.
"""

from __future__ import annotations

import argparse
import functools
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import cv2
import numpy as np

from benchmarks.speed.figures import machine, print_table, rate, write_json
from searchvl_gym.types import Image
from searchvl_gym.world.image_index import ImageIndex
from searchvl_gym.world.image_index_builder import build_image_index

Transform = Callable[[Image, np.random.Generator], Image]
Source = Callable[[int], Image]

QUERIES = 60
"""Queries a transform unless told otherwise."""

MOST_MS = {300: 60.0, 20_000: 250.0}
"""Targets of the median latency by the number of pictures."""

LEAST_MEAN = 0.90
"""Target of the mean recall over the transforms at 300 pictures."""

LEAST = 0.75
"""Target of each transform's recall at 300 pictures."""


@dataclass(frozen=True)
class ImageSearch:
    """What was measured on one index.

    Attributes:
        source: `drawn` or `textures`.
        images: Pictures in the index.
        queries: Queries a transform, and as many pictures that are not in the index.
        recall_at_1: Share of the queries whose first hit is the right picture, by transform.
        wrong_at_1: Share of the queries whose first hit is another picture, by transform.
        mean_recall_at_1: Mean over the transforms.
        false_positive_rate: Share of the pictures outside of the index that something matched.
        p50_ms: Median time of a query.
        p95_ms: 95th percentile of it.
        build_seconds: Time to build the index, drawing the pictures included.
        bytes_per_image: Size of the index on the disk by picture.
    """

    source: str
    images: int
    queries: int
    recall_at_1: Mapping[str, float]
    wrong_at_1: Mapping[str, float]
    mean_recall_at_1: float
    false_positive_rate: float
    p50_ms: float
    p95_ms: float
    build_seconds: float
    bytes_per_image: float


def crop(pixels: Image, rng: np.random.Generator) -> Image:
    """Keep 40–60 % of the area."""
    share = np.sqrt(rng.uniform(0.4, 0.6))
    height, width = (int(length * share) for length in pixels.shape[:2])
    y = int(rng.integers(0, pixels.shape[0] - height + 1))
    x = int(rng.integers(0, pixels.shape[1] - width + 1))
    return np.ascontiguousarray(pixels[y : y + height, x : x + width])


def blur(pixels: Image, rng: np.random.Generator) -> Image:
    """Gaussian blur of σ = 4 pixels."""
    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), 4), np.uint8)


def tiny(pixels: Image, rng: np.random.Generator) -> Image:
    """A copy whose longer side has 48 pixels."""
    factor = 48 / max(pixels.shape[:2])
    small = cv2.resize(pixels, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8)


def perspective(pixels: Image, rng: np.random.Generator) -> Image:
    """Move every corner inwards by up to 15 % of the side."""
    height, width = pixels.shape[:2]
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    inwards = np.array([(1, 1), (-1, 1), (-1, -1), (1, -1)], np.float32)
    shift = rng.uniform(0, 0.15, (4, 2)).astype(np.float32) * (width, height) * inwards
    matrix = cv2.getPerspectiveTransform(corners, (corners + shift).astype(np.float32))
    return np.asarray(
        cv2.warpPerspective(pixels, matrix, (width, height), borderValue=(128, 128, 128)), np.uint8
    )


def rotation(pixels: Image, rng: np.random.Generator) -> Image:
    """Turn by 25° either way within the same frame."""
    height, width = pixels.shape[:2]
    angle = 25.0 if rng.random() < 0.5 else -25.0
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    return np.asarray(cv2.warpAffine(pixels, matrix, (width, height)), np.uint8)


def jpeg(pixels: Image, rng: np.random.Generator) -> Image:
    """JPEG of quality 10."""
    _, data = cv2.imencode(".jpg", pixels[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 10])
    return np.ascontiguousarray(cv2.imdecode(data, cv2.IMREAD_COLOR)[..., ::-1])


def inset(pixels: Image, rng: np.random.Generator) -> Image:
    """Paste it at 50–70 % of its size into a larger, noisy gradient."""
    height, width = (int(length * 1.2) for length in pixels.shape[:2])
    ramp = np.linspace(0, 1, width)[None, :, None] * rng.uniform(-80, 80, 3)
    noise = cv2.resize(rng.normal(0, 30, (24, 32, 3)), (width, height))
    canvas = np.clip(rng.uniform(60, 200, 3) + ramp + noise, 0, 255).astype(np.uint8)
    factor = rng.uniform(0.5, 0.7)
    small = cv2.resize(pixels, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    y = int(rng.integers(0, height - small.shape[0]))
    x = int(rng.integers(0, width - small.shape[1]))
    canvas[y : y + small.shape[0], x : x + small.shape[1]] = small
    return canvas


TRANSFORMS: dict[str, Transform] = {
    "crop 40-60 %": crop,
    "blur sigma 4": blur,
    "48 pixels": tiny,
    "perspective": perspective,
    "rotation 25": rotation,
    "JPEG 10": jpeg,
    "inset": inset,
}


def texture(seed: int) -> Image:
    """A synthetic picture: colour gradient, shapes, words and noise; about 10 ms."""
    rng = np.random.default_rng([seed, 1])
    height, width = 480, 640
    base = cv2.resize(rng.uniform(40, 220, (3, 4, 3)), (width, height))
    canvas = np.clip(base, 0, 255).astype(np.uint8)
    for _ in range(int(rng.integers(8, 20))):
        centre = (int(rng.integers(0, width)), int(rng.integers(0, height)))
        size = (int(rng.integers(8, 120)), int(rng.integers(8, 90)))
        colour = tuple(int(value) for value in rng.integers(0, 255, 3))
        if rng.random() < 0.5:
            cv2.ellipse(canvas, centre, size, float(rng.uniform(0, 180)), 0, 360, colour, -1)
        else:
            end = (centre[0] + size[0], centre[1] + size[1])
            cv2.rectangle(canvas, centre, end, colour, int(rng.integers(-1, 6)) or -1)
    for line in range(int(rng.integers(2, 6))):
        word = "".join(chr(int(letter)) for letter in rng.integers(65, 91, 9))
        place = (int(rng.integers(10, width // 2)), 60 + 80 * line)
        cv2.putText(canvas, word, place, cv2.FONT_HERSHEY_SIMPLEX, 1.3, (20, 20, 20), 3)
    noise = rng.integers(-7, 8, canvas.shape, np.int8)
    return np.clip(canvas.astype(np.int16) + noise, 0, 255).astype(np.uint8)


_SYLLABLES = ("al", "den", "ma", "ro", "kir", "ke", "ve", "les", "sund", "tor", "qui", "bran")


def made_up_name(rng: np.random.Generator) -> str:
    """A name of two to four syllables."""
    return "".join(rng.choice(_SYLLABLES, int(rng.integers(2, 5)))).capitalize()


def drawn(seed: int) -> Image:
    """A picture in one of the world's styles with made-up words."""
    from searchvl_gym.world.pictures import STYLES, draw
    from searchvl_gym.world.pictures.recipe import PictureRecipe

    rng = np.random.default_rng([seed, 2])
    names = sorted(name for name, style in STYLES.items() if style.kinds)
    style = STYLES[names[seed % len(names)]]
    fields = {
        name: f"{made_up_name(rng)} {made_up_name(rng)} {int(rng.integers(1700, 2020))}"
        for name in style.fields
    }
    return draw(PictureRecipe(style.name, int(rng.integers(1 << 31)), fields)).pixels


SOURCES: dict[str, Source] = {"drawn": drawn, "textures": texture}
"""Where pictures come from."""


def measure(source_name: str, images: int, queries: int = QUERIES) -> ImageSearch:
    """Build an index of `images` pictures and query it with `queries` a transform."""
    source = SOURCES[source_name]
    keep = functools.lru_cache(maxsize=600)(source)
    targets = min(queries, images)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "index")
        start = time.perf_counter()
        build_image_index(
            path, fingerprint="benchmark", pages=range(images), pixels=keep, progress=True
        )
        build = time.perf_counter() - start
        size = sum(file.stat().st_size for file in path.iterdir()) / max(1, images)
        index = ImageIndex.open(path, "benchmark")
        rng = np.random.default_rng(0)
        recall: dict[str, float] = {}
        wrong: dict[str, float] = {}
        times = []
        index.search(keep(0))  # the first search loads what the others find in memory
        for name, transform in TRANSFORMS.items():
            right = mistaken = 0
            for target in rng.choice(images, targets, replace=False).tolist():
                query = transform(keep(target), rng)
                start = time.perf_counter()
                hits = index.search(query)
                times.append(time.perf_counter() - start)
                right += bool(hits) and hits[0].image == target
                mistaken += bool(hits) and hits[0].image != target
            recall[name] = right / targets
            wrong[name] = mistaken / targets
        false = sum(bool(index.search(source(10_000_000 + seed))) for seed in range(queries))
    milliseconds = np.array(times) * 1000
    return ImageSearch(
        source=source_name,
        images=images,
        queries=targets,
        recall_at_1=recall,
        wrong_at_1=wrong,
        mean_recall_at_1=float(np.mean(list(recall.values()))),
        false_positive_rate=false / queries,
        p50_ms=float(np.percentile(milliseconds, 50)),
        p95_ms=float(np.percentile(milliseconds, 95)),
        build_seconds=build,
        bytes_per_image=size,
    )


def show_recall(result: ImageSearch) -> None:
    """Print what was found, by transform."""
    has_target = result.images == 300
    rows = [
        (name, f"{share:.2f}", f"{result.wrong_at_1[name]:.2f}", rate(share, least=least))
        for name, share in result.recall_at_1.items()
        for least in [LEAST if has_target else None]
    ]
    mean = result.mean_recall_at_1
    wrong = float(np.mean(list(result.wrong_at_1.values())))
    least = LEAST_MEAN if has_target else None
    rows.append(("mean", f"{mean:.3f}", f"{wrong:.3f}", rate(mean, least=least)))
    rows.append(("not in the index", "", f"{result.false_positive_rate:.2f}", ""))
    title = (
        f"Image search, {result.images} {result.source} pictures, {result.queries} queries a row"
    )
    print_table(title, ("query", "recall@1", "wrong@1", "target"), rows)


def show_latency(results: Sequence[ImageSearch]) -> None:
    """Print how long searches took, by the size of the index."""
    rows = [
        (
            f"{item.images} {item.source}",
            f"{item.p50_ms:.1f}",
            f"{item.p95_ms:.1f}",
            rate(item.p50_ms, most=MOST_MS.get(item.images)),
            f"{item.mean_recall_at_1:.3f}",
            f"{item.build_seconds:.0f}",
            f"{item.bytes_per_image / 1024:.0f}",
        )
        for item in results
    ]
    headings = ("pictures", "p50 ms", "p95 ms", "target", "recall@1", "build s", "KiB each")
    print_table("Image search by size", headings, rows)


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmark; see the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", type=int, default=300, help="pictures in the index")
    parser.add_argument("--queries", type=int, default=QUERIES, help="queries a transform")
    parser.add_argument("--source", choices=SOURCES, default="drawn")
    parser.add_argument("--threads", type=int, default=2, help="threads of OpenCV")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    options = parser.parse_args(arguments)
    if min(options.images, options.queries, options.threads) < 1:
        parser.error("--images, --queries and --threads must be at least 1")
    cv2.setNumThreads(options.threads)
    result = measure(options.source, options.images, options.queries)
    show_recall(result)
    show_latency([result])
    if options.json is not None:
        write_json(options.json, {"machine": machine(), "image_search": [asdict(result)]})
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
