import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchvl_gym.tasks.degradation import KINDS, apply
from searchvl_gym.types import Degradation

RNG = np.random.default_rng(0)
PICTURE = np.kron(RNG.integers(0, 256, (16, 20, 3)), np.ones((4, 4, 1))).astype(np.uint8)
STRENGTHS = {
    "blur": 2.0, "downsample": 3.0, "perspective": 0.2, "oblique": 0.4, "noise": 20.0,
    "grain": 20.0, "low_light": 0.3,
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_is_seeded_and_leaves_the_input_alone(kind: str) -> None:
    before = PICTURE.copy()
    first = apply(PICTURE, Degradation(kind, STRENGTHS[kind], 3))
    again = apply(PICTURE, Degradation(kind, STRENGTHS[kind], 3))
    assert first.dtype == np.uint8 and first.flags.c_contiguous
    assert np.array_equal(first, again)
    assert np.array_equal(PICTURE, before)
    assert first.shape != PICTURE.shape or not np.array_equal(first, PICTURE)


@pytest.mark.parametrize("kind", ["perspective", "oblique", "noise", "grain", "low_light"])
def test_another_seed_gives_another_picture(kind: str) -> None:
    pictures = [apply(PICTURE, Degradation(kind, STRENGTHS[kind], seed)) for seed in (1, 2)]
    assert not np.array_equal(*pictures)


@given(st.floats(1, 64), st.integers(1, 90), st.integers(1, 90))
def test_downsample_divides_the_sides(divisor: float, height: int, width: int) -> None:
    picture = np.full((height, width, 3), 77, np.uint8)
    small = apply(picture, Degradation("downsample", divisor))
    assert small.shape == (max(1, round(height / divisor)), max(1, round(width / divisor)), 3)
    assert np.all(small == 77)


def test_strength_has_its_unit() -> None:
    flat = np.full((200, 200, 3), 128, np.uint8)
    assert apply(flat, Degradation("noise", 10.0)).std() == pytest.approx(10.0, rel=0.05)
    assert apply(flat, Degradation("grain", 10.0)).std() == pytest.approx(10.0, rel=0.05)
    assert apply(flat, Degradation("low_light", 0.25)).mean() == pytest.approx(32.0, abs=0.5)
    edge = np.zeros((3, 101, 3), np.uint8)
    edge[:, 50:] = 200
    slope = np.diff(apply(edge, Degradation("blur", 4.0))[1, :, 0].astype(float))
    assert slope.max() == pytest.approx(200 / (4.0 * np.sqrt(2 * np.pi)), rel=0.1)


def test_oblique_leaves_the_share_of_the_width() -> None:
    white = np.full((200, 300, 3), 255, np.uint8)
    columns = (apply(white, Degradation("oblique", 0.2, 4)) == 255).all(2).any(0)
    assert columns.sum() == pytest.approx(60, abs=4)


def test_grain_repeats_over_a_large_picture() -> None:
    flat = np.full((1100, 2100, 3), 128, np.uint8)
    grainy = apply(flat, Degradation("grain", 10.0, 1))
    assert np.array_equal(grainy[:1021, :1031], grainy[:1021, 1031:2062])


def test_perspective_keeps_the_whole_picture_inside() -> None:
    white = np.full((100, 120, 3), 255, np.uint8)
    warped = apply(white, Degradation("perspective", 0.2, 5))
    border = np.concatenate([warped[0], warped[-1], warped[:, 0], warped[:, -1]])
    assert np.all(border < 255)
    assert 0.3 < (warped == 255).mean() < 0.81


@pytest.mark.parametrize(
    ("kind", "strength"),
    [("blur", -1.0), ("downsample", 0.5), ("perspective", 0.5), ("low_light", 0.0),
     ("noise", float("nan")), ("blur", float("inf"))],
)  # fmt: skip
def test_strength_out_of_range(kind: str, strength: float) -> None:
    with pytest.raises(ValueError, match=f"strength of {kind} must be between"):
        apply(PICTURE, Degradation(kind, strength))


def test_unknown_kind() -> None:
    with pytest.raises(ValueError, match="unknown degradation 'rain'; there are blur"):
        apply(PICTURE, Degradation("rain", 1.0))
