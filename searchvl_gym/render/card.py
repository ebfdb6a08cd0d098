"""An episode's current moment as a picture: what the agent sees, what it did, what came back."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import numpy as np
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont

from searchvl_gym.episode import Episode, EpisodePictures
from searchvl_gym.render.describe import ENDINGS, describe_call, is_answer
from searchvl_gym.types import Image, Step

WIDTH, HEIGHT = 1280, 720
"""Size of a card in pixels; the same for every moment, so that cards make a film."""

_PAPER, _INK, _FAINT, _RULE = (250, 248, 243), (34, 32, 29), (122, 116, 106), (222, 216, 204)
_RED, _GREEN, _BLUE = (176, 46, 38), (38, 112, 72), (36, 78, 140)
_MAT = (236, 232, 222)
_MARGIN = 40
_LEFT = 600
"""Width of the picture's column."""

_STRIP = 72
"""Height of the strip with the earlier pictures."""


def draw_card(episode: Episode, pictures: EpisodePictures) -> Image:
    """Draw the moment after the last step.

    Args:
        episode: Running or finished.
        pictures: Its pictures; the newest is shown large, the others small below it.

    Returns:
        RGB pixels of shape `(720, 1280, 3)`.
    """
    card = Pillow.new("RGB", (WIDTH, HEIGHT), _PAPER)
    pen = ImageDraw.Draw(card)
    _draw_pictures(card, pen, pictures)
    _draw_words(pen, episode)
    return np.asarray(card, dtype=np.uint8).copy()


