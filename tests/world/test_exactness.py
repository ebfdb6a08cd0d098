"""One world everywhere: what is drawn and what a fingerprint states, on simulated machines."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks import exactness_goldens
from benchmarks.exactness import MACHINES, Machine, run_on
from benchmarks.exactness_machine import play
from searchvl_gym.world import World
from searchvl_gym.world.pictures import DRAWING_VERSION

REMAKE = "python -m benchmarks.exactness_goldens"


@pytest.fixture(scope="module")
def golden() -> dict[str, Any]:
    held: dict[str, Any] = json.loads(exactness_goldens.FILE.read_text(encoding="utf-8"))
    return held


@pytest.fixture(scope="module")
def here() -> dict[str, Any]:
    return exactness_goldens.goldens()


def test_the_version_of_the_drawing_code_is_raised_with_its_pixels(
    golden: dict[str, Any], here: dict[str, Any]
) -> None:
    # Drawings belong to a release of Pillow; one without golden digests is compared with the
    # simulated machines only.
    assert golden["drawing_version"] == DRAWING_VERSION, f"run {REMAKE}"
    made = here["drawings"][exactness_goldens.pillow_name()]
    known = golden["drawings"].get(exactness_goldens.pillow_name(), made)
    changed = [name for name, digest in known.items() if made.get(name) != digest]
    assert not changed, f"other pixels of {changed}: raise DRAWING_VERSION and run {REMAKE}"


def test_fingerprints_are_the_golden_ones(golden: dict[str, Any], here: dict[str, Any]) -> None:
    # Earth's belongs to the versions of its data packages, likewise.
    known = golden["fingerprints"].keys() & here["fingerprints"].keys()
    assert "atlas mini, on demand" in known
    for name in known:
        assert here["fingerprints"][name] == golden["fingerprints"][name], f"{name}: {REMAKE}"


def run(label: str, *arguments: str) -> Any:
    return json.loads(run_on(Machine(label, sys.executable, MACHINES[label]), *arguments))


def test_the_oldest_processor_draws_and_decides_the_same(here: dict[str, Any]) -> None:
    assert run("oldest processor", "benchmarks.exactness_goldens", "--print") == here


@pytest.mark.parametrize("label", ["OpenCV without IPP", "many threads"])
def test_other_machines_draw_the_same(label: str, here: dict[str, Any]) -> None:
    drawn = run(label, "benchmarks.exactness_goldens", "--drawings")
    assert drawn == here["drawings"][exactness_goldens.pillow_name()]


def test_the_oracle_reads_the_same_on_the_oldest_processor(
    mini_world: World, tmp_path: Path
) -> None:
    child = ("benchmarks.exactness_machine", "play", str(mini_world.path), "1")
    here = play(mini_world.path, 1, tmp_path / "run")
    assert here["solved"] == 1
    assert run("oldest processor", *child) == here
