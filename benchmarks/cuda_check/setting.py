"""A world of a dozen pictures, its tasks, and tiny checkpoints: all made on the spot."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image as Pillow

from algos.models import Checkpoint, TinySize, build_tiny_checkpoint, train_tokenizer
from algos.policies.transformers import TransformersPolicy
from algos.tokens.conversation import Conversation
from algos.tokens.trajectory import TokenTrajectory
from algos.training.demonstrations import read_demonstrations, tokenise
from searchvl_gym.chat import FORMATS
from searchvl_gym.locks import take_lock
from searchvl_gym.rewards import RewardBreakdown
from searchvl_gym.rollout import ScriptedPolicy, StoredPictures, run
from searchvl_gym.tasks import TaskSet
from searchvl_gym.tools import Faults, ToolSuite
from searchvl_gym.tools.catalog import default_tools
from searchvl_gym.types import Task, TaskImage, ToolCall, Trajectory
from searchvl_gym.world import ImageRecord, Page, World, WorldWriter, open_world
from searchvl_gym.world.pictures import PictureRecipe, draw

FORM = FORMATS["compact"]
NAMES = ("Alder", "Birch", "Cedar", "Damson", "Elm", "Fir", "Gorse", "Hazel", "Ivy", "Juniper")
TOOLS = ("crop", "text_search")
QUESTION = "When was this mill built?"


def make_world(folder: Path) -> World:
    """A world of mills, each with a sign that names it; the first check that asks makes it."""
    path = folder / "mills"
    # The CPU's curves are made beside other checks.
    with take_lock(folder / "mills.lock", wait=True):
        if not path.is_dir():
            _write_world(path)
    return open_world(path)


def _write_world(path: Path) -> None:
    pages = [
        Page(
            number,
            f"{name} Mill",
            "building",
            f"https://mills.example/{number}",
            f"{name} Mill was built in {1900 + number}.",
            images=(number,),
        )
        for number, name in enumerate(NAMES)
    ]
    with WorldWriter(
        path, name="mills", source="made", seed=0, licence="CC0-1.0", settings={}, relations=()
    ) as writer:
        writer.add_pages(pages)
        writer.add_images(_image(number, page.title) for number, page in enumerate(pages))
        writer.finish()


def _image(number: int, title: str) -> ImageRecord:
    pixels = draw(PictureRecipe("street_sign", number, {"title": title})).pixels
    stream = io.BytesIO()
    Pillow.fromarray(pixels).save(stream, "PNG")
    height, width = pixels.shape[:2]
    return ImageRecord(number, number, title, None, width, height, stream.getvalue())


def make_tasks(world: World) -> TaskSet:
    """A task a mill."""
    return TaskSet(
        [
            Task(
                f"mill-{number}",
                QUESTION,
                str(1900 + number),
                images=(TaskImage(world_image=number),),
                split="train",
                world=world.fingerprint,
            )
            for number in range(len(NAMES))
        ],
        "mills",
    )


def make_environment(world: World, *, faults: bool = False) -> dict[str, Any]:
    """Arguments of `SearchVectorEnv`; crops come back as pictures."""
    return {
        "world": world,
        "tasks": make_tasks(world),
        "tools": suite(),
        "wire_format": FORM.name,
        "max_steps": 5,
        "faults": Faults(0.4, burst=4.0, seed=1) if faults else None,
    }


def suite() -> ToolSuite:
    """Tools whose back ends start at once."""
    return ToolSuite([tool for tool in default_tools() if tool.name in TOOLS])


def system_prompt() -> str:
    """With the tool block of `suite`."""
    return str(FORM.system_prompt(suite().schemas()))


def make_checkpoint(world: World, size: TinySize, *, seed: int = 0) -> Checkpoint:
    """A tiny Qwen3-VL of random weights with a tokenizer of Qwen's special tokens."""
    prompt = system_prompt()
    pages = [f"{page.title}. {page.text}" for page in world.pages()]
    calls = [FORM.render_call(call) for name in NAMES for call in calls_about(name, "1900")]
    checkpoint = build_tiny_checkpoint(
        train_tokenizer([prompt, QUESTION, *pages, *calls] * 3, 600), size, seed=seed
    )
    checkpoint.card = make_card(world)
    return checkpoint


def make_card(world: World) -> dict[str, Any]:
    """What a checkpoint for this world is trained with."""
    return {
        "wire_format": FORM.name,
        "system_prompt": system_prompt(),
        "world": world.fingerprint,
    }


def calls_about(name: str, year: str) -> tuple[ToolCall, ...]:
    """What the miller does for a mill."""
    return (
        ToolCall("crop", {"image": "img_1", "x": 0, "y": 0, "width": 256, "height": 256}),
        ToolCall("text_search", {"q": f"{name} Mill"}),
        ToolCall("answer", {"text": year}),
    )


class Miller(ScriptedPolicy):
    """Crops the sign, searches for the mill, answers."""

    name = "miller"

    def play(self, task: Task, observation: Any, rng: np.random.Generator) -> Iterator[ToolCall]:
        """See `ScriptedPolicy.play`."""
        calls = calls_about(NAMES[int(task.answer) - 1900], task.answer)
        yield calls[0]
        yield calls[1]
        yield calls[2]


def demonstrate(world: World, checkpoint: Checkpoint, folder: Path) -> list[TokenTrajectory]:
    """The miller's episodes as tokens, pictures of tool results included."""
    environment = make_environment(world)
    del environment["wire_format"]
    run("SearchVL/World-v0", Miller(), episodes=10, seed=0, out=folder, env_kwargs=environment)
    conversation = Conversation(checkpoint)
    pictures = StoredPictures(folder)
    prompt = checkpoint.card["system_prompt"]
    return [
        tokenise(trajectory, pictures, conversation, FORM, prompt)
        for trajectory in read_demonstrations(folder)
    ]


class CroppingPolicy(TransformersPolicy):
    """The model's tokens are as sampled, but in its first turns the environment is told to crop.

    So pictures come back in tool results whatever an untrained model says.

    Args:
        crops: Turns that crop.
        **settings: See `TransformersPolicy`.
    """

    def __init__(self, checkpoint: Checkpoint, *, crops: int = 1, **settings: Any) -> None:
        super().__init__(checkpoint, text_environment=True, **settings)
        self._crops = crops

    def act(self, observations: Mapping[int, Any]) -> Mapping[int, Any]:
        """See `Policy.act`."""
        texts = super().act(observations)
        call = FORM.render_call(
            ToolCall("crop", {"image": "img_1", "x": 0, "y": 0, "width": 480, "height": 480})
        )
        return {
            slot: call if self._episodes[slot].steps < self._crops else text
            for slot, text in texts.items()
        }


class TextLengthReward:
    """Pays for short turns, so that rollouts of an untrained model differ within a group."""

    def score(self, trajectory: Trajectory, world: World) -> RewardBreakdown:
        """See `searchvl_gym.rewards.Composite.score`."""
        characters = sum(len(step.text or "") for step in trajectory.steps)
        return RewardBreakdown(1 / (1 + characters), {"accuracy": 0.0, "format": 1.0})
