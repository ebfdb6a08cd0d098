import json
import math
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from small_setting import ExactAnswer, Score, make_world
from torch import Tensor

from algos import fatal_grpo
from algos.credit import CREDITS
from algos.fatal_grpo import drop_unscored, train
from algos.grpo import update as grpo_update
from algos.grpo.group_lessons import draw_tasks
from algos.models import Checkpoint, load_checkpoint, save_checkpoint
from algos.rollouts.group import Rollout
from algos.tokens import packing
from algos.tokens.trajectory import TokenTrajectory
from algos.training.run_directory import TrainingError, read_log
from searchvl_gym.tasks import TaskSet
from searchvl_gym.tools import Faults
from searchvl_gym.types import Task, Termination, Trajectory
from searchvl_gym.world import World
from tests.algos.tiny_setting import (
    GRPO,
    GRPO_LONG,
    make_checkpoint,
    make_environment,
    make_tasks,
    suite,
)

CLOCKS = ("seconds", "rollout_seconds", "update_seconds")


def curve(path: Path) -> list[dict[str, float]]:
    return [
        {name: value for name, value in line.items() if name not in CLOCKS}
        for line in read_log(path)
    ]


class LengthReward:
    """Pays for short turns, so that rollouts of a group differ whatever a random model says."""

    def score(self, trajectory: Trajectory, world: Any) -> Score:
        characters = sum(len(step.text or "") for step in trajectory.steps)
        return Score(1 / (1 + characters), {"accuracy": 0.0, "format": 1.0})


def test_a_run_trains_logs_and_saves(
    checkpoint: Checkpoint, tiny_world: World, tmp_path: Path
) -> None:
    before = {name: weight.clone() for name, weight in checkpoint.model.state_dict().items()}
    environment = make_environment(tiny_world, reward=LengthReward(), faults=Faults(0.9, seed=1))
    train(
        checkpoint,
        replace(GRPO, evaluate_every=1),
        environment,
        tmp_path / "run",
        evaluation=make_environment(tiny_world, reward=LengthReward(), faults=None),
    )
    lines = read_log(tmp_path / "run")
    assert [line["step"] for line in lines] == [0, 1]
    for line in lines:
        assert line["rollouts"] == 4
        # A random model writes no call: three errors of its own in a row are fatal.
        assert line["fatal_rate"] == line["model_cascade_rate"] == 1
        assert line["turns"] == 3
        assert line["clamped_share"] + line["kept_share"] > 0
        assert line["gradient_norm"] > 0
        assert 0 < line["entropy"] <= math.log(400)
        assert line["evaluation_rollouts"] == 6
        assert {"approx_kl", "clip_fraction", "clamp_bias", "format", "query"} <= line.keys()
    loaded = load_checkpoint(tmp_path / "run" / "model")
    after = loaded.model.state_dict()
    assert any(not torch.equal(before[name], after[name]) for name in before)
    assert loaded.card == checkpoint.card


def test_the_first_update_is_on_policy(
    checkpoint: Checkpoint, tiny_world: World, tmp_path: Path
) -> None:
    config = replace(GRPO, steps=1, minibatches=1)
    train(checkpoint, config, make_environment(tiny_world, reward=LengthReward()), tmp_path / "r")
    line = read_log(tmp_path / "r")[0]
    assert line["ratio_min"] == pytest.approx(1, abs=1e-3)
    assert line["ratio_max"] == pytest.approx(1, abs=1e-3)
    assert line["clip_fraction"] == 0


