"""The ablation in miniature: it runs, resumes, and its report says what was measured."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks import recipe_ablation
from benchmarks.ablation_report import interval

RUNGS = ("fatal_aware:infrastructure",)


SIZES = ["--demonstrations=4", "--train=4", "--validation=2", "--test=3", "--pages=mini"]


def run(out: Path, *more: str) -> int:
    arguments = ["--out", str(out), "--config", str(out / "tiny.toml"), "--seeds", "2"]
    return recipe_ablation.main([*arguments, "--workers", "1", *SIZES, "--rungs", *RUNGS, *more])


@pytest.fixture(scope="module")
def ablation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out: Path = tmp_path_factory.mktemp("ablation")
    (out / "tiny.toml").write_text(
        '[model]\nbase = "tiny"\nvocabulary = 1024\n'
        "[sft]\nsteps = 2\nbatch = 2\n"
        "[grpo]\nsteps = 1\nprompts = 1\ngroup_size = 2\nminibatches = 1\n"
        "turn_tokens = 8\nepisode_tokens = 900\nevaluate_every = 1\n",
        encoding="utf-8",
    )
    assert run(out) == 0
    return out


def test_every_rung_is_reported_with_an_interval(ablation: Path) -> None:
    rungs = json.loads((ablation / "ablation.json").read_text(encoding="utf-8"))["rungs"]
    assert set(rungs) == {"sft", *RUNGS}
    for rung in rungs.values():
        found = rung["accuracy"]
        assert 0 <= found["low"] <= found["mean"] <= found["high"] <= 1
        assert len(rung["runs"]) == 2
        assert 0 <= rung["greedy_accuracy"]["mean"] <= 1
        assert rung["turns"]["mean"] >= 1
    table = (ablation / "ablation.md").read_text(encoding="utf-8")
    assert all(f"| {rung} |" in table for rung in rungs)
    assert (ablation / "ablation.png").stat().st_size > 10_000


def test_runs_differ_by_seed_and_start_from_one_checkpoint(ablation: Path) -> None:
    runs = [ablation / f"fatal_aware-infrastructure-{seed}" for seed in (0, 1)]
    settings = [json.loads((run / "settings.json").read_text(encoding="utf-8")) for run in runs]
    assert [each["seed"] for each in settings] == [0, 1]
    assert len(list(ablation.glob("sft*/model"))) == 1


def test_runs_of_another_length_are_refused_in_one_line(
    ablation: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(ablation, "--steps", "2") == 1
    said = capsys.readouterr().err.strip().splitlines()[-1]
    assert said.startswith("recipe_ablation: ")
    assert "trained for 1 steps, not 2; choose another --out" in said


def test_an_interval_holds_the_mean_and_narrows_with_more_runs() -> None:
    rng = np.random.default_rng(0)
    values = (rng.random((20, 50)) < 0.7).astype(float)
    few, many = interval(values[:3, :10]), interval(values)
    assert few["low"] <= few["mean"] <= few["high"]
    assert many["high"] - many["low"] < few["high"] - few["low"]


def test_the_interval_of_a_difference_sees_a_true_one() -> None:
    rng = np.random.default_rng(1)
    better = (rng.random((5, 200)) < 0.8).astype(float)
    worse = (rng.random((5, 200)) < 0.5).astype(float)
    assert interval(better, worse)["low"] > 0
    same = interval(worse, worse)
    assert same["low"] < 0 < same["high"]
