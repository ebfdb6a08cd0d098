"""Fingerprints with the real environment, its tools and the policies that ship."""

import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from real_setting import EPISODES, play, settings

from searchvl_gym.rollout import RolloutError, Store, run
from searchvl_gym.rollout.record import read_record
from searchvl_gym.rollout.store import image_path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("real")


@pytest.fixture(scope="module")
def reference(folder: Path) -> Any:
    return play(folder, folder / "reference")


def test_two_workers_give_the_fingerprint_of_one_process(
    folder: Path, reference: Any, tmp_path: Path
) -> None:
    assert play(folder, tmp_path, workers=2, slots=2).fingerprint == reference.fingerprint
    assert reference.error_rate > 0


def test_a_killed_run_resumes_to_the_same_fingerprint(
    folder: Path, reference: Any, tmp_path: Path
) -> None:
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from pathlib import Path\n"
        "import real_setting as t\n"
        "t.kill_after(3)\n"
        "t.play(Path(sys.argv[2]), Path(sys.argv[3]))\n"
    )
    arguments = [sys.executable, "-c", code, str(Path(__file__).parent), str(folder), str(tmp_path)]
    done = subprocess.run(arguments, capture_output=True, text=True)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert len((tmp_path / "trajectories.jsonl").read_text().splitlines()) == 3
    assert play(folder, tmp_path, workers=2).fingerprint == reference.fingerprint


def test_every_picture_of_every_trajectory_is_stored(folder: Path, reference: Any) -> None:
    record = read_record(folder / "reference")
    assert record is not None
    assert record.policy == "random"
    with Store(folder / "reference", record) as store:
        for _, trajectory in store.trajectories(EPISODES):
            for digest in trajectory.images:
                assert image_path(store.path, digest).is_file()


def test_a_changed_task_set_is_refused(folder: Path, reference: Any) -> None:
    changed = settings(folder)
    changed["tasks"] = changed["tasks"][:4]
    with pytest.raises(RolloutError, match="tasks: "):
        run(
            "SearchVL/World-v0",
            "random",
            episodes=4,
            seed=8,
            out=folder / "reference",
            env_kwargs=changed,
        )
