"""Worlds in the cache: built once, by one process, and again when they are stale."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from searchvl_gym.world import WorldError
from searchvl_gym.world.catalog import cache_dir, default_world, generator_digest

_OPEN = (
    "from searchvl_gym.world.catalog import default_world; print(default_world(1_001).fingerprint)"
)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SEARCHVL_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_the_variable_names_the_directory(cache: Path) -> None:
    assert cache_dir() == cache


def test_without_it_the_platform_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SEARCHVL_CACHE", raising=False)
    assert cache_dir().name == "searchvl-gym"


def test_two_processes_build_one_world(cache: Path) -> None:
    processes = [
        subprocess.Popen([sys.executable, "-c", _OPEN], stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    answers = {process.communicate()[0].strip() for process in processes}
    assert [process.returncode for process in processes] == [0, 0]
    world = default_world(1_001)
    assert answers == {world.fingerprint}
    assert default_world(1_001) is world
    names = {path.name for path in cache.iterdir()} - {"atlas-1001-0.lock"}
    assert names == {"atlas-1001-0", "atlas-1001-0.code"}
    (cache / "atlas-1001-0.code").write_text("what other code left")
    again = default_world(1_001)
    assert again.fingerprint == world.fingerprint
    assert again is not world
    assert (cache / "atlas-1001-0.code").read_text() == generator_digest()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("huge",), "size must be mini, small, large or a number between 60 and 1,000,000 pages"),
        ((59,), "got 59"),
        ((True,), "got True"),
        ((None,), "got None"),
        (("../mini",), "got '../mini'"),
        (("mini", -1), "seed must be a whole number of at least 0, got -1"),
        (("mini", "x"), "got 'x'"),
    ],
)
def test_what_cannot_be_built_leaves_nothing_behind(
    cache: Path, arguments: tuple[Any, ...], message: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        default_world(*arguments)
    assert not cache.exists()


def test_a_cache_that_cannot_be_written_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("SEARCHVL_CACHE", str(tmp_path / "file"))
    with pytest.raises(WorldError, match="SEARCHVL_CACHE"):
        default_world(1_001)
