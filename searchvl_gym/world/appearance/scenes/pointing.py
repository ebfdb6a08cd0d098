"""Phrases that point at one item of a scene, and the check that they point at no other."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from searchvl_gym.world.appearance.scenes.family import Words
from searchvl_gym.world.appearance.scenes.layout import SceneItem, SceneLayout

ORDINALS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
    "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth",
    "eighteenth", "nineteenth", "twentieth", "twenty-first", "twenty-second", "twenty-third",
    "twenty-fourth",
)  # fmt: skip
_SIDES = {"left": "leftmost", "right": "rightmost", "top": "top", "bottom": "bottom"}
_CLEARLY_NEARER = 0.75
_MOST_COUNTED = 7
"""Nobody likes to count further, as long as there is another way to say it."""


@dataclass(frozen=True)
class Pointer:
    """A description of one item; what is None is not said.

    Attributes:
        group: The item belongs to this group.
        row: It stands in this row of its group.
        colour: It is of this colour.
        near: Of those that remain, it is the one nearest to this landmark.
        order: Of those that remain, it is the `n`-th (from 1) from a side.
    """

    group: int | None = None
    row: int | None = None
    colour: str | None = None
    near: str | None = None
    order: tuple[str, int] | None = None

    def matches(self, layout: SceneLayout) -> list[SceneItem]:
        """All items that the description is true of; none where it is not clear."""
        left = [
            item
            for item in layout.items
            if self.group in (None, item.group)
            and self.row in (None, item.row)
            and self.colour in (None, item.colour)
        ]
        if self.near is not None:
            return _nearest(left, layout, self.near)
        if self.order is not None:
            return _nth(left, *self.order)
        return left

    def say(self, words: Words, layout: SceneLayout) -> str:
        """The phrase, without a final stop."""
        noun, after = words.noun, ""
        if self.colour is not None:
            if words.colour == "{}":
                noun = f"{self.colour} {noun}"
            else:
                article = "an" if self.colour[0] in "aeiou" else "a"
                noun = f"{noun} {words.colour.format(self.colour, a=article)}"
        parts = ["the"]
        if self.order is not None:
            side, number = self.order
            if number == 1:
                parts.append(_SIDES[side])
            else:
                parts.append(ORDINALS[number - 1])
                after = f"from the {side}"
        parts += [noun, after]
        if self.row is not None:
            parts.append(words.row.format(self._row_name(words, layout)))
        if self.group is not None:
            parts.append(_group_phrase(words, layout, self.group))
        if self.near is not None:
            parts.append(f"nearest to the {self.near}")
        return " ".join(part for part in parts if part)

    def _row_name(self, words: Words, layout: SceneLayout) -> str:
        assert self.row is not None
        if words.rows:
            return words.rows[self.row]
        rows = {item.row for item in layout.items if self.group in (None, item.group)}
        count = max(rows) + 1
        if words.upwards:
            return ORDINALS[self.row]
        if self.row == 0:
            return "top"
        if self.row == count - 1:
            return "bottom"
        if count == 3:
            return "middle"
        if self.row == count - 2 and count > 4:
            return "second-lowest"
        return ORDINALS[self.row]


def pointers(words: Words, layout: SceneLayout, index: int) -> list[Pointer]:
    """All descriptions that fit this item and no other."""
    item = layout.items[index]
    found = []
    for pointer in _candidates(words, layout, item):
        if pointer not in found and [i.index for i in pointer.matches(layout)] == [index]:
            found.append(pointer)
    return found


def choose(
    words: Words, layout: SceneLayout, index: int, rng: np.random.Generator
) -> Pointer | None:
    """One of the descriptions that fit an item and no other, or None.

    One that leaves out nothing needed and says nothing that is not needed is preferred.
    """
    found = pointers(words, layout, index)
    if not found:
        return None
    brief = [p for p in found if not any(_says_less(q, p) for q in found)]
    easy = [p for p in brief if p.order is None or p.order[1] <= _MOST_COUNTED]
    choices = easy or brief
    # By kind first, so that the many ways to count do not crowd out the rest.
    kinds = sorted({_kind(p) for p in choices})
    kind = kinds[int(rng.integers(len(kinds)))]
    same = [p for p in choices if _kind(p) == kind]
    return same[int(rng.integers(len(same)))]


def _kind(pointer: Pointer) -> tuple[bool, bool, bool]:
    return pointer.colour is not None, pointer.near is not None, pointer.order is not None


def _says_less(one: Pointer, other: Pointer) -> bool:
    """Whether a description says the same as another, but leaves something out."""
    pairs = (
        (one.group, other.group), (one.row, other.row), (one.colour, other.colour),
        (one.near, other.near), (one.order, other.order),
    )  # fmt: skip
    return one != other and all(a in (None, b) for a, b in pairs)


def _candidates(words: Words, layout: SceneLayout, item: SceneItem) -> Iterator[Pointer]:
    several = len({other.group for other in layout.items}) > 1
    marked = [mark for mark in layout.landmarks if mark.group == item.group]
    groups = [item.group] if several and any(m.name in words.groups for m in marked) else []
    stands = len({other.row for other in layout.items}) > 1
    for group in (None, *groups):
        rows: list[int | None] = [None]
        if words.row and stands and (group is not None or not several or words.rows):
            rows.append(item.row)
        for row in rows:
            for colour in (None, item.colour):
                yield Pointer(group, row, colour)
                for order in _orders(words, layout, item, Pointer(group, row, colour)):
                    yield Pointer(group, row, colour, order=order)
                if words.near and group is None and row is None:
                    for mark in layout.landmarks:
                        yield Pointer(colour=colour, near=mark.name)


def _orders(
    words: Words, layout: SceneLayout, item: SceneItem, so_far: Pointer
) -> Iterator[tuple[str, int]]:
    """The item's number from each side, where the others stand in one row or one stack."""
    others = so_far.matches(layout)
    in_a_row = len({(other.group, other.row) for other in others}) == 1
    if words.sideways and in_a_row:
        sides = ("left", "right")
    elif words.upwards and len({other.group for other in others}) == 1:
        sides = ("top", "bottom")
    else:
        return
    if len(others) < 2:
        return
    for side in sides:
        number = _sorted(others, side).index(item) + 1
        if number <= len(ORDINALS):
            yield side, number


