"""The driver, on few records and without what is slow: pictures are searched for elsewhere."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from searchvl_gym.cli import main
from searchvl_gym.curation import CurationSettings, EnhancementSettings, FilterSettings, curate
from searchvl_gym.curation.errors import CurationError
from searchvl_gym.curation.running.merging import Merger
from searchvl_gym.curation.running.shards import (
    SHARD_RECORDS,
    Outcome,
    ShardJob,
    ShardMaker,
    read_shard,
)
from searchvl_gym.tasks import TaskSet
from searchvl_gym.types import Task, TaskImage
from searchvl_gym.world import World

N = 70
"""More than two shards give."""

FAST = (
    '[filters]\nimage_search = ""\n[enhancement]\nshare = 0\n[experts]\nrollouts = 1\n'
    "max_steps = 12\n"
)


@pytest.fixture(scope="module")
def settings(mini_world: World) -> CurationSettings:
    return replace(
        CurationSettings.small_world(len(mini_world)),
        filters=FilterSettings(image_search=""),
        enhancement=EnhancementSettings(share=0.0),
    )


@pytest.fixture(scope="module")
def finished(
    mini_world: World, settings: CurationSettings, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A run that was not disturbed."""
    out = tmp_path_factory.mktemp("curated") / "set"
    curate(mini_world, out, n=N, settings=settings, progress=False)
    return out


def content(out: Path) -> dict[str, bytes]:
    return {
        str(file.relative_to(out)): file.read_bytes()
        for file in sorted(out.rglob("*"))
        if file.is_file()
    }


def test_what_is_written(finished: Path, mini_world: World) -> None:
    tasks = TaskSet.load(finished / "tasks.jsonl")
    assert len(tasks) == N
    funnel = json.loads((finished / "funnel.json").read_text())
    lines = [json.loads(line) for line in (finished / "rejections.jsonl").open()]
    assert funnel["accepted"] == N
    assert funnel["records"] == N + len(lines)
    assert sum(funnel["rejected"].values()) == len(lines)
    counted = funnel["rejected"]
    for line in lines:
        assert f"{line['stage']}.{line['reason']}" in counted
    indices = [task.metadata["curation"]["index"] for task in tasks]
    assert indices == sorted(indices)
    assert sorted(indices + [line["index"] for line in lines]) == list(range(funnel["records"]))
    run = json.loads((finished / "run.json").read_text())
    assert (run["world"], run["n"], run["seed"]) == (mini_world.fingerprint, N, 0)


def test_the_same_bytes_with_two_workers(
    finished: Path, mini_world: World, settings: CurationSettings, tmp_path: Path
) -> None:
    out = tmp_path / "set"
    summary = curate(mini_world, out, n=N, settings=settings, workers=2, progress=False)
    assert content(out) == content(finished)
    assert summary.fingerprint == TaskSet.load(out / "tasks.jsonl").fingerprint


@pytest.mark.needs("ray")
def test_the_same_bytes_on_ray(
    finished: Path, mini_world: World, settings: CurationSettings, tmp_path: Path
) -> None:
    out = tmp_path / "set"
    curate(mini_world, out, n=N, settings=settings, workers=2, engine="ray", progress=False)
    assert content(out) == content(finished)


def test_the_same_bytes_after_a_kill(finished: Path, mini_world: World, tmp_path: Path) -> None:
    out, config = tmp_path / "set", tmp_path / "settings.toml"
    config.write_text(FAST.split("[experts]")[0])
    arguments = [
        "curate", "--world", str(mini_world.path), "--out", str(out), "--n", str(N),
        "--config", str(config), "--json",
    ]  # fmt: skip
    # The process ends itself as abruptly as a kill would, once the first shard is on the disk.
    code = (
        "import os, signal, sys; from searchvl_gym import cli; "
        "from searchvl_gym.curation.running import driver; write = driver.replace_file\n"
        "def replace_file(target, content):\n"
        "    write(target, content)\n"
        "    if target.name == '000000.jsonl': os.kill(os.getpid(), signal.SIGKILL)\n"
        "driver.replace_file = replace_file\n"
        "cli.main(sys.argv[1:])"
    )
    killed = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True)
    assert killed.returncode == -signal.SIGKILL
    assert not (out / "tasks.jsonl").exists()
    (out / "shards" / ".000001.jsonl.77").write_bytes(b"torn")
    (out / "shards" / "000001.jsonl").write_bytes(b'{"index": 32')
    assert main(arguments) == 0
    assert content(out) == content(finished)


