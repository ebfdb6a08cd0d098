"""What the environment's tests share besides fixtures."""

import io
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image as Pillow

from searchvl_gym.types import Trajectory
from searchvl_gym.world import ImageRecord, Page, World, WorldWriter, open_world

CHEAP = ("crop", "sharpen", "text_search", "web_search", "visit")


@dataclass(frozen=True)
class Score:
    value: float | None
    parts: dict[str, float] = field(default_factory=dict)
    scored: bool = True
    reason: str = ""


class ExactAnswer:
    """1 for the task's answer, 0 for another; cannot score the answer `unscorable`."""

    def score(self, trajectory: Trajectory, world: Any) -> Score:
        if trajectory.answer == "unscorable":
            return Score(None, scored=False, reason="the judge is down")
        right = float(trajectory.answer == trajectory.task.answer)
        return Score(right, {"accuracy": right, "format": 1.0})


def picture(seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    blocks = rng.integers(0, 256, (6, 8, 3), dtype=np.uint8)
    return np.asarray(Pillow.fromarray(blocks).resize((320, 240), Pillow.Resampling.BICUBIC))


def png(pixels: np.ndarray) -> bytes:
    stream = io.BytesIO()
    Pillow.fromarray(pixels).save(stream, "PNG")
    return stream.getvalue()


def make_world(path: Path, pages: int = 6) -> World:
    """A world of mills, each with a picture."""
    named = [
        Page(
            n,
            f"Mill {n}",
            "building",
            f"https://a.example/{n}",
            f"Mill {n} was built in {1900 + n}.",
            images=(n,),
        )
        for n in range(pages)
    ]
    with WorldWriter(
        path, name="tiny", source="test", seed=0, licence="CC0-1.0", settings={}, relations=()
    ) as writer:
        writer.add_pages(named)
        writer.add_images(
            ImageRecord(n, n, "a mill", None, 320, 240, png(picture(n))) for n in range(pages)
        )
        writer.finish()
    return open_world(path)
