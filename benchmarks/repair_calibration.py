"""Does the damage of repair tasks defeat reading and image search, and do the tools undo it?

    python -m benchmarks.repair_calibration [--pictures N] [--seed S] [--json FILE]
        [--strength KIND=LOW:HIGH …]

Every picture of Atlas mini that shows its page's name may be drawn. It is read and searched for
as it is, and again for each damage of `searchvl_gym.tasks.repairs`: damaged, and after the tool.
`--strength` tries other strengths than those that tasks use, and then only the kinds it names.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks.speed.figures import print_table, write_json
from searchvl_gym.episode.pictures import EpisodePictures
from searchvl_gym.tasks import load_picture
from searchvl_gym.tasks.repairs import REPAIRS, Repair
from searchvl_gym.tasks.sampler import shows_name
from searchvl_gym.tools import ToolContext, ToolSuite
from searchvl_gym.tools.observations import read_lines
from searchvl_gym.types import Degradation, Image, TaskImage, ToolCall, ToolError
from searchvl_gym.world import World
from searchvl_gym.world.records import ImageRecord
from searchvl_gym.world.resemblance import READ_ALIKE, most_alike

SUITE = ToolSuite()


@dataclass(frozen=True)
class Outcome:
    """What became of one picture in one state.

    Attributes:
        state: `clean`, or the kind of damage and `damaged` or the tools that were used then.
        image: Id of the picture.
        strength: Of the damage; 0 for none.
        exact: Whether its title was read without a mistake, case and marks aside.
        alike: Whether it was read well enough for the oracle.
        found: Whether the best match of the image search is its page.
    """

    state: str
    image: int
    strength: float
    exact: bool
    alike: bool
    found: bool


def look(world: World, record: ImageRecord, pixels: Image, state: str, strength: float) -> Outcome:
    """Read a picture and search for it."""
    assert record.recipe is not None
    context = ToolContext(EpisodePictures([lambda: pixels]), world)
    read = SUITE.run(ToolCall("layout_parsing", {"image": "img_1"}), context)
    found = SUITE.run(ToolCall("image_search", {"url": "img_1"}), context)
    _, score = most_alike(read_lines(read.text), record.recipe.fields["title"])
    best = found.evidence[:1] == (record.page,)
    return Outcome(state, record.id, strength, score == 1.0, score >= READ_ALIKE, best)


def measure(world: World, record: ImageRecord, repair: Repair, seed: int) -> list[Outcome]:
    """A picture damaged, and repaired where the tool gives one."""
    rng = np.random.default_rng([seed, record.id])
    strength = round(float(rng.uniform(repair.low, repair.high)), 2)
    damage = Degradation(repair.kind, strength, int(rng.integers(2**31)))
    pixels = load_picture(TaskImage(world_image=record.id, degradation=damage), world)
    outcomes = [look(world, record, pixels, f"{repair.kind}, damaged", strength)]
    state = f"{repair.kind}, then {' and '.join(repair.tools)}"
    for tool in repair.tools:
        context = ToolContext(EpisodePictures([lambda seen=pixels: seen]), world)
        try:
            made = SUITE.run(ToolCall(tool, {"image": "img_1"}), context).image
        except ToolError:  # counts as not restored
            return [*outcomes, Outcome(state, record.id, strength, False, False, False)]
        assert made is not None
        pixels = made
    return [*outcomes, look(world, record, pixels, state, strength)]


def show(outcomes: Sequence[Outcome]) -> None:
    """Print the shares by state."""
    rows = []
    for state in dict.fromkeys(item.state for item in outcomes):
        own = [item for item in outcomes if item.state == state]
        shares = [np.mean([getattr(item, name) for item in own]) for name in _COLUMNS]
        either = np.mean([item.alike or item.found for item in own])
        rows.append((state, *(f"{share:.2f}" for share in (*shares, either))))
    headings = ("state", "title read", "read alike", "picture found", "alike or found")
    print_table(f"Shares of {len(own)} pictures", headings, rows)


_COLUMNS = ("exact", "alike", "found")


def chosen(strengths: Sequence[str]) -> list[Repair]:
    """The repairs with the strengths given as `KIND=LOW:HIGH`; the usual ones without any.

    >>> chosen(["blur=5:6"])
    [Repair(kind='blur', low=5.0, high=6.0, tools=('sharpen',))]

    Raises:
        ValueError: When a kind is unknown or a strength no number.
    """
    usual = {repair.kind: repair for repair in REPAIRS}
    repairs = []
    for text in strengths:
        kind, _, span = text.partition("=")
        low, _, high = span.partition(":")
        if kind not in usual:
            raise ValueError(f"unknown kind {kind!r}; there are {', '.join(usual)}")
        repairs.append(replace(usual[kind], low=float(low), high=float(high or low)))
    return repairs or list(REPAIRS)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark; see the module's docstring."""
    from searchvl_gym.world.catalog import default_world

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pictures", type=int, default=40, help="how many (%(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="of pictures and damage (%(default)s)")
    parser.add_argument(
        "--strength", action="append", default=[], help="KIND=LOW:HIGH, again for more"
    )
    parser.add_argument("--json", type=Path, help="write every outcome to this file")
    options = parser.parse_args(arguments)
    try:
        repairs = chosen(options.strength)
    except ValueError as error:
        parser.error(str(error))
    world = default_world("mini")
    records = [world.image(number) for number in range(world.info.counts["images"])]
    usable = [record for record in records if shows_name(record, world.page(record.page))]
    if not 1 <= options.pictures <= len(usable):
        parser.error(f"--pictures must be between 1 and {len(usable)}")
    picks = np.random.default_rng(options.seed).choice(len(usable), options.pictures, replace=False)
    clean, spoilt = [], []
    for number, pick in enumerate(picks.tolist(), 1):
        record = usable[pick]
        clean.append(look(world, record, world.pixels(record.id), "clean", 0.0))
        for repair in repairs:
            spoilt += measure(world, record, repair, options.seed)
        print(f"{number} of {options.pictures} pictures", file=sys.stderr, flush=True)
    outcomes = clean + sorted(spoilt, key=lambda item: item.state)
    show(outcomes)
    if options.json is not None:
        write_json(options.json, [asdict(item) for item in outcomes])
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
