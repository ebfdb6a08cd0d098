"""`searchvl world import-zim`, `import-folder` and `import-jsonl`: worlds of real text."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from searchvl_gym.commands.options import add_cassette, at_least, path

if TYPE_CHECKING:
    from searchvl_gym.rollout.ray_import import RayImport
    from searchvl_gym.world import World
    from searchvl_gym.world.sources.publisher import Publisher


def add_imports(actions: Any) -> None:
    """Add the three commands."""
    _add_zim(actions)
    _add_folder(actions)
    _add_jsonl(actions)


def _add_zim(actions: Any) -> None:
    parser = actions.add_parser("import-zim", help="make a world from an offline Wikipedia")
    parser.add_argument("file", type=path, metavar="FILE", help="a .zim file, as Kiwix offers them")
    _add_common(
        parser,
        pictures="lead",
        out="a new directory (the user's cache, used again)",
        further=("commons",),
    )
    add_cassette(parser)
    parser.add_argument(
        "--max-calls",
        type=at_least(0),
        metavar="N",
        help="--pictures commons: most requests to the publisher, over all runs with one cassette",
    )
    parser.add_argument(
        "--commons-url", metavar="URL", help="--pictures commons: instead of Wikimedia Commons"
    )
    parser.add_argument(
        "--limit", type=at_least(1), default=0, metavar="N", help="read N entries only (all)"
    )
    parser.add_argument(
        "--workers", type=at_least(1), metavar="W", help="processes that read (all cores)"
    )
    parser.add_argument(
        "--engine",
        choices=("local", "ray"),
        default="local",
        help="where articles are read and pictures indexed: here, or on a Ray cluster whose nodes "
        "have the archive and the world at the same path (%(default)s)",
    )
    parser.add_argument(
        "--index-pictures",
        action="store_true",
        help="index more than 50,000 pictures too, for image search (takes long)",
    )
    parser.add_argument(
        "--estimate",
        action="store_true",
        help="import nothing: read a sample and say what an import would take and give",
    )
    parser.set_defaults(run=run_import_zim)


def _add_folder(actions: Any) -> None:
    parser = actions.add_parser(
        "import-folder", help="make a world from HTML, Markdown, text and PDF files"
    )
    parser.add_argument("folder", type=path, metavar="DIR", help="a folder of documents")
    _add_common(parser, pictures="all", out="a new directory")
    parser.add_argument(
        "--skip-unreadable",
        action="store_true",
        help="leave out files that are locked or damaged, instead of stopping",
    )
    _add_naming(parser)
    parser.set_defaults(run=run_import_folder)


def _add_jsonl(actions: Any) -> None:
    parser = actions.add_parser(
        "import-jsonl", help="make a world from a file of one JSON object a line"
    )
    parser.add_argument("file", type=path, metavar="FILE", help="a .jsonl or .jsonl.gz file")
    _add_common(parser, pictures="all", out="a new directory")
    parser.add_argument(
        "--column",
        action="append",
        default=[],
        type=_column,
        metavar="COLUMN=NAME",
        help="what title, text, url, aliases, infobox, images, links, kind or id is called in the "
        "file; may be repeated",
    )
    parser.add_argument(
        "--limit", type=at_least(1), default=0, metavar="N", help="read N articles only (all)"
    )
    _add_naming(parser)
    parser.set_defaults(run=run_import_jsonl)


def _add_common(parser: Any, *, pictures: str, out: str, further: tuple[str, ...] = ()) -> None:
    parser.add_argument(
        "--out", type=path, required=out == "a new directory", metavar="PATH", help=out
    )
    parser.add_argument(
        "--pictures",
        choices=("lead", "all", "none", *further),
        default=pictures,
        help="the first picture of each article, up to eight, or none"
        + (", or the first one as large as its publisher has it" if further else "")
        + " (%(default)s)",
    )
    parser.add_argument("--json", action="store_true", help="what was found, for programs")


def _add_naming(parser: Any) -> None:
    parser.add_argument("--name", default="", help="of the world (that of the file or folder)")
    parser.add_argument("--licence", metavar="TEXT", help="of the documents (unknown)")


def run_import_zim(options: argparse.Namespace) -> int:
    """Run `world import-zim`."""
    from searchvl_gym.world.catalog import cache_dir
    from searchvl_gym.world.sources.zim import open_imported

    if options.estimate:
        return _estimate(options)
    chosen = {"pictures": options.pictures, "limit": options.limit}
    publisher = None
    if options.pictures == "commons":
        chosen["pictures"], publisher = "lead", _commons(options)
    out = options.out
    if out is None:
        out = cache_dir() / options.file.name.removesuffix(".zim")
    world = None
    if options.out is None:
        asked = "" if publisher is None else publisher.name
        world = open_imported(options.file, out, publisher=asked, **chosen)
    if world is None or (options.index_pictures and not world.has_image_index):
        with _engine(options) as cluster:
            world = _import(options, out, world, publisher, cluster, chosen)
    _tell(world, as_json=options.json)
    return 0


def _import(
    options: argparse.Namespace,
    out: Path,
    world: World | None,
    publisher: Publisher | None,
    cluster: RayImport | None,
    chosen: Mapping[str, Any],
) -> World:
    """Read the archive where that is to be done, and index its pictures where they are few."""
    from searchvl_gym.world.sources.zim import import_zim
    from searchvl_gym.world.sources.zim.build import MAX_INDEXED

    if world is None:
        world = import_zim(
            options.file,
            out,
            workers=options.workers or os.cpu_count() or 1,
            publisher=publisher,
            elsewhere=None if cluster is None else cluster.read_parts,
            index_pictures=cluster is None,
            progress=not options.json,
            **chosen,
        )
    pictures = world.info.counts["images"]
    wanted = options.index_pictures or (cluster is not None and pictures <= MAX_INDEXED)
    if wanted and pictures and not world.has_image_index:
        describe = None if cluster is None else cluster.describe_pictures(world)
        world.build_image_index(describe=describe, progress=not options.json)
    return world


@contextmanager
def _engine(options: argparse.Namespace) -> Iterator[RayImport | None]:
    """The cluster that `--engine ray` asks for, else None."""
    if options.engine == "local":
        yield None
        return
    from searchvl_gym.rollout.ray_import import RayImport

    with RayImport(options.workers or os.cpu_count() or 1) as cluster:
        yield cluster


def _commons(options: argparse.Namespace) -> Publisher:
    """Wikimedia Commons, recorded and replayed as the options say."""
    from searchvl_gym.live.budget import Budget
    from searchvl_gym.live.cassette import Cassette
    from searchvl_gym.live.opening import check_packages

    check_packages()
    from searchvl_gym.live.commons import ADDRESS, Commons

    cassette = None
    if options.record is not None or options.replay is not None:
        mode: Literal["record", "replay"] = "replay" if options.record is None else "record"
        cassette = Cassette(options.record or options.replay, mode)
    return Commons(
        options.commons_url or ADDRESS, budget=Budget(options.max_calls), cassette=cassette
    )


def run_import_folder(options: argparse.Namespace) -> int:
    """Run `world import-folder`."""
    from searchvl_gym.world.sources.folder import import_folder

    named = {"licence": options.licence} if options.licence else {}
    world = import_folder(
        options.folder,
        options.out,
        name=options.name,
        pictures=options.pictures,
        skip_unreadable=options.skip_unreadable,
        progress=not options.json,
        **named,
    )
    _tell(world, as_json=options.json)
    return 0


def run_import_jsonl(options: argparse.Namespace) -> int:
    """Run `world import-jsonl`."""
    from searchvl_gym.world.sources.jsonl import import_jsonl

    named = {"licence": options.licence} if options.licence else {}
    world = import_jsonl(
        options.file,
        options.out,
        columns=dict(options.column),
        name=options.name,
        pictures=options.pictures,
        limit=options.limit,
        progress=not options.json,
        **named,
    )
    _tell(world, as_json=options.json)
    return 0


def _tell(world: World, *, as_json: bool) -> None:
    """Say what was found, in a table or as JSON on the last line."""
    from searchvl_gym.world.sources.findings import decode

    found = decode(world.info.settings["found"])
    if as_json:
        import msgspec

        told = {
            "path": str(world.path),
            "name": world.info.name,
            "pages": len(world),
            "fingerprint": world.fingerprint,
            "licence": world.info.licence,
            "image_index": world.has_image_index,
            **msgspec.to_builtins(found),
        }
        print(json.dumps(told, ensure_ascii=False))
        return
    from rich.console import Console
    from rich.table import Table

    print(f"{world.info.name}: {len(world)} pages, fingerprint {world.fingerprint}")
    print(world.path)
    table = Table(title="what was found", show_header=False)
    table.add_row("articles", f"{found.articles:,}")
    table.add_row("of the kinds", _listed(found.kinds))
    table.add_row("with an infobox", f"{found.with_infobox:,} ({found.infobox_rows:,} lines)")
    table.add_row("links", f"{found.hyperlinks:,}")
    table.add_row("facts that lead on", f"{found.facts:,}")
    table.add_row("the commonest of them", _listed(dict(list(found.facts_by_kind.items())[:12])))
    table.add_row("pictures", f"{found.pictures:,}")
    for side, pages in found.with_picture.items():
        table.add_row(f"articles with one of {side} pixels", f"{pages:,}")
    table.add_row("licence", world.info.licence)
    Console().print(table)
    if left_out := world.info.settings.get("left_out"):
        print(f"left out: {left_out}")
    if found.pictures and not world.has_image_index:
        print("image search needs an index: searchvl world import-zim … --index-pictures")


def _estimate(options: argparse.Namespace) -> int:
    """Say what an import would take."""
    from searchvl_gym.world.sources.zim.estimate import estimate

    told = estimate(
        options.file,
        pictures="lead" if options.pictures == "commons" else options.pictures,
        workers=options.workers or os.cpu_count() or 1,
        limit=options.limit,
    )
    if options.json:
        import msgspec

        print(json.dumps(msgspec.to_builtins(told)))
        return 0
    for name, figure in told.lines():
        print(f"{name:34} {figure}")
    return 0


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{number:,} {what}" for what, number in counts.items()) or "none"


def _column(text: str) -> tuple[str, str]:
    column, equals, name = text.partition("=")
    if not equals or not column or not name:
        raise argparse.ArgumentTypeError(f"expected column=name, got {text!r}")
    return column, name
