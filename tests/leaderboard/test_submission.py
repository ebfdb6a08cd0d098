"""Results that are handed in: a sound file is merged, a changed or partial one is refused."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from searchvl_gym.cli import main
from searchvl_gym.leaderboard.errors import LeaderboardError
from searchvl_gym.leaderboard.results import digest_of
from searchvl_gym.leaderboard.results_file import Entry, clear_items, fingerprint_of, read_results
from searchvl_gym.leaderboard.statistics import share_interval
from searchvl_gym.leaderboard.submission import check_submission
from searchvl_gym.leaderboard.suites import atlas
from searchvl_gym.world import World
from tests.leaderboard.benchmark_files import mm_browsecomp

TASKS = 4


@pytest.fixture(autouse=True)
def few_tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A suite of a few tasks, all of which a submission must have played."""
    monkeypatch.setattr(atlas, "TASKS", TASKS)


def play(out: Path, *arguments: str) -> Path:
    given = ["--policy", "one_image_search", "--workers", "1", *arguments]
    assert main(["leaderboard", "--out", str(out), *given]) == 0
    return out / "results.json"


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory, mini_world: World) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(atlas, "TASKS", TASKS)
        return play(tmp_path_factory.mktemp("theirs"), "--samples", "2")


def test_a_sound_file_is_merged_and_stays(
    played: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    board = play(tmp_path, "--policy", "no_tool", "--samples", "1")
    assert main(["leaderboard", "--out", str(tmp_path), "--submit", str(played), "--json"]) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert [row["samples"] for row in told["rows"]] == [1, 1, 2]
    origins = [entry.origin for entry in read_results(board)]
    assert origins == ["measured", "measured", "submitted"]
    assert "| submitted |" in (tmp_path / "results.md").read_text(encoding="utf-8")
    assert main(["leaderboard", "--out", str(tmp_path), "--submit", str(played)]) == 1
    assert "the board has one_image_search on atlas-mini already" in capsys.readouterr().err
    play(tmp_path, "--policy", "no_tool")  # what was handed in is no run of ours: it is kept
    assert [entry.origin for entry in read_results(board)] == origins


def test_rows_can_be_made_again_from_their_items(played: Path) -> None:
    [entry] = check_submission(played)
    content = json.loads(played.read_text(encoding="utf-8"))
    assert content["fingerprint"] == fingerprint_of([entry]) == fingerprint_of(read_results(played))
    outcomes = [outcome for item in entry.items for outcome in item.outcomes]
    assert len(outcomes) == 2 * TASKS
    right = [outcome.right for outcome in outcomes]
    assert entry.row.accuracy == pytest.approx(sum(map(bool, right)) / len(right), abs=1e-6)
    solved = [any(outcome.right for outcome in item.outcomes) for item in entry.items]
    assert entry.row.pass_at_k == pytest.approx(sum(solved) / TASKS)
    assert entry.row.fingerprint == digest_of([outcome.trajectory for outcome in outcomes])


def changed(source: Path, target: Path, change: Callable[[Any], None], *, sign: bool) -> Path:
    """A copy of a file of results with a change, under its old or a fitting fingerprint."""
    content = json.loads(source.read_text(encoding="utf-8"))
    change(content)
    target.write_text(json.dumps(content), encoding="utf-8")
    if sign:
        entries = [
            read_entry(row, details)
            for row, details in zip(content["rows"], content["details"], strict=True)
        ]
        content["fingerprint"] = fingerprint_of(entries)
        target.write_text(json.dumps(content), encoding="utf-8")
    return target


def read_entry(row: Any, details: Any) -> Entry:
    import msgspec

    return msgspec.convert({**details, "row": row}, Entry)


def better(content: Any) -> None:
    content["rows"][0]["accuracy"] = 1.0


def turned(content: Any) -> None:
    for item in content["details"][0]["items"]:
        for outcome in item["outcomes"]:
            outcome["right"] = True


def remade(content: Any) -> None:
    """All wrong answers called right, and a row that fits."""
    turned(content)
    row = content["rows"][0]
    clusters = [item["cluster"] for item in content["details"][0]["items"] for _ in range(2)]
    sure = share_interval([1.0] * len(clusters), clusters)
    row.update(accuracy=1.0, pass_at_k=1.0, ci95=[round(sure.low, 6), round(sure.high, 6)])
    for part in ("by_category", "by_hops"):
        for share in row[part].values():
            share["accuracy"] = 1.0


def judged(content: Any) -> None:
    """Wrong answers said to be right by a model, as if one had been asked."""
    remade(content)
    for item in content["details"][0]["items"]:
        for outcome in item["outcomes"]:
            outcome.update(rule=True, model=True, verdict="0" * 64)
    content["rows"][0].update(judge="llm:model=m", kappa=None)


def shorter(content: Any) -> None:
    content["details"][0]["items"].pop()


def stopped(content: Any) -> None:
    content["rows"][0]["complete"] = False


def foreign(content: Any) -> None:
    content["rows"][0]["world"] = "0" * 64


@pytest.mark.parametrize(
    ("change", "sign", "said"),
    [
        (better, False, "was changed after it was written"),
        (better, True, "it says accuracy 1.0, but its items come to"),
        (turned, True, "but its items come to 1.0"),
        (remade, True, "is said to be right, the rules find otherwise"),
        (judged, True, "is said to be right, the rules find otherwise"),
        (shorter, True, "but its items come to"),
        (stopped, True, "a budget ended it"),
        (foreign, True, "it was played in the world 000000000000"),
        (lambda content: content.update(schema=7), False, "schema 7, expected 1"),
        (lambda content: content.pop("details"), False, "holds no results of the leaderboard"),
        (lambda content: content["rows"].clear(), False, "holds no results of the leaderboard"),
        (lambda content: content["rows"][0].pop("n"), False, "holds no results"),
    ],
)
def test_a_changed_file_is_refused_with_the_reason(
    played: Path, tmp_path: Path, change: Callable[[Any], None], sign: bool, said: str
) -> None:
    target = changed(played, tmp_path / "theirs.json", change, sign=sign)
    with pytest.raises(LeaderboardError, match=said):
        check_submission(target)


def test_a_partial_run_is_refused(tmp_path: Path, mini_world: World) -> None:
    partial = play(tmp_path, "--episodes", str(TASKS - 1))
    with pytest.raises(LeaderboardError, match=f"incomplete: {TASKS - 1} items of {TASKS}"):
        check_submission(partial)
    with pytest.raises(LeaderboardError, match="cannot read"):
        check_submission(tmp_path / "missing.json")


def test_answers_to_what_is_encrypted_are_not_written_in_the_clear(
    tmp_path: Path, mini_world: World
) -> None:
    folder = tmp_path / "benchmark"
    mm_browsecomp(folder)
    suite = f"mm-browsecomp:path={folder.as_posix()}"
    results = play(tmp_path / "out", "--suite", suite, "--policy", "no_tool")
    entries = read_results(results)
    answers = [
        outcome.answer
        for entry in entries
        for item in clear_items(entry)
        for outcome in item.outcomes
        if outcome.answer
    ]
    assert answers
    files = [results, *(tmp_path / "out" / name for name in ("results.md", "index.html"))]
    text = "".join(file.read_text(encoding="utf-8") for file in files)
    assert not any(answer in text for answer in answers) and "Basset" not in text
    assert "Question 51" not in text
    notes = list((tmp_path / "out").glob("*/PRIVATE.txt"))
    assert len(notes) == 2
    check_submission(results)
    shutil.rmtree(folder)
    with pytest.raises(LeaderboardError, match=r"has no MMBrowseComp\.jsonl"):
        check_submission(results)
