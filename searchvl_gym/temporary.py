"""Temporary folders that go with the object that uses them."""

from __future__ import annotations

import os
import shutil
import tempfile
import weakref
from collections.abc import Callable
from pathlib import Path


def make_folder_for(owner: object, prefix: str) -> tuple[Path, Callable[[], object]]:
    """A folder that is removed with its owner, and when the process ends.

    Nothing is said of it, unlike of a `tempfile.TemporaryDirectory` that nobody closed; and a fork
    that drops the owner leaves the folder to the process that made it.

    Args:
        owner: Who uses it; it can be referred to weakly.
        prefix: Beginning of its name.

    Returns:
        The folder, and what removes it now.
    """
    folder = tempfile.mkdtemp(prefix=prefix)
    return Path(folder), weakref.finalize(owner, _remove, folder, os.getpid())


def _remove(folder: str, process: int) -> None:
    if os.getpid() == process:
        shutil.rmtree(folder, ignore_errors=True)
