"""Work in bands of rows gives what work on the whole picture gives."""

import numpy as np
import pytest

from searchvl_gym.world.pictures.bands import bands, shaded
from searchvl_gym.world.pictures.resampling import Stretched
from searchvl_gym.world.pictures.textures import Grain, as_pixels

HEIGHTS = (1, 31, 32, 33, 250)


@pytest.mark.parametrize("height", HEIGHTS)
def test_bands_cover_every_row_once_and_in_order(height: int) -> None:
    rows = [row for band in bands(3, height) for row in range(band.start, band.stop)]
    assert rows == list(range(3, height))


@pytest.mark.parametrize("height", HEIGHTS)
@pytest.mark.parametrize("channels", [3, 4])
def test_shading_is_the_product_clipped_and_rounded(height: int, channels: int) -> None:
    rng = np.random.default_rng(height)
    pixels = rng.integers(0, 256, (height, 40, channels), np.uint8)
    colours = rng.uniform(0, 2, (height, 40, 3)).astype(np.float32)
    light = rng.uniform(0, 2, (height, 40))
    curve = rng.uniform(0, 2, (1, 40)).astype(np.float32)
    plain = pixels[..., :3] * colours * light[..., None] * curve[..., None]
    expected = np.rint(np.clip(plain, 0, 255)).astype(np.uint8)
    assert np.array_equal(shaded(pixels, colours, light, curve), expected)


def test_shading_leaves_what_it_was_given() -> None:
    pixels, factor = np.full((40, 5, 3), 9, np.uint8), np.full((40, 5), 0.5, np.float32)
    shaded(pixels, factor)
    assert (pixels == 9).all()
    assert (factor == 0.5).all()


def test_rounding_leaves_the_field_as_it_was() -> None:
    field = np.array([[-3.0, 0.5, 1.5, 300.0]], np.float32)
    assert as_pixels(field).tolist() == [[0, 0, 2, 255]]
    assert field.tolist() == [[-3.0, 0.5, 1.5, 300.0]]


@pytest.mark.parametrize("cells", [(2, 2), (7, 5), (90, 70), (1, 1)])
def test_rows_of_an_enlarged_field_do_not_depend_on_which_are_asked_for(
    cells: tuple[int, int],
) -> None:
    grid = np.random.default_rng(1).random(cells, np.float32)
    stretched = Stretched(grid, 97, 83)
    whole = stretched.whole()
    assert whole.shape == (83, 97)
    for rows in (slice(0, 1), slice(17, 60), slice(82, 83), slice(0, 83)):
        assert np.array_equal(stretched.rows(rows), whole[rows])


def test_grain_does_not_depend_on_how_the_picture_is_cut() -> None:
    grain = Grain(np.random.default_rng(2), 3.0)
    whole = np.zeros((500, 300, 3), np.float32)
    grain.add(whole, 0)
    parts = np.zeros_like(whole)
    for first, last in ((0, 7), (7, 300), (300, 500)):
        grain.add(parts[first:last], first)
    assert np.array_equal(parts, whole)
    assert np.array_equal(whole[..., 0], whole[..., 2])
    assert np.array_equal(whole[:211, :77], whole[211:422, 223:])
    assert 2.8 < float(whole.std()) < 3.2
