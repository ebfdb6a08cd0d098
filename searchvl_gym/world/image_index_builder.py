"""Builds the index that `image_index.py` searches: features, thumbnails, codes, postings."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from searchvl_gym.types import Image
from searchvl_gym.world.format import (
    ArrayFile,
    FileEntry,
    force_to_disk,
    list_files,
    load_array,
    write_json,
)
from searchvl_gym.world.image_features import (
    DESCRIPTOR,
    LAYOUT,
    THUMBNAIL,
    Floats,
    LocalFeatures,
    layout,
    local_features,
    normalise,
    thumbnail,
)
from searchvl_gym.world.image_vocabulary import CODE, InvertedFile, Vocabulary

INDEX_FORMAT = "searchvl-image-index-1"
INDEX_FILE = "index.json"
STORED_FEATURES = 200
_TRAINING_FEATURES = 100_000
_BLOCK = 50_000
_FIXED_POINT = np.array([64, 64, 64, 65536 / (2 * np.pi)], np.float32)


@dataclass(frozen=True)
class IndexManifest:
    """Content of `index.json`: format, fingerprint of the world, code scale, files."""

    format: str
    fingerprint: str
    scale: float
    files: dict[str, FileEntry]


def build_image_index(
    directory: Path,
    *,
    fingerprint: str,
    pages: Sequence[int],
    pixels: Callable[[int], Image],
    progress: bool = False,
) -> None:
    """Index the pictures `0 … len(pages) - 1`; writes beside `directory`, then renames.

    Args:
        directory: Directory to create.
        fingerprint: Fingerprint of the world that the pictures belong to.
        pages: Page of every picture.
        pixels: Gives a picture by its id; called from several threads.
        progress: Show a progress bar on the terminal.
    """
    temporary = Path(tempfile.mkdtemp(prefix=f".{directory.name}.", dir=directory.parent))
    try:
        scale = _write_index(temporary, pages, pixels, progress)
        files = list_files(temporary)
        force_to_disk(temporary)
        write_json(temporary / INDEX_FILE, IndexManifest(INDEX_FORMAT, fingerprint, scale, files))
        temporary.chmod(0o755)
        temporary.rename(directory)
    except BaseException as error:
        shutil.rmtree(temporary, ignore_errors=True)
        # Another process that built the same index first is no failure.
        if not (isinstance(error, OSError) and (directory / INDEX_FILE).exists()):
            raise


def _write_index(
    directory: Path, pages: Sequence[int], pixels: Callable[[int], Image], progress: bool
) -> float:
    raw = ArrayFile(directory / "raw.npy", np.float16, (DESCRIPTOR,))
    points = ArrayFile(directory / "points.npy", np.uint16, (4,))
    thumbs = ArrayFile(directory / "thumbnails.npy", np.uint8, (THUMBNAIL, THUMBNAIL, 3))
    layouts = ArrayFile(directory / "layouts.npy", np.float32, (LAYOUT,))
    shapes, counts = [], []
    for features, thumb, shape in _describe_all(len(pages), pixels, progress):
        raw.append(features.descriptors)
        points.append(to_fixed_point(features.points))
        thumbs.append(thumb)
        layouts.append(layout(thumb))
        shapes.append(shape)
        counts.append(len(features))
    for file in (raw, points, thumbs, layouts):
        file.close()
    np.save(directory / "pages.npy", np.array(pages, np.int32))
    np.save(directory / "shapes.npy", np.array(shapes, np.uint16).reshape(-1, 2))
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    np.save(directory / "offsets.npy", offsets)
    scale = _write_codes(directory, offsets)
    (directory / "raw.npy").unlink()
    return scale


def _describe_all(
    count: int, pixels: Callable[[int], Image], progress: bool
) -> Iterator[tuple[LocalFeatures, npt.NDArray[np.uint8], tuple[int, int]]]:
    """Describe the pictures in the order of their ids, a few threads ahead of the reader."""
    from rich.console import Console
    from rich.progress import track

    def describe(
        image_id: int,
    ) -> tuple[LocalFeatures, npt.NDArray[np.uint8], tuple[int, int]]:
        normal, _ = normalise(pixels(image_id))
        height, width = normal.shape[:2]
        return local_features(normal, STORED_FEATURES), thumbnail(normal), (height, width)

    workers = os.cpu_count() or 1
    with ThreadPoolExecutor(workers) as pool:
        waiting: list[Future[tuple[LocalFeatures, npt.NDArray[np.uint8], tuple[int, int]]]] = []
        for image_id in track(
            range(count), "Indexing pictures", console=Console(stderr=True), disable=not progress
        ):
            waiting.append(pool.submit(describe, image_id))
            if len(waiting) > 2 * workers:
                yield waiting.pop(0).result()
        for future in waiting:
            yield future.result()


def _write_codes(directory: Path, offsets: npt.NDArray[np.int64]) -> float:
    raw = load_array(directory / "raw.npy")
    rng = np.random.default_rng(0)
    picks = np.arange(len(raw))
    if len(raw) > _TRAINING_FEATURES:
        picks = np.sort(rng.choice(len(raw), _TRAINING_FEATURES, replace=False))
    vocabulary = Vocabulary.train(raw[picks].astype(np.float32), len(raw))
    codes_file = ArrayFile(directory / "codes.npy", np.int8, (CODE,))
    words, signs = [np.zeros(0, np.int64)], [np.zeros(0, np.uint64)]
    for start in range(0, len(raw), _BLOCK):
        codes = vocabulary.encode(raw[start : start + _BLOCK].astype(np.float32))
        nearest = vocabulary.nearest_words(codes)[:, 0]
        codes_file.append(codes)
        words.append(nearest)
        signs.append(vocabulary.signs(codes, nearest))
    codes_file.close()
    owners = np.repeat(np.arange(len(offsets) - 1, dtype=np.int32), np.diff(offsets))
    inverted = InvertedFile.build(
        np.concatenate(words),
        np.concatenate(signs),
        owners,
        len(vocabulary.words),
        len(offsets) - 1,
    )
    for name in ("mean", "projection", "words", "rotation"):
        np.save(directory / f"{name}.npy", getattr(vocabulary, name))
    for name in ("starts", "images", "signs", "norms"):
        np.save(directory / f"postings_{name}.npy", getattr(inverted, name))
    return vocabulary.scale


def to_fixed_point(points: Floats) -> npt.NDArray[np.uint16]:
    """Features' x, y, size, angle as 16-bit integers."""
    points = points.copy()
    points[:, 3] %= 2 * np.pi
    scaled = np.clip(np.rint(points * _FIXED_POINT), 0, 65535)
    return np.asarray(scaled, np.uint16)


def from_fixed_point(points: npt.NDArray[np.uint16]) -> Floats:
    """The inverse of `to_fixed_point`."""
    return points.astype(np.float32) / _FIXED_POINT
