"""An expert that reads, errs and dawdles, on a world of six pages; quick, since it has no OCR.

A module of its own, because worker processes import it, too.
"""

from pathlib import Path
from typing import Any

import numpy as np

from searchvl_gym.curation.settings import ExpertSettings
from searchvl_gym.curation.trajectories.experts import Experts, play_experts
from searchvl_gym.rollout import ScriptedPolicy
from searchvl_gym.types import Hop, Task, TaskImage, ToolCall
from searchvl_gym.world import World

SETTINGS = ExpertSettings(rollouts=4, kept=2)


class Expert(ScriptedPolicy):
    """Finds the page, then answers; or answers something else, or asks twice."""

    name = "expert"

    def play(self, task: Task, observation: Any, rng: np.random.Generator) -> Any:
        mood = rng.random()
        number = task.metadata["curation"]["index"] % 6
        crop = {"image": "img_1", "x": 0, "y": 0, "width": 64, "height": 48}
        yield ToolCall("crop", crop, "I look at the corner of img_1.")
        query = {"q": f"Mill {number} built"}
        yield ToolCall("text_search", query, "I look for the mill.")
        if mood < 0.2:
            yield ToolCall("text_search", query, "Once more.")
        text = "1850" if mood > 0.75 else task.answer
        yield ToolCall("answer", {"text": text}, f"The passage says {task.answer}.")


def make_tasks(world: World, count: int = 12) -> list[Task]:
    """Two questions and more about each of the six pictures."""
    return [
        Task(
            f"t{n}",
            f"When was this mill built, asked in way {n}?",
            str(1900 + n % 6),
            images=(TaskImage(world_image=n % 6),),
            answer_kind="date",
            hops=(Hop(n % 6, "built", str(1900 + n % 6)),),
            split="test" if n % 6 == 5 else "train",
            world=world.fingerprint,
            metadata={"kind": "building", "curation": {"index": n, "proof": "exhaustive"}},
        )
        for n in range(count)
    ]


def play(world: World, out: Path, workers: int = 1) -> Experts:
    return play_experts(
        world, make_tasks(world), out, SETTINGS, seed=3, workers=workers, policy=Expert()
    )
