"""An import and its picture index on a cluster are those of this machine, byte for byte."""

import json
from pathlib import Path

import pytest

from searchvl_gym.cli import main
from searchvl_gym.world import open_world
from searchvl_gym.world.sources.zim import import_zim


@pytest.mark.needs("ray")
def test_the_same_world_on_ray(
    wiki: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    here = import_zim(wiki, tmp_path / "here", pictures="all", progress=False)
    out = tmp_path / "there"
    line = [
        "world", "import-zim", str(wiki), "--out", str(out), "--pictures", "all", "--json",
        "--engine", "ray", "--workers", "2",
    ]  # fmt: skip
    assert main(line) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert told["image_index"] and told["fingerprint"] == here.fingerprint
    there = open_world(out)
    assert there.info.settings == here.info.settings
    for file in sorted((here.path / "image_index").iterdir()):
        assert (out / "image_index" / file.name).read_bytes() == file.read_bytes(), file.name
