"""One world everywhere: what is drawn and what a fingerprint states, on simulated machines."""

import json
import sys
from typing import Any

import pytest

from benchmarks import exactness_goldens
from benchmarks.exactness import MACHINES, Machine, run_on
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
    assert golden["drawing_version"] == DRAWING_VERSION, f"run {REMAKE}"
    changed = [
        name for name, digest in golden["drawings"].items() if here["drawings"][name] != digest
    ]
    assert not changed, f"other pixels of {changed}: raise DRAWING_VERSION and run {REMAKE}"


def test_fingerprints_are_the_golden_ones(golden: dict[str, Any], here: dict[str, Any]) -> None:
    # Earth's belongs to the versions of its data packages; others than the golden ones are
    # compared with the simulated machines only.
    known = golden["fingerprints"].keys() & here["fingerprints"].keys()
    assert "atlas mini, on demand" in known
    for name in known:
        assert here["fingerprints"][name] == golden["fingerprints"][name], f"{name}: {REMAKE}"


@pytest.mark.parametrize("label", ["oldest processor", "many threads"])
def test_simulated_machines_draw_and_decide_the_same(label: str, here: dict[str, Any]) -> None:
    machine = Machine(label, sys.executable, MACHINES[label])
    assert json.loads(run_on(machine, "benchmarks.exactness_goldens", "--print")) == here


def test_the_oracle_reads_the_same_on_the_oldest_processor(mini_world: World) -> None:
    arguments = ("benchmarks.exactness_machine", "play", str(mini_world.path), "2")
    played = [
        json.loads(run_on(Machine(label, sys.executable, MACHINES[label]), *arguments))
        for label in ("this one", "oldest processor")
    ]
    assert played[0]["solved"] == 2
    assert played[0] == played[1]
