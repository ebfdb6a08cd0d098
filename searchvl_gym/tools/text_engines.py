"""The text recognition engines of this process: PP-OCR through `rapidocr` and `onnxruntime`.

An engine is not safe to use from two threads at once, so each is lent to one call at a time; a
further one is built when all are busy, up to a limit. The models load on the first call.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

THREADS = 1
"""CPU threads of one engine; calls run side by side, and more would wait for each other."""


class EnginePool:
    """Lends text recognition engines.

    Args:
        limit: Most engines at once; each takes some 100 MB.
    """

    def __init__(self, limit: int) -> None:
        self._idle: list[Any] = []
        self._free = threading.BoundedSemaphore(limit)
        self._lock = threading.Lock()

    @contextmanager
    def lend(self) -> Iterator[Any]:
        """An engine for the length of a `with` block; waits when all are busy."""
        with self._free:
            with self._lock:
                engine = self._idle.pop() if self._idle else None
            if engine is None:
                engine = _build()
            try:
                yield engine
            finally:
                with self._lock:
                    self._idle.append(engine)


ENGINES = EnginePool(limit=max(1, min(8, (os.cpu_count() or 1) // THREADS)))
"""The engines of this process."""


def _build() -> Any:
    from rapidocr import RapidOCR

    class KeepsUnreadLines(RapidOCR):
        """Hands on lines of which nothing was read: they may be in an unknown script."""

        def recognize_txt(self, img: Any) -> Any:
            result: Any = super().recognize_txt(img)
            # The engine drops lines without text; this character is neither letter nor digit.
            result.txts = tuple(text if text.strip() else "\ufffd" for text in result.txts)
            return result

    return KeepsUnreadLines(
        params={
            "Global.log_level": "error",
            "Global.text_score": 0.0,
            "EngineConfig.onnxruntime.intra_op_num_threads": THREADS,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )
