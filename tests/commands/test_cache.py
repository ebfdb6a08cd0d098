"""`searchvl cache` tells what is there, and clears what is named and nothing else."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from searchvl_gym.cli import main
from searchvl_gym.locks import take_lock

WORLDS = ("atlas-mini-0", "earth-full")


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two worlds, readings, what a stopped build left, and somebody's file."""
    cache = tmp_path / "cache"
    monkeypatch.setenv("SEARCHVL_CACHE", str(cache))
    for name in WORLDS:
        (cache / name / "graph").mkdir(parents=True)
        (cache / name / "world.json").write_bytes(bytes(1_000))
        (cache / name / "graph" / "links.npy").write_bytes(bytes(500_000))
        (cache / f"{name}.lock").touch()
        (cache / f"{name}.code").write_bytes(bytes(64))
    (cache / "readings-150-0.sqlite").write_bytes(bytes(12_000))
    (cache / ".atlas-9-0.host-1-ab.building").mkdir()
    (cache / "atlas-7-0.lock").touch()
    (cache / "letter.txt").write_text("dear")
    return cache


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["cache", *arguments]) == 0
    return capsys.readouterr().out


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = main(["cache", *arguments])
    captured = capsys.readouterr()
    assert captured.out == "" and captured.err.count("\n") == 1
    return code, captured.err


def test_what_is_there_is_told_with_its_size(
    cache: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = said(capsys, "info").splitlines()
    assert str(cache) in shown[0] and "SEARCHVL_CACHE" in shown[0]
    rows = {line.split()[0]: line.split() for line in shown[1:-1]}
    assert rows["atlas-mini-0"][1:3] == ["501", "kB"]
    assert rows["atlas-mini-0"][-1] == "world"
    assert rows["letter.txt"][-1] == "other"
    assert rows["readings-150-0.sqlite"][-1] == "readings"
    assert {rows[name][-1] for name in (".atlas-9-0.host-1-ab.building", "atlas-7-0")} == {
        "unfinished"
    }
    assert len(rows) == 6 and "1.0 MB" in shown[-1]


def test_the_same_for_programs(cache: Path, capsys: pytest.CaptureFixture[str]) -> None:
    os.utime(cache / "earth-full" / "world.json", (2_000_000_000, 1))
    told = json.loads(said(capsys, "info", "--json"))
    assert told["path"] == str(cache)
    entries = {each["name"]: each for each in told["entries"]}
    assert entries["earth-full"]["bytes"] == 501_064
    assert entries["earth-full"]["last_used"] == 2_000_000_000


def test_an_empty_cache_is_no_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SEARCHVL_CACHE", str(tmp_path / "none"))
    assert "nothing there yet" in said(capsys, "info")
    assert "nothing to clear" in said(capsys, "clear", "--yes")
    assert not (tmp_path / "none").exists()


def test_only_what_is_named_is_cleared(cache: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = {path.name for path in cache.iterdir()}
    shown = said(capsys, "clear", "atlas-mini-0", "readings-150-0.sqlite", "--yes")
    assert shown.splitlines() == [
        "cleared atlas-mini-0 (501 kB)",
        "cleared readings-150-0.sqlite (12 kB)",
    ]
    gone = before - {path.name for path in cache.iterdir()}
    assert gone == {
        *("atlas-mini-0", "atlas-mini-0.lock", "atlas-mini-0.code", "readings-150-0.sqlite"),
    }


def test_everything_of_ours_is_cleared_and_nothing_else(
    cache: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said(capsys, "clear", "--yes")
    assert [path.name for path in cache.iterdir()] == ["letter.txt"]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["clear"], 2, "this would clear everything (1.0 MB); name what, or add --yes"),
        (["clear", "atlas-mini"], 2, "no 'atlas-mini' in the cache; did you mean atlas-mini-0?"),
        (["clear", "earth-full", "../x"], 2, "no '../x' in the cache; see searchvl cache info"),
        (["clear", "letter.txt"], 1, "was not made by SearchVL Gym; delete it by hand"),
    ],
)
def test_what_is_not_cleared(
    cache: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    code: int,
    message: str,
) -> None:
    before = sorted(cache.rglob("*"))
    with Path(os.devnull).open(encoding="utf-8") as nothing:
        monkeypatch.setattr(sys, "stdin", nothing)
        got, line = refused(capsys, *arguments)
    assert (got, message in line) == (code, True), line
    assert sorted(cache.rglob("*")) == before


def test_a_world_that_is_being_built_stays(cache: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with take_lock(cache / "earth-full.lock"):
        code, line = refused(capsys, "clear", "earth-full", "--yes")
    assert code == 1 and "earth-full is being built; wait until it is done" in line
    assert (cache / "earth-full" / "world.json").exists()


def test_a_cache_that_is_no_directory_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("SEARCHVL_CACHE", str(tmp_path / "file"))
    for arguments in (["info"], ["clear", "--yes"]):
        code, line = refused(capsys, *arguments)
        assert code == 1
        assert f"cannot read the cache {tmp_path / 'file'}: Not a directory; set" in line


@pytest.mark.parametrize(("answer", "kept"), [("n\n", True), ("\x04", True), ("y\n", False)])
def test_on_a_terminal_it_asks(cache: Path, answer: str, kept: bool) -> None:
    ours, theirs = os.openpty()
    try:
        with subprocess.Popen(
            [sys.executable, "-m", "searchvl_gym", "cache", "clear", "earth-full"],
            stdin=theirs,
            stdout=subprocess.PIPE,
            text=True,
        ) as asked:
            os.write(ours, answer.encode())
            said, _ = asked.communicate()
    finally:
        os.close(ours)
        os.close(theirs)
    assert asked.returncode == 0
    assert "clear earth-full (501 kB)? [y/N]" in said
    assert (cache / "earth-full").exists() is kept
