"""Tests of `benchmarks.fresh_processes`: on this machine, and on a Ray cluster of two workers."""

import os
from pathlib import Path
from typing import Any

import pytest

from benchmarks.fresh_processes import play_all
from searchvl_gym.rollout.errors import RolloutError


def note(job: tuple[Path, str]) -> str:
    """Leave the number of the process that plays a job."""
    folder, name = job
    if name == "wrong":
        raise ValueError("settings do not fit")
    (folder / name).write_text(str(os.getpid()), encoding="utf-8")
    return name


def die(job: str) -> str:
    """End the process of a job, as a machine does that has no memory left."""
    os._exit(1)


def check_each_has_a_process_of_its_own(folder: Path, engine: str) -> None:
    """Play three jobs, two at a time."""
    names = [f"job-{number}" for number in range(3)]
    played = list(play_all(note, [(folder, name) for name in names], 2, engine))
    assert sorted(played) == names
    processes = {(folder / name).read_text(encoding="utf-8") for name in names}
    assert len(processes) == 3 and str(os.getpid()) not in processes
    with pytest.raises(ValueError, match="settings do not fit"):
        list(play_all(note, [(folder, "wrong")], 2, engine))


def test_each_job_has_a_process_of_its_own_here(tmp_path: Path) -> None:
    check_each_has_a_process_of_its_own(tmp_path, "local")


@pytest.mark.needs("ray")
def test_each_job_has_a_process_of_its_own_on_a_cluster(cluster: Any, tmp_path: Path) -> None:
    check_each_has_a_process_of_its_own(tmp_path, "ray")


@pytest.mark.needs("ray")
def test_a_job_that_is_lost_is_told(cluster: Any) -> None:
    with pytest.raises(RolloutError, match=r"a run was lost .* the same command goes on"):
        list(play_all(die, ["job"], 2, "ray"))
