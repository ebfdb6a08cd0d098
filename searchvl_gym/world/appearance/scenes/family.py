"""What a family of scenes is, and the picture style that it makes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from searchvl_gym.world.appearance.scenes.canvas import Canvas
from searchvl_gym.world.appearance.scenes.entries import Entry, letter_range, read_entries
from searchvl_gym.world.appearance.scenes.layout import Plan, SceneLayout
from searchvl_gym.world.pictures.recipe import Picture
from searchvl_gym.world.pictures.style import Style
from searchvl_gym.world.pictures.textures import Field

Planner = Callable[[Sequence[Entry], np.random.Generator, int, int, tuple[int, int]], Plan]
"""Decides `(entries, rng, width, height, heights of capitals)`."""

Painter = Callable[[Plan, Canvas, np.random.Generator], Field]
"""Paints a plan on a canvas and returns the light."""


@dataclass(frozen=True)
class Words:
    """How the items of a family are spoken of.

    Attributes:
        noun: One item.
        colour: A phrase with `{}` for the word of its colour and `{a}` for its article; a bare
            `{}` stands before the noun.
        row: A phrase with `{}` for the row's name; empty where rows are not spoken of.
        rows: Names of two rows, from the top, where the family has its own.
        groups: A landmark's name to the phrase that says of an item that it belongs to its group.
        sideways: Whether items of a row are counted from left and right.
        upwards: Whether the rows of a group hold one item each and are counted from the top.
        near: Whether items are found by the landmark that is nearest.
    """

    noun: str
    colour: str = "{}"
    row: str = "in the {} row"
    rows: tuple[str, ...] = ()
    groups: Mapping[str, str] = field(default_factory=dict)
    sideways: bool = True
    upwards: bool = False
    near: bool = True


@dataclass(frozen=True)
class Family:
    """A family of scenes.

    Attributes:
        name: Identifier; also the name of the style.
        shows: A short noun for questions.
        words: How its items are spoken of.
        least: Fewest items.
        most: Most items.
        plan: Decides where everything stands.
        paint: Paints a plan.
    """

    name: str
    shows: str
    words: Words
    least: int
    most: int
    plan: Planner
    paint: Painter

    def planned(
        self, fields: Mapping[str, str], rng: np.random.Generator, width: int, height: int
    ) -> Plan:
        """Decide where everything stands, from the fields of a recipe."""
        entries = read_entries(fields["items"], self.least, self.most)
        return self.plan(entries, rng, width, height, letter_range(fields))

    def layout(self, plan: Plan, width: int, height: int) -> SceneLayout:
        """What a plan says, without what only painting needs."""
        items = tuple(spot.item for spot in plan.spots)
        return SceneLayout(self.name, width, height, items, plan.landmarks)

    def style(self) -> Style:
        """The picture style; it suits no kind of page by itself."""

        def paint(
            fields: Mapping[str, str], rng: np.random.Generator, width: int, height: int
        ) -> Picture:
            plan = self.planned(fields, rng, width, height)
            canvas = Canvas(width, height)
            light = self.paint(plan, canvas, rng)
            return canvas.finish(rng, plan, self.words.noun, light)

        return Style(self.name, (), ("items", "letters"), self.shows, paint, required="items")
