"""Shortens an observation to what it is about and what was used of it."""

from __future__ import annotations

import re

from searchvl_gym.world.folding import words

MARK = "[shortened]"
"""Stands where something was left out."""

_HEAD = re.compile(
    r"^(?:\[(?:Passage|Match) \d+\] |URL: |Source: |# |Error \(|\[?img_\d+: "
    r"|ALL RECOGNIZED TEXT)"
)
_OPENING = re.compile(r"^\s*<[a-z_]+>\s*")
_CLOSING = re.compile(r"\s*</[a-z_]+>\s*$")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_NUMBER = re.compile(r"\d[\d,.]*\d")
_LEAST_QUOTE = 8


def shorten(text: str, used: str) -> str:
    r"""The lines that say what an observation is about, and those that later words use.

    A sentence counts as used when the words quote it, or name a number that stands in it. Tags of
    a wire format around the text stay.

    Args:
        text: The observation.
        used: Everything that the model said afterwards.

    >>> page = "# Kel Tower\nURL: https://a.example/kel\n\nHeight: 34.5 metres\n\nIt is old."
    >>> print(shorten(page, "The page gives “Height: 34.5 metres”."))
    # Kel Tower
    URL: https://a.example/kel
    Height: 34.5 metres
    [shortened]
    """
    opening, closing = _OPENING.search(text), _CLOSING.search(text)
    start = opening.end() if opening else 0
    end = closing.start() if closing and closing.start() >= start else len(text)
    later = f" {' '.join(words(used))} "
    numbers = set(_NUMBER.findall(used))
    kept: list[str] = []
    left_out = False
    for line in text[start:end].splitlines():
        if not line.strip():
            continue
        if _HEAD.match(line):
            kept.append(line)
            continue
        pieces = [each for each in _SENTENCE_END.split(line) if _is_used(each, later, numbers)]
        left_out = left_out or len(pieces) < len(_SENTENCE_END.split(line))
        if pieces:
            kept.append(" ".join(pieces))
    if left_out:
        kept.append(MARK)
    return text[:start] + "\n".join(kept) + text[end:]


def _is_used(sentence: str, later: str, numbers: set[str]) -> bool:
    if numbers & set(_NUMBER.findall(sentence)):
        return True
    plain = " ".join(words(sentence))
    return len(plain) >= _LEAST_QUOTE and f" {plain} " in later
