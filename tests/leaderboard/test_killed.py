"""A board that is killed anywhere and started again is the board that was never killed."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from searchvl_gym.cli import main
from searchvl_gym.world import World

ROOT = Path(__file__).parents[2]
COMMAND = [
    *["leaderboard", "--suite", "atlas-faults", "--policy", "one_image_search", "--policy"],
    *["no_tool", "--episodes", "3", "--samples", "2", "--workers", "1", "--json", "--out"],
]
KILLED = """
import os, signal, sys
from searchvl_gym.cli import main
from searchvl_gym.leaderboard import results_file
from searchvl_gym.rollout.store import Store

left, plain = int(sys.argv[1]), Store.add

def add(self, *arguments):
    global left
    left -= 1
    if left < 0:
        self._stream.write(b'{"schema": 1, "episode"')
        self._stream.flush()
        os.kill(os.getpid(), signal.SIGKILL)
    plain(self, *arguments)

def replace_file(target, content):
    os.kill(os.getpid(), signal.SIGKILL)

Store.add, results_file.replace_file = add, replace_file
main(sys.argv[2:])
"""


def table(out: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    assert main([*COMMAND, str(out)]) == 0
    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    return last, (out / "results.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, mini_world: World) -> Path:
    return tmp_path_factory.mktemp("whole")


@pytest.mark.parametrize("stored", [0, 4, 99])
def test_the_same_table(
    stored: int, whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Killed in the first run, in a second sample, and when the results are written."""
    command = [sys.executable, "-c", KILLED, str(stored), *COMMAND, str(tmp_path)]
    carried = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(carried)}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    assert not (tmp_path / "results.json").exists()
    assert table(tmp_path, capsys) == table(whole, capsys)
