"""Log-probabilities of given tokens without the matrix of all tokens by the whole vocabulary.

A language model's head turns N hidden states into N × V logits. At 8,192 tokens and 151,936 entries
that is 5 GB in float32, and log-softmax with its gradient needs the size several times over. Here
the logits exist for one chunk of tokens at a time: the forward pass keeps their log-sum-exp only,
the backward pass computes them again.
"""

from __future__ import annotations

from typing import Any, Literal, overload

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable
from torch.nn import functional

CHUNK_ENTRIES = 1 << 25
"""Logits held at a time unless told otherwise: 128 MiB in float32."""


@overload
def token_log_probabilities(
    hidden: Tensor,
    head_weight: Tensor,
    targets: Tensor,
    *,
    bias: Tensor | None = None,
    mask: Tensor | None = None,
    temperature: float = 1.0,
    frequency_penalty: float = 0.0,
    chunk_size: int | None = None,
    entropy: Literal[False] = False,
) -> Tensor: ...


@overload
def token_log_probabilities(
    hidden: Tensor,
    head_weight: Tensor,
    targets: Tensor,
    *,
    bias: Tensor | None = None,
    mask: Tensor | None = None,
    temperature: float = 1.0,
    frequency_penalty: float = 0.0,
    chunk_size: int | None = None,
    entropy: Literal[True] | Literal["differentiable"],
) -> tuple[Tensor, Tensor]: ...


