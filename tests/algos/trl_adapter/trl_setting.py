"""What the tests of TRL share: a world of two pages, scripts that a model says, batches."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from small_setting import ExactAnswer, picture, png

from algos.tokens.conversation import Patches
from algos.tokens.trajectory import TokenBatch, TokenTrajectory, make_batch
from searchvl_gym.tasks import TaskSet
from searchvl_gym.tools import ToolSuite
from searchvl_gym.tools.catalog import default_tools
from searchvl_gym.types import Task, TaskImage
from searchvl_gym.world import ImageRecord, Page, WorldWriter, open_world


def build_settings(path: Path) -> dict[str, Any]:
    """A new world of two pages, two tasks in it, two tools: arguments of the factory."""
    with WorldWriter(
        path, name="tiny", source="test", seed=0, licence="CC0-1.0", settings={}, relations=()
    ) as writer:
        writer.add_pages(
            Page(
                id=number,
                title=f"Mill {number}",
                kind="building",
                url=f"https://atlas.example/wiki/Mill_{number}",
                text=f"Mill {number} opened in {1900 + number}.",
                images=(number,),
            )
            for number in range(2)
        )
        writer.add_images(
            ImageRecord(number, number, "a view", None, 320, 240, png(picture(number)))
            for number in range(2)
        )
        writer.finish()
    world = open_world(path)
    tasks = [
        Task(
            f"mill-{number}",
            "When did this mill open?",
            str(1900 + number),
            images=(TaskImage(world_image=number),),
            world=world.fingerprint,
        )
        for number in range(2)
    ]
    suite = ToolSuite([tool for tool in default_tools() if tool.name in ("crop", "text_search")])
    return {
        "world": world,
        "tasks": TaskSet(tasks, "mills"),
        "tools": suite,
        "reward": ExactAnswer(),
    }


def call(name: str, arguments: Any) -> str:
    return f"<tool_call>\n{json.dumps({'name': name, 'arguments': arguments})}\n</tool_call>"


def crop(side: int, image: str = "img_1") -> str:
    return call("crop", {"image": image, "x": 0, "y": 0, "width": side, "height": side})


def search(query: str) -> str:
    return call("text_search", {"q": query})


RIGHT = [crop(64), search("Mill"), call("answer", {"text": "1900"}), "never said"]
WRONG = [search("Mill 1"), "It was \\boxed{1812}."]
FATAL = [crop(32), call("visit", "x"), call("fly", {}), crop(32, "img_9"), "never said"]
UNREADABLE = [search("old mill"), "<tool_call>\n{broken\n</tool_call>"]
"""The first turns of scripts differ; each is one rollout of a group."""


class SaysScripts:
    """Says what scripts say instead of sampling, the n-th script in the n-th rollout."""

    scripts: Sequence[Sequence[str]] = ()
    header = "<|im_start|>assistant\n"
    end = "<|im_end|>"

    def _generate_single_turn(self, prompt_ids: Any, *_: Any, **__: Any) -> Any:
        turns = []
        for number, ids in enumerate(prompt_ids):
            said = self._tokenizer.decode(ids).split(self.header)[1:-1]
            said = [turn.split(self.end)[0] for turn in said]
            known = [script for script in self.scripts if script[: len(said)] == said]
            script = known[0] if said else self.scripts[number]
            turns.append(self._tokenizer(script[len(said)] + self.end)["input_ids"])
        return turns, None


def play_group(trainer: Any) -> dict[str, Any]:
    """One group of rollouts of the first task as TRL hands it to the loss."""
    trainer.model.train()
    return trainer._generate_and_score_completions([trainer.train_dataset[0]] * 4)


def turns_of(trainer: Any, batch: dict[str, Any]) -> list[list[str]]:
    """What counts for the loss of each rollout, turn by turn."""
    mask = batch["completion_mask"] * batch["tool_mask"]
    counted = torch.where(mask == 1, batch["completion_ids"], trainer._tokenizer.pad_token_id)
    rows = [text.split("<|endoftext|>") for text in trainer._tokenizer.batch_decode(counted)]
    return [[turn.removesuffix("<|im_end|>") for turn in row if turn] for row in rows]


def trajectories(trainer: Any) -> list[Any]:
    return [environment.session.trajectory for environment in trainer.environments]


def as_token_batch(inputs: dict[str, Any], mask: torch.Tensor, trainer: Any) -> TokenBatch:
    """TRL's batch as ours, with our padding, our positions and our log-probabilities to come."""
    grids = [tuple(grid) for grid in inputs["image_grid_thw"].tolist()]
    patches = inputs["pixel_values"].split([t * h * w for t, h, w in grids])
    pictures = iter(
        [Patches(values.numpy(), grid) for values, grid in zip(patches, grids, strict=True)]
    )
    rows = []
    for number, images in enumerate(inputs["num_images"]):
        prompt = inputs["prompt_ids"][number][inputs["prompt_mask"][number] == 1].tolist()
        whole = inputs["completion_mask"][number] == 1
        completion = inputs["completion_ids"][number][whole].tolist()
        length = len(prompt) + len(completion)
        rows.append(
            TokenTrajectory(
                prompt + completion,
                [False] * len(prompt) + mask[number][whole].tolist(),
                [0] * length,
                [0.0] * length,
                [next(pictures) for _ in range(images)],
            )
        )
    return make_batch(
        rows,
        padding=trainer._tokenizer.pad_token_id,
        image_token=trainer.model.config.image_token_id,
        merge=2,
    )
