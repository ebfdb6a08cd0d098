"""Documents kept on disk between the two times that they are looked at."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from types import TracebackType
from typing import IO

import msgspec

from searchvl_gym.world.sources.documents.document import Document

_LENGTH = 8


class Shelf:
    """Holds any number of documents in a temporary file; a context manager.

    >>> with Shelf() as shelf:
    ...     shelf.add(Document("a", "A", "One."))
    ...     [document.title for document in shelf], [document.text for document in shelf]
    (['A'], ['One.'])
    """

    def __init__(self) -> None:
        self._file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115

    def __enter__(self) -> Shelf:
        """Begin to hold."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Remove the file."""
        self._file.close()

    def add(self, document: Document) -> None:
        """Put a document behind the others."""
        encoded = msgspec.msgpack.encode(document)
        self._file.seek(0, 2)
        self._file.write(len(encoded).to_bytes(_LENGTH, "little"))
        self._file.write(encoded)

    def __iter__(self) -> Iterator[Document]:
        """The documents in their order."""
        place = 0
        decoder = msgspec.msgpack.Decoder(Document)
        while True:
            self._file.seek(place)
            length = int.from_bytes(self._file.read(_LENGTH), "little")
            if not length:
                return
            yield decoder.decode(self._file.read(length))
            place += _LENGTH + length