def test_pictures_go_up_with_their_part_of_a_minibatch(
    checkpoint: Checkpoint, tiny_world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made_of: list[tuple[int, bool]] = []
    batch_for = grpo_update.batch_for

    def note(given: Checkpoint, sequences: Any, *more: Any, **settings: Any) -> Any:
        made = batch_for(given, sequences, *more, **settings)
        made_of.append((len(sequences), "pixel_values" in made.inputs))
        return made

    monkeypatch.setattr(grpo_update, "batch_for", note)
    monkeypatch.setattr(packing, "batch_for", note)
    config = replace(GRPO, steps=1, tokens=1)
    train(checkpoint, config, make_environment(tiny_world, reward=LengthReward()), tmp_path / "r")
    # The whole step without its pictures, then each rollout with its own.
    assert made_of == [(4, False), *[(1, True)] * 4]


def test_killed_and_resumed_gives_the_same_curve_and_weights(
    tiny_world: World, tmp_path: Path
) -> None:
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    train(make_checkpoint(tiny_world), GRPO_LONG, make_environment(tiny_world), whole)
    command = [sys.executable, "-m", "tests.algos.killed_grpo", str(tiny_world.path), str(cut), "3"]
    root = Path(__file__).parents[2]
    path = ":".join([str(root), str(root / "tests" / "env")])
    died = subprocess.run(command, env={**os.environ, "PYTHONPATH": path}, cwd=root)
    assert died.returncode == -signal.SIGKILL
    assert json.loads((cut / "state" / "step.json").read_text()) == {"next": 2}
    assert len(read_log(cut)) == 3
    train(make_checkpoint(tiny_world), GRPO_LONG, make_environment(tiny_world), cut)
    assert curve(cut) == curve(whole)
    left, right = (load_checkpoint(run / "model").model.state_dict() for run in (whole, cut))
    for name, weight in left.items():
        assert torch.equal(weight, right[name]), name


def test_a_longer_run_goes_on_from_a_shorter_one(tiny_world: World, tmp_path: Path) -> None:
    environment = make_environment(tiny_world, reward=LengthReward())
    train(make_checkpoint(tiny_world), replace(GRPO, steps=1), environment, tmp_path / "grown")
    train(make_checkpoint(tiny_world), GRPO, environment, tmp_path / "grown")
    train(make_checkpoint(tiny_world), GRPO, environment, tmp_path / "whole")
    assert curve(tmp_path / "grown") == curve(tmp_path / "whole")


@pytest.mark.parametrize("variant", sorted(CREDITS))
def test_every_variant_takes_a_step(
    checkpoint: Checkpoint, tiny_world: World, tmp_path: Path, variant: str
) -> None:
    config = replace(GRPO, steps=1, variant=variant)
    train(checkpoint, config, make_environment(tiny_world, reward=LengthReward()), tmp_path / "r")
    assert math.isfinite(read_log(tmp_path / "r")[0]["loss"])


@pytest.mark.parametrize("aggregation", ["sequence_mean", "token_mean", "sequence_mean_token_sum"])
def test_parts_of_a_minibatch_add_up_to_it(
    tiny_world: World, tmp_path: Path, aggregation: str
) -> None:
    environment = make_environment(tiny_world, reward=LengthReward())
    config = replace(GRPO, steps=1, minibatches=1, aggregation=aggregation, variant="vanilla")
    for name, tokens in (("together", 10_000), ("apart", 1)):
        checkpoint = make_checkpoint(tiny_world)
        train(checkpoint, replace(config, tokens=tokens), environment, tmp_path / name)
    together, apart = (read_log(tmp_path / name)[0] for name in ("together", "apart"))
    for figure in ("loss", "gradient_norm"):
        assert together[figure] == pytest.approx(apart[figure], rel=1e-3, abs=1e-6)


def test_a_credit_function_of_ones_own_is_asked(
    checkpoint: Checkpoint, tiny_world: World, tmp_path: Path
) -> None:
    def credit(rollouts: Any, batch: Any, settings: Any) -> tuple[Tensor, Tensor, dict[str, float]]:
        return torch.ones(len(rollouts)), batch.generated, {"mine": float(len(rollouts))}

    train(
        checkpoint,
        replace(GRPO, steps=1),
        make_environment(tiny_world),
        tmp_path / "run",
        credit=credit,
    )
    assert read_log(tmp_path / "run")[0]["mine"] == 4


def test_gradient_checkpointing_is_on_while_updating(
    checkpoint: Checkpoint, tiny_world: World, tmp_path: Path
) -> None:
    checkpoint.model.gradient_checkpointing_enable({"use_reentrant": False})
    passes = 0

    def count(*_: Any) -> None:
        nonlocal passes
        passes += torch.is_grad_enabled()

    checkpoint.model.model.language_model.layers[0].input_layernorm.register_forward_hook(count)
    config = replace(GRPO, steps=1, minibatches=1)
    train(checkpoint, config, make_environment(tiny_world, reward=LengthReward()), tmp_path / "r")
    # Once for the loss, once more in the backward pass.
    assert passes == 2


def test_a_loss_that_is_no_number_stops_and_keeps_the_last_good_state(
    checkpoint: Checkpoint, tiny_world: World, tmp_path: Path
) -> None:
    def credit(rollouts: Any, batch: Any, settings: Any) -> tuple[Tensor, Tensor, dict[str, float]]:
        calls.append(1)
        value = math.nan if len(calls) == 2 else 1.0
        return torch.full((len(rollouts),), value), batch.generated, {}

    calls: list[int] = []
    with pytest.raises(TrainingError, match="nan at step 1; the last good state is kept"):
        train(checkpoint, GRPO, make_environment(tiny_world), tmp_path / "run", credit=credit)
    assert json.loads((tmp_path / "run/state/step.json").read_text()) == {"next": 1}
    assert not (tmp_path / "run" / "model").exists()


class FailingReward(ExactAnswer):
    """Cannot score one of the tasks."""

    def score(self, trajectory: Trajectory, world: Any) -> Any:
        if trajectory.task.id in self.unscored:
            return Score(None, scored=False, reason="the judge is down")
        return super().score(trajectory, world)

    def __init__(self, *unscored: str) -> None:
        self.unscored = unscored


def test_groups_that_could_not_be_scored_are_left_out(tiny_world: World, tmp_path: Path) -> None:
    tasks = make_tasks(tiny_world)
    drawn = [tasks[index].id for index in draw_tasks(tasks, GRPO, 0)]
    for name, unscored in (("some", drawn[:1]), ("all", drawn)):
        environment = make_environment(tiny_world, reward=FailingReward(*unscored))
        train(make_checkpoint(tiny_world), replace(GRPO, steps=1), environment, tmp_path / name)
    assert read_log(tmp_path / "some")[0]["rollouts"] == 2
    everything = read_log(tmp_path / "all")[0]
    assert everything["rollouts"] == 0
    assert "loss" not in everything


def test_an_unscored_rollout_takes_its_group_with_it() -> None:
    def rollout(reward: float | None) -> Rollout:
        task = Task("t", "q", "a")
        played = Trajectory(task, 0, (), Termination.ANSWER, reward=reward)
        return Rollout(played, TokenTrajectory())

    rewards = [1.0, None, 0.0, 1.0, None, None]
    kept = drop_unscored([rollout(each) for each in rewards], 2)
    assert [each.trajectory.reward for each in kept] == [0.0, 1.0]


def test_each_task_comes_once_before_any_comes_again(tiny_world: World) -> None:
    tasks = make_tasks(tiny_world)
    config = replace(GRPO, prompts=4)
    drawn = [index for step in range(6) for index in draw_tasks(tasks, config, step)]
    for first in (0, 6, 12, 18):
        assert sorted(drawn[first : first + 6]) == list(range(6))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"group_size": 2, "minibatches": 3}, "minibatches divide the 4 rollouts of a step; got 2"),
        ({"group_size": 1}, "group_size must be at least 2"),
        ({"prompts": 0}, "prompts must be a multiple of"),
        ({"variant": "fatal"}, "variant must be one of .*fatal_aware.*; got 'fatal'"),
        (
            {"fatal_source": "user"},
            "fatal_source must be one of any, model, infrastructure, cascade",
        ),
        ({"estimator": "ppo"}, "estimator must be one of grpo, rloo, mean_only; got 'ppo'"),
        ({"std": "none"}, "std must be one of"),
        ({"aggregation": "mean"}, "aggregation must be one of"),
        ({"temperature": 0.0}, "temperature must be above 0 to explore"),
        ({"top_p": 0.0}, "top_p must be above 0 and at most 1, got 0.0"),
        ({"steps": 0}, "must be at least 1"),
        ({"beta": -0.1}, "beta must be at least 0, got -0.1"),
        ({"groups": "some"}, "groups must be one of all, mixed, redraw; got 'some'"),
        ({"curriculum": "hard"}, "curriculum must be one of none, depth; got 'hard'"),
        ({"ratio": "turn"}, "ratio must be one of token, sequence"),
        ({"surrogate": "ppo"}, "surrogate must be one of clip, cispo"),
        ({"sampler_correction": "yes"}, "sampler_correction must be one of none, token, sequence"),
        ({"sampler_cap": 0.0}, "sampler_cap must be above 0"),
        ({"lag": -1}, "lag must be at least 0"),
        ({"spike_factor": 0.5}, "spike_factor must be above 1, or 0"),
        ({"warm_up": 1.5}, "warm_up and stable are shares of the steps"),
        ({"dual_clip": 1.1}, r"dual_clip must be above 1 \+ clip_high"),
        ({"constant_length": 0}, "constant_length must be at least 1"),
    ],
)
def test_settings_that_cannot_work_are_refused_before_anything_is_played(
    checkpoint: Checkpoint,
    tiny_world: World,
    tmp_path: Path,
    change: dict[str, Any],
    message: str,
) -> None:
    with pytest.raises(TrainingError, match=message) as seen:
        train(checkpoint, replace(GRPO, **change), make_environment(tiny_world), tmp_path / "run")
    assert "\n" not in str(seen.value)
    assert not (tmp_path / "run").exists()


