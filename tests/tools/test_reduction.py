import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from searchvl_gym.tools.reduction import reduce_picture, reduced_size

sides = st.integers(1, 20_000)


@given(sides, sides, st.integers(1, 10**8), st.integers(1, 20_000))
def test_it_fits_and_what_fits_stays(width: int, height: int, most: int, longest: int) -> None:
    wide, high = reduced_size(width, height, most, longest)
    assert 1 <= wide <= width and 1 <= high <= height
    assert wide * high <= most and max(wide, high) <= longest
    if width * height <= most and max(width, height) <= longest:
        assert (wide, high) == (width, height)


@given(st.integers(100, 9000), st.integers(100, 9000), st.integers(10**5, 10**7))
def test_the_shape_is_kept_and_the_room_used(width: int, height: int, most: int) -> None:
    wide, high = reduced_size(width, height, most)
    assert abs(wide / high - width / height) <= (width / height) * 1.5 / min(wide, high)
    if (wide, high) != (width, height):
        assert (wide + 1) * (high + 1) > most


def test_a_picture_is_averaged_and_cannot_be_changed() -> None:
    fine = np.zeros((600, 800, 3), np.uint8)
    fine[::2, ::2] = fine[1::2, 1::2] = 200
    small = reduce_picture(fine, (80, 60))
    assert small.shape == (60, 80, 3) and not small.flags.writeable
    assert np.abs(small.astype(int) - 100).max() <= 2
