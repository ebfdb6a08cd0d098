"""Earth: real countries, cities, airports, currencies and languages, from open data packages."""

from __future__ import annotations

from searchvl_gym.world.sources.earth.build import SIZES, build_earth
from searchvl_gym.world.sources.earth.cached import cached_earth

__all__ = ["SIZES", "build_earth", "cached_earth"]
