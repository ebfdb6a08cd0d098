"""The model as the trainer sees it: log-probabilities of the tokens that were written.

One module wraps the model, so that what distributes a model (DDP, FSDP, DeepSpeed) sees a single
forward pass. The head is applied to chunks, and only where a token counts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast

import torch
from torch import Tensor, nn
from transformers.models.qwen3_vl_moe.modeling_qwen3_vl_moe import load_balancing_loss_func

from algos.log_probabilities import token_log_probabilities
from algos.models import Checkpoint
from algos.models.adapters import expert_parameters
from algos.models.families import find_family
from algos.muon import Muon
from algos.token_trajectory import TokenBatch, TokenTrajectory, make_batch


class Scorer(nn.Module):
    """Log-probabilities and entropies of a batch's targets.

    Args:
        model: Of one of `FAMILIES`, with `model` and `lm_head`.
        temperature: At which the tokens were sampled; 1 for demonstrations.
        frequency_penalty: With which they were sampled; see `token_log_probabilities`.
        entropy_gradient: Whether the entropies have a gradient.
    """

    def __init__(
        self,
        model: Any,
        *,
        temperature: float = 1.0,
        frequency_penalty: float = 0.0,
        entropy_gradient: bool = False,
    ) -> None:
        super().__init__()
        self.model = model
        self.temperature = temperature
        self.frequency_penalty = frequency_penalty
        self.entropy_gradient = entropy_gradient

    def forward(self, batch: TokenBatch) -> tuple[Tensor, Tensor]:
        """Score the targets that the policy wrote.

        Args:
            batch: B trajectories of T tokens.

        Returns:
            Log-probabilities (with gradient) and entropies (without, unless asked for), both
            (B, T − 1) and 0 where the policy wrote nothing.
        """
        return self._score(self._read(batch), batch)

    def _read(self, batch: TokenBatch, **more: Any) -> Any:
        return self.model.model(**batch.inputs, use_cache=False, **more)

    def _score(self, outputs: Any, batch: TokenBatch) -> tuple[Tensor, Tensor]:
        head = self.model.lm_head
        return token_log_probabilities(
            outputs.last_hidden_state[:, :-1],
            head.weight,
            batch.targets,
            bias=head.bias,
            mask=batch.generated,
            temperature=self.temperature,
            frequency_penalty=self.frequency_penalty,
            entropy="differentiable" if self.entropy_gradient else True,
        )


def batch_for(
    checkpoint: Checkpoint,
    trajectories: Sequence[TokenTrajectory],
    device: torch.device | str = "cpu",
    *,
    pictures: bool = True,
) -> TokenBatch:
    """Trajectories as one padded batch for a checkpoint's `Scorer`.

    Args:
        checkpoint: Whose tokens they are.
        trajectories: At least one.
        device: Where the tensors go.
        pictures: Without them the batch says who wrote what, and cannot be scored.
    """
    family = checkpoint.family
    return make_batch(
        trajectories,
        padding=int(checkpoint.tokenizer.pad_token_id or 0),
        image_token=family.image_token(checkpoint.model.config),
        merge=family.merge(checkpoint.image_processor),
        device=device,
        family=family,
        pictures=pictures,
    )


class BalancedScorer(Scorer):
    """A `Scorer` of a mixture of experts that also says how evenly tokens are sent to them.

    Args:
        model: Of a family with experts.
        temperature: See `Scorer`.

    Raises:
        ValueError: When the model has no experts.
    """

    def __init__(self, model: Any, *, temperature: float = 1.0) -> None:
        super().__init__(model, temperature=temperature)
        if not find_family(model.config.model_type).expert_parameters:
            raise ValueError(f"a {model.config.model_type} has no experts to balance")

    def forward(self, batch: TokenBatch) -> tuple[Tensor, Tensor, Tensor]:
        """As `Scorer`, and the balance loss of the Switch Transformer with its gradient.

        It is counted over all layers and all tokens that are no padding, as `transformers` does;
        with k experts a token it is k where they are used evenly.
        """
        text = self.model.config.get_text_config()
        outputs = self._read(batch, output_router_logits=True)
        balance = load_balancing_loss_func(
            outputs.router_logits,
            text.num_experts,
            text.num_experts_per_tok,
            batch.inputs["attention_mask"],
        )
        return (*self._score(outputs, batch), balance)


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
