"""A model whose cache does nothing is refused before it plays."""

import inspect
from typing import Any

import pytest
import torch
import transformers

from algos.models import Checkpoint, CheckpointError
from algos.policies.transformers import TransformersPolicy
from algos.tokens.sampler_check import check_sampler
from searchvl_gym.world import World
from tests.algos.tiny_setting import make_checkpoint

NAME = (
    "cache"
    if "cache" in inspect.signature(transformers.Qwen3VLForConditionalGeneration.forward).parameters
    else "past_key_values"
)


def policy(checkpoint: Checkpoint) -> TransformersPolicy:
    return TransformersPolicy(checkpoint, text_environment=True)


def test_a_model_that_swallows_the_cache_is_refused(checkpoint: Checkpoint) -> None:
    class Forgetful(type(checkpoint.model)):  # type: ignore[misc]
        """As a release that calls the cache otherwise."""

        def forward(self, **given: Any) -> Any:
            given.pop("cache", None)
            given.pop("past_key_values", None)
            mask = given["attention_mask"]
            given["attention_mask"] = mask[:, -given["input_ids"].shape[1] :]
            return super().forward(**given)

    checkpoint.model.__class__ = Forgetful
    with pytest.raises(CheckpointError) as seen:
        policy(checkpoint)
    message = str(seen.value)
    assert "\n" not in message
    assert f"with transformers {transformers.__version__} this Forgetful reads" in message
    assert "install a release that was tested (5.17 to 5.24)" in message


def test_a_layer_that_does_more_than_its_equations_is_refused_with_shared_prefixes(
    checkpoint: Checkpoint,
) -> None:
    layer = checkpoint.model.model.language_model.layers[0]
    layer.register_forward_hook(lambda module, given, made: made * 2)
    policy(checkpoint)
    with pytest.raises(CheckpointError, match="reads otherwise with its key-value cache"):
        TransformersPolicy(checkpoint, text_environment=True, share_prefixes=True)


def test_a_cache_by_its_older_name_is_used(tiny_world: World) -> None:
    checkpoint = make_checkpoint(tiny_world, seed=3)

    class Older(type(checkpoint.model)):  # type: ignore[misc]
        """As releases before 5.24, which know no `cache`."""

        def forward(self, past_key_values: Any = None, **given: Any) -> Any:
            assert "cache" not in given
            return super().forward(**{NAME: past_key_values}, **given)

    checkpoint.model.__class__ = Older
    policy(checkpoint)


def test_bfloat16_is_not_taken_for_noise(tiny_world: World) -> None:
    checkpoint = make_checkpoint(tiny_world, seed=4)
    checkpoint.model.to(torch.bfloat16)
    policy(checkpoint)


def test_a_model_is_asked_once(checkpoint: Checkpoint) -> None:
    made = policy(checkpoint)
    checkpoint.model.forward = None
    check_sampler(checkpoint, made.conversation.image_token, made.conversation.padding)
