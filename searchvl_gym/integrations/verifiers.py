"""Task sets as a taskset of Prime Intellect's verifiers, for its evaluations and prime-rl.

    vf-eval searchvl-verifiers --env.taskset.split test --env.taskset.count 50 --model …

An episode is played by a harness within the process: each turn is a request with tools to the
endpoint that verifiers puts before the model, so its trace holds every picture in the message of
the tool that brought it. Needs the package `verifiers`, 0.4 or later. verifiers finds the classes
by the package `searchvl_verifiers`.
"""

from __future__ import annotations

import asyncio
import json
from functools import lru_cache
from typing import Any

import verifiers.v1 as vf
from openai import APIStatusError, AsyncOpenAI
from verifiers.v1.utils.loaders import plugged_fn

from searchvl_gym.chat.calling import NO_CALL, ONE_CALL, RULES
from searchvl_gym.chat.repair import repair_arguments
from searchvl_gym.env import SearchEnv
from searchvl_gym.integrations.session import PlaySession, Reply

__all__ = ["SearchHarness", "SearchTaskset", "SearchVerifiersEnv"]

RESULT = "searchvl"
"""Where an episode's result stands in a trace's `info`; see `PlaySession.result`."""


class SearchTasksetConfig(vf.TasksetConfig):
    """Which tasks, and how they are played.

    Attributes:
        world: Path of a world, or `atlas-mini` and the like.
        tasks: Path of a task file; sampled from the world without one.
        split: `train`, `validation` or `test`, of sampled tasks.
        count: How many tasks are sampled.
        seed: Of the sampling, and of every episode.
        tools: Name of a set of tools.
        max_steps: Most steps of an episode.
        settings: `package.module:name` of a function that gives what `SearchEnv` takes, tasks
            included; the fields above but `seed` are not read then.
    """

    world: str = "atlas-mini"
    tasks: str | None = None
    split: str = "train"
    count: int = 100
    seed: int = 0
    tools: str = "release"
    max_steps: int = 50
    settings: str | None = None


class SearchData(vf.TaskData):
    """A task by its id, with what another process needs to play it: our configuration."""

    source: dict[str, Any]
    answer: str


class SearchTask(vf.Task[SearchData]):
    """Reads reward and figures off the finished episode."""

    @property
    def key(self) -> str:
        """The task's id: the same for every configuration."""
        return str(self.data.id)

    @vf.reward
    async def reward(self, trace: vf.Trace) -> float:
        """The environment's own reward."""
        reward = trace.info[RESULT]["reward"]
        if reward is None:
            raise ValueError("the episode could not be scored, which is no 0; play it again")
        return float(reward)

    @vf.metric
    async def figures(self, trace: vf.Trace) -> dict[str, float]:
        """Whether it was right and whether it ended fatally, its steps, the reward's parts."""
        result = trace.info[RESULT]
        found = {name: float(result[name]) for name in ("right", "fatal", "fatal_step", "steps")}
        return found | {f"reward_{name}": part for name, part in result["reward_parts"].items()}


class SearchTaskset(vf.Taskset[SearchTask, SearchTasksetConfig]):
    """The tasks of a configuration."""

    def load(self) -> list[SearchTask]:
        """One for each of ours."""
        source = self.config.model_dump(include=set(SearchTasksetConfig.__annotations__))
        shared = {"system_prompt": RULES, "source": source}
        told = [
            SearchData(id=task.id, prompt=task.question, answer=task.answer, **shared)
            for task in _settings(json.dumps(source))["tasks"]
        ]
        return [SearchTask(each, self.config.task) for each in told]


class SearchHarness(vf.Harness[vf.HarnessConfig]):
    """Plays an episode: one call a turn, until it ends or the model is refused a turn."""

    APPENDS_SYSTEM_PROMPT = True
    EXECUTES_CODE = False
    NEEDS_CONTAINER = False

    async def launch(
        self, ctx: vf.ModelContext, trace: vf.Trace, runtime: vf.Runtime, endpoint: str,
        secret: str, mcp_urls: dict[str, str], data: SearchData,
    ) -> vf.ProgramResult:  # fmt: skip
        """See `vf.Harness.launch`."""
        settings = await asyncio.to_thread(_settings, json.dumps(data.source))
        session = PlaySession(SearchEnv(**settings))
        opening = await asyncio.to_thread(session.begin, data.id, data.source["seed"])
        messages: list[dict[str, Any]] = [
            {"role": "system", "content": data.system_prompt or RULES},
            {"role": "user", "content": _as_content(opening)},
        ]
        tools = [{"type": "function", "function": schema} for schema in session.schemas()]
        async with AsyncOpenAI(base_url=endpoint, api_key=secret, timeout=None) as client:
            while not session.ended:
                try:
                    completion = await client.chat.completions.create(
                        model=ctx.model, messages=messages, tools=tools
                    )
                except APIStatusError:
                    # A limit or a stop of verifiers': the agent gets no further turn.
                    if trace.stop_condition is None:
                        raise
                    await asyncio.to_thread(session.give_up)
                    break
                message = completion.choices[0].message
                spoken = message.model_dump(exclude_none=True) | {"content": message.content or ""}
                messages.append(spoken)
                messages += await asyncio.to_thread(_carry_out, session, message.tool_calls or [])
        trace.info[RESULT] = session.result()
        return vf.ProgramResult(exit_code=0, stdout="", stderr="")


class SearchEnvConfig(vf.EnvConfig):
    """One seat, played on this machine: nothing of the model's runs but in our sandbox."""

    agent: vf.AgentConfig = vf.AgentConfig(runtime=vf.SubprocessConfig())


class SearchVerifiersEnv(vf.Env[SearchEnvConfig]):
    """One agent plays one task."""

    async def run(self, task: SearchTask, agents: vf.Agents) -> None:
        """See `vf.Env.run`."""
        await agents.agent.run(task)


def _carry_out(session: PlaySession, calls: list[Any]) -> list[dict[str, Any]]:
    if not calls:
        session.call("", None)
        return [{"role": "user", "content": NO_CALL}]
    function = calls[0].function
    reply = session.call(function.name, repair_arguments(function.arguments or "{}"))
    contents = [_as_content(reply), *[ONE_CALL] * (len(calls) - 1)]
    return [
        {"role": "tool", "tool_call_id": call.id, "content": content}
        for call, content in zip(calls, contents, strict=True)
    ]


def _as_content(reply: Reply) -> str | list[dict[str, Any]]:
    if not reply.pictures:
        return reply.text
    urls = [f"data:image/png;base64,{each}" for each in reply.pictures]
    pictures = [{"type": "image_url", "image_url": {"url": url}} for url in urls]
    return [*pictures, {"type": "text", "text": reply.text}]


@lru_cache(maxsize=4)
def _settings(source: str) -> dict[str, Any]:
    """What `SearchEnv` takes, opened once a process and shared by its episodes."""
    from searchvl_gym.tasks import sample_tasks
    from searchvl_gym.world.by_name import find_world

    given = json.loads(source)
    if given["settings"]:
        settings = dict(plugged_fn(given["settings"])())
    else:
        settings = {"tools": given["tools"], "max_steps": given["max_steps"]}
        world = settings["world"] = find_world(given["world"])
        settings["tasks"] = given["tasks"] or sample_tasks(
            world, split=given["split"], n=given["count"], seed=given["seed"]
        )
    env = SearchEnv(**settings)
    settings.pop("crop_coordinates", None)
    return settings | {"world": env.worlds, "tools": env.suite, "tasks": env.tasks}
