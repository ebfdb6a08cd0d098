"""Picture files of every sort are made fit for a world, or left out for a reason."""

import io

import numpy as np
import pytest
from PIL import Image as PillowImage

from searchvl_gym.world.sources.picture_files import CheckedPicture, check_picture

SVG = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {size}'>{body}</svg>"
SEVERAL = "vector drawing of several files"
PLAN = "<rect x='10' y='10' width='80' height='20' fill='#c00'/><text x='12' y='40'>Plan</text>"


def drawn(size: str, body: str = PLAN) -> CheckedPicture | str:
    return check_picture(SVG.format(size=size, body=body).encode())


@pytest.mark.needs("resvg_py")
def test_vector_drawings_are_drawn_on_white() -> None:
    wide, high = drawn("100 50"), drawn("50 100")
    assert isinstance(wide, CheckedPicture) and isinstance(high, CheckedPicture)
    assert (wide.width, wide.height) == (512, 256) and (high.width, high.height) == (256, 512)
    pixels = np.asarray(PillowImage.open(io.BytesIO(wide.data)))
    assert pixels[0, 0].tolist() == [255, 255, 255] and pixels[100, 200].tolist() == [204, 0, 0]
    lettering = np.all(pixels[150:230, 55:200] < 128, axis=2)
    assert lettering.any(), "the fonts of the package are used"


@pytest.mark.needs("resvg_py")
@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("", "blank"),
        ("<image href='file:///etc/hostname' width='9' height='9'/>", SEVERAL),
        ("<style>@import url(http://example.org/a.css)</style>", SEVERAL),
        ("<rect", "broken"),
    ],
)  # fmt: skip
def test_drawings_that_show_nothing_or_want_other_files(body: str, reason: str) -> None:
    assert drawn("100 50", body) == reason


def test_raster_pictures_keep_their_bytes() -> None:
    stream = io.BytesIO()
    PillowImage.fromarray(np.full((120, 140, 3), 80, np.uint8)).save(stream, "WEBP")
    assert check_picture(stream.getvalue()) == CheckedPicture(stream.getvalue(), 140, 120)
    assert check_picture(stream.getvalue()[:40]) in ("broken", "other format")
