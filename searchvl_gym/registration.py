"""The environments' ids.

`import searchvl_gym` registers them; Gymnasium 1.4 no longer loads plug-ins by itself. In one line:
`gymnasium.make("searchvl_gym:SearchVL/Atlas-v0")`. This module imports nothing that is not needed
for that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from searchvl_gym.env import SearchEnv
    from searchvl_gym.menu import MenuActions
    from searchvl_gym.vector import SearchVectorEnv
    from searchvl_gym.wrappers import TextActions

ENVIRONMENTS = {
    "SearchVL/Atlas-v0": ("searchvl_gym.env:SearchEnv", "searchvl_gym.vector:SearchVectorEnv"),
    "SearchVL/AtlasText-v0": (
        "searchvl_gym.registration:make_text_env",
        "searchvl_gym.registration:make_text_vector_env",
    ),
    "SearchVL/AtlasMenu-v0": ("searchvl_gym.registration:make_menu_env", None),
    "SearchVL/World-v0": (
        "searchvl_gym.registration:make_world_env",
        "searchvl_gym.registration:make_world_vector_env",
    ),
    "SearchVL/AtlasEndless-v0": (
        "searchvl_gym.endless:EndlessEnv",
        "searchvl_gym.endless:EndlessVectorEnv",
    ),
    "SearchVL/Live-v0": (
        "searchvl_gym.registration:make_live_env",
        "searchvl_gym.registration:make_live_vector_env",
    ),
}
"""Id -> entry points of the single and the vector environment; None for Gymnasium's own vectors."""

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


def make_text_env(
    *, wire_format: str = DEFAULT_WIRE_FORMAT, lenient: bool = True, **settings: Any
) -> TextActions:
    """`SearchEnv(**settings)` that is played through text."""
    from searchvl_gym.env import SearchEnv
    from searchvl_gym.wrappers import TextActions

    return TextActions(SearchEnv(**settings), wire_format, lenient=lenient)


def make_menu_env(*, sizes: Any = None, encoder: Any = None, **settings: Any) -> MenuActions:
    """`SearchEnv(**settings)` that is played by choosing from a menu."""
    from searchvl_gym.env import SearchEnv
    from searchvl_gym.menu import MenuActions

    return MenuActions(SearchEnv(**settings), sizes, encoder)


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


def make_live_env(
    *, tasks: Any = None, wire_format: str | None = None, **settings: Any
) -> SearchEnv | TextActions:
    """`SearchEnv` on the live web, or on a recording of it; see `docs/live.md`.

    Args:
        tasks: What is played.
        wire_format: Play through text in this wire format; None for structured actions.
        **settings: Those of `searchvl_gym.live.settings.LiveSettings`, or `web` with a `LiveWeb`;
            `pictures`, the world that the tasks' pictures come from; and those of `SearchEnv`.

    Raises:
        ValueError: When there are no tasks, or an argument is wrong.
        LiveError: When a key or a package is missing.
        CassetteError: When the cassette cannot be used.
    """
    from searchvl_gym.env import SearchEnv
    from searchvl_gym.wrappers import TextActions

    env = SearchEnv(tasks=_with_tasks(tasks), **_on_the_web(settings))
    return env if wire_format is None else TextActions(env, wire_format)


def make_live_vector_env(
    num_envs: int = 1, *, tasks: Any = None, workers: int | None = None, **settings: Any
) -> SearchVectorEnv:
    """`SearchVectorEnv` on the live web; see `make_live_env`.

    Args:
        num_envs: How many environments.
        tasks: What is played.
        workers: Threads; None for one an environment, since they wait rather than compute.
        **settings: See `make_live_env`.

    Raises:
        ValueError: As for `make_live_env`, like the other errors.
    """
    from searchvl_gym.vector import SearchVectorEnv

    return SearchVectorEnv(
        num_envs,
        tasks=_with_tasks(tasks),
        workers=num_envs if workers is None else workers,
        **_on_the_web(settings),
    )


def _on_the_web(settings: dict[str, Any]) -> dict[str, Any]:
    """Arguments of an environment whose world and searching tools are the live web's."""
    from dataclasses import fields

    from searchvl_gym.env import open_or_default_world
    from searchvl_gym.live.opening import open_web
    from searchvl_gym.live.settings import LiveSettings
    from searchvl_gym.live.suite import live_suite
    from searchvl_gym.live.world import LiveWorld

    rest = dict(settings)
    own = {field.name: rest.pop(field.name) for field in fields(LiveSettings) if field.name in rest}
    web, pictures = rest.pop("web", None), rest.pop("pictures", None)
    if web is not None and own:
        raise ValueError(f"{', '.join(own)} cannot be given together with a web")
    if web is None:
        web = open_web(LiveSettings(**own))
    shown = None if pictures is None else open_or_default_world(pictures)
    tools = rest.pop("tools", None)
    if tools is None or isinstance(tools, str):
        tools = live_suite(web, tools, rest.pop("crop_coordinates", "pixels"))
    return {**rest, "world": LiveWorld(web, shown), "tools": tools}


def _with_tasks(tasks: Any) -> Any:
    if tasks is None:
        raise ValueError(
            "SearchVL/Live-v0 needs tasks, since none can be made from the live web: "
            "gymnasium.make('SearchVL/Live-v0', tasks=FILE)"
        )
    return tasks


def _required(world: Any) -> Any:
    if world is None:
        raise ValueError(
            "SearchVL/World-v0 needs a world: gymnasium.make('SearchVL/World-v0', world=PATH); "
            "`searchvl world build` makes one"
        )
    return world
