"""`searchvl world`: build worlds and look into them."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Any

from searchvl_gym.commands.options import at_least, path
from searchvl_gym.commands.world_imports import add_imports

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
    seeds = build.add_mutually_exclusive_group()
    seeds.add_argument(
        "--seed", type=at_least(0), metavar="S", help="of atlas (0); earth is what it is"
    )
    seeds.add_argument(
        "--seeds",
        type=_seeds,
        metavar="S-T",
        help="of atlas: many worlds, one a seed, e.g. 0-63 or 0-3+8; --out is then the folder for "
        "all, and --workers builds that many at once",
    )
    build.add_argument(
        "--engine",
        choices=("local", "ray"),
        default="local",
        help="of --seeds: processes of this machine, or tasks of a Ray cluster (%(default)s)",
    )
    build.add_argument(
        "--out", type=path, metavar="PATH", help="a new directory (the user's cache, used again)"
    )
    build.add_argument(
        "--workers",
        type=at_least(1),
        metavar="W",
        help="processes; needs --out or --seeds (all cores)",
    )
    build.add_argument(
        "--views",
        type=at_least(0),
        default=0,
        metavar="N",
        help="of atlas: photographs of each subject, for tasks that need eyes (none)",
    )
    build.add_argument(
        "--dispersion",
        type=float,
        default=0.0,
        metavar="D",
        help="of atlas: 0 to 1, how far facts are spread over infoboxes, registers and other "
        "pages (0)",
    )
    build.add_argument(
        "--kinds",
        choices=("all", "seen", "unseen"),
        default="all",
        help="of atlas: lacks some picture styles and peoples (seen), or has these alone (unseen), "
        "so that a test can hold back kinds (%(default)s)",
    )
    build.add_argument(
        "--encoder",
        metavar="FILE",
        help="what finds other views in the index: an ONNX file or MODULE:FACTORY:ARGUMENT",
    )
    build.add_argument(
        "--index-pictures",
        action="store_true",
        help="draw and index the pictures of a large world too, for image search (takes long)",
    )
    build.set_defaults(run=run_build)
    add_imports(actions)
    info = actions.add_parser("info", help="say what is in a world")
    info.add_argument("path", metavar="PATH", help="a directory, or atlas-mini")
    info.add_argument("--verify", action="store_true", help="read and check everything")
    info.add_argument("--json", action="store_true", help="the same for programs")
    info.set_defaults(run=run_info)


def run_build(options: argparse.Namespace) -> int:
    """Run `world build`."""
    if options.seeds is not None:
        from searchvl_gym.commands.world_many import build_many

        if options.dispersion:
            raise ValueError("--seeds builds worlds without --dispersion; build them one by one")
        return build_many(options)
    if options.engine != "local":
        raise ValueError("--engine needs --seeds")
    if options.out is None and options.workers is not None:
        raise ValueError("--workers needs --out or --seeds")
    if options.out is not None and options.out.exists():
        from searchvl_gym.world import WorldError

        raise WorldError(f"{options.out} exists already; delete it or choose another --out")
    world = (_build_earth if options.source == "earth" else _build_atlas)(options)
    if options.encoder is not None:
        _index_with(world, options.encoder)
    elif options.index_pictures and world.info.counts["images"]:
        world.build_image_index(progress=True)
    _print(world)
    return 0


def _index_with(world: World, encoder: str) -> None:
    """Index a world's pictures with an encoder of one's own, anew where there is an index."""
    import shutil

    from searchvl_gym.world.format import IMAGE_INDEX
    from searchvl_gym.world.view_encoder import load_encoder

    load_encoder(encoder)  # before anything is deleted for it
    shutil.rmtree(world.path / IMAGE_INDEX, ignore_errors=True)
    world.build_image_index(encoder=encoder, progress=True)


def _build_atlas(options: argparse.Namespace) -> World:
    size, seed = options.size or "mini", options.seed or 0
    if options.out is None:
        from searchvl_gym.world.catalog import default_world

        return default_world(
            size, seed, views=options.views, kinds=options.kinds, dispersion=options.dispersion
        )
    from searchvl_gym.world.sources.atlas import build_atlas

    return build_atlas(
        options.out,
        size=size,
        seed=seed,
        workers=options.workers,
        views=options.views,
        kinds=options.kinds,
        dispersion=options.dispersion,
    )


def _build_earth(options: argparse.Namespace) -> World:
    from searchvl_gym.world.catalog import cache_dir, told_of_the_cache
    from searchvl_gym.world.sources.earth import build_earth, cached_earth

    if options.kinds != "all":
        raise ValueError("earth has no --kinds: its names and maps are real")
    if options.views:
        raise ValueError("earth has no --views: nobody drew what its subjects look like")
    if options.dispersion:
        raise ValueError("earth takes no --dispersion: its articles are written as they are")
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

    from searchvl_gym.world.by_name import find_world

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
    settings = dict(info.settings)
    found = json.loads(settings.pop("found", "{}"))
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
        "settings": settings,
        **({"found": found} if found else {}),
        "relations": sum(relation.target_kind is not None for relation in info.relations),
        "attributes": sum(relation.target_kind is None for relation in info.relations),
    }


def _print(world: World) -> None:
    print(f"{world.info.name}: {len(world)} pages, fingerprint {world.fingerprint}")
    print(world.path)


def _seeds(text: str) -> tuple[int, ...]:
    from searchvl_gym.world.many.atlas_range import parse_seeds

    try:
        return parse_seeds(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _size(text: str) -> str | int:
    if text in _SIZES:
        return text
    try:
        return at_least(1)(text)
    except argparse.ArgumentTypeError:
        raise argparse.ArgumentTypeError(
            f"expected {', '.join(_SIZES)} or a number, got {text!r}"
        ) from None
