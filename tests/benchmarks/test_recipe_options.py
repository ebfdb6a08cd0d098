"""The study of the trainer's options: a run of each kind on a small world, and its table."""

import json
from pathlib import Path

import pytest
import torch
from small_setting import make_world

from algos.grpo.playing import play_tasks
from algos.grpo.settings import GRPOConfig
from algos.models import save_checkpoint
from benchmarks.recipe_options import FIGURES, OPTIONS, as_table, rounded_policy, write_report
from tests.algos.tiny_setting import GRPO, make_checkpoint, make_environment


def row(right: list[int], accuracy: float) -> dict[str, object]:
    of = {name: 0.0 for _, name in FIGURES.values()}
    return {way: {**of, "accuracy": accuracy, "right": right} for way in ("sampled", "greedy")}


def keep(out: Path, name: str, seed: int, right: list[int]) -> None:
    folder = out / f"{name}-{seed}"
    folder.mkdir(parents=True)
    text = json.dumps(row(right, sum(right) / len(right)))
    (folder / "evaluation.json").write_text(text, encoding="utf-8")


def test_options_are_fields_of_the_trainer() -> None:
    fields = GRPOConfig.__dataclass_fields__
    for option in OPTIONS.values():
        assert option.grpo.keys() <= fields.keys()
    assert next(iter(OPTIONS)) == "recipe"


def test_a_rounded_sampler_has_the_weights_of_training_but_for_rounding(
    tmp_path: Path,
) -> None:
    world = make_world(tmp_path / "world")
    save_checkpoint(make_checkpoint(world), tmp_path / "model")
    policy, trained = rounded_policy(tmp_path / "model", GRPO), make_checkpoint(world, seed=5)
    before = [weight.clone() for weight in trained.model.parameters()]
    policy.update_weights(trained)
    for mine, other, kept in zip(
        policy.checkpoint.model.parameters(), trained.model.parameters(), before, strict=True
    ):
        assert torch.equal(mine, other.bfloat16().float()) and torch.equal(other, kept)
    assert len(play_tasks(trained, GRPO, make_environment(world), policy=policy)) > 0


def test_the_table_compares_runs_of_the_same_seed(tmp_path: Path) -> None:
    keep(tmp_path, "recipe", 0, [1, 0, 0, 0])
    keep(tmp_path, "recipe", 1, [1, 1, 0, 0])
    keep(tmp_path, "recipe", 2, [1, 1, 1, 1])
    keep(tmp_path, "lag", 0, [1, 1, 0, 0])
    keep(tmp_path, "lag", 1, [1, 1, 1, 0])
    keep(tmp_path, "lag+token", 7, [1, 1, 1, 0])
    summary = write_report(tmp_path, tmp_path / "report", anchors=[0, 1, 2, 2])
    assert summary["recipe"]["sampled"] == pytest.approx(0.5833, abs=1e-4)
    # Seeds 0 and 1 alone: a quarter more each.
    assert summary["lag"]["sampled_difference"][0] == 0.25
    assert summary["lag"]["seeds"] == [0, 1]
    assert "sampled_difference" not in summary["lag+token"]
    table = (tmp_path / "report" / "recipe-options.md").read_text(encoding="utf-8")
    assert table == as_table(summary)
    assert "| lag | 2 |" in table and "+0.250 [" in table
    assert json.loads((tmp_path / "report" / "recipe-options.json").read_text()) == summary
