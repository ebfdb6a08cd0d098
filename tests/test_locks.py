"""One holder at a time, on every file system that can lock; a kill leaves no lock."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from searchvl_gym.locks import LockTaken, take_lock

_HOLD = """
import sys
from pathlib import Path
from searchvl_gym.locks import take_lock
lock = take_lock(Path(sys.argv[1]), wait="wait" in sys.argv)
print("held", flush=True)
input()
"""


def holder(file: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(file), *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def is_held(process: subprocess.Popen[str]) -> bool:
    assert process.stdout is not None
    return process.stdout.readline() == "held\n"


def test_a_second_holder_is_refused_until_the_first_is_done(tmp_path: Path) -> None:
    file = tmp_path / ".lock"
    with take_lock(file):
        for _ in range(2):
            with pytest.raises(LockTaken, match=f"{file} is locked by another holder"):
                take_lock(file)
    with take_lock(file) as lock:
        lock.release()
        take_lock(file).release()


def test_another_process_is_refused_and_its_end_frees_the_lock(tmp_path: Path) -> None:
    file = tmp_path / ".lock"
    with holder(file) as other:
        assert is_held(other)
        for again in (False, True):
            with pytest.raises(LockTaken):
                take_lock(file, again=again)
        other.communicate("")
    take_lock(file).release()


def test_a_killed_process_leaves_no_lock(tmp_path: Path) -> None:
    file = tmp_path / ".lock"
    with holder(file) as other:
        assert is_held(other)
        other.kill()
        assert other.wait() in (-signal.SIGTERM, -9, 1)
    take_lock(file).release()


def test_who_waits_gets_it_when_it_is_free(tmp_path: Path) -> None:
    file = tmp_path / ".lock"
    lock = take_lock(file)
    with holder(file, "wait") as other:
        lock.release()
        assert is_held(other)
        other.communicate("")


def test_a_process_may_take_its_own_lock_again(tmp_path: Path) -> None:
    file = tmp_path / ".lock"
    first, second = take_lock(file, again=True), take_lock(file, again=True)
    first.release()
    first.release()
    with holder(file) as other:
        assert not is_held(other)
        other.communicate()
    assert other.returncode != 0
    second.release()
    with holder(file) as other:
        assert is_held(other)
        other.communicate("")


def test_what_cannot_be_locked_is_not_taken_for_held(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError):
        take_lock(tmp_path / "file" / ".lock")
    (tmp_path / "folder").mkdir()
    for again in (False, True):
        with pytest.raises(OSError, match="directory"):
            take_lock(tmp_path / "folder", again=again)
