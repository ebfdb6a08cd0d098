"""Draws many pictures in several processes, in order.

The workers are plain child interpreters that get records on stdin and send encoded pictures to
stdout. Unlike a pool of `multiprocessing` they need no `if __name__ == "__main__"` in the
user's script, and no fork of a process that may already have threads.
"""

from __future__ import annotations

import io
import os
import pickle
import queue
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import IO

from searchvl_gym.world.pictures.recipe import PictureRecipe
from searchvl_gym.world.records import ImageRecord

JPEG_QUALITY = 90
_LENGTH = struct.Struct("<I")
_AHEAD = 16
"""How many pictures a worker may be ahead of the others."""


def encode_picture(recipe: PictureRecipe) -> bytes:
    """Draw a picture and encode it as a JPEG file."""
    from PIL import Image as PillowImage

    from searchvl_gym.world.pictures import draw

    stream = io.BytesIO()
    PillowImage.fromarray(draw(recipe).pixels).save(
        stream, "JPEG", quality=JPEG_QUALITY, subsampling=0
    )
    return stream.getvalue()


def draw_pictures(images: Sequence[ImageRecord], workers: int) -> Iterator[ImageRecord]:
    """Draw pictures; gives the records with their encoded files, in the same order.

    Args:
        images: Records with recipes.
        workers: Number of processes; 1 draws in this one.

    Raises:
        RuntimeError: When a worker fails; its message is on stderr.
    """
    workers = min(workers, len(images))
    if workers <= 1:
        for image in images:
            yield replace(image, data=encode_picture(_recipe(image)))
        return
    crew = [_Worker([_recipe(image) for image in images[n::workers]]) for n in range(workers)]
    try:
        for position, image in enumerate(images):
            yield replace(image, data=crew[position % workers].next_picture())
    finally:
        for worker in crew:
            worker.close()


def _recipe(image: ImageRecord) -> PictureRecipe:
    if image.recipe is None:
        raise ValueError(f"picture {image.id} has no recipe to draw it from")
    return image.recipe


class _Worker:
    """A child interpreter and the thread that reads from it."""

    def __init__(self, recipes: list[PictureRecipe]) -> None:
        # One thread a process: the workers share the cores among themselves.
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        self._process = subprocess.Popen(
            [sys.executable, "-c", f"from {__name__} import serve; serve()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**environment, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
        self._queue: queue.Queue[bytes | None] = queue.Queue(_AHEAD)
        self._closed = False
        self._thread = threading.Thread(target=self._exchange, args=(recipes,), daemon=True)
        self._thread.start()

    def _exchange(self, recipes: list[PictureRecipe]) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            with self._process.stdin as stream:
                pickle.dump(recipes, stream)
            for _ in recipes:
                self._put(_read_frame(self._process.stdout))
        except (OSError, EOFError):
            self._put(None)

    def _put(self, frame: bytes | None) -> None:
        while not self._closed:
            try:
                self._queue.put(frame, timeout=0.2)
                return
            except queue.Full:
                continue

    def next_picture(self) -> bytes:
        frame = self._queue.get()
        if frame is None:
            raise RuntimeError(
                f"a process that draws pictures ended with status {self._process.wait()}; "
                "its message is above"
            )
        return frame

    def close(self) -> None:
        self._closed = True
        self._process.kill()
        self._process.wait()
        self._thread.join()
        if self._process.stdout is not None:
            self._process.stdout.close()


def _read_frame(stream: IO[bytes]) -> bytes:
    header = stream.read(_LENGTH.size)
    if len(header) < _LENGTH.size:
        raise EOFError
    (length,) = _LENGTH.unpack(header)
    frame = stream.read(length)
    if len(frame) < length:
        raise EOFError
    return frame


def serve() -> None:
    """Draw what comes on stdin; the work of a child interpreter."""
    recipes = pickle.load(sys.stdin.buffer)
    for recipe in recipes:
        frame = encode_picture(recipe)
        sys.stdout.buffer.write(_LENGTH.pack(len(frame)) + frame)
        sys.stdout.buffer.flush()
