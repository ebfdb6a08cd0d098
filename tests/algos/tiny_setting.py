"""A tiny Qwen3-VL, a world of six pages and demonstrations of it, for the trainers' tests."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from small_setting import CHEAP, ExactAnswer

from algos.fatal_grpo import GRPOConfig
from algos.models import Checkpoint, TinySize, build_tiny_checkpoint, train_tokenizer
from algos.sft import SFTConfig
from searchvl_gym.chat import FORMATS
from searchvl_gym.rollout import ScriptedPolicy, run
from searchvl_gym.tasks import TaskSet
from searchvl_gym.tools import Faults, ToolSuite
from searchvl_gym.tools.catalog import default_tools
from searchvl_gym.types import Task, TaskImage, ToolCall
from searchvl_gym.world import World

FORM = FORMATS["compact"]
SIZE = TinySize(hidden=48, layers=2, heads=2, feed_forward=64, vision_hidden=32, positions=2048)

SFT = SFTConfig(steps=4, batch=2, learning_rate=1e-3, cut_off=1024, tokens=2048, checkpoint_every=2)
# A random model makes three errors from the start: only `vanilla` leaves a token to learn from.
GRPO = GRPOConfig(
    variant="vanilla",
    steps=2,
    prompts=2,
    group_size=2,
    minibatches=2,
    learning_rate=1e-3,
    temperature=1.0,
    turn_tokens=8,
    episode_tokens=600,
    tokens=2048,
    evaluate_every=0,
    checkpoint_every=1,
)


GRPO_LONG = replace(GRPO, steps=4, checkpoint_every=2)
"""Dies and is resumed between its saved states."""


class Shower(ScriptedPolicy):
    """Crops the picture, searches, and knows the answer."""

    name = "shower"

    def play(self, task: Task, observation: Any, rng: np.random.Generator) -> Any:
        yield ToolCall("crop", {"image": "img_1", "x": 0, "y": 0, "width": 64, "height": 64})
        yield ToolCall("text_search", {"q": "Mill"})
        yield ToolCall("answer", {"text": task.answer})


def suite(names: Sequence[str] = ("crop", "text_search")) -> ToolSuite:
    assert set(names) <= set(CHEAP)
    return ToolSuite([tool for tool in default_tools() if tool.name in names])


def make_tasks(world: World) -> TaskSet:
    tasks = [
        Task(
            f"t{n}",
            "When was this mill built?",
            str(1900 + n),
            images=(TaskImage(world_image=n),),
            split="train",
            world=world.fingerprint,
        )
        for n in range(6)
    ]
    return TaskSet(tasks, "tiny")


def make_environment(world: World, **changes: Any) -> dict[str, Any]:
    """Arguments of a vector environment that takes text."""
    return {
        "world": world,
        "tasks": make_tasks(world),
        "tools": suite(),
        "wire_format": "compact",
        "reward": ExactAnswer(),
        "max_steps": 4,
        "faults": Faults(0.3, seed=1),
        **changes,
    }


def make_checkpoint(world: World, *, seed: int = 0) -> Checkpoint:
    prompt = FORM.system_prompt(suite().schemas())
    tokenizer = train_tokenizer([prompt, "When was this mill built? 1900"] * 3, 400)
    made = build_tiny_checkpoint(tokenizer, SIZE, seed=seed)
    made.card = {"wire_format": "compact", "system_prompt": prompt, "world": world.fingerprint}
    return made


def play_demonstrations(world: World, out: Path, **changes: Any) -> Path:
    environment = make_environment(world, faults=None, **changes)
    del environment["wire_format"]
    run("SearchVL/World-v0", Shower(), episodes=6, seed=0, out=out, env_kwargs=environment)
    return out


RECIPE = """
[model]
base = "tiny"
vocabulary = 600

[sft]
steps = 2
batch = 2
learning_rate = 1e-3
muon_learning_rate = 0.02
cut_off = 1024
tokens = 2048
checkpoint_every = 2

[grpo]
steps = 1
prompts = 2
group_size = 2
epochs = 1
minibatches = 1
learning_rate = 1e-4
temperature = 1.0
turn_tokens = 6
episode_tokens = 600
tokens = 2048
evaluate_every = 1
checkpoint_every = 1
"""
"""A configuration of the recipe in miniature: every stage, and next to nothing of each."""
