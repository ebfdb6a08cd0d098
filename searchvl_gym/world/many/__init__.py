"""Many worlds at once: where they come from, and which are open.

>>> from searchvl_gym.world.many import AtlasRange
>>> AtlasRange.parse("atlas:size=mini,seeds=0-3").seeds
(0, 1, 2, 3)
"""

from __future__ import annotations

from searchvl_gym.world.many.atlas_range import AtlasRange, parse_seeds
from searchvl_gym.world.many.endless import EndlessWorlds
from searchvl_gym.world.many.origins import Origin, UnknownWorldError, origins_of
from searchvl_gym.world.many.worlds import AnyWorlds, Worlds, gather_worlds

__all__ = [
    "AnyWorlds",
    "AtlasRange",
    "EndlessWorlds",
    "Origin",
    "UnknownWorldError",
    "Worlds",
    "gather_worlds",
    "origins_of",
    "parse_seeds",
]
