"""Lets the oracle play without OCR: what a picture shows is told as the tool would."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from algos.policies.oracle import OraclePolicy
from searchvl_gym.tools import ToolSuite
from searchvl_gym.types import Step, Task, Termination, ToolCall, ToolError, Trajectory
from searchvl_gym.world import World

PICTURE = np.zeros((600, 800, 3), np.uint8)

Tool = Callable[[ToolCall], str]


class TextOnly:
    """What the text tools need to know."""

    def __init__(self, world: World) -> None:
        self.world = world


def reading(task: Task) -> Tool:
    """OCR that reads the name in capitals."""
    return lambda call: f"ALL RECOGNIZED TEXT\n{task.metadata['shown'].upper()}\n\nBLOCKS"


def play_without_ocr(
    task: Task, world: World, seed: int, tools: Mapping[str, Tool] | None = None
) -> Trajectory:
    """Play one task; `tools` stand in for those of the suite."""
    suite, context = ToolSuite(), TextOnly(world)
    stand_ins = {"layout_parsing": reading(task), **(tools or {})}
    policy = OraclePolicy()
    policy.reset(0, task, np.random.default_rng(seed))
    observation: dict[str, Any] = {"question": task.question, "text": "", "image": PICTURE}
    steps: list[Step] = []
    while True:
        call = policy.act({0: observation})[0]
        assert isinstance(call, ToolCall)
        if call.name == "answer":
            steps.append(Step(len(steps), call, ""))
            answer = str(call.arguments["text"])
            return Trajectory(
                task, seed, tuple(steps), Termination.ANSWER, answer=answer, images=("0" * 64,)
            )
        try:
            if call.name in stand_ins:
                text = stand_ins[call.name](call)
            else:
                text = suite.run(call, context).text  # type: ignore[arg-type]
        except ToolError as error:
            text = f"Error ({error.kind}): {error.message}"
        steps.append(Step(len(steps), call, text))
        observation = {**observation, "text": text}
