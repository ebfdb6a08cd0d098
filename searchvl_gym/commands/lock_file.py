"""The versions that the project was tested with, when the checkout that states them is at hand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

FOLDER = "requirements"
"""In the checkout: requirement files for pip."""

_PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?\s*==\s*([^\s;\\,]+)")


def find_lock() -> list[Path]:
    """The lock, or nothing: an installed package does not carry it.

    It holds the versions for every Python; where they differ, `read_lock` gives them all.
    """
    file = Path(__file__).parents[2] / FOLDER / "lock.txt"
    return [file] if file.is_file() else []


def read_lock(files: Iterable[Path]) -> Mapping[str, tuple[str, ...]]:
    """Versions of each distribution in some requirement files; several where they differ.

    Files that cannot be read are passed over: they are told of as missing, not as a failure.
    """
    found: dict[str, dict[str, None]] = {}
    for file in files:
        try:
            lines = file.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError):
            continue
        for line in lines:
            if pinned := _PINNED.match(line.strip()):
                found.setdefault(normalise(pinned[1]), {})[pinned[2]] = None
    return {name: tuple(versions) for name, versions in found.items()}


def normalise(name: str) -> str:
    """A distribution's name as it is compared.

    >>> normalise("Sr_Vulkan.model")
    'sr-vulkan-model'
    """
    return re.sub(r"[-_.]+", "-", name).lower()
