"""Where a world comes from: an opened one, a directory, or a seed that it is built from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from searchvl_gym.world.catalog import atlas_path, built_atlas, check_atlas, default_world
from searchvl_gym.world.format import WORLD_FILE, WorldError, read_manifest
from searchvl_gym.world.many.atlas_range import PREFIX, AtlasRange
from searchvl_gym.world.world import World, open_world

WorldLike = World | str | Path
"""A world, a directory of one or of several, or a range such as `atlas:size=mini,seeds=0-63`."""


class UnknownWorldError(WorldError, ValueError):
    """A task was made from a world that is not among those given."""


@dataclass(frozen=True)
class Origin:
    """Where one world comes from.

    Attributes:
        name: For people: `atlas-mini seed 3`, or the directory.
        open: Opens it; builds it first where that is possible and needed.
        fingerprint: Its fingerprint as far as it can be told without building it, else None.
        remedy: How to build it by hand; "" where nobody knows.
    """

    name: str
    open: Callable[[], World]
    fingerprint: Callable[[], str | None]
    remedy: str = ""


def origins_of(given: WorldLike) -> Iterator[Origin]:
    """The origins that one argument names.

    Raises:
        ValueError: When a range is malformed or out of bounds.
        WorldError: When there is no world in a directory.
    """
    if isinstance(given, World):
        yield _of_world(given)
    elif isinstance(given, str) and given.startswith(PREFIX):
        chosen = AtlasRange.parse(given)
        for seed in chosen.seeds:
            check_atlas(chosen.size, seed, chosen.kinds)
            yield _of_seed(chosen, seed)
    elif isinstance(given, (str, Path)):
        yield from map(_of_path, _directories(Path(given)))
    else:
        raise ValueError(f"a world must be a World, a path or a range, got {given!r}")


def _of_world(world: World) -> Origin:
    return Origin(_called(world), lambda: world, lambda: world.fingerprint)


def _of_path(path: Path) -> Origin:
    def fingerprint() -> str | None:
        return read_manifest(path).info.fingerprint

    return Origin(str(path), lambda: open_world(path), fingerprint)


def _of_seed(chosen: AtlasRange, seed: int) -> Origin:
    size, views, kinds = chosen.size, chosen.views, chosen.kinds
    path = atlas_path(size, seed, views=views, kinds=kinds)

    def fingerprint() -> str | None:
        built = built_atlas(path, views=views)
        return None if built is None else built.fingerprint

    return Origin(
        path.name,
        lambda: default_world(size, seed, views=views, kinds=kinds),
        fingerprint,
        f"searchvl world build atlas --size {size} --seeds {seed}"
        + (f" --views {views}" if views else "")
        + (f" --kinds {kinds}" if kinds != "all" else ""),
    )


def _called(world: World) -> str:
    """What a world is called beside others: name and seed."""
    return f"{world.info.name} seed {world.info.seed}"


def _directories(path: Path) -> list[Path]:
    """The directory itself, or those of the worlds in it."""
    if (path / WORLD_FILE).exists() or not path.is_dir():
        return [path]
    inside = sorted(entry.parent for entry in path.glob(f"*/{WORLD_FILE}"))
    return inside or [path]
