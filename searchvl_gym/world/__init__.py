"""The world that agents search: its on-disk format, text search and image search.

>>> from searchvl_gym.world import fold
>>> fold("Zürich")
'zurich'
"""

from __future__ import annotations

from searchvl_gym.world.folding import fold
from searchvl_gym.world.format import FORMAT_VERSION, WorldError
from searchvl_gym.world.graph import LinkGraph
from searchvl_gym.world.image_index import ImageHit, ImageIndex
from searchvl_gym.world.records import (
    Fact,
    Hyperlink,
    ImageRecord,
    Page,
    Relation,
    WorldInfo,
)
from searchvl_gym.world.text_index import TextHit, TextIndex
from searchvl_gym.world.world import World, open_world
from searchvl_gym.world.writer import WorldWriter

__all__ = [
    "FORMAT_VERSION",
    "Fact",
    "Hyperlink",
    "ImageHit",
    "ImageIndex",
    "ImageRecord",
    "LinkGraph",
    "Page",
    "Relation",
    "TextHit",
    "TextIndex",
    "World",
    "WorldError",
    "WorldInfo",
    "WorldWriter",
    "fold",
    "open_world",
]
