"""Builds the index that `image_index.py` searches: features, thumbnails, codes, postings."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
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
from searchvl_gym.world.view_encoder import ViewEncoder, load_encoder
from searchvl_gym.world.view_index import Limits, write_views

INDEX_FORMAT = "searchvl-image-index-1"
INDEX_FILE = "index.json"
STORED_FEATURES = 200
_TRAINING_FEATURES = 100_000
_BLOCK = 50_000
_FIXED_POINT = np.array([64, 64, 64, 65536 / (2 * np.pi)], np.float32)


@dataclass(frozen=True)
class IndexManifest:
    """Content of `index.json`: format, fingerprint of the world, code scale, files.

    Where it holds views as well: the encoder as it was given, its name, and the cosines of a sure
    match and of the least one.
    """

    format: str
    fingerprint: str
    scale: float
    files: dict[str, FileEntry]
    encoder: str = ""
    encoder_name: str = ""
    sure_view: float = 0.0
    least_view: float = 0.0


@dataclass(frozen=True)
class Views:
    """Which pictures are searched for other views too.

    Attributes:
        encoder: See `view_encoder.load_encoder`.
        shows: Whether a picture, by its id, is one of them.
    """

    encoder: str
    shows: Callable[[int], bool]


def build_image_index(
    directory: Path,
    *,
    fingerprint: str,
    pages: Sequence[int],
    pixels: Callable[[int], Image],
    views: Views | None = None,
    describe: Callable[[int], Iterator[Described]] | None = None,
    progress: bool = False,
) -> None:
    """Index the pictures `0 … len(pages) - 1`; writes beside `directory`, then renames.

    Args:
        directory: Directory to create.
        fingerprint: Fingerprint of the world that the pictures belong to.
        pages: Page of every picture.
        pixels: Gives a picture by its id; called from several threads.
        views: Which pictures are searched for other views as well; None for none.
        describe: Describes so many pictures, in the order of their ids, somewhere else; None for
            threads of this process. It knows no views.
        progress: Show a progress bar on the terminal.

    Raises:
        WorldError: When the encoder of the views is none.
    """
    encoder = None if views is None else load_encoder(views.encoder)
    temporary = Path(tempfile.mkdtemp(prefix=f".{directory.name}.", dir=directory.parent))
    try:
        shown = views.shows if views is not None else lambda image: False
        described = (
            _describe_all(len(pages), pixels, encoder, shown, progress)
            if describe is None
            else describe(len(pages))
        )
        scale, limits = _write_index(temporary, pages, described)
        files = list_files(temporary)
        force_to_disk(temporary)
        manifest = IndexManifest(INDEX_FORMAT, fingerprint, scale, files)
        if views is not None and encoder is not None and limits is not None:
            manifest = replace(
                manifest,
                encoder=views.encoder,
                encoder_name=encoder.name,
                sure_view=limits.sure,
                least_view=limits.least,
            )
        write_json(temporary / INDEX_FILE, manifest)
        temporary.chmod(0o755)
        temporary.rename(directory)
    except BaseException as error:
        shutil.rmtree(temporary, ignore_errors=True)
        # Another process that built the same index first is no failure.
        if not (isinstance(error, OSError) and (directory / INDEX_FILE).exists()):
            raise


@dataclass(frozen=True)
class Described:
    """What the index keeps of one picture.

    Attributes:
        features: Its local features.
        thumb: Its thumbnail, uint8 RGB.
        shape: Height and width in pixels, once normalised.
        view: What the encoder of views says of it, or None.
    """

    features: LocalFeatures
    thumb: npt.NDArray[np.uint8]
    shape: tuple[int, int]
    view: Floats | None


def _write_index(
    directory: Path, pages: Sequence[int], described: Iterator[Described]
) -> tuple[float, Limits | None]:
    """Write everything; returns the scale of the codes and the limits of the views."""
    raw = ArrayFile(directory / "raw.npy", np.float16, (DESCRIPTOR,))
    points = ArrayFile(directory / "points.npy", np.uint16, (4,))
    thumbs = ArrayFile(directory / "thumbnails.npy", np.uint8, (THUMBNAIL, THUMBNAIL, 3))
    layouts = ArrayFile(directory / "layouts.npy", np.float32, (LAYOUT,))
    shapes, counts = [], []
    vectors: list[Floats] = []
    viewed: list[int] = []
    for image, item in enumerate(described):
        raw.append(item.features.descriptors)
        points.append(to_fixed_point(item.features.points))
        thumbs.append(item.thumb)
        layouts.append(layout(item.thumb))
        shapes.append(item.shape)
        counts.append(len(item.features))
        if item.view is not None:
            vectors.append(item.view)
            viewed.append(image)
    for file in (raw, points, thumbs, layouts):
        file.close()
    np.save(directory / "pages.npy", np.array(pages, np.int32))
    np.save(directory / "shapes.npy", np.array(shapes, np.uint16).reshape(-1, 2))
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    np.save(directory / "offsets.npy", offsets)
    scale = _write_codes(directory, offsets)
    (directory / "raw.npy").unlink()
    if not vectors:
        return scale, None
    return scale, write_views(directory, vectors, viewed, [pages[image] for image in viewed])


def _describe_all(
    count: int,
    pixels: Callable[[int], Image],
    encoder: ViewEncoder | None,
    viewed: Callable[[int], bool],
    progress: bool,
) -> Iterator[Described]:
    """Describe the pictures in the order of their ids, a few threads ahead of the reader."""
    from rich.console import Console
    from rich.progress import track

    def describe(image_id: int) -> Described:
        return describe_picture(pixels(image_id), encoder if viewed(image_id) else None)

    workers = os.cpu_count() or 1
    with ThreadPoolExecutor(workers) as pool:
        waiting: list[Future[Described]] = []
        for image_id in track(
            range(count), "Indexing pictures", console=Console(stderr=True), disable=not progress
        ):
            waiting.append(pool.submit(describe, image_id))
            if len(waiting) > 2 * workers:
                yield waiting.pop(0).result()
        for future in waiting:
            yield future.result()


def describe_picture(picture: Image, encoder: ViewEncoder | None) -> Described:
    """What the index keeps of a picture.

    Args:
        picture: RGB, uint8, `(height, width, 3)`.
        encoder: Of its views; None where it is searched for none.
    """
    normal, _ = normalise(picture)
    height, width = normal.shape[:2]
    return Described(
        local_features(normal, STORED_FEATURES),
        thumbnail(normal),
        (height, width),
        None if encoder is None else encoder.embed(picture),
    )


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
