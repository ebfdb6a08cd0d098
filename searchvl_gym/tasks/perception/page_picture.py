"""Page picture: a value that stands only in a picture of a page further on."""

from __future__ import annotations

import numpy as np

from searchvl_gym.tasks.perception.drafts import Draft, Start, Trail
from searchvl_gym.tasks.perception.find import spoken_of
from searchvl_gym.tasks.perception.goals import Identify, PagePicture
from searchvl_gym.tasks.perception.site import Site, choose, drawn
from searchvl_gym.world.appearance.scenes.structure import ask_cell
from searchvl_gym.world.appearance.scenes.structure.styles import ASKERS
from searchvl_gym.world.pictures import all_styles
from searchvl_gym.world.records import Page


def draw_page_picture(site: Site, rng: np.random.Generator, hops: int) -> Draft | None:
    """One try: the subject of a photograph, or what it leads to, has a picture with figures."""
    if not site.photographed:
        return None
    page, subject = site.photographed[int(rng.integers(len(site.photographed)))]
    phrase = spoken_of(subject, rng)
    trail = figure_trail(site, page, phrase, hops, rng)
    if trail is None:
        return None
    image = drawn(site.new_photograph(subject, rng))
    wanted = ("open_image", "layout_parsing")
    return trail.draft(Start("page_picture", page, phrase, Identify(1, page.title), image, wanted))


def figure_trail(
    site: Site, page: Page, phrase: str, hops: int, rng: np.random.Generator
) -> Trail | None:
    """A way of `hops` values from a page, the last of which stands in a picture of a page.

    Pages with figures are rare: the way goes to one where it can.
    """
    walk = site.walk(page, phrase, hops - 1, rng, lambda number: _figures(site, number))
    figure = None if walk is None else choose(rng, _figures(site, walk.page.id))
    if walk is None or figure is None:
        return None
    ordinal, image = figure
    recipe = site.world.image(image).recipe
    assert recipe is not None
    cell = ask_cell(recipe, rng)
    if cell is None:
        return None
    shows = all_styles()[recipe.style].shows
    question = f"The page about {walk.phrase} has a picture of a {shows}. {_asked(cell.phrase)}"
    if site.named_in(question, [*walk.passed, walk.page]):
        return None
    last = PagePicture(walk.page.title, ordinal, cell.value)
    return Trail((*walk.goals, last), walk.hops, question, cell.value, "text", ())


def _asked(phrase: str) -> str:
    """The question for a cell.

    >>> _asked("the row with the largest value in the column “Lamps”")
    'Which row has the largest value in the column “Lamps”?'
    >>> _asked("the value that the chart gives for 1810")
    'Which value does the chart give for 1810?'
    """
    for thing in ("row", "entry"):
        if phrase.startswith(f"the {thing} with "):
            return f"Which {phrase[4:].replace(' with ', ' has ', 1)}?"
    if phrase.startswith("the value that the chart gives "):
        return (
            phrase.replace("the value that the chart gives", "Which value does the chart give")
            + "?"
        )
    return f"According to it, what is {phrase}?"


def _figures(site: Site, page_id: int) -> list[tuple[int, int]]:
    """Pictures of a page that can be asked about: number on the page, and id."""
    found = []
    for ordinal, image in enumerate(site.world.page(page_id).images, 1):
        recipe = site.world.image(image).recipe
        if recipe is not None and recipe.style in ASKERS:
            found.append((ordinal, image))
    return found
