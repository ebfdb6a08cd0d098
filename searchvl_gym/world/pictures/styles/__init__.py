"""The styles, one a module; each has a `STYLE`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from searchvl_gym.world.pictures.style import Style
from searchvl_gym.world.pictures.styles import (
    bronze_plaque,
    museum_label,
    street_sign,
)

STYLES: Mapping[str, Style] = MappingProxyType(
    {
        module.STYLE.name: module.STYLE
        for module in (
            street_sign,
            bronze_plaque,
            museum_label,
        )
    }
)
"""Name to style."""