def _draw_pictures(card: Pillow.Image, pen: ImageDraw.ImageDraw, pictures: EpisodePictures) -> None:
    many = len(pictures) > 1
    bottom = HEIGHT - _MARGIN - (_STRIP + 34 if many else 22)
    box = (_MARGIN, _MARGIN, _LEFT, bottom)
    pen.rectangle(box, fill=_MAT)
    if not len(pictures):
        pen.text((_MARGIN + 20, _MARGIN + 20), "no picture", font=_font("sans", 18), fill=_FAINT)
        return
    newest = pictures[len(pictures) - 1]
    _paste(card, newest, box, inset=14)
    caption = f"img_{len(pictures)}   {newest.shape[1]} × {newest.shape[0]}"
    pen.text((_MARGIN, bottom + 5), caption, font=_font("sans", 15), fill=_FAINT)
    if many:
        side = _STRIP
        shown = max(1, (_LEFT - _MARGIN + 8) // (side + 8))
        first = max(0, len(pictures) - 1 - shown)
        for place, index in enumerate(range(first, len(pictures) - 1)):
            left = _MARGIN + place * (side + 8)
            top = HEIGHT - _MARGIN - side
            cell = (left, top, left + side, top + side)
            pen.rectangle(cell, fill=_MAT)
            _paste(card, pictures[index], cell, inset=3)


def _paste(card: Pillow.Image, pixels: Image, box: tuple[int, int, int, int], inset: int) -> None:
    """Put a picture into a box, whole and centred; small ones are enlarged at most fourfold."""
    left, top, right, bottom = box
    room_x, room_y = right - left - 2 * inset, bottom - top - 2 * inset
    height, width = pixels.shape[:2]
    scale = min(room_x / width, room_y / height, 4.0)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    picture = Pillow.fromarray(np.asarray(pixels)).resize(size, Pillow.Resampling.LANCZOS)
    card.paste(picture, (left + (right - left - size[0]) // 2, top + (bottom - top - size[1]) // 2))


def _draw_words(pen: ImageDraw.ImageDraw, episode: Episode) -> None:
    left, right, y = _LEFT + 44, WIDTH - _MARGIN, _MARGIN - 6
    width = right - left
    y = _write(pen, episode.task.question, (left, y), width, _font("serif", 25), _INK, 4)
    y += 16
    pen.line((left, y, right, y), fill=_RULE, width=1)
    y += 16
    count = len(episode.steps)
    status = f"step {count} of at most {episode.rules.max_steps}"
    if episode.consecutive_errors:
        status += f"   ·   errors in a row: {episode.consecutive_errors} of {episode.rules.k}"
    pen.text((left, y), status, font=_font("sans", 16), fill=_FAINT)
    y += 32
    foot = HEIGHT - _MARGIN - (78 if episode.termination is not None else 0)
    if count:
        step = episode.steps[-1]
        call = describe_call(step.call)
        y = _write(pen, call, (left, y), width, _font("bold", 19), _colour(step), 4) + 12
        font = _font("sans", 18)
        room = max(0, (foot - y) // _line_height(font))
        if step.observation:
            _write(pen, step.observation, (left, y), width, font, _INK, room)
    if episode.termination is not None:
        good = episode.answer is not None
        pen.line((left, foot + 8, right, foot + 8), fill=_RULE, width=1)
        said = ENDINGS[episode.termination]
        pen.text((left, foot + 18), said, font=_font("sans", 16), fill=_GREEN if good else _RED)
        if episode.answer is not None:
            _write(pen, episode.answer, (left, foot + 40), width, _font("bold", 22), _INK, 1)


def _colour(step: Step) -> tuple[int, int, int]:
    if step.error is not None:
        return _RED
    return _GREEN if is_answer(step) else _BLUE


def _write(
    pen: ImageDraw.ImageDraw,
    text: str,
    at: tuple[int, int],
    width: int,
    font: ImageFont.FreeTypeFont,
    colour: tuple[int, int, int],
    max_lines: int,
) -> int:
    """Write wrapped text and return where the next line would begin; an ellipsis ends a cut."""
    x, y = at
    lines: list[str] = []
    for line in _lines(pen, text, width, font):
        if len(lines) == max_lines:
            if lines:
                lines[-1] = lines[-1].rstrip(" .,;") + " …"
            break
        lines.append(line)
    for line in lines:
        pen.text((x, y), line, font=font, fill=colour)
        y += _line_height(font)
    return y


def _lines(
    pen: ImageDraw.ImageDraw, text: str, width: int, font: ImageFont.FreeTypeFont
) -> Iterator[str]:
    """Text broken into lines that fit; words that are too long are broken too."""
    for paragraph in text.splitlines():
        line = ""
        for word in paragraph.split():
            joined = f"{line} {word}" if line else word
            if pen.textlength(joined, font=font) <= width:
                line = joined
                continue
            if line:
                yield line
            line = word
            while pen.textlength(line, font=font) > width and len(line) > 1:
                cut = _fitting(pen, line, width, font)
                yield line[:cut]
                line = line[cut:]
        if line:
            yield line


def _fitting(pen: ImageDraw.ImageDraw, word: str, width: int, font: ImageFont.FreeTypeFont) -> int:
    """How many characters of a word fit, at least 1."""
    low, high = 1, len(word)
    while low < high:
        middle = (low + high + 1) // 2
        if pen.textlength(word[:middle], font=font) <= width:
            low = middle
        else:
            high = middle - 1
    return low


def _line_height(font: ImageFont.FreeTypeFont) -> int:
    ascent, descent = font.getmetrics()
    return round((ascent + descent) * 1.08)


@lru_cache(maxsize=16)
def _font(kind: str, size: int) -> ImageFont.FreeTypeFont:
    """A font of the font packages: `serif`, `sans` or `bold`."""
    import font_source_sans_pro
    import font_source_serif_pro

    package, name = {
        "serif": (font_source_serif_pro, "SourceSerifPro-Semibold.ttf"),
        "sans": (font_source_sans_pro, "SourceSansPro-Regular.ttf"),
        "bold": (font_source_sans_pro, "SourceSansPro-Semibold.ttf"),
    }[kind]
    assert package.__file__ is not None
    return ImageFont.truetype(Path(package.__file__).parent / "files" / name, size)
