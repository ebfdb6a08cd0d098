"""A run of the dose–response in miniature: demonstrations, SFT, GRPO to two marks, tests, rows."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks.dose_response.runs import Job, Sizes, play, show, warm_up
from benchmarks.dose_response.world import Dose
from searchvl_gym.leaderboard.policy_digest import weights_digest
from tests.algos.tiny_setting import RECIPE


def test_a_run_leaves_an_outcome_of_every_test_task_at_every_mark(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text(RECIPE, encoding="utf-8")
    sizes = Sizes(demonstrations=4, train=4, test=4, marks=(1, 2))
    dose = Dose("visit-0.85", 0.85)
    job = Job(tmp_path, str(config), "mini", dose, "fatal_aware:cascade", 1, 0, sizes)
    show(job, workers=1)
    assert warm_up(job) == "sft-1"
    assert play(job) == job.name
    row = json.loads(job.rows.read_text(encoding="utf-8"))
    assert (row["dose"], row["rung"], row["checkpoint"]) == ("visit-0.85", job.rung, 1)
    assert row["weights"] == weights_digest(job.sft / "model")
    assert set(row["before"]) == {"sampled", "greedy"}
    assert set(row["marks"]) == {"1", "2"}
    for played in [*row["before"].values(), *row["marks"]["1"].values()]:
        assert all(len(figure) == len(row["anchors"]) == 4 for figure in played.values())
    assert set(row["marks"]["2"]) == {"sampled", "greedy", "dosed"}
    trained = json.loads((tmp_path / job.name / "settings.json").read_text(encoding="utf-8"))
    assert trained["steps"] == 2
    settled = job.rows.stat().st_mtime_ns
    assert warm_up(job) == "sft-1"
    assert job.rows.stat().st_mtime_ns == settled
