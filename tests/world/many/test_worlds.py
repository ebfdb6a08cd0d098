"""Tests of `searchvl_gym.world.many.worlds`."""

import gc
import pickle
import shutil
import weakref
from pathlib import Path

import pytest
from tiny_worlds import write_world

from searchvl_gym.world import WorldError, open_world
from searchvl_gym.world.catalog import default_world
from searchvl_gym.world.many import UnknownWorldError, Worlds, gather_worlds
from searchvl_gym.world.many.worlds import together


def test_worlds_are_opened_when_they_are_asked_for(folders: list[Path]) -> None:
    worlds = Worlds(folders)
    assert (len(worlds), worlds.opened) == (4, 0)
    assert worlds.at(2).page(0).title == "Town 2"
    assert worlds.opened == 1
    assert worlds.at(2) is worlds.at(2) is open_world(folders[2])


def test_a_fingerprint_finds_its_world_and_opens_no_other(folders: list[Path]) -> None:
    wanted = open_world(folders[3]).fingerprint
    worlds = Worlds(folders)
    assert worlds.of(wanted).info.name == "w3"
    assert worlds.opened == 1
    assert worlds.names_of([wanted, ""]) == {wanted: str(folders[3])}


def test_the_one_that_was_not_used_for_longest_is_closed(folders: list[Path]) -> None:
    worlds = Worlds(folders, most_open=2)
    first, held = weakref.ref(worlds.at(0)), worlds.at(1)
    worlds.at(0)
    worlds.at(2)
    assert worlds.opened == 2 and first() is not None
    worlds.at(3)
    gc.collect()
    assert first() is None
    assert held.page(0).title == "Town 1"  # whoever plays in it keeps it
    assert worlds.at(1) is held  # and shares it with who comes back


def test_a_folder_of_worlds_is_all_of_them(folders: list[Path]) -> None:
    worlds = gather_worlds(folders[0].parent)
    assert worlds.names == tuple(map(str, folders))


def test_an_unknown_world_is_told_with_those_that_there_are(folders: list[Path]) -> None:
    worlds = Worlds(folders[:3])
    with pytest.raises(UnknownWorldError, match=r"none of the 3 given \(.*w0, .*w1, .*w2\)"):
        worlds.of("f" * 64)
    with pytest.raises(UnknownWorldError, match="this environment plays in"):
        Worlds(folders[:1]).of("f" * 64)


def test_a_seed_that_is_not_built_is_told_with_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEARCHVL_CACHE", str(tmp_path))
    worlds = gather_worlds("atlas:size=80,seeds=3-6")
    with pytest.raises(UnknownWorldError, match="world build atlas --size 80 --seeds 3"):
        worlds.of("f" * 64)
    assert list(tmp_path.iterdir()) == []  # looking builds nothing


def test_a_seed_is_built_when_it_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEARCHVL_CACHE", str(tmp_path))
    worlds = gather_worlds("atlas:size=1001,seeds=1-2")
    world = worlds.at(1)
    assert (world.info.seed, [entry.name for entry in sorted(tmp_path.glob("atlas-*[0-9]"))]) == (
        2,
        ["atlas-1001-2"],
    )
    assert gather_worlds("atlas:size=1001,seeds=0-9").of(world.fingerprint) is world
    assert default_world(1_001, 2) is world


def test_a_world_that_is_deleted_while_it_is_open(folders: list[Path]) -> None:
    worlds = Worlds(folders)
    fingerprint = worlds.at(1).fingerprint
    shutil.rmtree(folders[1])
    with pytest.raises(WorldError, match="there is no world at"):
        worlds.of(fingerprint)
    write_world(folders[1], 7)  # another one took its place
    with pytest.raises(UnknownWorldError):
        worlds.of(fingerprint)


def test_worlds_travel_to_other_processes(folders: list[Path]) -> None:
    worlds = Worlds(folders, most_open=3)
    worlds.at(0)
    again = pickle.loads(pickle.dumps(worlds))
    assert again.names == worlds.names and again.opened == 0
    assert again.at(0) is worlds.at(0)


@pytest.mark.parametrize(
    ("given", "message"),
    [([], "at least one"), (["atlas:size=mini"], "range"), (["atlas:size=7,seeds=0"], "got 7"),
     ([3], "must be a World")],
)  # fmt: skip
def test_what_are_no_worlds_is_refused(given: list[object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Worlds(given)  # type: ignore[arg-type]


def test_an_empty_folder_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(WorldError, match="is not a world"):
        gather_worlds(tmp_path).at(0)


def test_several_worlds_are_filed_under_one_digest() -> None:
    assert together(["b", "a", "b"]) == together(["a", "b"]) != together(["a", "c"])
