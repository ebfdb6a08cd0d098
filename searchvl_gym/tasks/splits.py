"""What belongs to train, validation and test: decided by a hash, once and for all."""

from __future__ import annotations

import hashlib

SHARES = {"train": 80, "validation": 10, "test": 10}
"""Percent of the anchors by split."""


def split_of(title: str, seed: int) -> str:
    """Split of the page `title` as an anchor, in a world of this seed.

    A page belongs to one split whatever else is in the world, so the splits stay disjoint when
    task sets of different sizes are drawn.

    >>> split_of("Söderqvist Bridge", 0) in SHARES
    True
    """
    return _split_at(f"{seed}\0{title}")


def split_of_world(fingerprint: str) -> str:
    """Split of a whole world, where worlds and not their pictures are kept apart.

    A world belongs to one split whichever others it is given with.

    >>> split_of_world("f" * 64) in SHARES
    True
    """
    return _split_at(f"world\0{fingerprint}")


def _split_at(key: str) -> str:
    digest = hashlib.blake2b(key.encode(), digest_size=8).digest()
    place = int.from_bytes(digest, "big") % 100
    for split, share in SHARES.items():
        if place < share:
            return split
        place -= share
    raise AssertionError("the shares must add up to 100")


def check_split(split: str) -> str:
    """Give `split` back.

    Raises:
        ValueError: When there is no such split.
    """
    if split not in SHARES:
        raise ValueError(f"unknown split {split!r}; there are {', '.join(SHARES)}")
    return split
