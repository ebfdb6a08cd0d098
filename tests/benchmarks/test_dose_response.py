"""The dose–response's statistics, its order of runs and its report, on rows that are known."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.dose_response.__main__ import jobs_of, parser, unfinished, write_report
from benchmarks.dose_response.report import as_table, read_rows, summarise
from benchmarks.dose_response.runs import Job, Sizes
from benchmarks.dose_response.statistics import Outcomes, paired_difference, trend
from benchmarks.dose_response.world import BURST, Dose, compose

ANCHORS = [number // 4 for number in range(120)]


def drawn(rate: float, *, seed: int, checkpoints: int = 3, seeds: int = 3) -> Outcomes:
    rng = np.random.default_rng(seed)
    return (rng.random((checkpoints, seeds, len(ANCHORS))) < rate).astype(float)


def test_a_difference_is_found_where_there_is_one() -> None:
    found = paired_difference(drawn(0.8, seed=0), drawn(0.6, seed=1), ANCHORS, resamples=500)
    assert found.low < 0.2 < found.high and found.low > 0
    same = paired_difference(drawn(0.7, seed=2), drawn(0.7, seed=3), ANCHORS, resamples=500)
    assert same.low < 0 < same.high


def test_pairing_takes_out_what_runs_share() -> None:
    """Two variants that differ in every twentieth task, whatever the checkpoint is worth."""
    base = drawn(0.5, seed=0)
    base[0], base[1] = 1.0, 0.0
    better = base.copy()
    better[:, :, ::20] = 1.0
    found = paired_difference(better, base, ANCHORS, resamples=500)
    alone = np.std([run.mean() for run in base])
    assert 0 < found.mean < 0.05 and found.half_width < alone / 4


def test_tasks_of_one_anchor_count_for_less_than_so_many() -> None:
    shared = np.repeat(drawn(0.5, seed=0)[:, :, ::4], 4, axis=2)
    none = np.zeros_like(shared)
    together = paired_difference(shared, none, ANCHORS, resamples=500)
    apart = paired_difference(shared, none, list(range(len(ANCHORS))), resamples=500)
    assert together.half_width > apart.half_width


def test_a_run_that_is_missing_is_left_out_of_both() -> None:
    first, second = drawn(0.8, seed=0), drawn(0.6, seed=1)
    whole = paired_difference(first[:, :2], second[:, :2], ANCHORS, resamples=200)
    first[:, 2] = np.nan
    part = paired_difference(first, second, ANCHORS, resamples=200)
    assert part.mean == pytest.approx(whole.mean)
    first[:] = np.nan
    with pytest.raises(ValueError, match="no run is in both variants"):
        paired_difference(first, second, ANCHORS)
    with pytest.raises(ValueError, match="with an anchor a task"):
        paired_difference(second, second, ANCHORS[:-1])


def test_a_trend_is_the_slope_over_the_dose() -> None:
    level = np.zeros((3, 3, len(ANCHORS)))
    gaps = {dose: level + 0.5 * dose for dose in (0.0, 0.3, 0.5)}
    assert trend(gaps, ANCHORS, resamples=100).mean == pytest.approx(0.5)
    noisy = {
        dose: drawn(0.5 + dose, seed=n) - drawn(0.5, seed=9 + n) for n, dose in enumerate(gaps)
    }
    found = trend(noisy, ANCHORS, resamples=500)
    assert found.low > 0 and found.low < found.mean < found.high
    with pytest.raises(ValueError, match="a trend needs two doses or more, got 1"):
        trend({0.0: level}, ANCHORS)


def test_tasks_of_both_kinds_are_mixed_evenly() -> None:
    mixed = list(compose(list("a" * 60), list("b" * 40), 100, 0.6))  # type: ignore[arg-type]
    assert mixed.count("a") == 60  # type: ignore[comparison-overlap]
    for first in range(0, 100, 10):
        assert mixed[first : first + 10].count("a") == 6  # type: ignore[comparison-overlap]


def test_a_dose_is_outages_of_the_careful_route() -> None:
    faults = Dose("visit-0.7", 0.7).faults(3)
    assert faults is not None
    assert (faults.tools, faults.rate, faults.burst, faults.seed) == (("visit",), 0.7, BURST, 3)
    assert Dose("none", 0.0).faults(3) is None
    told = Dose("announced-0.5", 0.5, announced=True).faults(3)
    assert told is not None and told.announced and told.burst == 1


def row(dose: float, rung: str, checkpoint: int, seed: int, rate: float) -> dict[str, Any]:
    rng = np.random.default_rng([checkpoint, seed, int(100 * rate)])
    right = rng.random(len(ANCHORS)) < rate
    played = {
        "right": "".join(map(str, right.astype(int))),
        "failure": "".join("." if each else "u" for each in right),
        "turns": [6] * len(ANCHORS),
        "calls": [5] * len(ANCHORS),
        "degenerate": "0" * len(ANCHORS),
    }
    return {
        "dose": f"visit-{dose:g}", "rate": dose, "rung": rung, "checkpoint": checkpoint,
        "weights": "abcd", "seed": seed, "anchors": ANCHORS, "start": dose / 2,
        "before": dict.fromkeys(("sampled", "greedy"), played),
        "marks": {"25": dict.fromkeys(("sampled", "greedy", "dosed"), played)},
    }  # fmt: skip


def test_the_report_follows_from_the_rows_and_says_what_is_missing(tmp_path: Path) -> None:
    rows, results = tmp_path / "rows", tmp_path / "results"
    rows.mkdir()
    for seed in range(4):
        for dose, gap in ((0.0, 0.0), (0.8, 0.2)):
            for rung, rate in (("vanilla", 0.6), ("fatal_aware", 0.6 + gap)):
                made = row(dose, rung, seed % 2, seed, rate)
                (rows / f"{dose}-{rung}-{seed}.json").write_text(json.dumps(made))
    alone = row(0.5, "vanilla", 0, 0, 0.6)
    (rows / "alone.json").write_text(json.dumps(alone))
    assert write_report(rows, results) == 0
    summary = json.loads((results / "summary.json").read_text())
    assert summary == summarise(read_rows(results / "rows"))
    assert summary["runs"] == 17
    none, lonely, most = summary["doses"]
    gap = none["rungs"]["fatal_aware"]["differences"]["right/sampled/25"]
    assert gap["low"] <= 0 <= gap["high"]
    found = most["rungs"]["fatal_aware"]["differences"]
    assert found["right/sampled/25"]["mean"] > 0.1 > found["u/sampled/25"]["mean"]
    assert most["rungs"]["vanilla"]["differences"] == {}
    assert most["rungs"]["vanilla"]["means"]["right/sampled/25"] == pytest.approx(0.6, abs=0.1)
    assert lonely["rungs"]["vanilla"]["runs"] == 1
    assert most["before"]["turns/sampled"] == 6
    table = as_table(summary, "25")
    assert "| visit-0.5 (0.5) | 0.25 | 1 | not run | not run | not run | not run |" in table
    assert "| visit-0.5 | vanilla | 1 | 0.6" in table
    assert summary["trend"]["sampled/25"]["mean"] > 0
    assert all((results / name).stat().st_size > 10_000 for name in ("gaps.png", "turns.png"))
    assert (results / "tables.md").read_text().startswith("# The dose")


def test_controls_have_no_part_in_the_trend(tmp_path: Path) -> None:
    rows = [
        row(dose, rung, 0, 0, 0.6) for dose in (0.0, 0.8) for rung in ("vanilla", "fatal_aware")
    ]
    control = [
        {**row(0.45, rung, 0, 0, rate), "dose": "all-0.45"}
        for rung, rate in (("vanilla", 0.2), ("fatal_aware", 0.9))
    ]
    alone, beside = summarise(rows), summarise([*rows, *control])
    assert beside["trend"] == alone["trend"]
    assert len(beside["doses"]) == 3


def test_runs_are_paired_where_they_started_from_the_same_weights() -> None:
    """The seed of a checkpoint that was trained on another machine stands for another one."""
    here = [row(0.8, rung, 0, 0, rate) for rung, rate in (("vanilla", 0.4), ("fatal_aware", 0.9))]
    there = [{**here[0], "weights": "ef01"}, {**row(0.8, "fatal_aware", 0, 1, 0.0)}]
    for rows in (here, [*here, *there]):
        (dose,) = summarise(rows)["doses"]
        gap = dose["rungs"]["fatal_aware"]["differences"]["right/sampled/25"]["mean"]
        assert gap == pytest.approx(0.5, abs=0.1)


def test_runs_whose_rows_are_kept_are_not_played_again(tmp_path: Path) -> None:
    results = tmp_path / "results"
    asked = parser().parse_args(["--out", str(tmp_path / "runs")])
    jobs = jobs_of(asked)
    assert unfinished(jobs, None) == unfinished(jobs, results) == jobs
    for file in (jobs[0].rows, results / "rows" / jobs[2].rows.name):
        file.parent.mkdir(parents=True)
        file.write_text("{}")
    assert unfinished(jobs, None) == jobs[1:]
    assert unfinished(jobs, results) == [jobs[1], *jobs[3:]]


def test_a_report_of_nothing_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert write_report(tmp_path / "rows", tmp_path / "report") == 1
    assert "no finished run in" in capsys.readouterr().err


def test_a_job_is_known_by_what_it_depends_on(tmp_path: Path) -> None:
    job = Job(
        tmp_path, "cpu-tiny", 300, Dose("visit-0.7", 0.7), "fatal_aware:cascade", 1, 2, Sizes()
    )
    assert job.name == "visit-0.7-fatal_aware-cascade-1-2"
    assert job.rows == tmp_path / "rows" / f"{job.name}.json"


def test_the_plan_is_the_default_and_its_runs_come_in_pairs() -> None:
    jobs = jobs_of(parser().parse_args([]))
    # Three doses with two rungs and seven more at one of them; three checkpoints, three seeds.
    assert len(jobs) == len({job.name for job in jobs}) == (3 * 2 + 7) * 9
    # What is finished first answers something: the pairs of all doses with one checkpoint and
    # seed, those of the others, then the further rungs.
    assert {(job.checkpoint, job.seed) for job in jobs[:6]} == {(0, 0)}
    assert {job.rung for job in jobs[:54]} == {"vanilla", "fatal_aware"}
    assert {(job.checkpoint, job.seed) for job in jobs[54:61]} == {(0, 0)}
    assert [job.rung for job in jobs[:6]] == ["vanilla", "fatal_aware"] * 3
    control = jobs_of(parser().parse_args(["--tools", "all", "--rates", "0.45"]))
    assert len(control) == 18 and control[0].dose == Dose("all-0.45", 0.45, ())
    (told, *_) = jobs_of(parser().parse_args(["--tools", "announced", "--rates", "0.5"]))
    assert told.dose == Dose("announced-0.5", 0.5, announced=True)
    # Who was never told of an outage in SFT cannot know what it means.
    assert (told.sft.name, control[0].sft.name) == ("sft-announced-0", "sft-0")
