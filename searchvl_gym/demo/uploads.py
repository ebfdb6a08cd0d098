"""Pictures that a person drops on the page: kept until the page's server ends, checked like all."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from pathlib import Path

from searchvl_gym.demo.errors import DemoError, NotThere
from searchvl_gym.temporary import make_folder_for
from searchvl_gym.tools.image_files import UnreadableImage, load_image_file

MAX_BYTES = 100 << 20
"""Largest file; a telephone's picture of fifty megapixels has 30 MB."""

MAX_FILES = 32
"""How many are kept; the oldest goes first."""


class Uploads:
    """Picture files in a directory of their own, which goes with this object."""

    def __init__(self) -> None:
        self._folder, self._remove = make_folder_for(self, "searchvl-demo-")
        self._files: OrderedDict[str, Path] = OrderedDict()
        self._lock = threading.Lock()

    def new_file(self) -> Path:
        """Where the next upload is to be written."""
        return self._folder / secrets.token_hex(8)

    def keep(self, file: Path) -> dict[str, object]:
        """Keep a file that was written, if it is a picture.

        Returns:
            `id`, and `width` and `height` as the tools will see it.

        Raises:
            DemoError: When it is no picture that can be used; it is removed.
        """
        try:
            height, width = load_image_file(file).shape[:2]
        except UnreadableImage as error:
            file.unlink(missing_ok=True)
            raise DemoError(str(error).replace(str(file), "the file")) from None
        with self._lock:
            self._files[file.name] = file
            while len(self._files) > MAX_FILES:
                self._files.popitem(last=False)[1].unlink(missing_ok=True)
        return {"id": file.name, "width": width, "height": height}

    def path(self, identity: str) -> Path:
        """The file of an upload.

        Raises:
            NotThere: When it is not kept (any more).
        """
        with self._lock:
            if identity not in self._files:
                raise NotThere("the picture is no longer here; choose it again")
            return self._files[identity]

    def close(self) -> None:
        """Remove all files."""
        self._remove()
