import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from algos.training.run_directory import (
    RunDirectory,
    TrainingError,
    check_finite,
    check_weights,
    read_log,
)
from searchvl_gym.locks import LockTaken, take_lock
from tests.full_disk import small_files


def writes(content: str) -> Callable[[Path], object]:
    return lambda path: (path / "weights").write_text(content)


def content(run: RunDirectory) -> str:
    return (run.state / "weights").read_text()


def test_a_run_remembers_its_state_and_its_log(tmp_path: Path) -> None:
    run = RunDirectory(tmp_path / "run", {"rate": 0.1})
    assert run.resume_step() == 0
    for step in range(3):
        run.log({"step": step, "loss": 1 / (step + 1)})
    run.save_state(2, writes("two"))
    again = RunDirectory(tmp_path / "run", {"rate": 0.1})
    assert again.resume_step() == 2
    assert content(again) == "two"
    # What was logged after the state will be logged again.
    assert [line["step"] for line in again.lines()] == [0, 1]


def test_a_new_state_replaces_the_old_one(tmp_path: Path) -> None:
    run = RunDirectory(tmp_path, {})
    for step in (1, 2):
        run.save_state(step, writes(str(step)))
    assert content(run) == "2"
    assert sorted(each.name for each in tmp_path.iterdir()) == [".lock", "settings.json", "state"]


def test_two_processes_do_not_write_to_one_run(tmp_path: Path) -> None:
    script = f"""
from algos.training.run_directory import RunDirectory
run = RunDirectory({str(tmp_path)!r}, {{}})
print("open", flush=True)
input()
"""
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None and other.stdin is not None
        assert other.stdout.readline() == "open\n"
        with pytest.raises(TrainingError, match="another process is writing"):
            RunDirectory(tmp_path, {})
        other.stdin.close()
    RunDirectory(tmp_path, {}).log({"step": 0})


def test_a_run_opened_twice_is_held_until_both_are_dropped(tmp_path: Path) -> None:
    first, second = RunDirectory(tmp_path, {}), RunDirectory(tmp_path, {})
    del first
    with pytest.raises(LockTaken):
        take_lock(tmp_path / ".lock")
    del second
    take_lock(tmp_path / ".lock").release()


def test_what_cannot_be_locked_is_not_taken_for_another_process(tmp_path: Path) -> None:
    (tmp_path / ".lock").mkdir()
    with pytest.raises(TrainingError, match=r"cannot write to .*directory"):
        RunDirectory(tmp_path, {})


def test_without_a_state_the_log_begins_again(tmp_path: Path) -> None:
    run = RunDirectory(tmp_path, {})
    run.log({"step": 0})
    assert RunDirectory(tmp_path, {}).resume_step() == 0
    assert read_log(tmp_path) == []


def test_a_torn_line_of_the_log_is_left_out(tmp_path: Path) -> None:
    run = RunDirectory(tmp_path, {})
    run.log({"step": 0})
    with (tmp_path / "log.jsonl").open("a") as stream:
        stream.write('{"step": 1, "lo')
    run.save_state(1, writes("x"))
    assert [line["step"] for line in read_log(tmp_path)] == [0]
    again = RunDirectory(tmp_path, {})
    again.resume_step()
    again.log({"step": 1})
    assert [line["step"] for line in read_log(tmp_path)] == [0, 1]


def test_other_settings_are_refused_except_free_ones(tmp_path: Path) -> None:
    RunDirectory(tmp_path, {"rate": 0.1, "steps": 3, "parts": ("a",)}, free=("steps",))
    RunDirectory(tmp_path, {"rate": 0.1, "steps": 9, "parts": ("a",)}, free=("steps",))
    with pytest.raises(TrainingError, match=r"rate: 0.1 there, 0.2 here\); choose another --out"):
        RunDirectory(tmp_path, {"rate": 0.2, "steps": 3, "parts": ("a",)}, free=("steps",))
    assert json.loads((tmp_path / "settings.json").read_text())["steps"] == 9


