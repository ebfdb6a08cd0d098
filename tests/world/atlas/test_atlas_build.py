"""The build: determinism, sizes, arguments, stored pictures."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from searchvl_gym.world import World, WorldError
from searchvl_gym.world.pictures import draw
from searchvl_gym.world.sources.atlas import build_atlas
from searchvl_gym.world.sources.atlas.drawing import draw_pictures
from searchvl_gym.world.sources.atlas.graph import count_types, make_atlas, structural_pages

_BUILD = """
import sys
from searchvl_gym.world.sources.atlas import build_atlas
world = build_atlas(sys.argv[1], size=400, seed=5, pictures="on_demand", progress=False)
print(world.fingerprint)
"""


@pytest.mark.parametrize("hash_seed", ["0", "4242"])
def test_fingerprint_does_not_depend_on_the_hash_seed(
    atlas_world: World, tmp_path: Path, hash_seed: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _BUILD, str(tmp_path / "world")],
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == atlas_world.fingerprint


def test_pictures_do_not_depend_on_the_workers(atlas_world: World) -> None:
    records = list(atlas_world.images())[:6]
    alone = list(draw_pictures(records, 1))
    together = list(draw_pictures(records, 3))
    assert alone == together
    assert [record.id for record in together] == [record.id for record in records]
    assert all(record.data and record.data[:2] == b"\xff\xd8" for record in together)


def test_stored_pictures_make_a_searchable_world(mini_world: World) -> None:
    record = mini_world.image(3)
    assert record.recipe is not None
    drawn = draw(record.recipe).pixels.astype(int)
    assert np.abs(mini_world.pixels(3).astype(int) - drawn).mean() < 6
    assert mini_world.image_index.search(mini_world.pixels(3), 1)[0].page == record.page


def test_another_seed_gives_another_world(atlas_world: World, tmp_path: Path) -> None:
    other = build_atlas(tmp_path / "world", size=400, seed=6, pictures="on_demand", progress=False)
    titles = {page.title for page in atlas_world.pages()}
    assert sum(page.title in titles for page in other.pages()) < 20


@pytest.mark.parametrize("size", [150, 187, 400, 2_000])
def test_sizes_are_exact(tmp_path: Path, size: int) -> None:
    world = build_atlas(tmp_path / "world", size=size, pictures="on_demand", progress=False)
    assert len(world) == size == world.info.counts["pages"]


@pytest.mark.parametrize("size", [150, 300, 5_000, 100_000, 1_000_000])
def test_types_add_up(size: int) -> None:
    subjects = size - structural_pages(size)
    counts = count_types(subjects)
    assert sum(counts.values()) == subjects
    assert min(counts.values()) >= 3
    assert counts["town"] >= counts["country"]


@pytest.mark.parametrize("size", ["huge", 59, 1_000_001, 2.5, True])
def test_unknown_sizes_are_refused(tmp_path: Path, size: object) -> None:
    with pytest.raises(ValueError, match="size"):
        build_atlas(tmp_path / "world", size=size, progress=False)  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


def test_other_bad_arguments_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "world"
    with pytest.raises(ValueError, match="seed"):
        build_atlas(path, size=150, seed=-1, progress=False)
    with pytest.raises(ValueError, match="pictures"):
        build_atlas(path, size=150, pictures="later", progress=False)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="workers"):
        build_atlas(path, size=150, workers=0, progress=False)
    path.mkdir()
    with pytest.raises(WorldError, match="exists already"):
        build_atlas(path, size=150, progress=False)


def test_nobody_acts_before_growing_up_or_after_death() -> None:
    atlas = make_atlas(3_000, 2)
    for entity in atlas.entities:
        if entity.maker >= 0:
            maker = atlas.entities[entity.maker]
            assert maker.year + 20 <= entity.year
            assert not maker.end or entity.year <= maker.end + 1
        if entity.namesake >= 0:
            assert atlas.entities[entity.namesake].year < entity.year
        if entity.kind in ("person", "building") and entity.town >= 0:
            assert atlas.entities[entity.town].year < entity.year
        if entity.spouse >= 0:
            assert atlas.entities[entity.spouse].spouse == entity.id