def token_log_probabilities(
    hidden: Tensor,
    head_weight: Tensor,
    targets: Tensor,
    *,
    bias: Tensor | None = None,
    mask: Tensor | None = None,
    temperature: float = 1.0,
    frequency_penalty: float = 0.0,
    chunk_size: int | None = None,
    entropy: bool | Literal["differentiable"] = False,
) -> Tensor | tuple[Tensor, Tensor]:
    """`log_softmax((hidden @ head_weight.T + bias) / temperature)` at the targets.

    `targets[b, t]` is the token that `hidden[b, t]` predicts: for a causal model pass
    `hidden[:, :-1]` and `tokens[:, 1:]`. Logits are computed in the dtype of the hidden states, or
    autocast's, and normalised in float32 (float64 if that is the dtype); gradients of the weight
    and bias are summed over chunks in the same precision. Differentiable once. A weight that is
    sharded over devices must be gathered by the caller.

    Args:
        hidden: Final hidden states, shape (B, T, H).
        head_weight: Weight of the language model's head, shape (V, H).
        targets: Token ids, shape (B, T); anything where the mask is 0.
        bias: Bias of the head, shape (V,).
        mask: Shape (B, T). Where it is 0 nothing is computed and the results are 0.
        temperature: Divides the logits, above 0; the one that the tokens were sampled with.
        frequency_penalty: Taken off a token's logit, before the temperature, for each time that
            the token stands earlier in the same run of targets that count (a turn of a policy).
            What `frequency_penalty` of OpenAI's interface and of vLLM subtracts in a turn.
        chunk_size: Tokens at a time; None takes as many as have `CHUNK_ENTRIES` logits.
        entropy: Whether to return the entropies of the distributions as well, and whether they
            are `differentiable`.

    Returns:
        Log-probabilities of shape (B, T); with `entropy` a pair of them and the entropies, of
        shape (B, T) and without a gradient unless they are to be differentiable.

    Raises:
        ValueError: When shapes or dtypes do not fit, an argument is out of range, or a target
            that counts is not in the vocabulary.

    >>> hidden, weight = torch.tensor([[[1.0, 0.0], [0.0, 1.0]]]), torch.zeros(4, 2)
    >>> logp, spread = token_log_probabilities(
    ...     hidden, weight, torch.tensor([[3, -1]]), mask=torch.tensor([[1, 0]]), entropy=True
    ... )
    >>> logp.exp().tolist(), round(spread[0, 0].exp().item(), 4)
    ([[0.25, 1.0]], 4.0)
    """
    _check_shapes(hidden, head_weight, targets, bias, mask)
    if not temperature > 0:
        raise ValueError(f"temperature must be above 0, got {temperature!r}")
    if chunk_size is None:
        chunk_size = max(1, CHUNK_ENTRIES // max(1, len(head_weight)))
    elif chunk_size < 1:
        raise ValueError(f"chunk_size must be at least 1, got {chunk_size!r}")
    dtype = _logit_dtype(hidden, head_weight, bias)
    chosen = None if mask is None else mask.reshape(-1).nonzero().squeeze(1)
    flat = targets.reshape(-1).long()
    flat = flat if chosen is None else flat[chosen]
    if flat.numel() and not 0 <= int(flat.min()) <= int(flat.max()) < len(head_weight):
        raise ValueError(
            f"targets must be between 0 and {len(head_weight) - 1} where they count, got "
            f"{int(flat.min())} to {int(flat.max())}; mask the padding out"
        )
    rows = hidden.reshape(-1, hidden.shape[2])
    begins = _begins(targets.shape, chosen, flat.device) if frequency_penalty else None
    penalty = _FrequencyPenalty(flat, begins, frequency_penalty)
    settings = (temperature, chunk_size, dtype, entropy, penalty)
    logp, spread = _ChunkedLogProbabilities.apply(rows, head_weight, bias, flat, chosen, *settings)
    logp = logp.view(targets.shape)
    return (logp, spread.view(targets.shape)) if entropy else logp


def _begins(shape: torch.Size, chosen: Tensor | None, device: torch.device) -> Tensor:
    """For each token that counts, the number of the first one of its run."""
    places = torch.arange(shape.numel(), device=device) if chosen is None else chosen
    fresh = places % max(1, shape[1]) == 0
    fresh[1:] |= places.diff() != 1
    numbers = torch.arange(len(places), device=device)
    return torch.where(fresh, numbers, 0).cummax(dim=0).values if len(places) else numbers


class _FrequencyPenalty:
    """Lowers the logits of a chunk's tokens by how often they were written before in their run."""

    def __init__(self, targets: Tensor, begins: Tensor | None, weight: float) -> None:
        self._targets = targets
        self._begins = begins
        self._weight = weight

    def __call__(self, logits: Tensor, part: slice) -> Tensor:
        """Change logits of shape (C, V), which belong to these tokens, in place."""
        if self._begins is None:
            return logits
        begins = self._begins[part].unsqueeze(1)
        places = torch.arange(len(begins), device=logits.device).unsqueeze(1) + part.start
        back = torch.arange(1, int((places - begins).max()) + 1, device=logits.device)
        earlier = places - back
        written = self._targets[earlier.clamp_min(0)]
        off = (earlier >= begins).to(logits.dtype) * -self._weight
        return logits.scatter_add_(1, written, off)


class _ChunkedLogProbabilities(torch.autograd.Function):
    """Rows are the flattened tokens that count; `chosen` are their places, None for all."""

    @staticmethod
    def forward(
        ctx: Any,
        hidden: Tensor,
        weight: Tensor,
        bias: Tensor | None,
        targets: Tensor,
        chosen: Tensor | None,
        temperature: float,
        chunk_size: int,
        dtype: torch.dtype,
        entropy: bool | str,
        penalty: _FrequencyPenalty,
    ) -> tuple[Tensor, Tensor]:
        exact = _accumulator(dtype)
        logp = torch.zeros(len(hidden), dtype=exact, device=hidden.device)
        spread = torch.zeros_like(logp) if entropy else logp.new_zeros(0)
        log_sums = logp.new_empty(len(targets))
        with torch.autocast(hidden.device.type, enabled=False):
            head = weight.to(dtype), None if bias is None else bias.to(dtype)
            for start in range(0, len(targets), chunk_size):
                part = slice(start, start + chunk_size)
                rows = part if chosen is None else chosen[part]
                logits = functional.linear(hidden[rows].to(dtype), *head).to(exact)
                penalty(logits, part).div_(temperature)
                log_sum = torch.logsumexp(logits, dim=1)
                log_sums[part] = log_sum
                picked = logits.gather(1, targets[part].unsqueeze(1)).squeeze(1)
                logp[rows] = picked - log_sum
                if entropy:
                    logits.sub_(log_sum.unsqueeze(1)).exp_()
                    spread[rows] = torch.special.entr(logits, out=logits).sum(dim=1)
        differentiable = entropy == "differentiable"
        kept = spread.detach().clone() if differentiable else None
        ctx.save_for_backward(hidden, weight, bias, targets, chosen, log_sums, kept)
        ctx.settings = temperature, chunk_size, dtype, penalty
        if not differentiable:
            ctx.mark_non_differentiable(spread)
        return logp, spread

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor, wider: Tensor) -> tuple[Tensor | None, ...]:
        hidden, weight, bias, targets, chosen, log_sums, spread = ctx.saved_tensors
        temperature, chunk_size, dtype, penalty = ctx.settings
        exact = _accumulator(dtype)
        for_hidden, for_weight, for_bias = ctx.needs_input_grad[:3]
        hidden_gradient = torch.zeros_like(hidden) if for_hidden else None
        weight_gradient = torch.zeros_like(weight, dtype=exact) if for_weight else None
        bias_gradient = torch.zeros_like(bias, dtype=exact) if for_bias else None
        with torch.autocast(hidden.device.type, enabled=False):
            head = weight.to(dtype), None if bias is None else bias.to(dtype)
            for start in range(0, len(targets), chunk_size):
                part = slice(start, start + chunk_size)
                rows = part if chosen is None else chosen[part]
                states = hidden[rows].to(dtype)
                scale = gradient[rows].unsqueeze(1) / temperature
                # d logp / d logits = (one-hot(target) − softmax) / temperature, in place.
                slope = penalty(functional.linear(states, *head).to(exact), part)
                slope.div_(temperature).sub_(log_sums[part].unsqueeze(1))
                if spread is None:
                    slope.exp_().mul_(-scale)
                else:
                    # d entropy / d logits = −p · (log p + entropy) / temperature.
                    slope = -slope.exp() * (
                        scale
                        + (slope + spread[rows].unsqueeze(1))
                        * wider[rows].unsqueeze(1)
                        / temperature
                    )
                slope.scatter_add_(1, targets[part].unsqueeze(1), scale)
                if bias_gradient is not None:
                    bias_gradient += slope.sum(dim=0)
                slope = slope.to(dtype)
                if hidden_gradient is not None:
                    hidden_gradient[rows] = (slope @ head[0]).to(hidden.dtype)
                if weight_gradient is not None and dtype == exact:
                    weight_gradient.addmm_(slope.T, states)
                elif weight_gradient is not None:
                    weight_gradient += slope.T @ states
        return (
            hidden_gradient,
            None if weight_gradient is None else weight_gradient.to(weight.dtype),
            None if bias_gradient is None else bias_gradient.to(bias.dtype),
            *(None,) * 7,
        )


