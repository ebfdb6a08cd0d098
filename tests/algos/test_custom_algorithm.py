"""The example registers an algorithm of its own and trains with it."""

import ast
import importlib.util
from pathlib import Path

import pytest
import torch

import algos
from algos.models import Checkpoint, load_checkpoint, save_checkpoint
from searchvl_gym.rollout import registry
from searchvl_gym.world import World
from tests.algos.test_fatal_grpo import LengthReward
from tests.algos.tiny_setting import make_environment

EXAMPLE = Path(__file__).parents[2] / "examples" / "custom_algorithm.py"


def test_it_is_registered_made_and_learns_to_be_brief(
    checkpoint: Checkpoint, tiny_world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "_REGISTERED", {})
    spec = importlib.util.spec_from_file_location("custom_algorithm", EXAMPLE)
    assert spec is not None
    assert spec.loader is not None
    spec.loader.exec_module(importlib.util.module_from_spec(spec))
    assert "reinforce" in algos.available()
    save_checkpoint(checkpoint, tmp_path / "model")
    made = algos.make(
        "reinforce",
        model=str(tmp_path / "model"),
        learning_rate=3e-3,
        episodes=4,
        turn_tokens=6,
        episode_tokens=600,
    )
    environment = make_environment(tiny_world, reward=LengthReward(), faults=None)
    figures = made.train(environment, steps=3)
    assert len(figures) == 3
    assert all(line["rollouts"] == 4 for line in figures)
    assert any(line["loss"] != 0 for line in figures)
    before = load_checkpoint(tmp_path / "model").model.state_dict()
    after = made.checkpoint.model.state_dict()
    assert any(not torch.equal(before[name], after[name]) for name in before)


def test_it_is_short_and_uses_public_names_only() -> None:
    source = EXAMPLE.read_text(encoding="utf-8")
    assert len(source.splitlines()) <= 80
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom):
            names = [*(node.module or "").split("."), *(name.name for name in node.names)]
            assert not any(name.startswith("_") for name in names)
