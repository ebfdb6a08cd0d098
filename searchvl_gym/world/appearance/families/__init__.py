"""The families of subjects, one module each; those of portraits fill a package."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from searchvl_gym.world.appearance.families.birds import BIRD
from searchvl_gym.world.appearance.families.bridges import BRIDGE
from searchvl_gym.world.appearance.families.flasks import FLASK
from searchvl_gym.world.appearance.families.flowers import FLOWER
from searchvl_gym.world.appearance.families.halls import HALL
from searchvl_gym.world.appearance.families.hangings import HANGING
from searchvl_gym.world.appearance.families.heraldry import ARMS
from searchvl_gym.world.appearance.families.moths import MOTH
from searchvl_gym.world.appearance.families.portraits import PORTRAIT
from searchvl_gym.world.appearance.families.ships import SHIP
from searchvl_gym.world.appearance.families.towers import TOWER
from searchvl_gym.world.appearance.family import Family

_ALL = (ARMS, PORTRAIT, BRIDGE, HALL, TOWER, FLOWER, BIRD, MOTH, FLASK, SHIP, HANGING)

FAMILIES: Mapping[str, Family] = MappingProxyType({family.name: family for family in _ALL})
"""Every family by its name."""
