from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import tool_necessity
from benchmarks.tool_necessity import Row, shares
from searchvl_gym.leaderboard.suites import find_suite
from searchvl_gym.leaderboard.suites.packed import DATA
from searchvl_gym.tasks import TaskSet
from searchvl_gym.tasks.perception import HARD_SHARES, REMOVABLE, SHARES, plan_of


def row(needs: tuple[str, ...], lost: tuple[str, ...], full: bool = True) -> Row:
    return Row(needs, full, {tool: full and tool not in lost for tool in REMOVABLE}, False)


def test_shares_of_all_and_of_those_that_need_a_tool() -> None:
    rows = [
        row(("crop",), ("crop",)),
        row(("crop", "visit"), ("visit",)),
        row((), ()),
        row((), (), full=False),
    ]
    figures = shares(rows)
    assert figures["full"] == 0.75
    assert figures["without"]["crop"] == 0.5  # type: ignore[index]
    assert figures["within"] == {"crop": 0.5, "visit": 0.0}


def test_an_unknown_argument_of_a_suite_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert tool_necessity.main(["--suite", "atlas-perception:colour=red"]) == 2
    assert "has no argument colour" in capsys.readouterr().err


def test_an_unknown_suite_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert tool_necessity.main(["--suite", "atlas-smell"]) == 2
    assert "atlas-perception" in capsys.readouterr().err


# Those of deep search are proved otherwise: see tests/tasks/deep.
PACKED = sorted(path for path in DATA.glob("*.jsonl") if not path.stem.startswith("atlas-deep"))


@pytest.mark.parametrize("path", PACKED, ids=lambda path: path.stem)
def test_packed_tasks_are_whole_proved_and_of_all_families(path: Path) -> None:
    tasks = TaskSet.load(path)
    assert len(tasks) >= 40
    for task in tasks:
        assert plan_of(task) is not None
        assert task.needs and set(task.needs) <= set(REMOVABLE)
        json.dumps(dict(task.metadata))
        if task.metadata["family"].startswith(("scene", "enlarge")):
            assert 0 < task.metadata["letter_height"] <= 6
    families = HARD_SHARES if path.stem.startswith("atlas-hard") else SHARES
    assert {task.metadata["family"] for task in tasks} == set(families)
    needed = {tool for task in tasks for tool in task.needs}
    assert needed == set(REMOVABLE)


def test_suites_that_need_eyes_bring_their_tools() -> None:
    for name in ("atlas-perception", "atlas-hard"):
        assert find_suite(name).settings == {"tools": "perception"}
