"""The demonstrator plays by the brief tools alone, and well enough to be imitated."""

from __future__ import annotations

from pathlib import Path

import pytest

from algos.recipe import Setting
from algos.recipe.stages import play_demonstrations
from searchvl_gym.rollout import is_right, read_trajectories
from searchvl_gym.tools import Faults
from searchvl_gym.types import ANSWER

COUNT = 12
SETTING = Setting(pages="mini")


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out: Path = tmp_path_factory.mktemp("demonstrations") / "run"
    return play_demonstrations(SETTING, SETTING.tasks("train", COUNT), out, workers=1)


@pytest.fixture(scope="module")
def careful(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out: Path = tmp_path_factory.mktemp("careful") / "run"
    return play_demonstrations(SETTING, SETTING.tasks("train", COUNT), out, workers=1, haste=0.0)


def test_care_is_mostly_right_and_haste_is_less_so(played: Path, careful: Path) -> None:
    slow, fast = (
        [is_right(trajectory) for trajectory in read_trajectories(run)] for run in (careful, played)
    )
    assert len(slow) == len(fast) == COUNT
    # The tasks share a few pictures: one that cannot be read costs several of them.
    assert sum(slow) >= COUNT * 2 // 3
    assert sum(fast) < sum(slow)


def test_care_opens_a_page_at_each_hop(careful: Path) -> None:
    for trajectory in read_trajectories(careful):
        names = [step.call.name for step in trajectory.steps if step.call is not None]
        if is_right(trajectory):
            assert names.count("visit") == len(trajectory.task.hops)


def test_it_may_heed_that_pages_are_out_of_service(tmp_path: Path) -> None:
    down = Faults(1.0, kinds=("outage",), tools=("visit",), announced=True)
    tasks = SETTING.tasks("train", COUNT)
    visits, fatal = [], []
    for heed in (1.0, 0.0):
        out = tmp_path / str(heed)
        play_demonstrations(SETTING, tasks, out, workers=1, faults=down, heed=heed)
        found = list(read_trajectories(out))
        calls = [step.call for each in found for step in each.steps]
        visits.append(sum(call is not None and call.name == "visit" for call in calls))
        fatal.append(sum(each.fatal_step is not None for each in found))
    assert visits[0] == fatal[0] == 0
    assert visits[1] == 3 * fatal[1] > 0


def test_it_believes_only_what_it_has_read(played: Path) -> None:
    for trajectory in read_trajectories(played):
        read = trajectory.task.question
        for step in trajectory.steps:
            assert step.call is not None
            names = {
                value
                for key, value in step.call.arguments.items()
                if key in ("page", "text") and value != "unknown"
            }
            for name in names:
                assert str(name) in read, (step.call, read)
            read += "\n" + step.observation
        assert trajectory.steps[0].call is not None
        assert trajectory.steps[0].call.name == "layout_parsing"
        assert trajectory.steps[-1].call is not None
        assert trajectory.steps[-1].call.name == ANSWER
