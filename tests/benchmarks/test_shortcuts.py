"""Shortcuts: one call at most, the tasks as they are packed."""

from __future__ import annotations

import pytest

from benchmarks import shortcuts
from searchvl_gym.types import Task
from searchvl_gym.world import World


def test_a_blind_policy_plays_without_the_pictures(mini_world: World) -> None:
    page = next(page for page in mini_world.pages() if page.kind == "building")
    known = Task("known", f"What is {page.title}?", page.title)
    unknown = Task("unknown", f"What is {page.title}?", "something else entirely")
    assert shortcuts.right(mini_world, [known, unknown], "one_text_search", 0) == 1
    assert shortcuts.right(mini_world, [known, unknown], "no_tool", 0) == 0


def test_a_suite_that_is_not_packed_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert shortcuts.main(["--suite", "atlas-smell", "--policies", "no_tool"]) == 2
    assert "atlas-smell" in capsys.readouterr().err
