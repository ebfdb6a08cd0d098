"""Options of a whole run: what they change, and that a resumed run goes on alike."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from small_setting import Score

from algos.fatal_grpo import train
from algos.grpo.settings import GRPOConfig
from algos.models import load_checkpoint
from algos.training.run_directory import TrainingError, read_log
from searchvl_gym.types import Trajectory
from searchvl_gym.world import World
from tests.algos.test_fatal_grpo import LengthReward, curve
from tests.algos.tiny_setting import GRPO, make_checkpoint, make_environment


class ShortIsRight:
    """Calls an episode right when its turns are shorter than a bound."""

    def __init__(self, most: float) -> None:
        self.most = most

    def score(self, trajectory: Trajectory, world: Any) -> Score:
        characters = sum(len(step.text or "") for step in trajectory.steps)
        right = float(characters < self.most)
        return Score(right, {"accuracy": right, "format": 1.0})


def run(world: World, out: Path, config: GRPOConfig, **changes: Any) -> list[dict[str, float]]:
    environment = make_environment(world, **{"reward": LengthReward(), **changes})
    train(make_checkpoint(world), config, environment, out)
    return read_log(out)


def test_a_run_with_every_state_to_keep_is_resumed_alike(tiny_world: World, tmp_path: Path) -> None:
    config = replace(
        GRPO,
        steps=4,
        lag=2,
        beta=0.2,
        spike_factor=100.0,
        sampler_correction="token",
        checkpoint_every=2,
    )
    run(tiny_world, tmp_path / "whole", config)
    run(tiny_world, tmp_path / "cut", replace(config, steps=2))
    run(tiny_world, tmp_path / "cut", config)
    assert curve(tmp_path / "cut") == curve(tmp_path / "whole")
    kl = [line["sampler_kl"] for line in read_log(tmp_path / "whole")]
    # The first step is played with the weights of its own time, the others with older ones.
    assert abs(kl[0]) < 1e-6 < min(kl[1:])
    left, right = (
        load_checkpoint(tmp_path / name / "model").model.state_dict() for name in ("cut", "whole")
    )
    for name, weight in left.items():
        assert torch.equal(weight, right[name]), name


def test_the_rate_rises_and_falls_and_fixes_the_number_of_steps(
    tiny_world: World, tmp_path: Path
) -> None:
    config = replace(GRPO, steps=2, warm_up=1.0)
    run(tiny_world, tmp_path / "run", config)
    with pytest.raises(TrainingError, match="steps: 2 there, 3 here"):
        run(tiny_world, tmp_path / "run", replace(config, steps=3))


def test_tasks_are_drawn_again_within_bounds(tiny_world: World, tmp_path: Path) -> None:
    config = replace(GRPO, groups="redraw", redraws=2, steps=1)
    with pytest.raises(TrainingError, match="no group was partly right in 3 draws of 2 tasks"):
        run(tiny_world, tmp_path / "never", config, reward=ShortIsRight(1e9))
    line = run(tiny_world, tmp_path / "some", config, reward=ShortIsRight(40))[0]
    assert 0 <= line["redraws"] <= 2 and 0 <= line["groups_missing"] < 2
    assert 0 <= line["groups_alike"] <= 1 and "loss" in line


def test_the_best_checkpoint_is_kept_beside_the_last(tiny_world: World, tmp_path: Path) -> None:
    config = replace(GRPO, steps=2, evaluate_every=1, keep_best=True, learning_rate=0.05)
    evaluation = make_environment(tiny_world, reward=ShortIsRight(60), faults=None)
    environment = make_environment(tiny_world, reward=LengthReward())
    train(make_checkpoint(tiny_world), config, environment, tmp_path, evaluation=evaluation)
    accuracies = [line["evaluation_accuracy"] for line in read_log(tmp_path)]
    best, last = (load_checkpoint(tmp_path / name).model.state_dict() for name in ("best", "model"))
    same = all(torch.equal(weight, last[name]) for name, weight in best.items())
    assert same == (accuracies[1] > accuracies[0])


def test_a_run_of_an_earlier_release_is_resumed(tiny_world: World, tmp_path: Path) -> None:
    run(tiny_world, tmp_path, replace(GRPO, steps=1))
    file = tmp_path / "settings.json"
    known = json.loads(file.read_text())
    for name in ("ratio", "surrogate", "groups", "stable", "sampler_mode", "divergence"):
        del known[name]
    file.write_text(json.dumps(known))
    assert len(run(tiny_world, tmp_path, GRPO)) == 2
    known["ratio"] = "sequence"
    file.write_text(json.dumps(known))
    with pytest.raises(TrainingError, match="ratio: 'sequence' there, 'token' here"):
        run(tiny_world, tmp_path, GRPO)


@pytest.mark.parametrize("variant", ["vanilla", "hop_anchored"])
def test_shared_prefixes_change_nothing_but_rounding(
    tiny_world: World, tmp_path: Path, variant: str
) -> None:
    config = replace(GRPO, variant=variant, steps=1, group_size=6, minibatches=1)
    logs, weights = [], []
    for shared in (False, True):
        out = tmp_path / str(shared)
        logs.append(run(tiny_world, out, replace(config, share_prefixes=shared))[0])
        weights.append(load_checkpoint(out / "model").model.state_dict())
    for name in ("reward", "loss", "gradient_norm", "ratio_max", "written", "turns"):
        assert logs[1][name] == pytest.approx(logs[0][name], abs=1e-5), name
    # The first update of Adam goes by signs: compare where the gradient is no rounding.
    moved = sum(
        float((weights[0][name] - weights[1][name]).abs().gt(1e-5).float().mean())
        for name in weights[0]
    ) / len(weights[0])
    assert moved < 0.02


def test_shared_prefixes_keep_groups_in_one_minibatch(tiny_world: World, tmp_path: Path) -> None:
    config = replace(GRPO, group_size=4, minibatches=2, share_prefixes=True)
    lines = run(tiny_world, tmp_path / "run", config)
    assert len(lines) == 2
    assert all(line["gradient_norm"] > 0 for line in lines)


def test_shared_prefixes_refuse_what_they_do_not_know(tiny_world: World, tmp_path: Path) -> None:
    config = replace(GRPO, share_prefixes=True, frequency_penalty=0.5)
    with pytest.raises(TrainingError, match="as frequency_penalty asks; leave one of them out"):
        run(tiny_world, tmp_path / "run", config)
