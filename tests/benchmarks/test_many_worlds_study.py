"""Tests of `benchmarks.many_worlds_study`: the report; `tests/algos/recipe` trains."""

import json
from pathlib import Path

import pytest

from algos.recipe.stages import Sizes
from benchmarks.many_worlds_report import (
    CONDITIONS,
    PHASES,
    PLACES,
    as_table,
    behind,
    finished_rows,
    kept_rows,
    whole_runs,
    write_report,
)
from benchmarks.many_worlds_study import POOL, UNSEEN, Job, main, places, training_worlds


def test_nobody_trains_where_it_is_measured_as_unseen() -> None:
    counts = {"1": 1, "4": 4, "16": 16, "64": 64, "renaming": 1}
    counts |= {"16+renaming": 16, "64+renaming": 64}
    for condition in CONDITIONS:
        for seed in range(5):
            worlds = training_worlds(condition, seed)
            assert len(set(worlds)) == counts[condition]
            assert not set(worlds) & set(UNSEEN) and max(worlds) < POOL
    job = Job("4", 0, Path("runs"), "cpu-tiny", 3_000, Sizes())
    kinds = {name: setting.kinds for name, setting in places(job).items()}
    assert kinds == {"seen": "seen", "unseen": "seen", "kinds": "unseen"}


def test_runs_of_the_same_worlds_imitate_the_same_demonstrations() -> None:
    def shown(condition: str, seed: int) -> Path:
        return Job(condition, seed, Path("runs"), "cpu-tiny", 3_000, Sizes()).shown

    assert shown("1", 3) == shown("renaming", 3) and shown("64", 0) == shown("64+renaming", 2)
    assert len({shown("1", 0), shown("4", 0), shown("1", 1), shown("16", 0), shown("16", 1)}) == 5


def test_the_report_is_of_what_is_finished(tmp_path: Path) -> None:
    figures = {"right": [1, 0], "names": 10, "slips": 3, "turns": 4.0, "well_formed": 1.0}
    for phase in PHASES:
        for place in PLACES:
            folder = tmp_path / "16-0" / f"{phase}-{place}"
            folder.mkdir(parents=True)
            if place != "kinds":  # this one was not measured yet
                (folder / "evaluation.json").write_text(json.dumps({"sampled": figures}))
    assert main(["--out", str(tmp_path), "--report", str(tmp_path / "results")]) == 0
    rows = json.loads((tmp_path / "results" / "many-worlds.json").read_text())
    assert rows == finished_rows(tmp_path) and len(rows) == 4
    assert rows[0] == {
        "condition": "16", "seed": 0, "phase": "sft", "place": "seen", "sampling": "sampled",
        "right": "10", "accuracy": 0.5, "slips": 0.3, "turns": 4.0, "well_formed": 1.0,
    }  # fmt: skip
    assert (tmp_path / "results" / "many-worlds.png").stat().st_size > 1_000


def test_a_gap_is_told_with_what_seeds_and_tasks_leave_open() -> None:
    seen, unseen = [[1] * 90 + [0] * 10] * 5, [[1] * 40 + [0] * 60] * 5
    mean, low, high = (float(part.strip("[],")) for part in behind(unseen, seen).split())
    assert low < mean == -0.5 < high and high - low < 0.2
    mean, low, high = (float(part.strip("[],")) for part in behind(seen, seen).split())
    assert low < mean == 0 < high


def test_the_table_takes_the_seeds_that_all_places_have() -> None:
    figures = {"accuracy": 0.5, "turns": 4.0, "well_formed": 1.0, "slips": 0.25}
    rows = [
        {**figures, "condition": "4", "phase": "sft", "sampling": "sampled", "place": place,
         "seed": seed, "right": "10" if place == "seen" else "00"}
        for place in PLACES for seed in (0, 1, 2) if (place, seed) != ("kinds", 2)
    ]  # fmt: skip
    (line,) = as_table(rows).splitlines()[2:]
    assert line.startswith("| 4 | sft | sampled | 2 | 0.500 | 0.000 | 0.000 | -0.500 [")
    assert line.endswith("| 0.250, 0.250, 0.250 |")


def measured(out: Path, run: str, right: list[int]) -> None:
    """Write a run's evaluations as the study leaves them."""
    way = {"right": right, "names": 10, "slips": 3, "turns": 4.0, "well_formed": 1.0}
    for phase in PHASES:
        for place in PLACES:
            folder = out / run / f"{phase}-{place}"
            folder.mkdir(parents=True)
            figures = json.dumps({"sampled": way, "greedy": way})
            (folder / "evaluation.json").write_text(figures)


def test_a_study_goes_on_beside_the_rows_that_are_kept(tmp_path: Path) -> None:
    first, second, results = tmp_path / "first", tmp_path / "second", tmp_path / "results"
    measured(first, "4-0", [1, 0])
    measured(first, "1-0", [1, 1])
    write_report(first, results)
    measured(second, "4-1", [0, 0])
    write_report(second, results)
    assert whole_runs(kept_rows(results)) == {"1-0", "4-0", "4-1"}
    # In the order of the conditions, whichever was played first; the same again changes nothing.
    assert [row["condition"] for row in kept_rows(results)] == ["1"] * 12 + ["4"] * 24
    before = kept_rows(results)
    assert write_report(second, results) == before
    (second / "4-1" / "grpo-kinds" / "evaluation.json").unlink()
    write_report(second, results)
    assert whole_runs(kept_rows(results)) == {"1-0", "4-0"}
    assert whole_runs(kept_rows(tmp_path / "nothing")) == set()
    # All that is asked for is there: nothing is trained.
    asked = ["--out", str(tmp_path / "third"), "--results", str(results), "--seeds", "1"]
    assert main([*asked, "--conditions", "1", "4"]) == 0
    assert not (tmp_path / "third").exists()


def test_runs_are_chosen_by_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    measured(tmp_path / "out", "4-1", [1, 0])
    options = ["--out", str(tmp_path / "out"), "--results", str(tmp_path / "results")]
    main([*options, "--report", str(tmp_path / "results")])
    assert main([*options, "--runs", "4-1"]) == 0  # is whole, so nothing is played
    with pytest.raises(SystemExit):
        main([*options, "--runs", "4-1", "32-0"])
    assert "no such run: 32-0; there are 1-0, " in capsys.readouterr().err
