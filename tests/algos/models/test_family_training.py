"""Other families learn too: the loss by hand, on-policy first steps, kill and resume."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from small_setting import Score, picture
from torch.nn import functional

from algos import sft
from algos.configs import ModelConfig
from algos.fatal_grpo import train as train_grpo
from algos.models import Checkpoint, load_checkpoint, save_checkpoint
from algos.models.adapters import expert_parameters
from algos.models.placement import prepare_for_training
from algos.tokens.conversation import Conversation
from algos.tokens.scoring import BalancedScorer, Scorer, batch_for
from algos.tokens.trajectory import TokenTrajectory
from algos.training.optimizers import freeze
from algos.training.run_directory import TrainingError, read_log
from searchvl_gym.types import Trajectory
from searchvl_gym.world import World
from tests.algos.models.tiny_families import FAST, PLAIN, make_family_checkpoint
from tests.algos.tiny_setting import FORM, GRPO, SFT, make_environment, suite

TRAINED = ("qwen3_vl_moe", "qwen3_5", *PLAIN[:5])
"""One of each way to read; those that share all code with one of them are left out."""


class LengthReward:
    """Pays for short turns, so that rollouts of a group differ whatever a random model says."""

    def score(self, trajectory: Trajectory, world: Any) -> Score:
        characters = sum(len(step.text or "") for step in trajectory.steps)
        return Score(1 / (1 + characters), {"accuracy": 0.0, "format": 1.0})


class Killed(Exception):
    """Stands for a kill between two steps."""


def demonstrations(checkpoint: Checkpoint) -> list[TokenTrajectory]:
    """Two episodes of different length, with pictures in the prompt and in a result."""
    conversation = Conversation(checkpoint)
    made = []
    for turns in (("call crop|x= 1", "answer 1900"), ("answer it",)):
        trajectory = TokenTrajectory()
        trajectory.read(conversation.prompt("rules", "what?", [picture(len(turns))]), -1)
        for step, turn in enumerate(turns):
            tokens = conversation.turn(turn)
            trajectory.write(tokens, [0.0] * len(tokens), step)
            if turn != turns[-1]:
                news = [picture(3), picture(4)]
                trajectory.read(conversation.observation("cropped", news), step)
        made.append(trajectory)
    return made


def loss_by_hand(checkpoint: Checkpoint, data: list[TokenTrajectory]) -> float:
    """Mean of −log p over written tokens, one trajectory after another and by the whole model."""
    losses = []
    for trajectory in data:
        inputs = batch_for(checkpoint, [trajectory]).inputs
        with torch.no_grad():
            logits = checkpoint.model(**inputs, use_cache=False).logits[0, :-1]
        targets = torch.tensor(trajectory.tokens[1:])
        every = functional.cross_entropy(logits, targets, reduction="none")
        losses += every[torch.tensor(trajectory.generated[1:])].tolist()
    return sum(losses) / len(losses)


@pytest.mark.parametrize("name", TRAINED)
def test_sft_takes_the_mean_over_what_was_written(name: str, tmp_path: Path) -> None:
    checkpoint = make_family_checkpoint(name)
    data = demonstrations(checkpoint)
    expected = loss_by_hand(checkpoint, data)
    trained = sft.train(checkpoint, data, replace(SFT, steps=3), tmp_path / "run")
    log = read_log(tmp_path / "run")
    assert log[0]["loss"] == pytest.approx(expected, abs=1e-5)
    assert log[-1]["loss"] < log[0]["loss"]
    loaded = load_checkpoint(tmp_path / "run" / "model")
    assert loss_by_hand(loaded, data) == pytest.approx(loss_by_hand(trained, data), abs=1e-6)


def setting(world: World) -> dict[str, Any]:
    return make_environment(world, reward=LengthReward(), faults=None)


def player(name: str, world: World) -> Checkpoint:
    made = make_family_checkpoint(name)
    prompt = FORM.system_prompt(suite().schemas())
    made.card = {"wire_format": "compact", "system_prompt": prompt, "world": world.fingerprint}
    return made


@pytest.mark.parametrize("name", TRAINED)
def test_grpo_begins_on_policy_and_is_resumed_exactly(
    name: str, tiny_world: World, tmp_path: Path
) -> None:
    config = replace(GRPO, steps=2, minibatches=1, turn_tokens=4, episode_tokens=900, tokens=4000)
    whole = train_grpo(player(name, tiny_world), config, setting(tiny_world), tmp_path / "whole")
    first = read_log(tmp_path / "whole")[0]
    assert first["ratio_min"] == pytest.approx(1, abs=1e-5)
    assert first["ratio_max"] == pytest.approx(1, abs=1e-5)
    assert first["clip_fraction"] == 0 and first["gradient_norm"] > 0

    def die(done: int, total: int, figures: dict[str, float]) -> None:
        # The first step's state is on the disk by then, the second's is not.
        if done == 2:
            raise Killed

    with pytest.raises(Killed):
        train_grpo(
            player(name, tiny_world), config, setting(tiny_world), tmp_path / "cut", progress=die
        )
    cut = train_grpo(player(name, tiny_world), config, setting(tiny_world), tmp_path / "cut")
    after = cut.model.state_dict()
    for key, weight in whole.model.state_dict().items():
        assert torch.equal(weight, after[key]), key


def test_the_balance_loss_is_k_where_experts_are_used_evenly() -> None:
    checkpoint = make_family_checkpoint("qwen3_vl_moe")
    data = demonstrations(checkpoint)
    batch = batch_for(checkpoint, data)
    scores, entropy, balance = BalancedScorer(checkpoint.model)(batch)
    plain, spread = Scorer(checkpoint.model)(batch)
    assert torch.equal(scores, plain) and torch.equal(entropy, spread)
    balance.backward()
    gates = [w for n, w in checkpoint.model.named_parameters() if n.endswith("mlp.gate.weight")]
    assert all(gate.grad is not None and gate.grad.abs().sum() > 0 for gate in gates)
    for gate in gates:
        gate.data.zero_()
    _, _, even = BalancedScorer(checkpoint.model)(batch)
    # Every expert is as likely as any: 4 × Σ (share of 2 slots) / 4 = 2.
    assert float(even.detach()) == pytest.approx(2, abs=1e-6)


def test_sft_adds_the_balance_loss_only_where_it_is_asked_for(tmp_path: Path) -> None:
    checkpoint = make_family_checkpoint("qwen3_vl_moe")
    data = demonstrations(checkpoint)
    expected = loss_by_hand(checkpoint, data)
    sft.train(checkpoint, data, replace(SFT, steps=1, router_balance=0.1), tmp_path / "with")
    line = read_log(tmp_path / "with")[0]
    assert line["loss"] == pytest.approx(expected, abs=1e-5)
    assert line["router_balance"] > 0
    with pytest.raises(ValueError, match="a qwen2_5_vl has no experts to balance"):
        BalancedScorer(make_family_checkpoint("qwen2_5_vl").model)
    with pytest.raises(TrainingError, match="router_balance must not be negative"):
        sft.train(checkpoint, data, replace(SFT, router_balance=-1.0), tmp_path / "none")


@pytest.mark.parametrize("name", [*FAST, *PLAIN])
@pytest.mark.parametrize("part", ["vision", "projector", "decoder", "head"])
def test_parts_are_frozen_by_name(name: str, part: str) -> None:
    checkpoint = make_family_checkpoint(name)
    assert freeze(checkpoint.model, (part,)) > 0
    beginnings = checkpoint.family.parts[part]
    # A head that is tied to the embedding has its name as well.
    named = list(checkpoint.model.named_parameters(remove_duplicate=False))
    frozen = {id(weight) for key, weight in named if key.startswith(beginnings)}
    for key, weight in named:
        assert weight.requires_grad is (id(weight) not in frozen), key


def test_experts_are_frozen_by_name() -> None:
    model = make_family_checkpoint("qwen3_5_moe").model
    # Four layers of four experts: 2 × 24 × 32 up and 24 × 32 down.
    assert freeze(model, ("experts",)) == 4 * 4 * 3 * 24 * 32
    assert not any(model.get_parameter(each).requires_grad for each in expert_parameters(model))
    with pytest.raises(ValueError, match="begins with 'experts'"):
        freeze(make_family_checkpoint("qwen3_vl").model, ("experts",))


@pytest.mark.parametrize(
    ("name", "experts"),
    [("qwen3_vl_moe", True), ("qwen3_vl_moe", False), ("qwen3_5", False), ("smolvlm", False)],
)
def test_adapters_are_folded_into_what_is_saved(name: str, experts: bool, tmp_path: Path) -> None:
    checkpoint = make_family_checkpoint(name)
    plain = set(checkpoint.model.state_dict())
    data = demonstrations(checkpoint)
    before = loss_by_hand(checkpoint, data)
    prepare_for_training(checkpoint, ModelConfig(lora_rank=2, lora_experts=experts))
    assert loss_by_hand(checkpoint, data) == pytest.approx(before, abs=1e-6)
    trained = [key for key, weight in checkpoint.model.named_parameters() if weight.requires_grad]
    assert trained and all(".lora_" in key and ".layers." in key for key in trained)
    assert any("experts" in key for key in trained) is experts
    assert any("linear_attn" in key for key in trained) is (name == "qwen3_5")
    assert not any("vision" in key for key in trained)
    generator = torch.Generator().manual_seed(0)
    for key in trained:
        checkpoint.model.get_parameter(key).data.normal_(std=0.1, generator=generator)
    moved = loss_by_hand(checkpoint, data)
    assert abs(moved - before) > 1e-3
    save_checkpoint(checkpoint, tmp_path / "model")
    loaded = load_checkpoint(tmp_path / "model")
    assert set(loaded.model.state_dict()) == plain
    assert loss_by_hand(loaded, data) == pytest.approx(moved, abs=1e-5)
