"""What `benchmarks.exactness` runs in each child process: build, draw, play, write it down.

python -m benchmarks.exactness_machine build FOLDER PAGES TASKS   # FOLDER/said.json, pixels.npz
python -m benchmarks.exactness_machine play WORLD TASKS           # prints what was said
"""

from __future__ import annotations

import json
import platform
import sys
import tempfile
from pathlib import Path
from typing import Any

import cv2
import msgspec
import numpy as np
import PIL

from algos.policies.oracle import OraclePolicy
from searchvl_gym.rollout import run
from searchvl_gym.rollout.reading import read_trajectories
from searchvl_gym.rollout.registry import register
from searchvl_gym.world.sources.atlas import build_atlas

SEED = 3


def main(action: str, *arguments: str) -> int:
    """Build or play, as the module's first lines say."""
    if action == "build":
        folder, pages, tasks = arguments
        build(Path(folder), int(pages), int(tasks))
    else:
        world, tasks = arguments
        with tempfile.TemporaryDirectory() as out:
            print(json.dumps(play(Path(world), int(tasks), Path(out, "run"))))
    return 0


def build(folder: Path, pages: int, tasks: int) -> None:
    """Build a world of some pages, keep its pixels, and let the oracle play some tasks."""
    path = folder / "world"
    world = build_atlas(path, size=pages, seed=SEED, workers=1, progress=False)
    pixels = {f"{n:06d}": world.pixels(n) for n in range(world.info.counts["images"])}
    np.savez(folder / "pixels.npz", **pixels)
    said = {
        "fingerprint": world.fingerprint,
        "versions": f"Python {platform.python_version()}, numpy {np.__version__}, "
        f"OpenCV {cv2.__version__}, Pillow {PIL.__version__}",
        **(play(path, tasks, folder / "run") if tasks else {"solved": 0, "texts": []}),
    }
    (folder / "said.json").write_text(json.dumps(said))


def play(world: Path, tasks: int, out: Path) -> dict[str, Any]:
    """Let the oracle play; how many tasks it solves, and every trajectory as text."""
    # Another interpreter may have the libraries but not this package, whose entry points it lacks.
    register("oracle", OraclePolicy)
    summary = run(
        "SearchVL/World-v0",
        "oracle",
        episodes=tasks,
        out=out,
        env_kwargs={"world": str(world)},
        progress=False,
    )
    texts = []
    for trajectory in read_trajectories(out):
        steps = [(step.call, step.observation) for step in trajectory.steps]
        texts.append(msgspec.json.encode(steps, enc_hook=repr).decode())
    return {"solved": round((summary.success_rate or 0) * tasks), "texts": texts}


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
