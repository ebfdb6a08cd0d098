"""The environments' ids.

`import searchvl_gym` registers them; Gymnasium 1.4 no longer loads plug-ins by itself. In one line:
`gymnasium.make("searchvl_gym:SearchVL/Atlas-v0")`. This module imports nothing that is not needed
for that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from searchvl_gym.env import SearchEnv
    from searchvl_gym.vector import SearchVectorEnv
    from searchvl_gym.wrappers import TextActions

ENVIRONMENTS = {
    "SearchVL/Atlas-v0": ("searchvl_gym.env:SearchEnv", "searchvl_gym.vector:SearchVectorEnv"),
    "SearchVL/AtlasText-v0": (
        "searchvl_gym.registration:make_text_env",
        "searchvl_gym.registration:make_text_vector_env",
    ),
    "SearchVL/World-v0": (
        "searchvl_gym.registration:make_world_env",
        "searchvl_gym.registration:make_world_vector_env",
    ),
}
"""Id -> entry points of the single and the vector environment."""

DEFAULT_WIRE_FORMAT = "opensearch_vl"


def register_environments() -> None:
    """Register every id with Gymnasium; does nothing for ids that are registered already."""
    from gymnasium.envs.registration import register, registry

    for name, (entry_point, vector_entry_point) in ENVIRONMENTS.items():
        if name not in registry:
            # The environment itself refuses to step before a reset and is checked by our tests;
            # the checking wrapper would hold on to the pictures of past observations.
            register(
                name,
                entry_point=entry_point,
                vector_entry_point=vector_entry_point,
                order_enforce=False,
                disable_env_checker=True,
            )


def make_text_env(*, wire_format: str = DEFAULT_WIRE_FORMAT, **settings: Any) -> TextActions:
    """`SearchEnv(**settings)` that is played through text."""
    from searchvl_gym.env import SearchEnv
    from searchvl_gym.wrappers import TextActions

    return TextActions(SearchEnv(**settings), wire_format)


def make_text_vector_env(
    num_envs: int = 1, *, wire_format: str = DEFAULT_WIRE_FORMAT, **settings: Any
) -> SearchVectorEnv:
    """`SearchVectorEnv(num_envs, **settings)` that is played through text."""
    from searchvl_gym.vector import SearchVectorEnv

    return SearchVectorEnv(num_envs, wire_format=wire_format, **settings)


def make_world_env(*, world: Any = None, **settings: Any) -> SearchEnv:
    """`SearchEnv` on a world that must be named.

    Raises:
        ValueError: When no world is given.
    """
    from searchvl_gym.env import SearchEnv

    return SearchEnv(_required(world), **settings)


def make_world_vector_env(
    num_envs: int = 1, *, world: Any = None, **settings: Any
) -> SearchVectorEnv:
    """`SearchVectorEnv` on a world that must be named.

    Raises:
        ValueError: When no world is given.
    """
    from searchvl_gym.vector import SearchVectorEnv

    return SearchVectorEnv(num_envs, world=_required(world), **settings)


def _required(world: Any) -> Any:
    if world is None:
        raise ValueError(
            "SearchVL/World-v0 needs a world: gymnasium.make('SearchVL/World-v0', world=PATH); "
            "`searchvl world build` makes one"
        )
    return world
