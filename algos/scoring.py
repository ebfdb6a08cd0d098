"""The model as the trainer sees it: log-probabilities of the tokens that were written.

One module wraps the model, so that what distributes a model (DDP, FSDP, DeepSpeed) sees a single
forward pass. The head is applied to chunks, and only where a token counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from algos.log_probabilities import token_log_probabilities
from algos.models import Checkpoint
from algos.muon import Muon
from algos.token_trajectory import TokenBatch, TokenTrajectory, make_batch


class Scorer(nn.Module):
    """Log-probabilities and entropies of a batch's targets.

    Args:
        model: A Qwen3-VL or Qwen2.5-VL with `model` and `lm_head`.
        temperature: At which the tokens were sampled; 1 for demonstrations.
    """

    def __init__(self, model: Any, *, temperature: float = 1.0) -> None:
        super().__init__()
        self.model = model
        self.temperature = temperature

    def forward(self, batch: TokenBatch) -> tuple[Tensor, Tensor]:
        """Score the targets that the policy wrote.

        Args:
            batch: B trajectories of T tokens.

        Returns:
            Log-probabilities (with gradient) and entropies (without), both (B, T − 1) and 0
            where the policy wrote nothing.
        """
        outputs = self.model.model(**batch.inputs, use_cache=False)
        head = self.model.lm_head
        return token_log_probabilities(
            outputs.last_hidden_state[:, :-1],
            head.weight,
            batch.targets,
            bias=head.bias,
            mask=batch.generated,
            temperature=self.temperature,
            entropy=True,
        )


def batch_for(
    checkpoint: Checkpoint,
    trajectories: Sequence[TokenTrajectory],
    device: torch.device | str = "cpu",
) -> TokenBatch:
    """Trajectories as one padded batch for a checkpoint's `Scorer`.

    Args:
        checkpoint: Whose tokens they are.
        trajectories: At least one.
        device: Where the tensors go.
    """
    return make_batch(
        trajectories,
        padding=int(checkpoint.tokenizer.pad_token_id or 0),
        image_token=checkpoint.model.config.image_token_id,
        merge=checkpoint.image_processor.merge_size,
        device=device,
    )


def freeze(model: Any, parts: tuple[str, ...]) -> int:
    """Take parameters out of training by the beginning of their names; how many were taken.

    Raises:
        ValueError: When a part names no parameter.
    """
    taken = 0
    for part in parts:
        named = [weight for name, weight in model.named_parameters() if name.startswith(part)]
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
) -> list[torch.optim.Optimizer]:
    """AdamW for everything, or Muon for the decoder's matrices and AdamW for the rest.

    Muon (momentum with orthogonalised updates) learns to copy in about half the steps that
    AdamW takes on tiny decoders; it is for two-dimensional hidden weights only.

    Args:
        scorer: The model.
        learning_rate: Of AdamW.
        weight_decay: Of both.
        muon_learning_rate: Of Muon, or None to do without it.

    Raises:
        ValueError: When nothing is trained.
    """
    trained = [(name, weight) for name, weight in scorer.named_parameters() if weight.requires_grad]
    hidden = [
        weight
        for name, weight in trained
        if muon_learning_rate is not None and weight.ndim == 2 and ".layers." in name
    ]
    chosen = set(map(id, hidden))
    rest = [weight for _, weight in trained if id(weight) not in chosen]
    if not trained:
        raise ValueError("every parameter is frozen; there is nothing to train")
    made: list[torch.optim.Optimizer] = []
    if rest:
        made.append(
            torch.optim.AdamW(
                rest,
                lr=learning_rate,
                weight_decay=weight_decay,
                betas=(0.9, 0.95),
                # On a GPU the usual way holds one more float32 copy of all weights for a moment.
                fused=True if all(weight.is_cuda for weight in rest) else None,
            )
        )
    if hidden:
        assert muon_learning_rate is not None
        made.append(Muon(hidden, lr=muon_learning_rate, weight_decay=weight_decay))
    return made