def test_another_tool_block_or_wire_format_is_refused(
    checkpoint: Checkpoint, tiny_world: World, tmp_path: Path
) -> None:
    cases = {
        "the environment's tool block differs from the one": {"tools": suite(["crop"])},
        "the checkpoint talks compact, the environment opensearch_vl": {
            "wire_format": "opensearch_vl"
        },
        "there is no task to train on": {"tasks": []},
    }
    for message, change in cases.items():
        with pytest.raises(TrainingError, match=message) as seen:
            train(checkpoint, GRPO, {**make_environment(tiny_world), **change}, tmp_path / "run")
        assert "\n" not in str(seen.value)
    assert not (tmp_path / "run").exists()


def test_it_trains_over_several_worlds_and_notes_them(
    checkpoint: Checkpoint, tiny_world: World, tmp_path: Path
) -> None:
    other = make_world(tmp_path / "other", pages=7)
    tasks = [make_tasks(tiny_world)[0], make_tasks(other)[1]]
    environment = {
        **make_environment(tiny_world), "world": [tiny_world, other],
        "tasks": TaskSet(tasks, "two"),
    }  # fmt: skip
    trained = train(checkpoint, replace(GRPO, steps=1), environment, tmp_path / "run")
    assert set(trained.card["worlds"]) == {tiny_world.fingerprint, other.fingerprint}