def _sorted(items: list[SceneItem], side: str) -> list[SceneItem]:
    axis = 0 if side in ("left", "right") else 1
    ordered = sorted(items, key=lambda item: item.centre[axis])
    return ordered if side in ("left", "top") else ordered[::-1]


def _nth(items: list[SceneItem], side: str, number: int) -> list[SceneItem]:
    """The n-th item from a side, where it is clear which one is further on."""
    axis = 0 if side in ("left", "right") else 1
    ordered = _sorted(items, side)
    for one, other in pairwise(ordered):
        clear = 0.3 * min(one.box[2 + axis], other.box[2 + axis])
        if abs(one.centre[axis] - other.centre[axis]) < clear:
            return []
    return [ordered[number - 1]] if number <= len(ordered) else []


def _nearest(items: list[SceneItem], layout: SceneLayout, name: str) -> list[SceneItem]:
    """The item nearest to a landmark, where no other is about as near."""
    where = [mark.centre for mark in layout.landmarks if mark.name == name]
    if len(where) != 1 or not items:
        return []
    x, y = where[0]
    ordered = sorted((math.dist((x, y), item.centre), item.index, item) for item in items)
    if len(ordered) > 1 and ordered[0][0] > _CLEARLY_NEARER * ordered[1][0]:
        return []
    return [ordered[0][2]]


def _group_phrase(words: Words, layout: SceneLayout, group: int) -> str:
    for mark in layout.landmarks:
        if mark.group == group and mark.name in words.groups:
            return words.groups[mark.name]
    raise ValueError(f"No landmark marks the group {group}.")
