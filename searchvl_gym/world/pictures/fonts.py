"""Type: the faces that pictures are set in, loaded from installed font packages only."""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path

from PIL import ImageFont

FACES: dict[str, tuple[str, str]] = {
    "serif": ("font_source_serif_pro", "SourceSerifPro-Regular.ttf"),
    "serif_semibold": ("font_source_serif_pro", "SourceSerifPro-Semibold.ttf"),
    "serif_bold": ("font_source_serif_pro", "SourceSerifPro-Bold.ttf"),
    "serif_italic": ("font_source_serif_pro", "SourceSerifPro-It.ttf"),
    "sans": ("font_source_sans_pro", "SourceSansPro-Regular.ttf"),
    "sans_semibold": ("font_source_sans_pro", "SourceSansPro-Semibold.ttf"),
    "sans_bold": ("font_source_sans_pro", "SourceSansPro-Bold.ttf"),
    "grotesque": ("font_roboto", "Roboto-Regular.ttf"),
    "grotesque_medium": ("font_roboto", "Roboto-Medium.ttf"),
    "grotesque_bold": ("font_roboto", "Roboto-Bold.ttf"),
    "hand": ("font_amatic_sc", "AmaticSC-Bold.ttf"),
}
"""Name of a face to its package and file."""

_SUBSTITUTE = "sans_semibold"  # the face with the widest coverage of Latin, Greek and Cyrillic


@cache
def font_file(face: str) -> str:
    """Path of the file of a face.

    Raises:
        ModuleNotFoundError: When its package is not installed.
    """
    package, name = FACES[face]
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(
            f"The font package {package} is missing; install it with "
            f"`pip install {package.replace('_', '-')}`."
        )
    return str(Path(spec.origin).parent / "files" / name)


@lru_cache(maxsize=512)
def font(face: str, size: int) -> ImageFont.FreeTypeFont:
    """Load a face at a size.

    Args:
        face: One of `FACES`.
        size: Pixels per em.

    Returns:
        The font. The basic layout engine is used, so that the result does not depend on
        which shaping libraries a machine has.
    """
    return ImageFont.truetype(font_file(face), size, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=8192)
def _has_glyph(face: str, character: str) -> bool:
    if character.isspace():
        return True
    sample = font(face, 24)
    missing = sample.getmask("\uffff")
    drawn = sample.getmask(character)
    return drawn.size != missing.size or bytes(drawn) != bytes(missing)


def covering_face(face: str, text: str) -> str:
    """The face itself if it has every glyph of the text, else the best-covered substitute.

    >>> covering_face("serif", "Söderqvist")
    'serif'
    """
    if all(_has_glyph(face, character) for character in text):
        return face
    return _SUBSTITUTE
