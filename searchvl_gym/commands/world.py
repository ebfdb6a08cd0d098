"""`searchvl world`: build worlds and look into them."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from searchvl_gym.commands.options import at_least, path

if TYPE_CHECKING:
    from searchvl_gym.world import World

_SIZES = ("mini", "small", "large")


def add_to(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser("world", help="build worlds and look into them")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    build = actions.add_parser("build", help="build a world")
    build.add_argument("source", nargs="?", choices=("atlas",), default="atlas")
    build.add_argument(
        "--size",
        type=_size,
        default="mini",
        metavar="SIZE",
        help="mini (300 pages), small (5,000), large (100,000) or a number (%(default)s)",
    )
    build.add_argument("--seed", type=at_least(0), default=0, metavar="S", help="%(default)s")
    build.add_argument(
        "--out", type=path, metavar="PATH", help="a new directory (the user's cache, used again)"
    )
    build.add_argument(
        "--workers", type=at_least(1), metavar="W", help="processes; needs --out (all cores)"
    )
    build.set_defaults(run=run_build)
    _add_import(actions)
    info = actions.add_parser("info", help="say what is in a world")
    info.add_argument("path", metavar="PATH", help="a directory, or atlas-mini")
    info.add_argument("--verify", action="store_true", help="read and check everything")
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
        world = import_zim(options.file, out, **chosen)
    _print(world)
    if left_out := world.info.settings.get("left_out"):
        print(f"left out: {left_out}")
    return 0


def run_build(options: argparse.Namespace) -> int:
    """Run `world build`."""
    if options.out is None:
        if options.workers is not None:
            raise ValueError("--workers needs --out")
        from searchvl_gym.world.catalog import default_world

        world = default_world(options.size, options.seed)
    else:
        from searchvl_gym.world import WorldError

        if options.out.exists():
            raise WorldError(f"{options.out} exists already; delete it or choose another --out")
        from searchvl_gym.world.sources.atlas import build_atlas

        world = build_atlas(
            options.out, size=options.size, seed=options.seed, workers=options.workers
        )
    _print(world)
    return 0


def run_info(options: argparse.Namespace) -> int:
    """Run `world info`."""
    from rich.console import Console
    from rich.table import Table

    from searchvl_gym.commands.worlds import find_world

    world = find_world(options.path)
    if options.verify:
        world.verify()
    info = world.info
    table = Table(title=info.name, show_header=False)
    for name, value in (
        ("path", world.path),
        ("source", info.source),
        ("seed", info.seed),
        ("format version", info.format_version),
        ("licence", info.licence),
        ("fingerprint", info.fingerprint),
        *info.counts.items(),
        *info.settings.items(),
        ("relations", sum(relation.target_kind is not None for relation in info.relations)),
        ("attributes", sum(relation.target_kind is None for relation in info.relations)),
    ):
        table.add_row(str(name), str(value))
    if options.verify:
        table.add_row("verified", "everything matches the fingerprint")
    Console().print(table)
    return 0


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
            f"expected {', '.join(_SIZES)} or a number of pages, got {text!r}"
        ) from None
