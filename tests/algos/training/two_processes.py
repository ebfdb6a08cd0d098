r"""SFT and GRPO in one of several processes on a CPU; each ends with the same weights.

python -m torch.distributed.run --nproc_per_node 2 \
    -m tests.algos.training.two_processes WORLD RUN OUT
"""

import sys
from dataclasses import replace
from pathlib import Path

import torch
from accelerate import Accelerator

from algos import fatal_grpo, sft
from algos.models import Checkpoint
from algos.tokens.trajectory import TokenTrajectory
from searchvl_gym.world import World, open_world
from tests.algos.test_fatal_grpo import LengthReward
from tests.algos.test_sft import tokens_of
from tests.algos.tiny_setting import GRPO, SFT, make_checkpoint, make_environment

SHARED = replace(SFT, steps=3, batch=4, tokens=500)
"""Two short demonstrations fit into a forward pass, or one long one."""


def uneven(checkpoint: Checkpoint, demonstrations: Path) -> list[TokenTrajectory]:
    """Demonstrations of which some end after the first turn."""
    made = tokens_of(checkpoint, demonstrations)
    for trajectory in made[:3]:
        length = trajectory.step.index(1)
        for name in ("tokens", "generated", "step", "log_probabilities"):
            setattr(trajectory, name, getattr(trajectory, name)[:length])
        trajectory.pictures = trajectory.pictures[:1]
        cut = trajectory.generated.index(True) + 12
        for name in ("tokens", "generated", "step", "log_probabilities"):
            setattr(trajectory, name, getattr(trajectory, name)[:cut])
    return made


def train_sft(world: World, demonstrations: Path, out: Path) -> Checkpoint:
    checkpoint = make_checkpoint(world)
    return sft.train(checkpoint, uneven(checkpoint, demonstrations), SHARED, out)


def train_grpo(world: World, out: Path) -> Checkpoint:
    environment = make_environment(world, reward=LengthReward())
    config = replace(GRPO, steps=2, group_size=4, tokens=700, checkpoint_every=1)
    return fatal_grpo.train(make_checkpoint(world), config, environment, out)


def main(what: str, world_path: str, demonstrations: str, out: str) -> None:
    world = open_world(Path(world_path))
    rank = Accelerator(cpu=True).process_index
    if what == "sft":
        trained = train_sft(world, Path(demonstrations), Path(out))
    else:
        trained = train_grpo(world, Path(out))
    torch.save(trained.model.state_dict(), Path(out) / f"weights-{rank}.pt")


if __name__ == "__main__":
    main(*sys.argv[1:])
