"""How large an Atlas may be."""

from __future__ import annotations

SIZES = {"mini": 300, "small": 5_000, "large": 100_000}
"""Pages of the named sizes."""

MIN_SIZE = 60
MAX_SIZE = 1_000_000

MAX_DRAWN = 1_000
"""Most pages of a world whose pictures are drawn while it is built, unless asked otherwise."""
