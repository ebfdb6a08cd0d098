"""The styles, one a module; each has a `STYLE`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from searchvl_gym.world.pictures.style import Style
from searchvl_gym.world.pictures.styles import (
    book_cover,
    botanical_plate,
    bridge_scene,
    bronze_plaque,
    chart,
    coat_of_arms,
    identity_card,
    map,
    museum_label,
    poster,
    product_label,
    skyline,
    street_sign,
    timetable,
)

STYLES: Mapping[str, Style] = MappingProxyType(
    {
        module.STYLE.name: module.STYLE
        for module in (
            street_sign,
            bronze_plaque,
            museum_label,
            poster,
            book_cover,
            product_label,
            botanical_plate,
            map,
            coat_of_arms,
            timetable,
            chart,
            skyline,
            bridge_scene,
            identity_card,
        )
    }
)
"""Name to style."""
