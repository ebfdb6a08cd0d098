from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from algos.configs import ModelConfig
from algos.models import Checkpoint, load_checkpoint, save_checkpoint
from algos.models import placement as placement_module
from algos.models.adapters import plain_weights
from algos.models.placement import choose_placement, load_for_training, prepare_for_training
from algos.tokens.conversation import Conversation
from algos.tokens.scoring import Scorer
from algos.tokens.trajectory import TokenBatch, TokenTrajectory, make_batch

HALF = ModelConfig(dtype="bfloat16", attention="flash_attention_2", gradient_checkpointing=True)


def batch_of(checkpoint: Checkpoint) -> TokenBatch:
    conversation = Conversation(checkpoint)
    made = TokenTrajectory()
    made.read(conversation.prompt("rules", "what?", []), -1)
    made.write(conversation.turn("answer 1900"), [0.0] * len(conversation.turn("answer 1900")), 0)
    return make_batch(
        [made], padding=conversation.padding, image_token=conversation.image_token, merge=2
    )


def scores_of(checkpoint: Checkpoint) -> Tensor:
    scores, _ = Scorer(checkpoint.model)(batch_of(checkpoint))
    return scores


def test_a_cpu_gets_what_it_can_do() -> None:
    found = choose_placement(HALF, "cpu")
    assert (found.dtype, found.attention, found.mixed_precision) == (torch.float32, "sdpa", "no")


@pytest.mark.parametrize(
    ("bfloat16", "flash", "rank", "expected"),
    [
        (True, True, 0, (torch.float32, "flash_attention_2", "bf16")),
        (True, True, 8, (torch.bfloat16, "flash_attention_2", "bf16")),
        (True, False, 0, (torch.float32, "sdpa", "bf16")),
        (False, True, 8, (torch.float32, "sdpa", "no")),
    ],
)
def test_cuda_falls_back_to_what_is_there(
    monkeypatch: pytest.MonkeyPatch,
    bfloat16: bool,
    flash: bool,
    rank: int,
    expected: tuple[Any, ...],
) -> None:
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda: bfloat16)
    monkeypatch.setattr(placement_module, "find_spec", lambda name: object() if flash else None)
    config = ModelConfig(dtype="bfloat16", attention="flash_attention_2", lora_rank=rank)
    found = choose_placement(config, "cuda:0")
    assert (found.dtype, found.attention, found.mixed_precision) == expected


def test_adapters_alone_are_trained_and_change_nothing_at_first(checkpoint: Checkpoint) -> None:
    before = scores_of(checkpoint)
    kind = type(checkpoint.model)
    prepare_for_training(checkpoint, ModelConfig(lora_rank=2))
    assert type(checkpoint.model) is kind
    torch.testing.assert_close(scores_of(checkpoint), before)
    trained = [name for name, weight in checkpoint.model.named_parameters() if weight.requires_grad]
    assert trained
    assert all(".lora_" in name and ".language_model.layers." in name for name in trained)
    assert {name.split(".lora_")[0].rpartition(".")[2] for name in trained} == set(
        checkpoint.family.lora_targets
    )
    scores_of(checkpoint).sum().backward()
    moved = [
        name
        for name, weight in checkpoint.model.named_parameters()
        if weight.grad is not None and weight.grad.abs().sum() > 0
    ]
    assert moved
    assert set(moved) <= set(trained)


def test_a_trained_adapter_is_saved_as_plain_weights(
    checkpoint: Checkpoint, tmp_path: Path
) -> None:
    plain = set(checkpoint.model.state_dict())
    prepare_for_training(checkpoint, ModelConfig(lora_rank=2))
    with torch.no_grad():
        for name, weight in checkpoint.model.named_parameters():
            if ".lora_" in name:
                weight.normal_(std=0.2, generator=torch.Generator().manual_seed(len(name)))
    scores = scores_of(checkpoint)
    save_checkpoint(checkpoint, tmp_path / "model")
    loaded = load_checkpoint(tmp_path / "model")
    assert set(loaded.model.state_dict()) == plain
    torch.testing.assert_close(scores_of(loaded), scores, atol=1e-4, rtol=1e-4)
    # Training can go on with the adapters.
    torch.testing.assert_close(scores_of(checkpoint), scores)


def test_plain_weights_of_a_model_without_adapters_are_its_own(checkpoint: Checkpoint) -> None:
    model: nn.Module = checkpoint.model
    assert plain_weights(model).keys() == model.state_dict().keys()


def test_adapters_of_a_half_precision_model_are_float32(checkpoint: Checkpoint) -> None:
    checkpoint.model.to(torch.bfloat16)
    prepare_for_training(checkpoint, ModelConfig(lora_rank=2))
    kinds = {weight.requires_grad: weight.dtype for weight in checkpoint.model.parameters()}
    assert kinds == {False: torch.bfloat16, True: torch.float32}
    assert scores_of(checkpoint).isfinite().all()


def test_loading_for_training_follows_the_configuration(
    checkpoint: Checkpoint, tmp_path: Path
) -> None:
    save_checkpoint(checkpoint, tmp_path / "model")
    loaded = load_for_training(tmp_path / "model", HALF, "cpu")
    assert loaded.model.dtype == torch.float32
    assert loaded.model.is_gradient_checkpointing
    torch.testing.assert_close(scores_of(loaded), scores_of(checkpoint))