def test_a_finished_run_makes_nothing_again(
    finished: Path, mini_world: World, settings: CurationSettings
) -> None:
    before = {file: os.stat(file).st_mtime_ns for file in (finished / "shards").iterdir()}
    curate(mini_world, finished, n=N, settings=settings, progress=False)
    assert before == {file: os.stat(file).st_mtime_ns for file in (finished / "shards").iterdir()}


def test_another_setting_is_refused(
    finished: Path, mini_world: World, settings: CurationSettings
) -> None:
    with pytest.raises(CurationError, match=r"another run .*seed: 0 there"):
        curate(mini_world, finished, n=N, seed=1, settings=settings, progress=False)
    other = replace(settings, filters=FilterSettings())
    with pytest.raises(CurationError, match=r"filters.*image_search"):
        curate(mini_world, finished, n=N, settings=other, progress=False)


def test_a_world_that_gives_too_little_is_told(
    mini_world: World, settings: CurationSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("searchvl_gym.curation.running.driver.MOST_RECORDS_A_TASK", 0)
    strict = replace(settings, quality=replace(settings.quality, hops=9))
    with pytest.raises(CurationError, match=r"only 0 of 5 tasks.*quality\.few_hops"):
        curate(mini_world, tmp_path / "set", n=5, settings=strict, progress=False)


def test_the_command_with_experts(
    mini_world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "settings.toml"
    config.write_text(FAST)
    arguments = [
        "curate", "--world", str(mini_world.path), "--out", str(tmp_path / "set"), "--n", "6",
        "--config", str(config), "--experts", "--json",
    ]  # fmt: skip
    assert main(arguments) == 0
    figures = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert {"accepted", "rejected", "sft", "rl", "seconds", "fingerprint"} <= set(figures)
    assert figures["accepted"] == 6
    assert figures["sft"] > 0
    dataset = json.loads((tmp_path / "set/dataset/dataset.json").read_text())
    assert (dataset["sft"], dataset["rl"]) == (figures["sft"], figures["rl"])
    assert main(arguments) == 0
    again = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert again["fingerprint"] == figures["fingerprint"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--world", "nowhere"], "nowhere"),
        (["--world", "mini", "--config", "none.toml"], "cannot read the settings none.toml"),
        (["--world", "mini", "--engine", "slurm"], "invalid choice"),
        (["--world", "mini", "--n", "0"], "must be at least 1"),
    ],
)
def test_mistakes_are_told_in_one_line(
    arguments: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        code = main(["curate", "--out", str(tmp_path / "set"), *arguments])
    except SystemExit as exit:
        code = int(str(exit.code))
    error = capsys.readouterr().err
    assert code in (1, 2)
    assert message in error
    assert len(error.splitlines()) == 1


def test_a_shard_is_a_function_of_its_number(
    mini_world: World, settings: CurationSettings, finished: Path
) -> None:
    job = ShardJob(mini_world.path, mini_world.fingerprint, settings)
    made = ShardMaker(job).make(1)
    assert made == (finished / "shards/000001.jsonl").read_bytes()
    outcomes = read_shard(made, 1)
    assert outcomes is not None
    assert len(outcomes) == SHARD_RECORDS
    assert read_shard(made, 0) is None
    assert read_shard(made[:-9], 1) is None


@pytest.fixture
def outcome() -> Callable[..., Outcome]:
    def make(index: int, question: str = "", tried: tuple[tuple[str, str], ...] = ()) -> Outcome:
        if not question:
            return Outcome(index, None, "grounding", "leak", "a name")
        task = Task(f"t{index}", question, "x", images=(TaskImage(world_image=3),))
        return Outcome(index, task, tried=tried)

    return make


def test_the_merge_drops_duplicates_and_stops(outcome: Callable[..., Outcome]) -> None:
    merger = Merger(3)
    merger.add([outcome(0, "a"), outcome(1), outcome(2, "a")])
    assert not merger.finished
    tried = (("blur", "survived"), ("noise", "kept"))
    merger.add([outcome(3, "b", tried), outcome(4, "c"), outcome(5, "d"), outcome(6)])
    assert merger.finished
    assert [task.id for task in merger.tasks] == ["t0", "t3", "t4"]
    assert merger.rejected() == {"grounding.leak": 1, "merge.duplicate": 1}
    assert merger.funnel()["enhancement"] == {
        "chosen": 1,
        "enhanced": 1,
        "left_clean": 0,
        "tried": {"blur": {"survived": 1}, "noise": {"kept": 1}},
    }
