"""The model as the trainer sees it: log-probabilities of the tokens that were written.

One module wraps the model, so that what distributes a model (DDP, FSDP, DeepSpeed) sees a single
forward pass. The head is applied to chunks, and only where a token counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn
from transformers.models.qwen3_vl_moe.modeling_qwen3_vl_moe import load_balancing_loss_func

from algos.models import Checkpoint
from algos.models.families import find_family
from algos.tokens.log_probabilities import token_log_probabilities
from algos.tokens.trajectory import TokenBatch, TokenTrajectory, make_batch


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
