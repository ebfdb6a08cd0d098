"""Files of one record a line that a process adds to and a kill may tear: only the last line."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import BinaryIO


def read_whole_lines(stream: BinaryIO) -> Iterator[tuple[int, int, bytes]]:
    """The lines of a file that is open for reading and writing; a torn last one is cut off.

    Args:
        stream: Of bytes; it is read from its beginning.

    Yields:
        Number from 1, place of its first byte, and the line with its end.
    """
    stream.seek(0)
    start = 0
    for number, line in enumerate(stream, 1):
        if not line.endswith(b"\n"):
            stream.truncate(start)
            return
        yield number, start, line
        start += len(line)


def append_line(stream: BinaryIO, content: bytes) -> None:
    """Add a line; it is on the disk when this returns.

    Raises:
        OSError: When the disk is full or gone.
    """
    stream.write(content + b"\n")
    stream.flush()
    os.fsync(stream.fileno())
