"""How alike a name is to what was read of it."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

from searchvl_gym.world.folding import words

READ_ALIKE = 0.75
"""A name was read when what was read is at least so much like it."""


def resemblance(read: str, name: str) -> float:
    """How alike two strings are after folding, 0 to 1; spaces and punctuation do not count.

    >>> resemblance("SODERQVIST BRIDGE", "Söderqvist Bridge")
    1.0
    """
    first, second = "".join(words(read)), "".join(words(name))
    return SequenceMatcher(None, first, second, autojunk=False).ratio() if first else 0.0


def most_alike(lines: Sequence[str], name: str, most_joined: int = 4) -> tuple[str, float]:
    """The line, or run of lines joined, that is most like a name, and how much it is.

    Args:
        lines: In reading order.
        name: What to look for.
        most_joined: Longest run.

    >>> most_alike(["EST. 1907", "Harbour", "Bridge"], "Harbour Bridge")
    ('Harbour Bridge', 1.0)
    """
    best = ("", 0.0)
    for first in range(len(lines)):
        for end in range(first + 1, min(len(lines), first + most_joined) + 1):
            joined = " ".join(lines[first:end])
            score = resemblance(joined, name)
            if score > best[1]:
                best = (joined, score)
    return best
