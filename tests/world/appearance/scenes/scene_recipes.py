"""Recipes of scenes and structured pictures to test with."""

import numpy as np

from searchvl_gym.world.appearance.scenes import Entry, items_field, scene_family
from searchvl_gym.world.pictures import PictureRecipe

_STEMS = ("Axen", "Brym", "Quen", "Oster", "Marl", "Linde", "Hark", "Torn", "Kalt", "Verst", "Nimm")
_ENDS = ("berg", "mark", "holm", "stad", "by", "ford", "vik", "gard", "lund", "mouth", "ham")
FAMILIES = (
    "notice_board", "book_shelf", "shopping_street", "museum_wall", "departures_hall",
    "name_badges", "town_map", "roadside",
)  # fmt: skip
MINI = (1800, 1400)


def names(rng: np.random.Generator, count: int) -> list[str]:
    every = [stem + end for stem in _STEMS for end in _ENDS]
    return [every[i] for i in rng.permutation(len(every))[:count]]


def scene(
    family: str,
    seed: int,
    count: int | None = None,
    size: tuple[int, int] = MINI,
    letters: str = "small",
) -> PictureRecipe:
    rng = np.random.default_rng(seed)
    kind = scene_family(family)
    if count is None:
        count = int(rng.integers(kind.least, kind.most + 1))
    entries = [Entry(name) for name in names(rng, count)]
    return PictureRecipe(family, seed, {"items": items_field(entries), "letters": letters}, *size)


ROWS = {
    "table": "Town|Founded|People;Axenberg|1204|8,120;Brymholm|1377|640;Quenford|1291|23,400;"
    "Osterby|1460|1,950",
    "timetable_board": "08:15|Axenberg|3;09:40|Brymholm|1;11:05|Quenford|3;14:35|Osterby|2",
    "bar_chart": "Axenberg|412;Brymholm|286;Quenford|655;Osterby|390",
    "line_chart": "Axenberg|412;Brymholm|286;Quenford|655;Osterby|390",
    "labelled_map": "Axenberg;Brymholm;Quenford;Osterby;Marlvik;Lindeham",
    "receipt": "Tea|3.40;Candles|5.25;Honey|7.80;Soap|1.95",
}


def structured(style: str, seed: int = 1) -> PictureRecipe:
    fields = {"rows": ROWS[style], "title": "Province of Marl"}
    return PictureRecipe(style, seed, fields, 1152, 864)
