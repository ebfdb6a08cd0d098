"""The estimate's parts, beside what autograd really keeps for a layer."""

from dataclasses import replace

import pytest
import torch
from transformers import Qwen3VLForConditionalGeneration

from algos.configs import load_config
from algos.models.adapters import add_adapters
from algos.models.shapes import published_shape
from algos.training.dry_run import ACTIVATION_WIDTHS, GIB, describe_estimate, estimate

TOKENS = 74
WIDTH = 512
"""No weight has as many entries as an activation of this many tokens."""


def kept(layers: int, rank: int, checkpointing: bool) -> tuple[int, int]:
    """Bytes that the backward pass of a decoder in the 2B's proportions keeps.

    Returns:
        Those of activations, and those of the bfloat16 copies of weights.
    """
    shape = published_shape("qwen3-vl-2b")
    text, vision = shape.text_config, shape.vision_config
    text.num_hidden_layers, text.vocab_size = layers, 64
    # A quarter of the width, in the 2B's proportions.
    text.hidden_size, text.intermediate_size = WIDTH, 3 * WIDTH
    text.num_attention_heads, text.num_key_value_heads = 4, 2
    vision.depth, vision.deepstack_visual_indexes, vision.out_hidden_size = 1, [0], WIDTH
    usual = torch.get_default_dtype()
    torch.set_default_dtype(torch.bfloat16 if rank else torch.float32)
    try:
        model = Qwen3VLForConditionalGeneration(shape)
    finally:
        torch.set_default_dtype(usual)
    if rank:
        model = add_adapters(model, rank)
    if checkpointing:
        model.gradient_checkpointing_enable({"use_reentrant": False})
    model.train()
    sizes = {weight.numel() for weight in model.parameters() if weight.ndim == 2}
    weights = {weight.untyped_storage().data_ptr() for weight in model.parameters()}
    seen: dict[int, torch.Tensor] = {}

    def keep(tensor: torch.Tensor) -> torch.Tensor:
        place = tensor.untyped_storage().data_ptr()
        if place not in weights:
            seen[place] = tensor
        return tensor

    places = torch.arange(TOKENS)
    with (
        torch.autocast("cpu", dtype=torch.bfloat16),
        torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor),
    ):
        model.model(
            input_ids=places[None] % 64,
            attention_mask=torch.ones(1, TOKENS, dtype=torch.long),
            position_ids=places.expand(4, 1, TOKENS),
            use_cache=False,
        )
    copies = [each for each in seen.values() if each.untyped_storage().nbytes() // 2 in sizes]
    total = sum(each.untyped_storage().nbytes() for each in seen.values())
    cast = sum(each.untyped_storage().nbytes() for each in copies)
    return total - cast, cast


@pytest.mark.parametrize("rank", [0, 8])
def test_a_layer_keeps_as_many_activations_as_estimated(rank: int) -> None:
    (one, _), (two, _) = kept(1, rank, False), kept(2, rank, False)
    widths = (two - one) / TOKENS / WIDTH / 2
    assert widths == pytest.approx(ACTIVATION_WIDTHS, rel=0.1)


def test_with_checkpointing_a_layer_keeps_its_input_only() -> None:
    (one, _), (two, _) = kept(1, 8, True), kept(2, 8, True)
    assert two - one == TOKENS * WIDTH * 2


def test_each_trained_weight_has_a_bfloat16_copy_under_autocast() -> None:
    (_, one), (_, two) = kept(1, 0, False), kept(2, 0, False)
    attention = WIDTH * 128 * (4 + 2 + 2 + 4)
    assert two - one == 2 * (attention + 3 * WIDTH * 3 * WIDTH)


def test_the_parts_add_up() -> None:
    config = load_config("qwen3-vl-8b-8gpu")
    found = estimate(config)
    assert found.weights_gib == pytest.approx(found.parameters * 4 / 8 / GIB)
    assert found.moments_gib == pytest.approx(2 * found.gradients_gib)
    assert found.copies_gib == pytest.approx(found.weights_gib / 2)
    # With all weights and checkpointing the gradients outweigh one layer's activations.
    assert found.updating_gib >= found.weights_gib + found.moments_gib + found.gradients_gib
    adapted = estimate(replace(config, model=replace(config.model, lora_rank=16, processes=1)))
    assert adapted.copies_gib == 0
    assert adapted.weights_gib == pytest.approx(found.parameters * 2 / GIB)
    assert found.total_gib == max(found.sampling_gib, found.updating_gib)
    assert describe_estimate(found).count("\n") == 3


def test_more_tokens_need_more_memory_and_checkpointing_less() -> None:
    config = load_config("qwen3-vl-2b-1gpu")
    usual = estimate(config)
    long = estimate(replace(config, grpo=replace(config.grpo, tokens=2 * config.grpo.tokens)))
    whole = estimate(replace(config, model=replace(config.model, gradient_checkpointing=False)))
    assert long.activations_gib == pytest.approx(2 * usual.activations_gib)
    assert whole.activations_gib > 8 * usual.activations_gib
