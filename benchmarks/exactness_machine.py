"""What `benchmarks.exactness` runs in each child process: build, draw, play, write it down.

python -m benchmarks.exactness_machine FOLDER PAGES TASKS
"""

from __future__ import annotations

import json
import platform
import sys
from pathlib import Path

import cv2
import msgspec
import numpy as np
import PIL

from searchvl_gym.rollout import run
from searchvl_gym.rollout.reading import read_trajectories
from searchvl_gym.world.sources.atlas import build_atlas

SEED = 3


def main(folder: str, pages: str, tasks: str) -> int:
    """Build a world of some pages, keep its pixels, and let the oracle play some tasks."""
    here = Path(folder)
    world = build_atlas(here / "world", size=int(pages), seed=SEED, workers=1, progress=False)
    pixels = {f"{n:06d}": world.pixels(n) for n in range(world.info.counts["images"])}
    np.savez(here / "pixels.npz", **pixels)
    texts: list[str] = []
    solved = 0
    if int(tasks):
        summary = run(
            "SearchVL/World-v0",
            "oracle",
            episodes=int(tasks),
            out=here / "run",
            env_kwargs={"world": str(world.path)},
            progress=False,
        )
        solved = round((summary.success_rate or 0) * int(tasks))
        for trajectory in read_trajectories(here / "run"):
            steps = [(step.call, step.observation) for step in trajectory.steps]
            texts.append(msgspec.json.encode(steps, enc_hook=repr).decode())
    said = {
        "fingerprint": world.fingerprint,
        "versions": f"Python {platform.python_version()}, numpy {np.__version__}, "
        f"OpenCV {cv2.__version__}, Pillow {PIL.__version__}",
        "texts": texts,
        "solved": solved,
    }
    (here / "said.json").write_text(json.dumps(said))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
