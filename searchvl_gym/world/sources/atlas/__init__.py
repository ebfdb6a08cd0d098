"""Atlas: a fictional encyclopaedia made from a seed."""

from __future__ import annotations

from searchvl_gym.world.sources.atlas.build import GENERATOR_VERSION, SIZES, build_atlas

__all__ = ["GENERATOR_VERSION", "SIZES", "build_atlas"]
