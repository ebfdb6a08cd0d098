"""A run of GRPO that dies by SIGKILL; started as a process of its own.

python -m tests.algos.killed_grpo WORLD OUT STEP
"""

import os
import signal
import sys
from pathlib import Path

from algos.fatal_grpo import train
from searchvl_gym.world import open_world
from tests.algos.tiny_setting import GRPO_LONG, make_checkpoint, make_environment


def main(world_path: str, out: str, step: str) -> None:
    def die(done: int, total: int, figures: dict[str, float]) -> None:
        if done == int(step):
            os.kill(os.getpid(), signal.SIGKILL)

    world = open_world(Path(world_path))
    train(make_checkpoint(world), GRPO_LONG, make_environment(world), out, progress=die)


if __name__ == "__main__":
    main(*sys.argv[1:])
