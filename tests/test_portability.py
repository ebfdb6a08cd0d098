"""Nothing of ours needs what only Linux has: every module, and an episode that is stored."""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from searchvl_gym.world import World

ROOT = Path(__file__).parent.parent


def test_everything_plays_without_what_only_linux_has(mini_world: World, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "tests" / "portable_play.py", mini_world.path, tmp_path / "run"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["seen"] == []
    # An extra that is not installed is no matter of the system.
    assert [name for name in told["missing"].values() if importlib.util.find_spec(name)] == []
    doors = "searchvl_gym.integrations."
    ours = [name for name in told["missing"] if name.startswith("searchvl_gym.")]
    assert not [name for name in ours if not name.startswith(doors)]
    assert {"searchvl_gym.rollout.store", "searchvl_gym.curation.running.driver"} <= set(
        told["modules"]
    )
    assert "algos.training.run_directory" in {*told["modules"], *told["missing"]}
    assert told["success_rate"] == 1.0
    assert told["sandbox"] == "Value: 42"
    lines = (tmp_path / "run" / "trajectories.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 2


@pytest.mark.needs("ruff")
def test_text_files_are_read_alike_on_every_system() -> None:
    """Without an encoding, Windows reads and writes the user's code page."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "ruff", "check", "--preview", "--select", "PLW1514"),
            *("--output-format", "concise", "searchvl_gym", "algos", "benchmarks"),
        ],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stdout
