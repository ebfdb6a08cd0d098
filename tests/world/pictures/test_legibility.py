"""What a picture says can be read by real text recognition, where the ground truth has it."""

import unicodedata
from difflib import SequenceMatcher
from typing import Any

import cv2
import numpy as np
import pytest

from searchvl_gym.types import Image
from searchvl_gym.world.pictures import STYLES, Picture, PictureRecipe, draw

TITLES = ("Söderqvist Bridge", "Íslavík Museum", "Marja-Leena Håkansdóttir", "Caspian Ó Briain")


@pytest.fixture(scope="module")
def recogniser() -> Any:
    from rapidocr import RapidOCR

    return RapidOCR(params={"EngineConfig.onnxruntime.intra_op_num_threads": 2})


def plain(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text).casefold() if c.isalnum())


def upright_title(picture: Picture, scale: float) -> list[Image]:
    """Every line of the title, cut out along its true quadrilateral and enlarged."""
    cuts = []
    for line in picture.lines:
        if line.role != "title":
            continue
        quad = np.array(line.quad, np.float32)
        wide = float(np.linalg.norm(quad[1] - quad[0])) * scale
        tall = float(np.linalg.norm(quad[3] - quad[0])) * scale
        pad = tall * 0.25
        target = np.array(
            ((pad, pad), (wide + pad, pad), (wide + pad, tall + pad), (pad, tall + pad)), np.float32
        )
        matrix = cv2.getPerspectiveTransform(quad, target)
        size = (round(wide + 2 * pad), round(tall + 2 * pad))
        cuts.append(cv2.warpPerspective(picture.pixels, matrix, size, flags=cv2.INTER_CUBIC))
    return cuts


@pytest.mark.parametrize("style", [s for s in STYLES if STYLES[s].required == "title"])
def test_the_title_is_read_where_the_truth_says_it_stands(style: str, recogniser: Any) -> None:
    for seed in (101, 102):
        title = TITLES[seed % len(TITLES)]
        picture = draw(PictureRecipe(style, seed, {"title": title, "year": "1874"}))
        scale = 3.0 if style in ("skyline", "bridge_scene") else 1.0
        read = ""
        for cut in upright_title(picture, scale):
            result = recogniser(cut[..., ::-1], use_det=False, use_cls=False)
            read += "".join(result.txts)
        likeness = SequenceMatcher(None, plain(title), plain(read)).ratio()
        assert likeness >= 0.9, (style, seed, title, read)
