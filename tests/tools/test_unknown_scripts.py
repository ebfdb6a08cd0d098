"""Writing in scripts that the recogniser does not know (`scripts/README.md`)."""

import re
from pathlib import Path

import cv2
import numpy as np
import pytest
from episode_pictures import context_of, write

from searchvl_gym.tools import ToolSuite
from searchvl_gym.tools.layout_parsing import GREEK_NOTE, NO_TEXT, UNREADABLE
from searchvl_gym.tools.text_recognition import read_picture
from searchvl_gym.types import Image, ToolCall

SCRIPTS = Path(__file__).with_name("scripts")


def read(suite: ToolSuite, pixels: Image) -> str:
    return suite.run(ToolCall("layout_parsing", {"image": "img_1"}), context_of(pixels)).text


def script(name: str) -> Image:
    return cv2.imread(str(SCRIPTS / f"{name}.png"))


UNKNOWN = ["arabic", "cyrillic", "devanagari", "georgian", "hangul", "hebrew", "thai"]


@pytest.mark.parametrize("name", UNKNOWN)
def test_writing_in_an_unknown_script_is_told_of_and_never_read_as_latin(
    suite: ToolSuite, name: str
) -> None:
    text = read(suite, script(name))
    assert text.startswith(f"{NO_TEXT}\n\n{UNREADABLE}\n- (x=")
    # One box for each of the three lines, from top to bottom, on the ink.
    tops = [int(top) for top in re.findall(r"y=(\d+)", text)]
    assert tops == sorted(tops) and len(tops) >= 3
    ink = np.argwhere(script(name).min(axis=2) < 128)
    assert abs(ink[:, 0].min() - tops[0]) < 20


def test_known_writing_beside_an_unknown_script_is_read_as_ever(
    suite: ToolSuite, plaque: Image
) -> None:
    thai = script("thai")
    both = np.full((plaque.shape[0] + thai.shape[0], 900, 3), 245, np.uint8)
    both[: plaque.shape[0], : plaque.shape[1]] = plaque
    both[plaque.shape[0] :, : thai.shape[1]] = thai
    text = read(suite, both)
    alone = read(suite, plaque)
    lines, boxes = text.split(f"\n\n{UNREADABLE}\n")
    assert lines.split("\n\nBLOCKS")[0] == alone.split("\n\nBLOCKS")[0]
    assert boxes.count("- (x=") == 3


@pytest.mark.parametrize("name", ["cyrillic", "georgian", "hangul", "thai"])
def test_a_line_in_two_scripts_is_parted(name: str) -> None:
    foreign = script(name)[20:100]
    last = np.flatnonzero((foreign.min(axis=2) < 128).any(axis=0))[-1]
    foreign = foreign[:, 30 : last + 10]
    known = write([(20, 14, 40, "Museum")], (180, 80))
    sheet = np.full((140, 760, 3), (240, 235, 220), np.uint8)
    sheet[30:110, :180] = known
    sheet[30:110, 180 : 180 + foreign.shape[1]] = np.minimum(foreign, (240, 235, 220))
    reading = read_picture(sheet)
    assert [line.text for line in reading.lines] == ["Museum"]
    assert len(reading.unreadable) == 1 and reading.unreadable[0][0] > 150


@pytest.mark.parametrize("words", ["Řeka Dyje", "Straße nach Łódź", "Kraków 1907"])
def test_known_letters_with_marks_are_no_unknown_script(words: str) -> None:
    reading = read_picture(write([(30, 30, 48, words)], (700, 120)))
    assert [line.text for line in reading.lines] == [words] and not reading.unreadable


def test_spoilt_latin_is_no_unknown_script(plaque: Image) -> None:
    # Doubt has a reason here, so what is read stands.
    grain = np.random.default_rng(0).normal(0, 60, plaque.shape)
    noisy = np.clip(plaque + grain, 0, 255).astype(np.uint8)
    tiny = cv2.resize(plaque, None, fx=0.3, fy=0.3, interpolation=cv2.INTER_AREA)
    for pixels in (noisy, tiny, cv2.GaussianBlur(plaque, (0, 0), 4)):
        assert not read_picture(pixels).unreadable


def test_missing_greek_letters_are_told_of(suite: ToolSuite, plaque: Image) -> None:
    text = read(suite, script("greek"))
    assert "Σταθμ" in text and text.endswith(GREEK_NOTE)
    assert GREEK_NOTE not in read(suite, plaque)
