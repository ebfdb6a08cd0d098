"""The families of scenes, one a module; each has a `FAMILY`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from searchvl_gym.world.appearance.scenes import (
    book_shelf,
    departures_hall,
    museum_wall,
    name_badges,
    notice_board,
    roadside,
    shopping_street,
    town_map,
)
from searchvl_gym.world.appearance.scenes.family import Family

FAMILIES: Mapping[str, Family] = MappingProxyType(
    {
        module.FAMILY.name: module.FAMILY
        for module in (
            notice_board,
            book_shelf,
            shopping_street,
            museum_wall,
            departures_hall,
            name_badges,
            town_map,
            roadside,
        )
    }
)
"""Name to family."""

SCENE_STYLES = tuple(family.style() for family in FAMILIES.values())
"""Their picture styles."""