def _accumulator(dtype: torch.dtype) -> torch.dtype:
    return torch.float64 if dtype == torch.float64 else torch.float32


def _logit_dtype(hidden: Tensor, weight: Tensor, bias: Tensor | None) -> torch.dtype:
    """What a linear layer would compute in here: autocast's dtype, else that of its inputs."""
    given = {tensor.dtype for tensor in (hidden, weight, bias) if tensor is not None}
    if not all(dtype.is_floating_point for dtype in given):
        raise ValueError("hidden, head_weight and bias must be floating-point tensors")
    device = hidden.device.type
    if torch.is_autocast_enabled(device) and torch.float64 not in given:
        return torch.get_autocast_dtype(device)
    if len(given) > 1:
        raise ValueError(
            "hidden, head_weight and bias must have one dtype outside autocast, got "
            + ", ".join(sorted(str(dtype) for dtype in given))
        )
    return hidden.dtype


def _check_shapes(
    hidden: Tensor, weight: Tensor, targets: Tensor, bias: Tensor | None, mask: Tensor | None
) -> None:
    if hidden.ndim != 3 or weight.ndim != 2 or hidden.shape[2] != weight.shape[1]:
        raise ValueError(
            "hidden must have shape (B, T, H) and head_weight (V, H), got "
            f"{tuple(hidden.shape)} and {tuple(weight.shape)}"
        )
    for name, given in (("targets", targets), ("mask", mask)):
        if given is not None and given.shape != hidden.shape[:2]:
            raise ValueError(
                f"{name} must have shape (B, T), {tuple(hidden.shape[:2])} by the hidden states; "
                f"got {tuple(given.shape)}"
            )
    if targets.is_floating_point() or targets.dtype == torch.bool:
        raise ValueError(f"targets must be whole numbers, got {targets.dtype}")
    if bias is not None and bias.shape != weight.shape[:1]:
        raise ValueError(
            f"bias must have shape (V,), {tuple(weight.shape[:1])} by the weight; "
            f"got {tuple(bias.shape)}"
        )
