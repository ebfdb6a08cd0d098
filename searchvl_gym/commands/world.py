"""`searchvl world`: build worlds and look into them."""

from __future__ import annotations

import argparse
import json
import os
from typing import TYPE_CHECKING, Any

from searchvl_gym.commands.options import at_least, path

if TYPE_CHECKING:
    from searchvl_gym.world import World

_SIZES = ("mini", "small", "large", "full")


def add_to(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser("world", help="build worlds and look into them")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    build = actions.add_parser("build", help="build a world")
    build.add_argument("source", nargs="?", choices=("atlas", "earth"), default="atlas")
    build.add_argument(
        "--size",
        type=_size,
        metavar="SIZE",
        help="a number, or for atlas mini (300 pages; default), small (5,000), large (100,000); "
        "for earth mini (1,500 subjects), small (6,000), full (about 42,000; default)",
    )
    build.add_argument(
        "--seed", type=at_least(0), metavar="S", help="of atlas (0); earth is what it is"
    )
    build.add_argument(
        "--out", type=path, metavar="PATH", help="a new directory (the user's cache, used again)"
    )
    build.add_argument(
        "--workers", type=at_least(1), metavar="W", help="processes; needs --out (all cores)"
    )
    build.add_argument(
        "--index-pictures",
        action="store_true",
        help="draw and index the pictures of a large world too, for image search (takes long)",
    )
    build.set_defaults(run=run_build)
    _add_import(actions)
    info = actions.add_parser("info", help="say what is in a world")
    info.add_argument("path", metavar="PATH", help="a directory, or atlas-mini")
    info.add_argument("--verify", action="store_true", help="read and check everything")
    info.add_argument("--json", action="store_true", help="the same for programs")
    info.set_defaults(run=run_info)


def _add_import(actions: Any) -> None:
    parser = actions.add_parser("import-zim", help="make a world from an offline Wikipedia")
    parser.add_argument("file", type=path, metavar="FILE", help="a .zim file, as Kiwix offers them")
    parser.add_argument(
        "--out", type=path, metavar="PATH", help="a new directory (the user's cache, used again)"
    )
    parser.add_argument(
        "--pictures",
        choices=("lead", "all", "none"),
        default="lead",
        help="the first picture of each article, up to eight, or none (%(default)s)",
    )
    parser.add_argument(
        "--limit", type=at_least(1), default=0, metavar="N", help="read N entries only (all)"
    )
    parser.add_argument(
        "--workers", type=at_least(1), metavar="W", help="processes that read (all cores)"
    )
    parser.set_defaults(run=run_import_zim)


def run_import_zim(options: argparse.Namespace) -> int:
    """Run `world import-zim`."""
    from searchvl_gym.world.catalog import cache_dir
    from searchvl_gym.world.sources.zim import import_zim, open_imported

    chosen = {"pictures": options.pictures, "limit": options.limit}
    out = options.out
    if out is None:
        out = cache_dir() / options.file.name.removesuffix(".zim")
    world = open_imported(options.file, out, **chosen) if options.out is None else None
    if world is None:
        workers = options.workers or os.cpu_count() or 1
        world = import_zim(options.file, out, workers=workers, **chosen)
    _print(world)
    if left_out := world.info.settings.get("left_out"):
        print(f"left out: {left_out}")
    return 0


def run_build(options: argparse.Namespace) -> int:
    """Run `world build`."""
    if options.out is None and options.workers is not None:
        raise ValueError("--workers needs --out")
    if options.out is not None and options.out.exists():
        from searchvl_gym.world import WorldError

        raise WorldError(f"{options.out} exists already; delete it or choose another --out")
    world = (_build_earth if options.source == "earth" else _build_atlas)(options)
    if options.index_pictures and world.info.counts["images"]:
        world.build_image_index(progress=True)
    _print(world)
    return 0


def _build_atlas(options: argparse.Namespace) -> World:
    size, seed = options.size or "mini", options.seed or 0
    if options.out is None:
        from searchvl_gym.world.catalog import default_world

        return default_world(size, seed)
    from searchvl_gym.world.sources.atlas import build_atlas

    return build_atlas(options.out, size=size, seed=seed, workers=options.workers)


def _build_earth(options: argparse.Namespace) -> World:
    from searchvl_gym.world.catalog import cache_dir, told_of_the_cache
    from searchvl_gym.world.sources.earth import build_earth, cached_earth

    if options.seed is not None:
        raise ValueError("earth takes no --seed: its facts are real")
    size = options.size or "full"
    if options.out is None:
        with told_of_the_cache():
            return cached_earth(cache_dir(), size=size)
    return build_earth(options.out, size=size, workers=options.workers)


def run_info(options: argparse.Namespace) -> int:
    """Run `world info`."""
    from rich.console import Console
    from rich.table import Table

    from searchvl_gym.commands.worlds import find_world

    world = find_world(options.path)
    if options.verify:
        world.verify()
    told = _describe(world)
    if options.json:
        print(json.dumps({**told, "verified": options.verify}, ensure_ascii=False))
        return 0
    table = Table(title=told.pop("name"), show_header=False)
    for name, value in told.items():
        shown = value.items() if isinstance(value, dict) else ((name.replace("_", " "), value),)
        for key, each in shown:
            table.add_row(str(key), str(each))
    if options.verify:
        from searchvl_gym.world.sources.redrawing import redraw

        table.add_row("verified", "everything matches the fingerprint")
        table.add_row("drawn again", str(redraw(world)))
    Console().print(table)
    return 0


def _describe(world: World) -> dict[str, Any]:
    """What is told of a world, on a terminal and to programs."""
    info = world.info
    return {
        "path": str(world.path),
        "name": info.name,
        "source": info.source,
        "seed": info.seed,
        "format_version": info.format_version,
        "licence": info.licence,
        "fingerprint": info.fingerprint,
        "drawing_version": info.drawing_version,
        "drawn_files": info.drawn_files or "none stored",
        "counts": dict(info.counts),
        "settings": dict(info.settings),
        "relations": sum(relation.target_kind is not None for relation in info.relations),
        "attributes": sum(relation.target_kind is None for relation in info.relations),
    }


def _print(world: World) -> None:
    print(f"{world.info.name}: {len(world)} pages, fingerprint {world.fingerprint}")
    print(world.path)


def _size(text: str) -> str | int:
    if text in _SIZES:
        return text
    try:
        return at_least(1)(text)
    except argparse.ArgumentTypeError:
        raise argparse.ArgumentTypeError(
            f"expected {', '.join(_SIZES)} or a number, got {text!r}"
        ) from None
