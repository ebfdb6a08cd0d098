"""Pictures with figures that no text of a page states: boards, charts and tables."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from searchvl_gym.world.pictures.recipe import PictureRecipe
from searchvl_gym.world.sources.atlas.draws import Draws
from searchvl_gym.world.sources.atlas.entities import Atlas, Entity

_FIGURES = 13
"""Purpose number of the draws here; see `Draws`."""

SHARE = 0.4
"""Share of the subjects of the types below that have such a picture."""

WIDTH, HEIGHT = 1024, 768

_STYLES_OF: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "country": ("bar_chart", "table"), "town": ("timetable_board", "bar_chart", "table"),
    "river": ("line_chart",), "mountain": ("line_chart",), "sea": ("bar_chart",),
    "university": ("bar_chart", "table"), "museum": ("line_chart", "table", "receipt"),
    "theatre": ("bar_chart", "receipt"), "railway station": ("timetable_board",),
    "bridge": ("line_chart", "receipt"), "lighthouse": ("line_chart",), "tower": ("bar_chart",),
    "plant": ("line_chart",), "bird": ("bar_chart",), "moth": ("bar_chart",),
    "ship": ("table", "line_chart"), "tonic": ("receipt", "bar_chart"),
})  # fmt: skip
_TITLES: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "bar_chart": ("Counted by month", "By quarter of the year", "Returns of the year"),
    "line_chart": ("Over the years", "Measured each decade", "A record of decades"),
    "table": ("From the yearbook", "Returns of the census", "A register"),
})  # fmt: skip
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_GOODS = (
    "Brown bread", "Plums", "Sardines", "Rye biscuits", "Paper", "Soap", "Honey", "Matches",
    "Lamp oil", "Barley", "Candles", "Cider", "Twine", "Vinegar", "Apples",
)  # fmt: skip
_HEADS = ("Guests", "Wagons", "Letters", "Repairs", "Lamps", "Visitors")


def figures(atlas: Atlas, entity: Entity) -> PictureRecipe | None:
    """The recipe of a subject's picture with figures; None where it has none."""
    styles = _STYLES_OF.get(entity.type)
    draws = Draws(atlas.seed, entity.id, _FIGURES)
    if styles is None or not draws.chance(SHARE):
        return None
    style = draws.choice(styles)
    fields = {"rows": ";".join(_rows(atlas, entity, style, draws))}
    if style in _TITLES:
        fields["title"] = draws.choice(_TITLES[style])
    return PictureRecipe(style, draws.below(2**31), fields, WIDTH, HEIGHT)


def _rows(atlas: Atlas, entity: Entity, style: str, draws: Draws) -> list[str]:
    if style == "timetable_board":
        country = entity.country if entity.country >= 0 else atlas.by_type["country"][0]
        titles = [atlas.entities[town].title.split(",")[0] for town in atlas.towns[country]]
        names = [t for t in draws.some(titles, 8) if t != entity.title and len(t) <= 16]
        minute, rows = draws.between(300, 420), []
        for name in dict.fromkeys(names):
            rows.append(f"{minute // 60:02d}:{minute % 60:02d}|{name}|{draws.between(1, 9)}")
            minute += draws.between(17, 110)
        return rows
    count = draws.between(5, 8)
    if style == "receipt":
        goods = draws.some(_GOODS, count)
        return [f"{name}|{draws.between(2, 19)}.{draws.between(10, 99)}" for name in goods]
    if style == "bar_chart":
        first = draws.between(0, 12 - count)
        return [f"{_MONTHS[first + n]}|{draws.between(103, 989)}" for n in range(count)]
    start = 10 * draws.between(176, 192)
    years = [start + 10 * n for n in range(count)]
    if style == "line_chart":
        return [f"{year}|{draws.between(103, 989)}" for year in years]
    heads = draws.some(_HEADS, 2)
    return [
        f"Year|{heads[0]}|{heads[1]}",
        *(f"{y}|{draws.between(1003, 9890)}|{draws.between(103, 989)}" for y in years),
    ]
