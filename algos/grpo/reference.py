"""The reference policy of `beta`: what the run started from, held beside what is trained.

Under adapters it is the model itself with the adapters switched off, and costs nothing. Else it
is a frozen copy of the weights, beside the model or in the machine's memory.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any, Literal

import psutil
import torch
from torch import Tensor

from algos.models import Checkpoint
from algos.rollouts.group import Rollout
from algos.rollouts.scores import score_rollouts
from algos.tokens.scoring import Scorer
from algos.training.run_directory import TrainingError

ReferenceDevice = Literal["model", "cpu"]

GIB = 2**30


class Reference:
    """Scores rollouts as the policy of the start would.

    Args:
        checkpoint: Its model is the policy of the start.
        temperature: Of the sampling.
        frequency_penalty: Of the sampling.
        place: Where a copy is held: beside the `model`, or on the `cpu`.

    Raises:
        TrainingError: When there is too little memory for a copy.
    """

    def __init__(
        self,
        checkpoint: Checkpoint,
        *,
        temperature: float,
        place: str,
        frequency_penalty: float = 0.0,
    ) -> None:
        model = checkpoint.model
        self._adapted = has_adapters(model)
        if not self._adapted:
            device = torch.device("cpu") if place == "cpu" else model.device
            check_room(copy_bytes(model), free_bytes(device), device)
            model = copy.deepcopy(model).to(device).requires_grad_(False).eval()
        self._scorer = Scorer(model, temperature=temperature, frequency_penalty=frequency_penalty)

    def score(self, checkpoint: Checkpoint, rollouts: Sequence[Rollout], *, tokens: int) -> Tensor:
        """Log-probabilities as `score_rollouts` gives them, on the device of the checkpoint."""
        model = self._scorer.model
        with adapters_off(model) if self._adapted else nullcontext():
            found = score_rollouts(
                self._scorer, checkpoint, rollouts, tokens=tokens, device=model.device
            )
        return found.to(checkpoint.model.device)


def has_adapters(model: Any) -> bool:
    """Whether adapters sit inside a model."""
    return any(hasattr(layer, "lora_A") for layer in model.modules())


@contextmanager
def adapters_off(model: Any) -> Iterator[None]:
    """For a while a model computes as if it had no adapters."""
    layers = [layer for layer in model.modules() if hasattr(layer, "lora_A")]
    before = [list(layer.active_adapters) for layer in layers]
    trained = [weight for weight in model.parameters() if weight.requires_grad]
    for layer in layers:
        layer.enable_adapters(False)
    try:
        yield
    finally:
        for layer, names in zip(layers, before, strict=True):
            layer.enable_adapters(True)
            layer.set_adapter(names)
        # peft decides anew what is trained whenever adapters are switched.
        for weight in trained:
            weight.requires_grad_(True)


def copy_bytes(model: Any) -> int:
    """What a copy of a model's weights takes."""
    return sum(weight.numel() * weight.element_size() for weight in model.parameters())


def free_bytes(device: torch.device) -> int:
    """Memory that is free on a device."""
    if device.type == "cuda":
        return int(torch.cuda.mem_get_info(device)[0])
    return int(psutil.virtual_memory().available)


def check_room(needed: int, free: int, device: torch.device) -> None:
    """Refuse a copy that does not fit.

    Raises:
        TrainingError: With both figures and what can be done instead.
    """
    if needed > free:
        other = ' reference_device = "cpu",' if device.type != "cpu" else ""
        raise TrainingError(
            f"beta above 0 needs a copy of the model as its reference, {needed / GIB:.2f} GiB, and "
            f"{free / GIB:.2f} GiB are free on {device}; take{other} adapters (lora_rank), whose "
            "reference costs nothing, or beta = 0"
        )
