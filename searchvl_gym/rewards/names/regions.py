"""The region that an answer states behind a place: `Lyon, France`, `in Boston, Massachusetts`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from searchvl_gym.rewards.names.places import STATES, may_hold

_WORD = r"[A-Z](?:[\w'-]|\.(?=[A-Z]))*"
_NAME = rf"{_WORD}(?: {_WORD}){{0,2}}"
_END = r"(?=[,.;:!?)]|\s*$|\s+[(a-z])"
_BEHIND = re.compile(rf",\s*(?P<first>{_NAME})(?:,\s*(?P<second>{_NAME}))?{_END}")
_INSIDE = re.compile(
    rf"(?P<before>\b(?:in|at|from|near|to) (?:the )?)(?P<place>{_NAME}), (?P<region>{_NAME}){_END}"
)


def past_region(text: str, start: int, end: int, regions: Sequence[str]) -> int:
    """Where a name ends that stands in a text, with the region behind it.

    Args:
        text: What was said.
        start: Index of the first character of the name.
        end: Index after its last character.
        regions: What the right answer says after its comma (`Springfield, Illinois`); no other
            region will do then.

    >>> past_region("Lyon, France", 0, 4, []), past_region("Lyon, Rome", 0, 4, [])
    (12, 4)
    """
    match = _BEHIND.match(text, end)
    if match is None:
        return end
    first, second = match["first"].strip(), (match["second"] or "").strip()
    last = end
    if may_hold(first, text[start:end]):
        last = match.end("first")
    elif second and may_hold(second, first):
        last = match.end("second")
    said = text[end:last].rpartition(", ")[2]
    allowed = {*regions, *(STATES.get(region, "") for region in regions)}
    return end if regions and said and said not in allowed else last


def drop_regions(text: str, accepted: Sequence[str]) -> str:
    """A text that says where something is without the region.

    >>> drop_regions("It stands in San Francisco, California.", [])
    'It stands in San Francisco.'
    """

    def shorten(match: re.Match[str]) -> str:
        keeps = match["region"] in accepted or not may_hold(match["region"], match["place"])
        return match.group() if keeps else f"{match['before']}{match['place']}"

    return _INSIDE.sub(shorten, text)
