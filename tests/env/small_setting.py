"""What the environment's tests share besides fixtures."""

import io
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from PIL import Image as Pillow

from searchvl_gym.types import Trajectory

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
