"""Models, cameras and the order in which faces are painted."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from searchvl_gym.world.appearance.solid import (
    Camera,
    Colour,
    Light,
    Model,
    Vector,
    View,
    circle,
    stretched,
    turned,
    unit,
)

RED, GREEN, BLUE, BLACK = (200, 0, 0), (0, 200, 0), (0, 0, 200), (0, 0, 0)
FRONT = Camera((0.0, 0.0, -4.0), (0.0, 0.0, 0.0), 1.0)
EVEN = Light((0.0, 1.0, 0.0), (0.0, 0.0, 0.0), (1.0, 1.0, 1.0))
"""Light without direction."""

reals = st.floats(-3, 3)


def square(half: float, z: float, *, away: bool = False) -> list[Vector]:
    """A square before the camera, seen from its front or from behind."""
    corners = [(-half, -half, z), (half, -half, z), (half, half, z), (-half, half, z)]
    return corners[::-1] if away else corners


def painted(model: Model, camera: Camera = FRONT) -> Image.Image:
    canvas = Image.new("RGB", (100, 100))
    View(camera, 100, 100).paint(canvas, model, EVEN)
    return canvas


def middle(model: Model, camera: Camera = FRONT) -> str:
    """Which of the colours is seen in the middle of the picture."""
    pixel = painted(model, camera).getpixel((50, 50))
    assert isinstance(pixel, tuple)
    return ("black", "red", "green", "blue")[0 if max(pixel) == 0 else 1 + pixel.index(max(pixel))]


def test_a_point_is_projected_where_the_lens_says() -> None:
    view = View(Camera((0.0, 0.0, -4.0), (0.0, 0.0, 0.0), 2.0), 200, 100)
    across, down, depth = view.project(np.array([(0.0, 0.0, 0.0), (1.0, 0.5, 0.0)]))
    # A focal length of 2 heights is 200 pixels; a point 1 aside at a depth of 4 is 50 aside.
    assert across.tolist() == [100.0, 150.0]
    assert down.tolist() == [50.0, 25.0]
    assert depth.tolist() == [4.0, 4.0]


@settings(max_examples=40)
@given(reals, reals, st.floats(-0.02, 0.02), st.floats(1.0, 2.4))
def test_the_target_is_in_the_middle(x: float, y: float, roll: float, focal: float) -> None:
    view = View(Camera((x, y, -6.0), (x / 2, 0.3, 0.5), focal, roll), 640, 480)
    across, down, _ = view.project(np.array([(x / 2, 0.3, 0.5)]))
    assert across[0] == pytest.approx(320, abs=1e-6)
    assert down[0] == pytest.approx(240, abs=1e-6)


def test_the_horizon_is_level_with_the_eye() -> None:
    assert View(FRONT, 100, 100).horizon() == 50
    lowered = Camera((0.0, 2.0, -4.0), (0.0, 0.0, 0.0), 1.0)
    assert View(lowered, 100, 100).horizon() < 10


@pytest.mark.parametrize(
    ("away", "both", "seen"),
    [(False, False, "red"), (True, False, "black"), (True, True, "red")],
)
def test_a_face_is_culled_from_behind_unless_it_has_two_sides(
    away: bool, both: bool, seen: str
) -> None:
    model = Model().part()
    model.face(square(1, 0, away=away), RED, both=both)
    assert middle(model) == seen


def test_the_nearer_part_hides_the_farther_whichever_came_first() -> None:
    for order in ((RED, -1.0, GREEN, 1.0), (GREEN, 1.0, RED, -1.0)):
        model = Model()
        model.sheet(square(1, order[1]), order[0])
        model.sheet(square(1, order[3]), order[2])
        assert middle(model) == "red"


def test_what_is_behind_the_camera_is_not_painted() -> None:
    model = Model()
    model.sheet(square(1, -4.1), RED)
    assert middle(model) == "black"


@pytest.mark.parametrize("placed", [False, True])
def test_a_decal_is_painted_on_its_face_and_goes_with_it(placed: bool) -> None:
    def wall(away: bool) -> Model:
        model = Model()
        model.part(turned(0.5)) if away else model.part()
        face = model.face(square(1, -0.5), RED)
        if placed:
            model.decal([model.faces[face].points[n] for n in (0, 1, 2)], BLUE, face)
        else:
            model.face(square(0.5, -0.5), BLUE, on=face)
        model.sheet(square(1, 0.2), GREEN)
        return model

    assert middle(wall(False)) == "blue"
    # From behind the wall is culled, and its decal with it.
    assert middle(wall(True)) == "green"


def test_a_model_that_is_put_in_keeps_its_parts_and_decals() -> None:
    inner, outer = Model(), Model()
    face = inner.sheet(square(1, 0), RED)
    inner.face(square(0.5, 0), BLUE, on=face)
    outer.sheet(square(1, 1), GREEN)
    outer.add(inner, lambda x, y, z: (x, y, z - 1))
    assert [face.parent for face in outer.faces] == [-1, -1, 1]
    assert [face.part for face in outer.faces] == [0, 1, 1]
    assert middle(outer) == "blue"


def outward(model: Model, centre: Vector) -> bool:
    """Whether all faces turn their fronts away from a point inside."""
    for face in model.faces:
        a, b, c = (np.array(point) for point in (face.points[0], face.points[1], face.points[-1]))
        if np.dot(np.cross(c - a, b - a), a - np.array(centre)) <= 0:
            return False
    return True


@settings(max_examples=25, deadline=None)
@given(st.integers(3, 20), st.integers(2, 9), st.tuples(*[st.floats(0.1, 2)] * 3))
def test_the_faces_of_a_ball_turn_outwards(sides: int, rows: int, radii: Vector) -> None:
    model = Model()
    model.ball((1.0, 2.0, 3.0), radii, RED, sides=sides, rows=rows)
    assert len(model.faces) == sides * rows
    assert outward(model, (1.0, 2.0, 3.0))


def test_the_faces_of_a_box_and_of_a_lathe_turn_outwards() -> None:
    model = Model()
    assert len(model.box((-1, 0, -1), (1, 2, 1), RED, top=GREEN)) == 4
    rings = model.lathe([(1.0, 0.0), (0.8, 1.0), (0.0, 2.0)], [RED, BLUE], sides=6)
    assert [len(ring) for ring in rings] == [6, 6]
    assert model.faces[rings[1][0]].colour == BLUE
    assert len(model.faces[rings[1][0]].points) == 3, "it ends in a point"
    assert outward(model, (0.0, 0.5, 0.0))


def test_a_rod_without_length_is_nothing() -> None:
    model = Model()
    model.rod((1, 1, 1), (1, 1, 1), 0.1, RED)
    assert model.faces == []
    model.rod((0, 0, 0), (0, 0, 2), 0.1, RED)
    assert len(model.faces) == 4


def test_a_ball_can_be_painted_by_direction() -> None:
    def halves(x: float, y: float, z: float) -> Colour:
        return RED if y > 0 else BLUE

    model = Model()
    model.ball((0, 0, 0), (1, 1, 1), halves, rows=4)
    for face in model.faces:
        high = sum(y for _, y, _ in face.points) > 0
        assert face.colour == (RED if high else BLUE)


def test_light_and_haze_decide_the_colour() -> None:
    def seen(light: Light) -> tuple[int, ...]:
        canvas = Image.new("RGB", (100, 100))
        model = Model()
        model.sheet(square(1, 0), (100, 100, 100))
        View(FRONT, 100, 100).paint(canvas, model, light)
        pixel = canvas.getpixel((50, 50))
        assert isinstance(pixel, tuple)
        return pixel

    dull = Light((0.0, 0.0, -1.0), (0.0, 0.0, 0.0), (1.0, 0.5, 0.0))
    assert seen(dull) == (85, 42, 0)
    lit = Light((0.0, 0.0, -1.0), (1.0, 1.0, 1.0), (0.0, 0.0, 0.0))
    assert seen(lit) == (100, 100, 100)
    hazy = Light((0.0, 0.0, -1.0), (1.0, 1.0, 1.0), (0.0, 0.0, 0.0), (200, 200, 200), 0.25)
    assert 140 < seen(hazy)[0] < 160


def test_a_shadow_falls_away_from_the_light_and_not_from_decals() -> None:
    def mask(toward: Vector) -> np.ndarray:
        model = Model()
        face = model.sheet([(-0.5, 1, 0), (0.5, 1, 0), (0.5, 1, 1), (-0.5, 1, 1)], RED)
        model.decal([(-9, 1, 0), (9, 1, 0), (9, 1, 9)], RED, face)
        image = Image.new("L", (50, 50))
        camera = Camera((0.0, 6.0, -6.0), (0.0, 0.0, 0.0), 1.0)
        light = Light(unit(toward), (1, 1, 1), (0, 0, 0))
        View(camera, 100, 100).shadows(image, model, light)
        return np.asarray(image)

    _, right = np.nonzero(mask((-1.0, 1.0, 0.0)))
    _, left = np.nonzero(mask((1.0, 1.0, 0.0)))
    assert right.size < 400, "a decal casts no shadow of its own"
    assert left.max() < 25 < right.max()
    assert not mask((1.0, 0.05, 0.0)).any(), "a light at the horizon casts none"


@given(reals)
def test_turning_keeps_lengths_and_heights(turns: float) -> None:
    x, y, z = turned(turns)(0.6, 5.0, 0.8)
    assert (x * x + z * z, y) == pytest.approx((1.0, 5.0))


@given(reals)
def test_cosine_and_sine_lie_on_the_circle(turns: float) -> None:
    c, s = circle(turns)
    assert c * c + s * s == pytest.approx(1)


def test_a_stretched_square_keeps_its_corners() -> None:
    corners = [(0.0, 0.0, 1.0), (2.0, 0.0, 1.0), (3.0, 4.0, 2.0), (0.0, 4.0, 2.0)]
    at = stretched(*corners)
    assert [at(0, 0), at(1, 0), at(1, 1), at(0, 1)] == corners
