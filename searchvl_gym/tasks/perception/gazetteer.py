"""Two pictures, a photograph and a page of a gazetteer: how far apart do two places lie?

Which places they are is learnt from the photograph and from pages, where they lie from the table;
the great circle between them takes a program. No page states coordinates: a place has the same
ones in every table, as they follow from the world's seed and from its country.
"""

from __future__ import annotations

import math

import numpy as np

from searchvl_gym.language.nouns import noun_of
from searchvl_gym.tasks.perception.distance import (
    EARTH_RADIUS,
    Place,
    flat_kilometres,
    kilometres,
    program,
    spoken,
)
from searchvl_gym.tasks.perception.drafts import Draft
from searchvl_gym.tasks.perception.goals import Compute, Goal, Identify, Plan, ReadValue
from searchvl_gym.tasks.perception.site import Site, Walk, choose, drawn
from searchvl_gym.tasks.perception.structure import SIZES, fits
from searchvl_gym.tasks.perception.sums import numbered
from searchvl_gym.world.pictures.recipe import PictureRecipe
from searchvl_gym.world.records import Page
from searchvl_gym.world.world import World

_POSITIONS = 17
"""Purpose number of the draws of coordinates."""

HIGHEST_LATITUDE = 58.0
"""Of the middle of a country, in degrees; nothing lies near the poles."""

COUNTRY_RADIUS = 4.0
"""Degrees of a great circle from the middle of a country to its farthest place."""

ROWS = (7, 10)
"""Fewest and most places in a table."""

NEAREST = 20.0
"""Kilometres between the two places at least."""

_TITLES = ("From the gazetteer", "Positions by survey", "Index of places")


def draw_gazetteer(site: Site, rng: np.random.Generator, hops: int) -> Draft | None:
    """One try at a task of this kind; the number of facts follows from the places."""
    if not site.photographed:
        return None
    page, subject = site.photographed[int(rng.integers(len(site.photographed)))]
    shown = Walk(page, numbered(subject, "first"))
    first = shown if position_of(site.world, page) else _place_near(site, shown, rng)
    second = first and _place_near(site, choose(rng, (shown, first)) or shown, rng)
    if first is None or second is None or first.page.id == second.page.id:
        return None
    picture = _table(site, (first.page, second.page), rng)
    a, b = position_of(site.world, first.page), position_of(site.world, second.page)
    if picture is None or a is None or b is None or kilometres(a, b) < NEAREST:
        return None
    # A long phrase is said once.
    further = second.phrase.replace(first.phrase, f"that {noun_of(first.page)}")
    question = (
        "The second picture is a page of a gazetteer. By its coordinates, how many kilometres "
        f"lie between {first.phrase} and {further}, along the great circle on a sphere "
        f"with a radius of {EARTH_RADIUS:,} kilometres? Give two decimals."
    )
    if site.named_in(question, [page, first.page, second.page]):
        return None
    inputs = (*spoken(a), *spoken(b))
    answer = f"{kilometres(a, b):.2f}"
    walked = [*first.goals, *(goal for goal in second.goals if goal not in first.goals)]
    goals: tuple[Goal, ...] = (
        Identify(1, page.title),
        *walked,
        *(ReadValue(2, value) for value in inputs),
        Compute(inputs, program(a, b), answer, f"{flat_kilometres(a, b):.0f}"),
    )
    return Draft(
        question=question,
        answer=answer,
        answer_kind="number",
        images=(drawn(site.new_photograph(subject, rng)), drawn(picture)),
        plan=Plan("pair", goals),
        anchor=page.id,
        hops=(*first.hops, *(hop for hop in second.hops if hop not in first.hops)),
        metadata={"structure": "table"},
        wanted=("image_search", "layout_parsing", "python_interpreter"),
    )


def position_of(world: World, page: Page) -> Place | None:
    """Where a town, a mountain or a river of an Atlas lies, to four decimals; None for the rest.

    Args:
        world: Its seed and the page's country decide.
        page: A page of it.
    """
    if page.kind != "location" or not fits(page):
        return None
    country = next((f.target for f in world.facts(page.id) if f.relation == "country"), None)
    if country is None:
        return None
    middle = np.random.default_rng([world.info.seed, country, _POSITIONS])
    height = math.sin(math.radians(HIGHEST_LATITUDE)) * middle.uniform(-1.0, 1.0)
    latitude, longitude = math.degrees(math.asin(height)), middle.uniform(-180.0, 180.0)
    stretch = math.cos(math.radians(latitude))
    around = np.random.default_rng([world.info.seed, page.id, _POSITIONS])
    # Even by area of the disc.
    distance, angle = COUNTRY_RADIUS * math.sqrt(around.random()), 2 * math.pi * around.random()
    latitude += distance * math.sin(angle)
    longitude += distance * math.cos(angle) / stretch
    return round(latitude, 4), round((longitude + 180.0) % 360.0 - 180.0, 4)


def _place_near(site: Site, walk: Walk, rng: np.random.Generator) -> Walk | None:
    """A place that a fact of a page leads to, further on along a walk."""
    world = site.world
    places = {
        fact.target
        for fact in site.bridges(walk.page.id)
        if fact.target is not None and position_of(world, world.page(fact.target)) is not None
    }
    if not places:
        return None
    step = site.walk(walk.page, walk.phrase, 1, rng, places.__contains__)
    if step is None:
        return None
    return Walk(
        step.page,
        step.phrase,
        (*walk.goals, *step.goals),
        (*walk.hops, *step.hops),
        (*walk.passed, *step.passed),
    )


def _table(site: Site, wanted: tuple[Page, Page], rng: np.random.Generator) -> PictureRecipe | None:
    """A table of places with their coordinates, some wanted ones among others."""
    known = {page.id for page in wanted}
    others = [
        page
        for page in site.pages
        if page.id not in known and position_of(site.world, page) is not None
    ]
    count = int(rng.integers(ROWS[0], ROWS[1] + 1)) - len(wanted)
    if len(others) < count:
        return None
    chosen = [others[int(n)] for n in rng.choice(len(others), count, replace=False)]
    pages = [*wanted, *chosen]
    rows = ["Place|Latitude|Longitude"]
    for number in rng.permutation(len(pages)):
        place = position_of(site.world, pages[int(number)])
        assert place is not None
        rows.append("|".join((pages[int(number)].title, *spoken(place))))
    fields = {"rows": ";".join(rows), "title": _TITLES[int(rng.integers(len(_TITLES)))]}
    width, height = SIZES[int(rng.integers(len(SIZES)))]
    return PictureRecipe("table", int(rng.integers(2**31)), fields, width, height)
