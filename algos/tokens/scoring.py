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
from algos.tokens.tree_attention import tree_attention


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
        inputs, tree = {**batch.inputs, "use_cache": False, **more}, batch.tree
        if tree is None:
            return self.model.model(**inputs)
        if self._computes_anew():
            return self.model.model(**inputs, attention_mask=tree.mask())
        with tree_attention(self.model):
            # A mask of four axes is handed on as it is, and here nobody reads it.
            unread = tree.generated.new_ones(1, 1, 1, 1, dtype=torch.bool)
            return self.model.model(**inputs, attention_mask=unread, tree_stretches=tree.stretches)

    def _computes_anew(self) -> bool:
        """Whether layers run again in the backward pass: then the mask says what a node sees."""
        layers = self.model.modules()
        return self.training and any(getattr(each, "gradient_checkpointing", 0) for each in layers)

    def _score(self, outputs: Any, batch: TokenBatch) -> tuple[Tensor, Tensor]:
        head, tree = self.model.lm_head, batch.tree
        hidden = outputs.last_hidden_state
        if tree is None:
            states, targets, counted = hidden[:, :-1], batch.targets, batch.generated
        else:
            states = torch.take_along_dim(hidden, tree.parents[..., None], dim=1)
            targets, counted = tree.targets, tree.generated
        scores, entropy = token_log_probabilities(
            states,
            head.weight,
            targets,
            bias=head.bias,
            mask=counted,
            temperature=self.temperature,
            frequency_penalty=self.frequency_penalty,
            entropy="differentiable" if self.entropy_gradient else True,
        )
        if tree is None:
            return scores, entropy
        # A node's score goes to every sequence that holds it.
        scores, entropy = (
            each.flatten()[tree.places] * batch.generated for each in (scores, entropy)
        )
        return scores, entropy


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
    return make_batch(
        trajectories,
        **token_places(checkpoint),
        device=device,
        family=checkpoint.family,
        pictures=pictures,
    )


def token_places(checkpoint: Checkpoint) -> dict[str, int]:
    """What `make_batch` must know of a checkpoint's tokens: `padding`, `image_token`, `merge`."""
    family = checkpoint.family
    return {
        "padding": int(checkpoint.tokenizer.pad_token_id or 0),
        "image_token": family.image_token(checkpoint.model.config),
        "merge": family.merge(checkpoint.image_processor),
    }


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
