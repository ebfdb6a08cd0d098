"""Random numbers that are a function of what they are for.

A stream gives the next number to whoever asks next; a counter-based generator gives the number
of a (seed, record, purpose), whatever was drawn before. So a record is the same in any batch and
on any machine, and a million of them are drawn by a few array operations.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Words = npt.NDArray[np.uint64]

_GOLDEN = 0x9E3779B97F4A7C15
_MASK = (1 << 64) - 1


def uniforms(seed: int, records: npt.ArrayLike, purpose: int) -> npt.NDArray[np.float64]:
    """A uniform number in [0, 1) for every record.

    Args:
        seed: At least 0; only its last 64 bits count.
        records: Numbers of the records, at least 0, any shape.
        purpose: What the number is for; different purposes give independent numbers.

    Returns:
        float64 of the shape of `records`.

    >>> batch, alone = uniforms(1, [5, 6, 7], 2), uniforms(1, [6], 2)
    >>> bool(batch[1] == alone[0])
    True
    """
    key = np.uint64(_scramble((_scramble(seed & _MASK) + purpose * _GOLDEN) & _MASK))
    words = np.asarray(records).astype(np.uint64)
    # Two rounds: one leaves traces of the counter in neighbouring records.
    words = _mix(_mix(words * np.uint64(_GOLDEN) + key) ^ key)
    fractions: npt.NDArray[np.float64] = (words >> np.uint64(11)).astype(np.float64) * 2.0**-53
    return fractions


def _mix(words: Words) -> Words:
    """The finaliser of SplitMix64 over an array."""
    words = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    words = (words ^ (words >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return words ^ (words >> np.uint64(31))


def _scramble(word: int) -> int:
    """The same for one number, without numpy's warnings about overflow."""
    word = ((word ^ (word >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    word = ((word ^ (word >> 27)) * 0x94D049BB133111EB) & _MASK
    return word ^ (word >> 31)
