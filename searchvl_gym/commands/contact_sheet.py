"""`searchvl contact-sheet`: look at what `searchvl curate` made."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from searchvl_gym.commands.options import at_least, path


def add_to(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "contact-sheet",
        help="show a curated set as HTML",
        description="Show what `searchvl curate` made: pictures, questions, paths, answers, "
        "trajectories, and what was dropped.",
    )
    parser.add_argument("path", type=path, metavar="DIR", help="what curate named by --out")
    parser.add_argument(
        "--world", required=True, metavar="PATH|SIZE", help="the world, as curate got it"
    )
    parser.add_argument(
        "--out", type=path, metavar="FILE", help="first page (DIR/contact_sheet.html)"
    )
    parser.add_argument(
        "--most", type=at_least(1), default=240, metavar="N", help="instances (%(default)s)"
    )
    parser.set_defaults(run=run_contact_sheet)


def run_contact_sheet(options: argparse.Namespace) -> int:
    """Run the command."""
    from searchvl_gym.commands.curate import open_or_build
    from searchvl_gym.curation.contact_sheet.sheet import (
        SheetContent,
        shown_tasks,
        write_contact_sheet,
    )
    from searchvl_gym.curation.running.driver import EXPERTS, REJECTIONS, TASKS
    from searchvl_gym.curation.trajectories.experts import review_rollouts
    from searchvl_gym.rollout.store import LINES
    from searchvl_gym.tasks import TaskSet

    tasks = TaskSet.load(options.path / TASKS)
    world = open_or_build(options.world)
    foreign = {task.world for task in tasks} - {"", world.fingerprint}
    if foreign:
        raise ValueError(
            f"{options.path} was made of the world {foreign.pop()[:12]}, --world is "
            f"{world.fingerprint[:12]}"
        )
    shown = {task.id for task in shown_tasks(tasks, options.most)}
    experts = options.path / EXPERTS
    played = review_rollouts(experts, shown) if (experts / LINES).is_file() else ({}, {})
    content = SheetContent(
        title=f"{len(tasks)} questions from {world.info.name}",
        tasks=tasks,
        dropped=read_rejections(options.path / REJECTIONS),
        trajectories=played[0],
        rollouts=played[1],
    )
    target = options.out or options.path / "contact_sheet.html"
    pages = write_contact_sheet(content, world, target, most=options.most)
    print(f"{len(pages)} pages with {len(shown)} of {len(tasks)} instances: {pages[0]}")
    return 0


def read_rejections(file: Path) -> list[Any]:
    """The records that a curation dropped.

    Raises:
        ValueError: When a line is damaged.
    """
    import msgspec

    from searchvl_gym.curation.contact_sheet.sheet import Dropped

    if not file.is_file():
        return []
    try:
        return [msgspec.json.decode(line, type=Dropped) for line in file.read_bytes().splitlines()]
    except msgspec.DecodeError as error:
        raise ValueError(f"{file} is damaged: {error}") from None
