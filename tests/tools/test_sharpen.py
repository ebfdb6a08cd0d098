import cv2
import numpy as np
import pytest
from episode_pictures import context_of, noise

from searchvl_gym.tools import ToolSuite
from searchvl_gym.tools.sharpen import unsharp_mask
from searchvl_gym.types import ToolCall


@pytest.mark.parametrize("amount", [0.3, 1.5, 4.0])
def test_it_is_the_papers_formula(amount: float) -> None:
    pixels = noise(60, 80)
    blurred = cv2.GaussianBlur(pixels, (0, 0), 3.0).astype(np.float64)  # uint8, then exact
    expected = np.clip(np.rint((1 + amount) * pixels - amount * blurred), 0, 255)
    assert np.abs(unsharp_mask(pixels, amount) - expected).max() <= 1  # ties may round either way


def test_amount_zero_changes_nothing() -> None:
    assert np.array_equal(unsharp_mask(noise(30, 30), 0.0), noise(30, 30))


def test_edges_become_steeper(suite: ToolSuite) -> None:
    step = np.zeros((40, 80, 3), np.uint8) + 60
    step[:, 40:] = 190
    soft = cv2.GaussianBlur(step, (0, 0), 3.0)
    result = suite.run(ToolCall("sharpen", {"image": "img_1"}), context_of(soft))
    slope = np.diff(result.image[20, :, 0].astype(int)).max()
    assert slope > 1.3 * np.diff(soft[20, :, 0].astype(int)).max()
    assert result.image.shape == soft.shape
    assert "img_2" in result.text


def test_one_pixel(suite: ToolSuite) -> None:
    result = suite.run(ToolCall("sharpen", {"image": "img_1"}), context_of(noise(1, 1)))
    assert np.array_equal(result.image, noise(1, 1))
