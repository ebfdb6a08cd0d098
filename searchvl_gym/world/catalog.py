"""Worlds that are built on first use and kept in the user's cache directory."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Literal, TypeGuard

from searchvl_gym.world.cached import code_digest, open_or_build, read_current
from searchvl_gym.world.format import WorldError
from searchvl_gym.world.records import WorldInfo
from searchvl_gym.world.sources.atlas.kinds import Kinds, check_kinds
from searchvl_gym.world.sources.atlas.sizes import MAX_SIZE, MIN_SIZE, SIZES
from searchvl_gym.world.view_encoder import encoder_digest
from searchvl_gym.world.world import World

CACHE_VARIABLE = "SEARCHVL_CACHE"


def cache_dir() -> Path:
    """Where built worlds are kept: `$SEARCHVL_CACHE`, or the platform's cache directory."""
    if chosen := os.environ.get(CACHE_VARIABLE):
        return Path(chosen).expanduser()
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local"
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "searchvl-gym"


def default_world(
    size: str | int = "mini",
    seed: int = 0,
    *,
    views: int = 0,
    kinds: Kinds = "all",
    dispersion: float = 0.0,
    pictures: Literal["drawn", "on_demand"] | None = None,
    workers: int | None = None,
    progress: bool = True,
) -> World:
    """The Atlas of a size and seed; built on first use, with a progress bar on stderr.

    A torn world, or one that other code built, is built anew. When several processes ask at
    once, one builds and the others wait for it.

    Args:
        size: See `build_atlas`.
        seed: See `build_atlas`.
        views: See `build_atlas`.
        kinds: See `build_atlas`.
        dispersion: See `build_atlas`.
        pictures: See `build_atlas`.
        workers: See `build_atlas`.
        progress: See `build_atlas`.

    Raises:
        ValueError: When an argument is out of range.
        WorldError: When the cache directory cannot be written.
    """
    check_atlas(size, seed, kinds)
    path = atlas_path(
        size, seed, views=views, kinds=kinds, dispersion=dispersion, pictures=pictures
    )

    def build() -> World:
        from searchvl_gym.world.sources.atlas.build import build_atlas

        return build_atlas(
            path,
            size=size,
            seed=seed,
            workers=workers,
            progress=progress,
            views=views,
            kinds=kinds,
            dispersion=dispersion,
            pictures=pictures,
        )

    with told_of_the_cache():
        return open_or_build(path, _digest(views), build)


def built_atlas(path: Path, *, views: int = 0) -> WorldInfo | None:
    """What is in an Atlas of the cache, where it is built already and current; else None."""
    return read_current(path, _digest(views))


def atlas_path(
    size: str | int = "mini",
    seed: int = 0,
    *,
    views: int = 0,
    kinds: Kinds = "all",
    dispersion: float = 0.0,
    pictures: Literal["drawn", "on_demand"] | None = None,
) -> Path:
    """Where `default_world` keeps an Atlas."""
    name = f"atlas-{size}-{seed}" + (f"-views{views}" if views else "")
    name += "" if kinds == "all" else f"-{kinds}"
    name += f"-spread{dispersion:g}" if dispersion else ""
    return cache_dir() / (name + (f"-{pictures}" if pictures else ""))


def _digest(views: int) -> str:
    return photographed_digest() if views else generator_digest()


@contextmanager
def told_of_the_cache() -> Iterator[None]:
    """Say where the cache is and how to choose another one, when it cannot be written.

    Raises:
        WorldError: For an `OSError`, and for a `WorldError` that comes of one.
    """
    try:
        yield
    except (OSError, WorldError) as error:
        cause = error if isinstance(error, OSError) else error.__cause__
        if not isinstance(cause, OSError):
            raise
        raise WorldError(
            f"cannot write to the cache {cache_dir()}: {cause.strerror or cause}; set "
            f"${CACHE_VARIABLE} to a directory with room that you may write to"
        ) from error


@cache
def generator_digest() -> str:
    """SHA-256 of the code that decides what an Atlas looks like."""
    return code_digest("pictures", "sources/atlas")


@cache
def photographed_digest() -> str:
    """The same for an Atlas with photographs, whose index depends on the encoder as well."""
    code = code_digest("pictures", "sources/atlas", "appearance")
    return hashlib.sha256((code + encoder_digest()).encode()).hexdigest()


def check_atlas(size: object, seed: object, kinds: str = "all") -> None:
    """Refuse what no Atlas can be built from, before anything is written for it.

    Raises:
        ValueError: When size or seed is out of range, or there are no such kinds.
    """
    check_kinds(kinds)
    pages = SIZES.get(size) if isinstance(size, str) else size
    if not (_is_whole(pages) and MIN_SIZE <= pages <= MAX_SIZE):
        raise ValueError(
            f"size must be {', '.join(SIZES)} or a number between {MIN_SIZE} and {MAX_SIZE:,} "
            f"pages, got {size!r}"
        )
    if not (_is_whole(seed) and seed >= 0):
        raise ValueError(f"seed must be a whole number of at least 0, got {seed!r}")


def _is_whole(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)
