from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image as PillowImage

from benchmarks.speed.enlarging import Enlarged, figures, main, measure, pictures_of


def test_pictures_come_as_they_are_and_then_resized(tmp_path: Path) -> None:
    for name, size in (("a.png", (60, 40)), ("b.jpg", (30, 50))):
        PillowImage.new("RGB", size, (120, 90, 60)).save(tmp_path / name)
    (tmp_path / "notes.txt").write_text("no picture")
    shapes = [pixels.shape for pixels in pictures_of(tmp_path, 4)]
    assert shapes[:2] == [(40, 60, 3), (50, 30, 3)]
    areas = [height * width / 1e6 for height, width, _ in shapes[2:]]
    assert areas == pytest.approx([0.1, 4.6], rel=0.01)


def test_what_is_too_large_is_refused_with_the_crop_that_fits() -> None:
    rows = measure(iter([np.zeros((24, 24, 3), np.uint8), np.zeros((1500, 1500, 3), np.uint8)]), 2)
    assert not rows[0].refused
    assert "crop first" in rows[1].refused


def test_only_calls_that_made_a_picture_are_timed() -> None:
    rows = [Enlarged(0.1, 1.0, ""), Enlarged(0.2, 3.0, ""), Enlarged(4.0, 9.0, "too large")]
    found = figures(rows)
    assert (found["median_s"], found["longest_s"], found["refused"]) == (2.0, 3.0, 1)


def test_a_folder_without_pictures_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(tmp_path)]) == 2
    assert "holds no picture" in capsys.readouterr().err
