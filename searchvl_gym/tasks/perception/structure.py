"""Structure: a value that a table, a board, a chart's axis or a legend gives, and no line alone."""

from __future__ import annotations

import numpy as np

from searchvl_gym.tasks.perception.drafts import Start
from searchvl_gym.tasks.perception.goals import ReadValue
from searchvl_gym.tasks.perception.site import Site, drawn
from searchvl_gym.world.appearance.scenes.structure import ask_cell
from searchvl_gym.world.pictures.recipe import PictureRecipe
from searchvl_gym.world.records import Page

STYLES = ("timetable_board", "bar_chart", "line_chart", "labelled_map", "table")
SIZES = ((1200, 900), (1280, 960), (1400, 1050))
LONGEST_NAME = 16

_TITLES = {
    "bar_chart": ("Yield of the orchards", "Letters posted", "Guests in the inns"),
    "line_chart": ("Wagons a week", "Herring landed", "Days of frost"),
    "labelled_map": ("The upper valley", "The northern marches", "The lake country"),
    "table": ("Towns of the province", "From the yearbook", "Returns of the census"),
}


def start_structure(site: Site, rng: np.random.Generator) -> Start | None:
    """A picture with structure out of which a name comes."""
    towns = [p for p in site.pages if p.kind == "location" and fits(p)]
    anchors = {p.title: p for p in site.anchors if p.kind == "location" and fits(p)}
    if len(towns) < 14 or not anchors:
        return None
    target = list(anchors.values())[int(rng.integers(len(anchors)))]
    others = [p for p in towns if p.id != target.id]
    count = int(rng.integers(6, 9))
    names = [others[int(i)].title for i in rng.choice(len(others), count, replace=False)]
    names.insert(int(rng.integers(count + 1)), target.title)
    style = STYLES[int(rng.integers(len(STYLES)))]
    recipe = structured(style, names, rng)
    for _ in range(12):
        cell = ask_cell(recipe, rng)
        if cell is None:
            return None
        if cell.value == target.title:
            break
    else:
        return None
    phrase = f"the town in {cell.phrase}" if cell.phrase.startswith("the row") else cell.phrase
    return Start(
        "structure",
        target,
        phrase,
        ReadValue(1, target.title, target.title),
        drawn(recipe),
        ("layout_parsing",),
        metadata={"structure": style},
    )


def structured(style: str, names: list[str], rng: np.random.Generator) -> PictureRecipe:
    """A picture of a style with a row for each name; all other cells are made up."""
    count = len(names)
    values = [str(int(v)) for v in rng.choice(np.arange(31, 989), count, replace=False)]
    if style == "timetable_board":
        minutes = np.sort(rng.choice(np.arange(300, 1380), count, replace=False))
        rows = [
            f"{m // 60:02d}:{m % 60:02d}|{name}|{int(rng.integers(1, 10))}"
            for m, name in zip(minutes.tolist(), names, strict=True)
        ]
    elif style == "labelled_map":
        rows = names
    elif style == "table":
        years = [str(int(v)) for v in rng.choice(np.arange(1105, 1895), count, replace=False)]
        rows = ["Town|Charter|Mills"]
        rows += [f"{n}|{y}|{v}" for n, y, v in zip(names, years, values, strict=True)]
    else:
        rows = [f"{name}|{value}" for name, value in zip(names, values, strict=True)]
    fields = {"rows": ";".join(rows)}
    if style in _TITLES:
        titles = _TITLES[style]
        fields["title"] = titles[int(rng.integers(len(titles)))]
    width, height = SIZES[int(rng.integers(len(SIZES)))]
    return PictureRecipe(style, int(rng.integers(2**31)), fields, width, height)


def fits(page: Page) -> bool:
    """Whether a name can stand in a row: short, and without what parts rows and cells."""
    return len(page.title) <= LONGEST_NAME and not set(page.title) & set("|;,")
