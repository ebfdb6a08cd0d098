"""The environment as an OpenEnv server and its client, which NeMo-Gym and TRL reach, too.

    python -m searchvl_gym.integrations.openenv --world WORLD --port 8000

    with SearchClient(base_url="http://localhost:8000").sync() as env:
        result = env.reset(seed=0)
        result = env.step(SearchAction(tool="image_search", arguments={"url": "img_1"}))

Needs the package `openenv`, 0.10 or later.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any

from openenv.core.client_types import StepResult
from openenv.core.env_client import EnvClient
from openenv.core.env_server import Action, Environment, Observation, State
from openenv.core.env_server.http_server import create_app
from pydantic import Field

from searchvl_gym.chat.calling import RULES
from searchvl_gym.env import SearchEnv
from searchvl_gym.integrations.session import PlaySession, Reply

SESSIONS = 64
"""Most episodes that a server plays at once."""


class SearchAction(Action):
    """A call of a tool, or `answer`."""

    tool: str = Field(description="Name of a tool, or answer.")
    arguments: dict[str, Any] = Field(default_factory=dict, description="By name.")


class SearchObservation(Observation):
    """What a call brought; the first one has the question, the rules and the tools."""

    text: str = Field(default="", description="What the agent reads.")
    pictures: list[str] = Field(default_factory=list, description="PNG files in base64.")
    error: str = Field(default="", description="Kind of the error, or empty.")
    rules: str = Field(default="", description="What the agent is told once.")
    tools: list[dict[str, Any]] = Field(default_factory=list, description="JSON schemas.")
    result: dict[str, Any] = Field(default_factory=dict, description="Of an ended episode.")


class SearchState(State):
    """What a server says of a session."""

    task_id: str = ""
    fatal: bool = False


class SearchEnvironment(Environment):
    """One session's environment.

    Args:
        env: The environment.
    """

    SUPPORTS_CONCURRENT_SESSIONS = True

    def __init__(self, env: SearchEnv) -> None:
        super().__init__()
        self._session = PlaySession(env)
        self._id: str | None = None

    def reset(
        self, seed: int | None = None, episode_id: str | None = None, **options: Any
    ) -> SearchObservation:
        """Begin an episode; `task`, or OpenEnv's `index`, chooses one."""
        self._id = episode_id
        reply = self._session.begin(options.get("task", options.get("index")), seed)
        return SearchObservation(
            text=reply.text,
            pictures=list(reply.pictures),
            rules=RULES,
            tools=self._session.schemas(),
        )

    def step(
        self, action: SearchAction, timeout_s: float | None = None, **_: Any
    ) -> SearchObservation:
        """Make a call. An episode that could not be scored has no reward."""
        running = not self._session.ended
        reply = self._session.call(action.tool, action.arguments)
        result = self._session.result() if reply.ended and running else {}
        return _observation(reply, result)

    @property
    def state(self) -> SearchState:
        """Of the running episode."""
        episode = self._session.env.episode if self._id or not self._session.ended else None
        if episode is None:
            return SearchState(episode_id=self._id)
        return SearchState(
            episode_id=self._id,
            step_count=len(episode.steps),
            task_id=episode.task.id,
            fatal=episode.fatal_step is not None,
        )

    def list_splits(self) -> list[str]:
        """The split of its tasks."""
        return sorted({task.split for task in self._session.env.tasks})

    def num_tasks(self, split: str) -> int:
        """How many tasks there are."""
        return len(self._session.env.tasks)

    def get_task(self, split: str, index: int) -> dict[str, Any]:
        """A task, without its answer."""
        task = self._session.env.tasks[index]
        return {"id": task.id, "index": index, "question": task.question}


def _observation(reply: Reply, result: dict[str, Any]) -> SearchObservation:
    return SearchObservation(
        text=reply.text,
        pictures=list(reply.pictures),
        error=reply.error,
        result=result,
        done=reply.ended,
        reward=result.get("reward", 0.0),
    )


class SearchClient(EnvClient):
    """Plays on a server; `.sync()` for code that does not await."""

    def _step_payload(self, action: SearchAction) -> dict[str, Any]:
        return {"tool": action.tool, "arguments": action.arguments}

    def _parse_result(self, payload: dict[str, Any]) -> StepResult:
        seen = SearchObservation(**payload.get("observation", {}))
        seen.done, seen.reward = bool(payload.get("done", False)), payload.get("reward")
        return StepResult(observation=seen, reward=seen.reward, done=seen.done)

    def _parse_state(self, payload: dict[str, Any]) -> SearchState:
        return SearchState(**payload)


def make_app(**settings: Any) -> Any:
    """A FastAPI application.

    Args:
        **settings: What `SearchEnv` takes; the world as a path or an opened one.
    """
    shared = SearchEnv(**settings)
    settings |= {"world": shared.worlds, "tools": shared.suite, "tasks": shared.tasks}
    settings.pop("crop_coordinates", None)
    return create_app(
        lambda: SearchEnvironment(SearchEnv(**settings)),
        SearchAction,
        SearchObservation,
        env_name="searchvl",
        max_concurrent_envs=SESSIONS,
        state_cls=SearchState,
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until interrupted."""
    import uvicorn

    parser = argparse.ArgumentParser(description="Serve the environment by OpenEnv.")
    parser.add_argument("--world", help="path of a world; Atlas mini without one")
    parser.add_argument("--tasks", help="a task file; sampled from the world without one")
    parser.add_argument("--split", default="train", help="of sampled tasks (%(default)s)")
    parser.add_argument("--host", default="127.0.0.1", help="%(default)s")
    parser.add_argument("--port", type=int, default=8000, help="%(default)s")
    options = parser.parse_args(arguments)
    app = make_app(world=options.world, tasks=options.tasks, split=options.split)
    uvicorn.run(app, host=options.host, port=options.port)


if __name__ == "__main__":
    main()
