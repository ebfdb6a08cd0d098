"""The version of the drawing code: what a fingerprint says of a picture beside its recipe."""

from __future__ import annotations

DRAWING_VERSION = 2
"""Raised when the same recipe begins to give other pixels, or is encoded in another way.

The fingerprint of a world names it in place of the pixels of everything that this package draws
(`world/sources` included), so that a processor that rounds otherwise does not make another world.
`tests/world/pictures/test_drawing_version.py` tells when it has to be raised.
"""
