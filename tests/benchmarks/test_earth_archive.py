"""A world written as an archive comes back from its import, and an estimate foresees it."""

from pathlib import Path

import pytest

from benchmarks.earth_archive.comparing import compare
from benchmarks.earth_archive.packing import pack
from searchvl_gym.cli import main
from searchvl_gym.world import World
from searchvl_gym.world.sources.zim import import_zim
from searchvl_gym.world.sources.zim.estimate import estimate

PICTURES = 12


@pytest.fixture(scope="module")
def archive(mini_world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("archive") / "atlas.zim"
    pack(mini_world, file, pictures=PICTURES)
    return file


@pytest.fixture(scope="module")
def imported(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> World:
    path = tmp_path_factory.mktemp("imported") / "atlas"
    return import_zim(archive, path, pictures="all", progress=False)


def test_facts_come_back_and_none_is_wrong(mini_world: World, imported: World) -> None:
    figures = compare(mini_world, imported)
    assert figures["facts that came back"] >= 0.97 * figures["facts"]
    assert figures["facts that are wrong"] == figures["rows that are wrong"] == 0
    assert figures["links that came back"] == figures["links"]
    assert figures["pictures that came back"] == PICTURES


def test_an_estimate_foresees_the_import(archive: Path, imported: World) -> None:
    told = estimate(archive, pictures="all")
    counts = imported.info.counts
    assert told.articles == pytest.approx(counts["pages"], rel=0.2)
    assert told.pictures == pytest.approx(counts["images"], rel=0.5)
    files = [file for file in imported.path.rglob("*") if file.is_file()]
    size = sum(file.stat().st_size for file in files)
    assert told.world_bytes + told.index_bytes == pytest.approx(size, rel=0.2)


def test_an_estimate_leaves_nothing_behind(
    archive: Path, imported: World, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["world", "import-zim", str(archive), "--estimate", "--limit", "20"]) == 0
    told = capsys.readouterr().out
    assert "articles" in told and "--index-pictures adds" in told
    assert [path.name for path in archive.parent.iterdir()] == ["atlas.zim"]
