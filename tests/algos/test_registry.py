import subprocess
import sys
from collections.abc import Iterator

import pytest

import algos
from searchvl_gym.rollout import registry


@pytest.fixture(autouse=True)
def _own_registrations(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(registry, "_REGISTERED", {})
    yield


def test_installed_policies_are_available() -> None:
    assert {"random", "oracle", "no_tool", "one_image_search"} <= set(algos.available())


@pytest.mark.parametrize("name", ["random", "oracle", "no_tool", "one_image_search"])
def test_made_policies_know_their_name(name: str) -> None:
    assert algos.make(name).name == name


def test_registering_hides_an_entry_point_and_can_be_repeated() -> None:
    algos.register("random", lambda: "first")
    algos.register("random", lambda: "second")
    assert algos.make("random") == "second"
    assert algos.available().count("random") == 1


def test_keyword_arguments_reach_the_factory() -> None:
    algos.register("pair", lambda left, *, right=2: (left, right))
    assert algos.make("pair", left=1) == (1, 2)


def test_unknown_name_lists_the_names() -> None:
    with pytest.raises(ValueError, match=r"no policy 'orakel'; available: .*oracle"):
        algos.make("orakel")


def test_wrong_keyword_says_what_there_is() -> None:
    with pytest.raises(ValueError, match=r"policy 'random': .*'speed'; it takes answer_chance"):
        algos.make("random", speed=3)
    with pytest.raises(ValueError, match="answer_chance must be above 0"):
        algos.make("random", answer_chance=0.0)


def test_type_errors_inside_a_factory_are_not_swallowed() -> None:
    algos.register("broken", lambda: len(3))
    with pytest.raises(TypeError, match="has no len"):
        algos.make("broken")


@pytest.mark.parametrize("name", ["", "a:b", "a b", "_x", "é!"])
def test_bad_names_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="must be made of letters"):
        algos.register(name, dict)


def test_a_factory_must_be_callable() -> None:
    with pytest.raises(TypeError, match="must be callable"):
        algos.register("three", 3)


def test_listing_loads_no_policy() -> None:
    code = "import algos, sys; algos.available(); print('algos.policies' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
