"""One way of writing for what models and people write in several: widths, markup, confidence."""

from __future__ import annotations

import re
import unicodedata

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_POWER = re.compile(r"(?<=\d)[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+")
_FRACTION = re.compile(r"(?<=\d)(?=[¼½¾⅐-⅞])")
_BOLD = re.compile(r"\*\*|__|`")
_ITALIC = re.compile(r"(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])")
_CONFIDENCE = re.compile(
    r"[(\[]?\b(?:with )?(?:a )?confidence\b(?: level| score)?(?: of)?\s*[:=]?\s*"
    r"(?:about )?(?:\d+(?:\.\d+)?\s*%?|high|medium|low)[)\]]?",
    re.IGNORECASE,
)
_QUOTES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "′": "'", "″": '"', "“": '"', "”": '"'})


def tidy(text: str) -> str:
    """A text in plain widths, without emphasis and without a stated confidence.

    Compatibility forms (`％`, `½`, `CO₂`, `℃`) become plain ones; a power keeps its sign (`10⁶`
    becomes `10^6`), since it would read as more digits otherwise.

    >>> tidy("**CO₂**, 10⁶, 3½ ％ (confidence: 80 %)").strip()
    'CO2, 10^6, 3 1/2 %'
    """
    text = _POWER.sub(lambda power: "^" + power.group().translate(_SUPERSCRIPTS), text)
    text = _FRACTION.sub(" ", text)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).replace("⁄", "/").translate(_QUOTES)
    text = _ITALIC.sub(r"\1", _BOLD.sub("", text))
    return _CONFIDENCE.sub("", text)
