"""Kinds of things that a world may lack, so that a test can hold back kinds and not only names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

from searchvl_gym.world.sources.atlas.cultures import CULTURES

Kinds = Literal["all", "seen", "unseen"]
"""`seen` is for training, `unseen` holds what `seen` lacks and nothing else, `all` has both."""

HELD_OUT_STYLES = frozenset({"identity_card", "museum_label", "skyline", "timetable"})
"""Picture styles of `unseen`."""

HELD_OUT_PEOPLES = frozenset({"Tavric", "Ilissian", "Kōmari"})
"""Peoples of `unseen`, by whose sounds and scripts (Cyrillic and Greek among them) it is named."""


def check_kinds(kinds: str) -> Kinds:
    """Give `kinds` back.

    Raises:
        ValueError: When there are no such kinds.
    """
    for known in get_args(Kinds):
        if kinds == known:
            return kinds  # type: ignore[return-value]
    raise ValueError(f"kinds must be one of {', '.join(get_args(Kinds))}, got {kinds!r}")


def peoples_of(kinds: Kinds) -> tuple[int, ...]:
    """Places in `CULTURES` of the peoples that a world has.

    >>> len(peoples_of("all")), len(peoples_of("seen")), len(peoples_of("unseen"))
    (10, 7, 3)
    """
    return tuple(
        number
        for number, people in enumerate(CULTURES)
        if _has(people.name in HELD_OUT_PEOPLES, kinds)
    )


def styles_of(styles: Sequence[str], kinds: Kinds) -> tuple[str, ...]:
    """Those of some picture styles that a world has."""
    return tuple(style for style in styles if _has(style in HELD_OUT_STYLES, kinds))


def describe_kinds(kinds: Kinds) -> dict[str, str]:
    """What a world's card says of its knobs; nothing for a world with all kinds."""
    if kinds == "all":
        return {}
    word = "without" if kinds == "seen" else "only"
    peoples = ", ".join(sorted(HELD_OUT_PEOPLES))
    return {"kinds": kinds, "knobs": f"{word} {', '.join(sorted(HELD_OUT_STYLES))}; {peoples}"}


def _has(held_out: bool, kinds: Kinds) -> bool:
    return kinds == "all" or held_out == (kinds == "unseen")
