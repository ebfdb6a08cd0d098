import cv2
import numpy as np
import pytest
from episode_pictures import context_of, noise, write

from searchvl_gym.tools import ToolSuite
from searchvl_gym.tools.layout_parsing import NO_TEXT
from searchvl_gym.tools.limits import MAX_READ_PIXELS
from searchvl_gym.tools.text_layout import arrange
from searchvl_gym.tools.text_recognition import recognise
from searchvl_gym.types import Image, ToolCall


def read(suite: ToolSuite, pixels: Image, **flags: bool) -> str:
    return suite.run(
        ToolCall("layout_parsing", {"image": "img_1", **flags}), context_of(pixels)
    ).text


def labelled(pixels: Image) -> list[tuple[str, str]]:
    return [(block.label, block.text) for block in arrange(recognise(pixels))]


def test_a_plaque_is_read_in_order_with_labels(suite: ToolSuite, plaque: Image) -> None:
    text = read(suite, plaque)
    assert text.startswith("ALL RECOGNIZED TEXT\nKessock Bridge\nOpened in 1982")
    assert labelled(plaque) == [
        ("title", "Kessock Bridge"),
        (
            "text",
            "Opened in 1982 by the Queen Mother, it\nspans the Beauly Firth at Inverness.",
        ),
        ("footnote", "* erected 1997"),
    ]
    assert "1. [title] (x=" in text


def test_boxes_are_where_the_text_is(plaque: Image) -> None:
    left, top, width, height = arrange(recognise(plaque))[0].box
    ink = np.argwhere(plaque[:120].min(axis=2) < 100)
    assert abs(ink[:, 1].min() - left) < 20 and abs(ink[:, 0].min() - top) < 20
    assert abs(ink[:, 1].max() - left - width) < 20 and abs(ink[:, 0].max() - top - height) < 20


def test_a_large_picture_is_reduced_but_boxes_are_in_its_own_pixels(plaque: Image) -> None:
    large = cv2.resize(plaque, None, fx=3, fy=3)
    assert large.shape[0] * large.shape[1] > MAX_READ_PIXELS
    small, found = recognise(plaque), recognise(large)
    assert [line.text for line in found] == [line.text for line in small]
    for line, other in zip(found, small, strict=True):
        assert np.abs(np.array(line.box) / 3 - other.box).max() < 20


def test_table_rows_keep_their_cells_together() -> None:
    rows = [("Train", "Time", "Platform"), ("Lemvig", "08:15", "12"), ("Odense", "09:40", "11")]
    texts = [
        (x, 140 + 70 * number, 34, cell)
        for number, row in enumerate(rows)
        for x, cell in zip((60, 320, 560), row, strict=True)
    ]
    assert labelled(write([(60, 30, 56, "Departures"), *texts])) == [
        ("title", "Departures"),
        *[("table row", " | ".join(row)) for row in rows],
    ]


def test_columns_of_text_are_read_one_after_the_other() -> None:
    left = ["The river rises in the hills", "and flows to the sea near", "the old town of Harrow."]
    right = ["Its length is 240 km and", "it has three tributaries", "with many old mills."]
    texts = [(40, 100 + 36 * number, 24, line) for number, line in enumerate(left)]
    texts += [(420, 100 + 36 * number, 24, line) for number, line in enumerate(right)]
    assert labelled(write(texts)) == [("text", "\n".join(left)), ("text", "\n".join(right))]


@pytest.mark.parametrize("turns", [1, 2])
def test_orientation_is_corrected_when_asked(suite: ToolSuite, plaque: Image, turns: int) -> None:
    text = read(suite, np.rot90(plaque, turns), use_doc_orientation_classify=True)
    assert text.startswith("ALL RECOGNIZED TEXT\nKessock Bridge\nOpened in 1982")
    assert f"turned {360 - 90 * turns} degrees" in text


def test_charts_are_grouped_when_asked(suite: ToolSuite) -> None:
    bars = [("2019", 312), ("2020", 95), ("2021", 180), ("2022", 268)]
    texts = [(200, 10, 36, "Visitors per year")]
    texts += [(20, 80 + 90 * number, 24, str(400 - 100 * number)) for number in range(5)]
    for number, (label, value) in enumerate(bars):
        texts += [(140 + 150 * number, 500, 26, label)]
        texts += [(145 + 150 * number, round(416 - 0.9 * value), 24, str(value))]
    pixels = write(texts)
    text = read(suite, pixels, use_chart_recognition=True)
    assert "Categories: 2019, 2020, 2021, 2022" in text
    assert "Scale, top to bottom: 400, 300, 200, 100, 0" in text
    assert all(f"{label}: {value}" in text for label, value in bars)
    assert "Other lettering: Visitors per year" in text
    assert "CHART" not in read(suite, pixels)


def test_no_chart_is_said(suite: ToolSuite, plaque: Image) -> None:
    assert "does not look like a chart" in read(suite, plaque, use_chart_recognition=True)


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((1, 1, 3), np.uint8),
        np.zeros((3, 900, 3), np.uint8),
        np.zeros((900, 3, 3), np.uint8),
        noise(64, 64),
    ],
    ids=["pixel", "strip", "pole", "noise"],
)
def test_no_text_is_a_result(suite: ToolSuite, pixels: Image) -> None:
    assert read(suite, pixels) == NO_TEXT
