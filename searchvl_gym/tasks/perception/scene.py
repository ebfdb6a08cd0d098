"""Scene: a large picture of many small things, and a question that points at one of them.

The whole picture says too little (its letters are too small to be read before it is cut) or too
much (sixty names, none of them marked). So the part that the question points at is cut out, often
enlarged, and read; or it shows a photograph, and is searched for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from searchvl_gym.language.nouns import noun_of
from searchvl_gym.tasks.perception.drafts import Draft, Start
from searchvl_gym.tasks.perception.goals import Box, Identify, Plan, Repair
from searchvl_gym.tasks.perception.player import wider
from searchvl_gym.tasks.perception.site import Site, choose, drawn
from searchvl_gym.tasks.pictures import load_picture
from searchvl_gym.tools.real_esrgan import upscale
from searchvl_gym.tools.text_recognition import recognise
from searchvl_gym.types import Degradation, Image
from searchvl_gym.world.appearance.scenes import (
    Entry,
    items_field,
    pointing,
    scene_family,
    scene_layout,
)
from searchvl_gym.world.pictures.recipe import PictureRecipe
from searchvl_gym.world.records import Page
from searchvl_gym.world.resemblance import READ_ALIKE, most_alike

VIEW_PIXELS = 262_144
"""Pixels of the view in which the height of letters is stated; the paper trains at it."""

LONGEST_NAME = 24
"""Longest name that the things of a scene have room for, in characters."""

GRAINY_FAMILIES = ("notice_board", "book_shelf", "town_map", "shopping_street")
"""Scenes with dark letters on light ground; light ones on dark are read through any noise."""

KINDS_SHOWN: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "notice_board": ("person", "artifact", "building", "location"),
    "book_shelf": ("artifact", "person"),
    "shopping_street": ("person", "artifact", "location"),
    "departures_hall": ("location",),
    "name_badges": ("person",),
    "town_map": ("location", "building"),
    "roadside": ("location", "building"),
})  # fmt: skip
"""Kinds of page that the things of a scene are named after."""

SIZES = ((4000, 3000), (4608, 3456), (5200, 3900), (5600, 4200))
MINIATURE = ((4000, 3000),)
"""Widths and heights; the second for worlds that are to be tried in a minute. Below 12 megapixels
a reader makes out small letters in the whole picture."""

GRAINS = (30.0, 37.0, 44.0, 52.0, 60.0, 70.0)
"""Deviations of a camera's noise, in grey levels, under which small letters are tried: the least
at which they are not read before they are enlarged is kept. Sharp letters need no enlarging."""

_ENLARGE = Repair("super_resolution", {"scale": 4})
_MARGIN = 0.6


def start_scene(
    site: Site,
    rng: np.random.Generator,
    sizes: Sequence[tuple[int, int]] = SIZES,
    *,
    grainy: bool = False,
) -> Start | None:
    """A scene of which something is read.

    Args:
        site: Where it is drawn from.
        rng: Decides everything.
        sizes: Widths and heights to choose from, in pixels.
        grainy: Whether it is taken in poor light, so that small letters must be enlarged;
            `in_grain` finds out how poor.
    """
    family = str(rng.choice(GRAINY_FAMILIES if grainy else list(KINDS_SHOWN)))
    kinds = KINDS_SHOWN[family]
    target = choose(rng, [p for p in site.anchors if _fits(p, kinds)])
    if target is None:
        return None
    others = [p for p in site.pages if _fits(p, kinds) and p.id != target.id]
    items = scene_family(family)
    count = int(rng.integers(max(items.least, items.most // 2), items.most + 1))
    if len(others) < count:
        return None
    chosen = [others[int(i)] for i in rng.choice(len(others), count - 1, replace=False)]
    index = int(rng.integers(count))
    chosen.insert(index, target)
    width, height = sizes[int(rng.integers(len(sizes)))]
    fields = {
        "items": items_field([Entry(page.title) for page in chosen]),
        "letters": "small",
    }
    recipe = PictureRecipe(family, int(rng.integers(2**31)), fields, width, height)
    phrase = pointing(recipe, index, rng)
    if phrase is None:
        return None
    item = scene_layout(recipe).items[index]
    region = grown(item.name_box, width, height)
    reduced = item.letter_height * min(1.0, (VIEW_PIXELS / (width * height)) ** 0.5)
    return Start(
        "enlarge" if grainy else "scene",
        target,
        _named(family, phrase, noun_of(target)),
        Identify(1, target.title, target.title, region, (_ENLARGE,) if grainy else ()),
        drawn(recipe),
        ("crop", "layout_parsing", *(("super_resolution",) if grainy else ())),
        metadata={"scene": family, "letters": item.letter_height},
        letter_height=round(reduced, 2),
    )


def _named(family: str, thing: str, noun: str) -> str:
    """What a question calls the page that a thing of a scene bears the name of."""
    match family:
        case "name_badges":
            return thing
        case "town_map":
            return thing.replace("place", noun, 1)
        case "departures_hall":
            return f"the destination of {thing}"
        case _:
            return f"the {noun} named on {thing}"


def in_grain(draft: Draft, rng: np.random.Generator) -> Iterator[Draft]:
    """A task of small letters in the least noise in which they must be enlarged to be read.

    Nothing where there is no such noise.
    """
    seed = int(rng.integers(2**31))
    goal = draft.plan.goals[0]
    assert isinstance(goal, Identify) and goal.region is not None
    for deviation in GRAINS:
        image = replace(draft.images[0], degradation=Degradation("grain", deviation, seed))
        pixels = load_picture(image, None)
        if _reads(part_of(pixels, wider(goal.region)), goal.name) or _reads(
            part_of(pixels, goal.region), goal.name
        ):
            continue
        for scale in (4, 2):
            if _reads(
                upscale(part_of(pixels, goal.region), scale, model="animevideov3"), goal.name
            ):
                repair = Repair("super_resolution", {"scale": scale})
                first = Identify(goal.picture, goal.title, goal.name, goal.region, (repair,))
                goals = (first, *draft.plan.goals[1:])
                plan = Plan(draft.plan.family, goals, letter_height=draft.plan.letter_height)
                yield replace(draft, images=(image,), plan=plan)
                return
        # More noise would not be easier to enlarge.
        return


def part_of(pixels: Image, region: Box) -> Image:
    """The part of a picture in a box, which may stick out."""
    x, y, width, height = region
    return pixels[max(0, y) : y + height, max(0, x) : x + width]


def _reads(pixels: Image, name: str) -> bool:
    lines = [line.text for line in recognise(pixels)]
    return most_alike(lines, name)[1] >= READ_ALIKE


def start_gallery(
    site: Site, rng: np.random.Generator, sizes: Sequence[tuple[int, int]] = SIZES
) -> Start | None:
    """A scene of which something is recognised."""
    if len(site.photographed) < 10:
        return None
    family = str(rng.choice(["museum_wall", "notice_board", "roadside"]))
    items = scene_family(family)
    count = min(len(site.photographed), int(rng.integers(items.least, items.least + 5)))
    if count < items.least:
        return None
    picks = rng.choice(len(site.photographed), count, replace=False)
    chosen = [site.photographed[int(number)] for number in picks]
    index = int(rng.integers(count))
    target, _ = chosen[index]
    entries = [
        Entry(f"No. {number}", picture=site.new_photograph(subject, rng))
        for number, (_, subject) in enumerate(chosen, int(rng.integers(1, 400)))
    ]
    width, height = sizes[int(rng.integers(len(sizes)))]
    fields = {"items": items_field(entries), "letters": "small"}
    recipe = PictureRecipe(family, int(rng.integers(2**31)), fields, width, height)
    phrase = pointing(recipe, index, rng)
    if phrase is None:
        return None
    x, y, w, h = (round(edge) for edge in scene_layout(recipe).items[index].box)
    return Start(
        "gallery",
        target,
        f"the subject of {phrase}",
        Identify(1, target.title, region=(x, y, w, h)),
        drawn(recipe),
        ("crop", "image_search"),
        metadata={"scene": family},
    )


def grown(box: tuple[float, float, float, float], width: int, height: int) -> Box:
    """A box with room around it, within the picture, in whole pixels."""
    x, y, w, h = box
    room = _MARGIN * h + 6
    left, top = max(0, round(x - room)), max(0, round(y - room))
    right, bottom = min(width, round(x + w + room)), min(height, round(y + h + room))
    return left, top, right - left, bottom - top


def _fits(page: Page, kinds: Sequence[str]) -> bool:
    return page.kind in kinds and len(page.title) <= LONGEST_NAME
