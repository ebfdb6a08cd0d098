"""Task sets as tasks of Inspect, with its tools, logs and models, and our scorer.

    inspect eval searchvl_gym/integrations/inspect_ai.py --model openai/… -T split=test -T count=50

Needs the package `inspect_ai`. Pictures of tool results go to the model as images; what an error
says is a tool error that the model reads.
"""

from __future__ import annotations

from functools import partial
from math import nan
from typing import Any

import anyio.to_thread
from inspect_ai import Task, task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import (
    ChatMessageSystem,
    ChatMessageUser,
    Content,
    ContentImage,
    ContentText,
    ModelOutput,
)
from inspect_ai.scorer import Score, Scorer, Target, mean, scorer, stderr
from inspect_ai.solver import Generate, Solver, TaskState, solver
from inspect_ai.tool import Tool, ToolDef, ToolError, ToolParams

from searchvl_gym.chat.calling import NO_CALL, RULES
from searchvl_gym.env import SearchEnv
from searchvl_gym.integrations.session import PlaySession, Reply

RESULT = "searchvl_result"
"""Where an episode's result stands in a sample's metadata."""


@task
def searchvl(
    world: str | None = None,
    split: str = "test",
    count: int = 100,
    seed: int = 0,
    tools: str = "release",
    max_steps: int = 50,
) -> Task:
    """Tasks that are sampled from a world.

    Args:
        world: Path of a world, or None for Atlas mini.
        split: `train`, `validation` or `test`.
        count: How many tasks.
        seed: Of the sampling and of the episodes.
        tools: Name of a set of tools.
        max_steps: Most steps of an episode.
    """
    from searchvl_gym.env import open_or_default_world
    from searchvl_gym.tasks import sample_tasks

    opened = open_or_default_world(world)
    tasks = sample_tasks(opened, split=split, n=count, seed=seed)
    settings = {"world": opened, "tasks": tasks, "tools": tools, "max_steps": max_steps}
    return suite_task(settings, seed=seed)


def suite_task(settings: dict[str, Any], *, seed: int = 0) -> Task:
    """Any task set as a task of Inspect.

    Args:
        settings: What `SearchEnv` takes, with `tasks`.
        seed: Of the first epoch's episodes; each epoch has the next one.
    """
    env = SearchEnv(**settings)
    samples = [
        Sample(input=each.question, target=each.answer, id=each.id, metadata={"split": each.split})
        for each in env.tasks
    ]
    return Task(
        dataset=MemoryDataset(samples, name=getattr(env.tasks, "name", "searchvl")),
        solver=play(settings, seed),
        scorer=episode_score(),
    )


@solver
def play(settings: dict[str, Any], seed: int = 0) -> Solver:
    """Plays a sample's task to its end, a call a turn."""

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        session = PlaySession(SearchEnv(**settings))
        begin = partial(session.begin, str(state.sample_id), seed + state.epoch - 1)
        opening = await anyio.to_thread.run_sync(begin)
        state.messages = [
            ChatMessageSystem(content=RULES),
            ChatMessageUser(content=_as_content(opening)),
        ]
        state.tools = [_as_tool(session, schema) for schema in session.schemas()]
        while not session.ended:
            before = session.steps
            state = await generate(state, tool_calls="single")
            if state.completed and not session.ended:
                break
            calls = len(state.output.message.tool_calls or ())
            # Inspect answers unknown tools and arguments of a wrong type by itself.
            for _ in range(max(1, calls) - (session.steps - before)):
                await anyio.to_thread.run_sync(session.call, "", None)
            if not calls:
                state.messages.append(ChatMessageUser(content=NO_CALL))
        await anyio.to_thread.run_sync(session.give_up)
        state.metadata[RESULT] = session.result()
        answer = state.metadata[RESULT]["answer"] or ""
        state.output = ModelOutput.from_content(str(state.model), answer)
        return state

    return solve


@scorer(metrics={"*": [mean(), stderr()]})
def episode_score() -> Scorer:
    """The environment's own reward, whether the answer is right, and whether it ended fatally."""

    async def score(state: TaskState, target: Target) -> Score:
        result = state.metadata[RESULT]
        scored = result["reward"] is not None
        return Score(
            value={
                "right": float(result["right"]) if scored else nan,
                "reward": result["reward"] if scored else nan,
                "fatal": float(result["fatal"]),
                "steps": float(result["steps"]),
            },
            answer=result["answer"],
            metadata=result,
        )

    return score


def _as_tool(session: PlaySession, schema: dict[str, Any]) -> Tool:
    name = schema["name"]

    async def execute(**arguments: Any) -> list[Content]:
        reply = await anyio.to_thread.run_sync(session.call, name, arguments)
        if reply.error:
            raise ToolError(reply.text)
        return _as_content(reply)

    parameters = ToolParams.model_validate(schema["parameters"])
    made = ToolDef(execute, name, schema["description"], parameters, max_output=0)
    return made.as_tool()


def _as_content(reply: Reply) -> list[Content]:
    pictures = [ContentImage(image=f"data:image/png;base64,{each}") for each in reply.pictures]
    return [*pictures, ContentText(text=reply.text)]
