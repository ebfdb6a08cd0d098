"""An anchor's picture need be no larger than a world's pictures are."""

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as PillowImage

from searchvl_gym.curation.instances import Curator
from searchvl_gym.curation.paths.picture_sizes import anchors_by_side, fitting_side
from searchvl_gym.curation.running.settings_file import preset_settings, read_settings
from searchvl_gym.curation.settings import CurationSettings, PathSettings
from searchvl_gym.world import ImageRecord, Page, World, WorldWriter, open_world

MakeWorld = Callable[[list[int]], World]


@pytest.fixture
def make_world(tmp_path: Path) -> MakeWorld:
    """A world of one page for each side of a picture, 0 for none; all link to the first."""

    def make(sides: list[int]) -> World:
        path = tmp_path / "-".join(map(str, sides))
        shown = [side for side in sides if side]
        with WorldWriter(path, name="w", source="zim", seed=0, licence="CC0-1.0") as writer:
            writer.add_pages(
                Page(
                    number, f"Bridge {number}", "building", f"w://{number}", "A bridge.",
                    infobox=(("Opened", str(1900 + number)),),
                    images=(sides[: number + 1].count(0) * -1 + number,) if side else (),
                )
                for number, side in enumerate(sides)
            )  # fmt: skip
            pages = [number for number, side in enumerate(sides) if side]
            writer.add_images(
                ImageRecord(image, page, "", None, side + 40, side, encode(side + 40, side))
                for image, (page, side) in enumerate(zip(pages, shown, strict=True))
            )
            writer.finish(index_pictures=False)
        return open_world(path)

    return make


def encode(width: int, height: int) -> bytes:
    stream = io.BytesIO()
    PillowImage.fromarray(np.full((height, width, 3), 90, np.uint8)).save(stream, "PNG")
    return stream.getvalue()


def test_the_paper_size_where_pictures_have_it_and_the_floor_elsewhere(
    make_world: MakeWorld,
) -> None:
    assert fitting_side(make_world([512, 160, 170])) == 512
    assert fitting_side(make_world([220, 160, 140])) == 150
    assert fitting_side(make_world([600])) == 512


def test_anchors_are_counted_by_size(make_world: MakeWorld) -> None:
    world = make_world([512, 260, 220, 149, 0])
    rules = PathSettings(seed_in_degree=0)
    assert anchors_by_side(world, rules) == {512: 1, 300: 1, 250: 2, 200: 3, 150: 3}


def test_the_error_names_the_setting_and_what_it_would_give(make_world: MakeWorld) -> None:
    settings = CurationSettings(paths=PathSettings(seed_in_degree=0))
    with pytest.raises(
        ValueError, match=r"image_side = 200 would give 2, image_side = 150 would give 3$"
    ):
        Curator(make_world([220, 210, 160]), settings, seed=0)
    with pytest.raises(ValueError, match="no pictures: take a source"):
        Curator(make_world([0, 0]), settings, seed=0)


def test_a_settings_file_may_say_otherwise(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text("")
    assert read_settings(file, 300, image_side=150).paths.image_side == 150
    file.write_text("[paths]\nimage_side = 180\n")
    assert read_settings(file, 300, image_side=150).paths.image_side == 180
    file.write_text('preset = "paper"\n')
    assert read_settings(file, 300, image_side=150).paths.image_side == 512
    assert preset_settings(300).paths.image_side == 512