def test_the_dry_run_says_what_a_step_needs(capsys: pytest.CaptureFixture[str]) -> None:
    assert fatal_grpo.main(["--config", "qwen3-vl-8b-8gpu", "--dry-run"]) == 0
    shown = capsys.readouterr().out
    assert "8,767,123,696 parameters" in shown
    assert "a step: 512 rollouts" in shown


def test_without_a_dry_run_a_model_is_needed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        fatal_grpo.main(["--config", "cpu-tiny"])
    assert "--model and --out are needed" in capsys.readouterr().err


def test_the_command_line_is_brief_about_what_is_missing(
    checkpoint: Checkpoint, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = ["--out", str(tmp_path / "run")]
    assert fatal_grpo.main(["--model", str(tmp_path / "none"), *out, "--config", "cpu-tiny"]) == 1
    assert capsys.readouterr().err.startswith("fatal_grpo: there is no checkpoint at ")
    assert fatal_grpo.main(["--model", "x", *out, "--config", "gpu"]) == 1
    assert "there is no preset or file 'gpu'" in capsys.readouterr().err
    save_checkpoint(checkpoint, tmp_path / "model")
    (tmp_path / "model" / "preprocessor_config.json").unlink()
    model = ["--model", str(tmp_path / "model")]
    assert fatal_grpo.main([*model, *out, "--config", "cpu-tiny"]) == 1
    line = capsys.readouterr().err
    assert "lacks preprocessor_config.json: a checkpoint needs its tokenizer" in line
    assert line.count("\n") == 1
