"""Which parameters are trained, and by which optimiser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import torch
from torch import nn

from algos.models.adapters import expert_parameters
from algos.models.families import find_family
from algos.training.muon import Muon


def freeze(model: Any, parts: tuple[str, ...]) -> int:
    """Take parameters out of training; how many were taken.

    Args:
        model: Of one of `FAMILIES`.
        parts: Parts of a model by name (`vision`, `projector`, `decoder`, `head`, `experts`), or
            beginnings of parameters' names. `vision` is the tower with what stands within it,
            which in Qwen and GLM is the projector as well.

    Raises:
        ValueError: When a part names no parameter.
    """
    family = find_family(model.config.model_type)
    taken = 0
    for part in parts:
        if part == "experts":
            named = [model.get_parameter(name) for name in expert_parameters(model)]
        else:
            beginnings = family.parts.get(part, (part,))
            # A head that is tied to the embedding has its name as well.
            every = model.named_parameters(remove_duplicate=False)
            named = [weight for name, weight in every if name.startswith(beginnings)]
        if not named:
            raise ValueError(f"no parameter's name begins with {part!r}")
        for weight in named:
            weight.requires_grad_(False)
            taken += weight.numel()
    return taken


def make_optimizers(
    scorer: nn.Module,
    *,
    learning_rate: float,
    weight_decay: float,
    muon_learning_rate: float | None = None,
    eight_bit_moments: bool = False,
) -> list[torch.optim.Optimizer]:
    """AdamW for everything, or Muon for the decoder's matrices and AdamW for the rest.

    Muon (momentum with orthogonalised updates) learns to copy in about half the steps that
    AdamW takes on tiny decoders; it is for two-dimensional hidden weights only.

    Args:
        scorer: The model.
        learning_rate: Of AdamW.
        weight_decay: Of both.
        muon_learning_rate: Of Muon, or None to do without it.
        eight_bit_moments: Keep AdamW's moments in 8 bits, a quarter of their memory.

    Raises:
        ValueError: When nothing is trained, or bitsandbytes is missing.
    """
    decoder = _decoder_layers(scorer)
    trained = [(name, weight) for name, weight in scorer.named_parameters() if weight.requires_grad]
    hidden = [
        weight
        for name, weight in trained
        if muon_learning_rate is not None and weight.ndim == 2 and decoder(name)
    ]
    chosen = set(map(id, hidden))
    rest = [weight for _, weight in trained if id(weight) not in chosen]
    if not trained:
        raise ValueError("every parameter is frozen; there is nothing to train")
    made: list[torch.optim.Optimizer] = []
    if rest:
        made.append(_adamw(rest, learning_rate, weight_decay, eight_bit_moments))
    if hidden:
        assert muon_learning_rate is not None
        made.append(Muon(hidden, lr=muon_learning_rate, weight_decay=weight_decay))
    return made


def _decoder_layers(scorer: nn.Module) -> Callable[[str], bool]:
    """Whether a parameter of a scorer belongs to a layer of the decoder, by its name."""
    config: Any = cast(Any, scorer).model.config
    beginnings = tuple(f"model.{part}" for part in find_family(config.model_type).parts["decoder"])
    return lambda name: name.startswith(beginnings) and ".layers." in name


def _adamw(
    weights: list[nn.Parameter], learning_rate: float, weight_decay: float, eight_bits: bool
) -> torch.optim.Optimizer:
    settings: dict[str, Any] = {
        "lr": learning_rate,
        "weight_decay": weight_decay,
        "betas": (0.9, 0.95),
    }
    if not eight_bits:
        # On a GPU the usual way holds one more float32 copy of all weights for a moment.
        fused = True if all(weight.is_cuda for weight in weights) else None
        return torch.optim.AdamW(weights, fused=fused, **settings)
    try:
        from bitsandbytes.optim import AdamW8bit
    except ImportError as error:
        raise ValueError(
            "eight_bit_moments needs bitsandbytes: pip install bitsandbytes"
        ) from error
    made: torch.optim.Optimizer = AdamW8bit(weights, **settings)
    return made
