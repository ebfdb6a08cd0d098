"""Tests of `searchvl_gym.world.many.crew`: worlds built in several processes."""

import shutil
from pathlib import Path

import pytest

from searchvl_gym.cli import main
from searchvl_gym.world import WorldError, open_world
from searchvl_gym.world.many.crew import BuildCrew, BuildJob
from searchvl_gym.world.sources.atlas import build_atlas

SIZE = 60


def digests(world: Path) -> dict[str, bytes]:
    return {
        str(file.relative_to(world)): file.read_bytes()
        for file in world.rglob("*")
        if file.is_file() and "text_index" not in file.parts and file.name != "world.json"
    }


def test_many_worlds_are_those_that_are_built_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["world", "build", "atlas", "--size", str(SIZE), "--out", str(tmp_path / "all")]
    assert main([*command, "--seeds", "0-1", "--workers", "2"]) == 0
    assert "2 worlds: atlas:size=60,seeds=0-1" in capsys.readouterr().out
    alone = build_atlas(tmp_path / "alone", size=SIZE, seed=1, workers=2, progress=False)
    together = open_world(tmp_path / "all" / f"atlas-{SIZE}-1")
    assert together.fingerprint == alone.fingerprint
    assert digests(together.path) == digests(alone.path)
    # The same command again keeps what is there, and builds what is missing.
    stamp = (together.path / "world.json").stat().st_mtime_ns
    shutil.rmtree(tmp_path / "all" / f"atlas-{SIZE}-0")
    assert main([*command, "--seeds", "0-1"]) == 0
    assert (together.path / "world.json").stat().st_mtime_ns == stamp
    assert open_world(tmp_path / "all" / f"atlas-{SIZE}-0").info.seed == 0
    shutil.move(tmp_path / "alone", tmp_path / "all" / f"atlas-{SIZE}-2")
    assert main([*command, "--seeds", "2"]) == 1
    assert "is another world" in capsys.readouterr().err


def test_what_cannot_be_built_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with BuildCrew(1) as crew:
        job = BuildJob(SIZE, 0, path=str(tmp_path / "file" / "world"))
        with pytest.raises(WorldError, match="cannot write to"):
            crew.submit(job).result()
    with pytest.raises(ValueError, match="at least 1"):
        BuildCrew(0)


@pytest.mark.parametrize(
    "options",
    [["--seeds", "3-1"], ["--seeds", "0", "--seed", "1"], ["--engine", "ray"],
     ["earth", "--seeds", "0"], ["--seeds", "0-1", "--size", "7"]],
)  # fmt: skip
def test_wrong_options_are_one_line(options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    try:
        status = main(["world", "build", *options])
    except SystemExit as stopped:
        status = int(stopped.code or 0)
    assert status != 0
    assert "Traceback" not in capsys.readouterr().err
