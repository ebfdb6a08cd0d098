"""Tests of the search that the tiny model plays with; its two other tools are played throughout."""

from __future__ import annotations

import pytest

from algos.recipe import Setting
from algos.recipe.brief_tools import best_page
from searchvl_gym.world import World
from searchvl_gym.world.folding import words


@pytest.fixture(scope="module")
def world() -> World:
    return Setting(pages="mini").worlds().at(0)


def test_who_names_a_page_finds_it_before_those_that_are_named_after_it(world: World) -> None:
    overtaken = 0
    for page in world.pages():
        query = f"{page.title} landmark"
        first = world.page(world.text_index.search(query, 1)[0].page)
        found = best_page(world, query)
        assert found is not None
        if set(words(page.title)) < set(words(first.title)):
            overtaken += 1
            assert found.title == page.title
    assert overtaken > 0  # so what is tested does happen


def test_who_names_no_page_gets_what_ranks_first(world: World) -> None:
    query = "was born in the town of"
    (hit,) = world.text_index.search(query, 1)
    assert best_page(world, query) == world.page(hit.page)
    assert best_page(world, "zzyzxq") is None
