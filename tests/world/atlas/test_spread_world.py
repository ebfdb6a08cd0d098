"""Worlds whose facts are spread over infoboxes, registers and other pages."""

from pathlib import Path

import pytest

from searchvl_gym.world import World
from searchvl_gym.world.folding import words
from searchvl_gym.world.sources.atlas import build_atlas


def build(path: Path, dispersion: float) -> World:
    return build_atlas(
        path, size=400, seed=6, dispersion=dispersion, pictures="on_demand", progress=False
    )


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return build(tmp_path_factory.mktemp("spread") / "one", 1.0)


def test_every_fact_is_stated_somewhere_and_many_not_at_home(world: World) -> None:
    pages = list(world.pages())
    shown = [
        f" {' '.join(words(page.text))} {' '.join(words(str(page.infobox)))} " for page in pages
    ]
    prose = [f" {' '.join(words(page.text))} " for page in pages]
    away = infobox = 0
    for fact in world.all_facts():
        value = f" {' '.join(words(fact.value))} "
        if value not in shown[fact.subject]:
            away += 1
            assert any(value in text for text in shown), fact
            if fact.target is not None:
                # The page at the other end says it.
                name = " ".join(words(pages[fact.subject].title))
                assert f" {name} " in prose[fact.target]
        elif fact.target is None and value not in prose[fact.subject]:
            infobox += 1
    assert away > 100
    assert infobox > 1_000


def test_registers_timelines_and_categories(world: World) -> None:
    lists = [page for page in world.pages() if page.kind == "list"]
    for beginning in ("Register of monuments", "Catalogue of works", "Timeline of", "Category of"):
        found = [page for page in lists if page.title.startswith(beginning)]
        assert found, beginning
        assert all(page.links for page in found)
    register = next(page for page in lists if page.title.startswith("Register"))
    for link in register.links:
        facts = {fact.relation: fact.value for fact in world.facts(link.target)}
        assert f"{link.anchor}: {facts['heritage_number']}" in register.text


def test_links_lie_where_they_say(world: World) -> None:
    for page in world.pages():
        for link in page.links:
            assert page.text[link.start : link.start + len(link.anchor)] == link.anchor


def test_the_knob_decides_and_the_world_is_the_same_again(world: World, tmp_path: Path) -> None:
    assert build(tmp_path / "again", 1.0).fingerprint == world.fingerprint
    assert build(tmp_path / "less", 0.5).fingerprint != world.fingerprint
    with pytest.raises(ValueError, match="dispersion must be"):
        build(tmp_path / "more", 1.5)
