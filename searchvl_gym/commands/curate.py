"""`searchvl curate`: make tasks of a world by the paper's pipeline."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from searchvl_gym.commands.options import at_least, path

if TYPE_CHECKING:
    from searchvl_gym.world import World


def add_to(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "curate",
        help="make tasks of a world",
        description="Make tasks of a world: paths, questions, rewriting, grounding, quality, "
        "filters, damaged pictures. Run the same command again to resume.",
    )
    parser.add_argument(
        "--world",
        required=True,
        metavar="PATH|SIZE",
        help="a world's directory, or a size of Atlas: mini, small, large or a number of pages",
    )
    parser.add_argument("--out", type=path, required=True, metavar="DIR", help="where to store")
    parser.add_argument("--n", type=at_least(1), default=200, metavar="N", help="%(default)s tasks")
    parser.add_argument("--seed", type=at_least(0), default=0, metavar="S", help="%(default)s")
    parser.add_argument(
        "--config", type=path, metavar="FILE", help="settings in TOML; see docs/curation.md"
    )
    parser.add_argument(
        "--workers", type=at_least(1), default=1, metavar="W", help="processes (%(default)s)"
    )
    parser.add_argument(
        "--engine",
        choices=("local", "ray"),
        default="local",
        help="where the workers are: here, or on a Ray cluster (%(default)s)",
    )
    parser.add_argument(
        "--experts",
        action="store_true",
        help="then let the expert of the settings (the oracle) play the tasks, and write the SFT "
        "and RL sets",
    )
    parser.add_argument(
        "--json", action="store_true", help="print the figures as JSON on the last line"
    )
    parser.add_argument("--quiet", action="store_true", help="no progress bar, no table")
    parser.set_defaults(run=run_curate)


def run_curate(options: argparse.Namespace) -> int:
    """Run the command."""
    from searchvl_gym.curation.driver import curate
    from searchvl_gym.curation.settings_file import read_settings
    from searchvl_gym.curation.shards import is_searchable

    world = open_or_build(options.world)
    if not is_searchable(world):
        print(
            f"searchvl: {world.info.name} has no image index, so filter B is left out and damaged "
            "pictures have only reading to defeat (World.build_image_index() makes one)",
            file=sys.stderr,
        )
    settings = None if options.config is None else read_settings(options.config, len(world))
    summary = curate(
        world,
        options.out,
        n=options.n,
        seed=options.seed,
        settings=settings,
        workers=options.workers,
        engine=options.engine,
        experts=options.experts,
        progress=not options.quiet,
    )
    if not options.quiet and not options.json:
        from rich.console import Console
        from rich.table import Table

        table = Table(title=f"curation of {world.info.name}", show_header=False)
        table.add_row("tasks", str(summary.accepted))
        for reason, count in summary.rejected.items():
            table.add_row(f"dropped: {reason}", str(count))
        enhancement = summary.funnel["enhancement"]
        table.add_row("pictures damaged", f"{enhancement['enhanced']} of {enhancement['chosen']}")
        if options.experts:
            table.add_row("SFT trajectories", str(summary.sft))
            table.add_row("RL tasks", str(summary.rl))
        table.add_row("seconds", f"{summary.seconds:.1f}")
        table.add_row("fingerprint", summary.fingerprint[:16])
        Console().print(table)
        print(options.out / ("dataset" if options.experts else "tasks.jsonl"))
    if options.json:
        print(json.dumps(summary.to_json()))
    return 0


def open_or_build(name: str) -> World:
    """A world by its directory, its name, or a size of Atlas (built on first use).

    Raises:
        WorldError: When there is no world there.
        ValueError: When Atlas has no such size.
    """
    from searchvl_gym.commands.worlds import NAMES, find_world

    if Path(name).exists():
        return find_world(name)
    if f"atlas-{name}" in NAMES or name.isdecimal():
        from searchvl_gym.world.catalog import default_world

        return default_world(int(name) if name.isdecimal() else name)
    return find_world(name)
