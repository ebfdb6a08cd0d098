import cv2
import numpy as np
import pytest
from episode_pictures import context_of, noise, write
from hypothesis import given
from hypothesis import strategies as st

from searchvl_gym.tools import ToolSuite
from searchvl_gym.tools.perspective_correct import straighten
from searchvl_gym.tools.quadrilaterals import area, order_corners, rectangle_size
from searchvl_gym.tools.sheet_detection import find_sheet
from searchvl_gym.tools.text_recognition import recognise
from searchvl_gym.types import ErrorKind, Image, ToolCall, ToolError

WIDTH, HEIGHT = 800, 640
SHEET = write([(60, 60, 64, "Kessock Bridge"), (60, 220, 40, "Opened in 1982")], (720, 480))


def photograph(seed: int) -> tuple[Image, np.ndarray]:
    """The sheet at an angle before a plain, blurred or shaded background, and its corners."""
    rng = np.random.default_rng(seed)
    if seed % 3 == 0:
        scene = np.full((HEIGHT, WIDTH, 3), rng.integers(0, 160, 3), np.uint8)
    elif seed % 3 == 1:
        scene = cv2.GaussianBlur(
            rng.integers(0, 200, (HEIGHT, WIDTH, 3), dtype=np.uint8), (0, 0), 8
        )
    else:
        shade = np.linspace(30, 150, WIDTH)[None, :, None] + rng.normal(0, 8, (HEIGHT, WIDTH, 3))
        scene = np.clip(shade, 0, 255).astype(np.uint8)
    corners = np.array([[120, 100], [680, 100], [680, 520], [120, 520]], float)
    corners += rng.uniform(-70, 70, (4, 2))
    height, width = SHEET.shape[:2]
    source = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32) - 0.5
    matrix = cv2.getPerspectiveTransform(source, corners.astype(np.float32))
    warped = cv2.warpPerspective(SHEET, matrix, (WIDTH, HEIGHT))
    mask = cv2.warpPerspective(np.full((height, width), 255, np.uint8), matrix, (WIDTH, HEIGHT))
    scene[mask > 127] = warped[mask > 127]
    return scene, corners


def test_sheets_are_found_and_can_be_read() -> None:
    found, read = 0, 0
    for seed in range(12):
        scene, corners = photograph(seed)
        sheet = find_sheet(scene)
        if sheet is None:
            continue
        assert np.abs(sheet.corners - order_corners(corners)).max() < 12
        found += 1
        if seed < 3:
            read += "Kessock Bridge" in [
                line.text for line in recognise(straighten(scene, sheet.corners))
            ]
    assert found >= 11
    assert read == 3


@pytest.mark.parametrize(
    "pixels",
    [
        noise(300, 400),
        np.full((300, 400, 3), 90, np.uint8),
        cv2.GaussianBlur(noise(300, 400), (0, 0), 12.0),
        cv2.circle(np.full((300, 400, 3), 200, np.uint8), (200, 150), 120, (20, 40, 60), -1),
        np.zeros((1, 1, 3), np.uint8),
        np.zeros((2, 900, 3), np.uint8),
        SHEET,
    ],
    ids=["noise", "plain", "clouds", "circle", "pixel", "strip", "sheet that fills the picture"],
)
def test_unsure_is_an_error_that_asks_for_corners(suite: ToolSuite, pixels: Image) -> None:
    with pytest.raises(ToolError, match="pass its corners") as caught:
        suite.run(ToolCall("perspective_correct", {"image": "img_1"}), context_of(pixels))
    assert caught.value.kind is ErrorKind.TOOL_FAILURE
    assert not caught.value.infrastructure


def test_finding_is_deterministic() -> None:
    scene, _ = photograph(4)
    assert np.array_equal(find_sheet(scene).corners, find_sheet(scene).corners)


def test_pictures_do_not_grow() -> None:
    quad = np.array([[5.0, 0.0], [95.0, 30.0], [95.0, 70.0], [5.0, 100.0]])
    columns, rows = rectangle_size(quad, (100, 100))
    assert columns * rows > 100 * 100
    straight = straighten(noise(100, 100), quad)
    assert 0.9 * 100 * 100 < straight.shape[0] * straight.shape[1] <= 100 * 100
    assert straight.shape[1] / straight.shape[0] == pytest.approx(columns / rows, rel=0.05)


@pytest.mark.parametrize("order", [[0, 1, 2, 3], [2, 0, 3, 1], [3, 2, 1, 0]])
def test_given_corners_in_any_order(suite: ToolSuite, order: list[int]) -> None:
    scene, corners = photograph(1)
    call = ToolCall("perspective_correct", {"image": "img_1", "corners": corners[order].tolist()})
    result = suite.run(call, context_of(scene))
    assert "as given" in result.text
    shrunk = cv2.resize(result.image, (180, 120), interpolation=cv2.INTER_AREA).astype(int)
    original = cv2.resize(SHEET, (180, 120), interpolation=cv2.INTER_AREA)
    assert np.abs(shrunk - original).mean() < 8


@pytest.mark.parametrize(
    ("corners", "problem"),
    [
        ([[0, 0], [50, 0], [50, 0], [0, 50]], "convex"),
        ([[0, 0], [25, 0], [50, 0], [75, 0]], "convex"),
        ([[0, 0], [90, 0], [30, 30], [0, 90]], "convex"),
        ([[0, 0], [2, 0], [2, 2], [0, 2]], "convex"),
        ([[0, 0], [5000, 0], [5000, 50], [0, 50]], "100x100"),
    ],
)
def test_bad_corners(suite: ToolSuite, corners: list[list[int]], problem: str) -> None:
    call = ToolCall("perspective_correct", {"image": "img_1", "corners": corners})
    with pytest.raises(ToolError, match=problem) as caught:
        suite.run(call, context_of(noise(100, 100)))
    assert caught.value.kind is ErrorKind.BAD_ARGUMENTS


def test_a_camera_gives_back_the_aspect_ratio() -> None:
    width, height = 3.0, 2.0
    plane = np.array([[0, 0, 0], [width, 0, 0], [width, height, 0], [0, height, 0]])
    plane -= [width / 2, height / 2, 0]
    for yaw, pitch in [(35, 20), (-40, 15), (25, -30)]:
        turn = cv2.Rodrigues(np.radians([pitch, yaw, 0.0]))[0]
        seen = plane @ turn.T + [0, 0, 5]
        quad = 700 * seen[:, :2] / seen[:, 2:] + [400, 320]
        got = np.divide(*rectangle_size(order_corners(quad), (800, 640)))
        assert got == pytest.approx(1.5, rel=0.05)


POINT = st.tuples(st.floats(0, 500), st.floats(0, 500))


@given(st.lists(POINT, min_size=4, max_size=4), st.permutations(range(4)))
def test_order_does_not_matter(points: list[tuple[float, float]], order: list[int]) -> None:
    quad = order_corners(points)
    other = order_corners([points[index] for index in order])
    assert (quad is None) == (other is None)
    if quad is not None:
        assert area(quad) == pytest.approx(area(other))
        assert rectangle_size(quad, (500, 500))[0] >= 1
