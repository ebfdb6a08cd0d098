"""Two processes on a CPU do what one does."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from accelerate import Accelerator

from algos.training.distributed import each_process, mean_figures, rounds, total
from algos.training.run_directory import read_log
from searchvl_gym.world import World
from tests.algos.training.two_processes import train_sft

ROOT = Path(__file__).parents[3]


def test_one_process_agrees_with_itself() -> None:
    accelerator = Accelerator(cpu=True)
    assert total(accelerator, 1.5) == 1.5
    assert each_process(accelerator, 3) == [3]
    assert mean_figures(accelerator, {"b": 2.0, "a": 1.0}) == {"a": 1.0, "b": 2.0}
    assert list(rounds(accelerator, [[1], [2, 3]])) == [([1], 1.0), ([2, 3], 1.0)]


def test_who_has_fewer_batches_repeats_the_last_without_weight(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("algos.training.distributed.each_process", lambda _, value: [value, 3])
    found = list(rounds(Accelerator(cpu=True), [[1]]))
    assert found == [([1], 1.0), ([1], 0.0), ([1], 0.0)]


def launch(what: str, world: World, demonstrations: Path, out: Path) -> list[dict[str, float]]:
    """The log of a run of two processes that end with the same weights."""
    command = [sys.executable, "-m", "torch.distributed.run", "--nproc_per_node", "2"]
    command += ["--standalone", "-m", "tests.algos.training.two_processes"]
    path = ":".join([str(ROOT), str(ROOT / "tests" / "env")])
    own = {"PYTHONPATH": path, "ACCELERATE_USE_CPU": "true", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [*command, what, str(world.path), str(demonstrations), str(out)],
        env={**os.environ, **own},
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    left, right = (torch.load(out / f"weights-{rank}.pt") for rank in (0, 1))
    for name, weight in left.items():
        assert torch.equal(weight, right[name]), name
    return read_log(out)


def test_two_processes_learn_what_one_learns(
    tiny_world: World, demonstrations: Path, tmp_path: Path
) -> None:
    together = launch("sft", tiny_world, demonstrations, tmp_path / "two")
    train_sft(tiny_world, demonstrations, tmp_path / "one")
    alone = read_log(tmp_path / "one")
    for name in ("loss", "mean_probability", "gradient_norm", "tokens"):
        assert together[0][name] == pytest.approx(alone[0][name], rel=1e-4), name
    # Adam's first step is of one size however small a gradient is, so that rounding shows.
    for two, one in zip(together, alone, strict=True):
        assert two["loss"] == pytest.approx(one["loss"], rel=1e-2)


def test_two_processes_play_and_learn_together(
    tiny_world: World, demonstrations: Path, tmp_path: Path
) -> None:
    lines = launch("grpo", tiny_world, demonstrations, tmp_path / "two")
    # Figures are means over processes, each of which played one of the two groups.
    assert [line["rollouts"] for line in lines] == [4.0, 4.0]
    assert all(line["gradient_norm"] > 0 for line in lines)
