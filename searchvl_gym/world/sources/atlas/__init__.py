"""Atlas: a fictional encyclopaedia made from a seed.

What builds it is imported when it is asked for: who only plays needs none of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from searchvl_gym.world.sources.atlas.sizes import SIZES

if TYPE_CHECKING:
    from searchvl_gym.world.sources.atlas.build import GENERATOR_VERSION, build_atlas

__all__ = ["GENERATOR_VERSION", "SIZES", "build_atlas"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        from searchvl_gym.world.sources.atlas import build

        return getattr(build, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
