"""`searchvl curate`: make tasks of a world by the paper's pipeline."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from searchvl_gym.commands.options import as_arguments, at_least, key_and_value, path

if TYPE_CHECKING:
    from searchvl_gym.tasks import TaskSet
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
        "--language-model",
        nargs="*",
        type=key_and_value,
        metavar="K=V",
        help="let a model behind an endpoint write, rewrite and judge the questions: base_url, "
        "model, every_link, requests, tokens, cache and the other settings of [language_model]; "
        "what is left out stands in SEARCHVL_CURATION_BASE_URL, …_MODEL, …_API_KEY",
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
        "--perception",
        nargs="*",
        metavar="FAMILY",
        help="make tasks that need eyes instead, of these families (all); the world needs "
        "photographs: searchvl world build --views 2",
    )
    parser.add_argument(
        "--deep",
        type=int,
        metavar="CALLS",
        help="make deep tasks instead, of so many proved tool calls; the world should be spread "
        "out: searchvl world build --dispersion 1",
    )
    parser.add_argument(
        "--split",
        choices=("train", "validation", "test"),
        default="train",
        help="of --perception and --deep: whose pages the pictures show (%(default)s)",
    )
    parser.add_argument(
        "--json", action="store_true", help="print the figures as JSON on the last line"
    )
    parser.add_argument("--quiet", action="store_true", help="no progress bar, no table")
    parser.set_defaults(run=run_curate)


def run_curate(options: argparse.Namespace) -> int:
    """Run the command."""
    from searchvl_gym.curation.paths.picture_sizes import fitting_gate, fitting_side
    from searchvl_gym.curation.running.driver import curate
    from searchvl_gym.curation.running.settings_file import (
        preset_settings,
        read_settings,
        with_language_model,
    )
    from searchvl_gym.curation.running.shards import is_searchable

    world = open_or_build(options.world)
    if options.perception is not None:
        return _run_perception(world, options)
    if options.deep is not None:
        return _run_deep(world, options)
    if not is_searchable(world):
        print(
            f"searchvl: {world.info.name} has no image index, so filter B is left out and damaged "
            "pictures have only reading to defeat (World.build_image_index() makes one)",
            file=sys.stderr,
        )
    side, gate = fitting_side(world), fitting_gate(world)
    settings = preset_settings(len(world), image_side=side, gate=gate)
    if options.config is not None:
        settings = read_settings(options.config, len(world), image_side=side, gate=gate)
    if options.language_model is not None:
        given = as_arguments("--language-model", options.language_model)
        settings = with_language_model(settings, given)
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
        if summary.model is not None:
            used = f"{summary.model.requests:,} requests, {summary.model.tokens:,} tokens"
            table.add_row("language model, all runs together", used)
        table.add_row("seconds", f"{summary.seconds:.1f}")
        table.add_row("fingerprint", summary.fingerprint[:16])
        Console().print(table)
        print(options.out / ("dataset" if options.experts else "tasks.jsonl"))
    if options.json:
        print(json.dumps(summary.to_json()))
    return 0


def _run_perception(world: World, options: argparse.Namespace) -> int:
    """Make tasks that need eyes, with the proof that each needs its tools."""
    from searchvl_gym.tasks.perception import SHARES, perception_tasks

    tasks = perception_tasks(
        world,
        split=options.split,
        n=options.n,
        seed=options.seed,
        families=tuple(options.perception) or tuple(SHARES),
        workers=options.workers,
        kept=options.out / "kept.jsonl",
        progress=not options.quiet,
    )
    needs = Counter(tool for task in tasks for tool in task.needs)
    lines = [f"{tool} is needed by {count}" for tool, count in needs.most_common()]
    _save_and_tell(tasks, {"needs": dict(needs)}, lines, options)
    return 0


def _run_deep(world: World, options: argparse.Namespace) -> int:
    """Make deep tasks, with the proof of their depth."""
    from searchvl_gym.tasks.deep import deep_tasks

    tasks = deep_tasks(
        world,
        split=options.split,
        n=options.n,
        depth=options.deep,
        seed=options.seed,
        workers=options.workers,
    )
    depths = sorted(Counter(task.metadata["least_calls"] for task in tasks).items())
    lines = [f"{count} of at least {depth} calls" for depth, count in depths]
    figures = {"least_calls": {str(depth): count for depth, count in depths}}
    _save_and_tell(tasks, figures, lines, options)
    return 0


def _save_and_tell(
    tasks: TaskSet,
    figures: Mapping[str, Any],
    lines: Sequence[str],
    options: argparse.Namespace,
) -> None:
    """Write a proved set, and say what is in it."""
    target = options.out / "tasks.jsonl"
    tasks.save(target)
    if options.json:
        told = {"tasks": len(tasks), "fingerprint": tasks.fingerprint, **figures}
        print(json.dumps(told))
    elif not options.quiet:
        print(f"{len(tasks)} tasks, {tasks.fingerprint[:16]}: {target}")
        for line in lines:
            print(f"  {line}")


def open_or_build(name: str) -> World:
    """A world by its directory, its name, or a size of Atlas (built on first use).

    Raises:
        WorldError: When there is no world there.
        ValueError: When Atlas has no such size.
    """
    from searchvl_gym.world.by_name import NAMES, find_world

    if Path(name).exists():
        return find_world(name)
    if f"atlas-{name}" in NAMES or name.isdecimal():
        from searchvl_gym.world.catalog import default_world

        return default_world(int(name) if name.isdecimal() else name)
    return find_world(name)