def test_damaged_files_are_said_in_a_line(tmp_path: Path) -> None:
    run = RunDirectory(tmp_path, {})
    run.save_state(1, writes("x"))
    (run.state / "step.json").write_text("{")
    with pytest.raises(TrainingError, match=r"cannot be resumed .*start in another --out"):
        run.resume_step()
    (run.state / "step.json").write_text("{}")
    with pytest.raises(TrainingError, match="cannot be resumed"):
        run.resume_step()
    (tmp_path / "settings.json").write_text("{")
    with pytest.raises(TrainingError, match=r"settings.json cannot be read"):
        RunDirectory(tmp_path, {})


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(TrainingError, match=r"cannot write to .*: Not a directory"):
        RunDirectory(tmp_path / "file" / "run", {})


def test_a_kill_between_two_renames_loses_nothing(tmp_path: Path) -> None:
    run = RunDirectory(tmp_path, {})
    run.save_state(3, writes("three"))
    # As far as it came: the old state aside, the new one not yet in its place.
    run.state.replace(tmp_path / ".state.old")
    again = RunDirectory(tmp_path, {})
    assert again.resume_step() == 3
    assert content(again) == "three"


def test_a_kill_while_writing_leaves_the_old_state(tmp_path: Path) -> None:
    class Killed(BaseException):
        pass

    def die(path: Path) -> None:
        (path / "weights").write_text("half")
        raise Killed

    run = RunDirectory(tmp_path, {})
    run.save_state(1, writes("one"))
    with pytest.raises(Killed):
        run.save_state(2, die)
    assert RunDirectory(tmp_path, {}).resume_step() == 1
    assert content(run) == "one"
    run.save_state(2, writes("two"))
    assert content(run) == "two"


@pytest.mark.parametrize("library", ["safetensors", "torch", "plain"])
def test_a_full_disk_is_one_line_and_keeps_the_state(tmp_path: Path, library: str) -> None:
    weights = {"weight": torch.zeros(100_000)}
    save = {
        "safetensors": lambda path: save_file(weights, path / "weights"),
        "torch": lambda path: torch.save(weights, path / "weights"),
        "plain": lambda path: (path / "weights").write_bytes(bytes(400_000)),
    }[library]
    run = RunDirectory(tmp_path, {})
    run.save_state(1, writes("one"))
    with (
        small_files(50_000),
        pytest.raises(TrainingError, match=r"cannot write the state .*last good one is") as seen,
    ):
        run.save_state(2, save)
    assert "\n" not in str(seen.value)
    assert content(run) == "one"
    # Nor does it fill the disk further.
    assert sorted(each.name for each in tmp_path.iterdir()) == [".lock", "settings.json", "state"]


def test_a_log_that_cannot_grow_is_said(tmp_path: Path) -> None:
    run = RunDirectory(tmp_path, {})
    with small_files(100), pytest.raises(TrainingError, match=r"cannot write to .*log.jsonl"):
        for step in range(20):
            run.log({"step": step})


def test_of_several_processes_one_writes(tmp_path: Path) -> None:
    waited: list[int] = []
    run = RunDirectory(tmp_path / "run", {}, writes=False, wait=lambda: waited.append(1))
    run.log({"step": 0})
    assert run.resume_step() == 0
    assert waited
    assert not (tmp_path / "run").exists()


def test_figures_and_weights_that_are_no_numbers_stop_a_run() -> None:
    check_finite("the loss", 1.0, 0)
    for value in (float("nan"), float("inf")):
        with pytest.raises(TrainingError, match=f"the loss is {value} at step 3; the last good"):
            check_finite("the loss", value, 3)
    model = nn.Linear(2, 2)
    check_weights(model, 0)
    with torch.no_grad():
        model.bias[1] = float("nan")
    with pytest.raises(TrainingError, match="the weight bias is not finite after step 4"):
        check_weights(model, 4)
