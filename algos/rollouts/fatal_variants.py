"""What each baseline of the paper does with rollouts that ended in a fatal cascade.

| variant       | tokens of a fatal rollout           | its advantage |
|---------------|-------------------------------------|---------------|
| `vanilla`     | all that the policy wrote           | r̃             |
| `hard_mask`   | none                                | r̃             |
| `fatal_mask`  | those before the fatal step         | r̃             |
| `fatal_aware` | those before the fatal step         | max(r̃, 0)     |

Other rollouts are the same in all four. Groups keep their fatal rollouts: r̃ is relative to all of
them (PAPER section 5).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

import torch
from torch import Tensor

from algos.objectives import clamp_fatal, fatal_token_mask
from searchvl_gym.fatal import DEFAULT_K

Variant = Literal["vanilla", "hard_mask", "fatal_mask", "fatal_aware"]
FatalSource = Literal["any", "model", "infrastructure", "cascade"]

VARIANTS: tuple[Variant, ...] = get_args(Variant)
FATAL_SOURCES: tuple[FatalSource, ...] = get_args(FatalSource)


def apply_variant(
    variant: Variant,
    advantages: Tensor,
    generated: Tensor,
    step_of_token: Tensor,
    fatal_step: Tensor,
) -> tuple[Tensor, Tensor, dict[str, float]]:
    """Advantages and token mask for `policy_loss` under one of the `VARIANTS`.

    Args:
        variant: Which of the baselines.
        advantages: r̃ from `group_advantages`, shape (B,), or (B, T) for credit by token.
        generated: Shape (B, T), 1 where the policy wrote the token.
        step_of_token: Shape (B, T), the 0-based step that each token belongs to; −1 for the
            prompt.
        fatal_step: Shape (B,); −1 where a rollout is not fatal.

    Returns:
        The advantages, the mask in the dtype of `generated`, and the metrics of `clamp_metrics`.

    Raises:
        ValueError: When the variant is unknown or the shapes do not fit.

    >>> written, steps = torch.ones(2, 2, dtype=torch.int64), torch.tensor([[0, 1], [0, 1]])
    >>> advantages, mask, metrics = apply_variant(
    ...     "fatal_aware", torch.tensor([1.0, -1.0]), written, steps, torch.tensor([-1, 1])
    ... )
    >>> advantages.tolist(), mask.tolist(), metrics["clamp_bias"]
    ([1.0, 0.0], [[1, 1], [1, 0]], 0.5)
    """
    if variant not in VARIANTS:
        raise ValueError(f"variant must be one of {', '.join(VARIANTS)}; got {variant!r}")
    before_cascade = fatal_token_mask(generated, step_of_token, fatal_step)
    fatal = fatal_step >= 0
    clamped = clamp_fatal(advantages, fatal)
    metrics = clamp_metrics(advantages, fatal, generated)
    if variant == "fatal_aware":
        return clamped, before_cascade, metrics
    if variant == "fatal_mask":
        return advantages, before_cascade, metrics
    if variant == "hard_mask":
        return advantages, generated.masked_fill(fatal.unsqueeze(1), 0), metrics
    return advantages, generated, metrics


def clamp_metrics(advantages: Tensor, fatal: Tensor, generated: Tensor) -> dict[str, float]:
    """What clamping does to fatal rollouts, or would do in a variant without it.

    Counted are rollouts; with advantages by token, the tokens that the policy wrote.

    Args:
        advantages: Before the clamp, shape (B,) or (B, T).
        fatal: Shape (B,), booleans.
        generated: Shape (B, T), 1 where the policy wrote the token.

    Returns:
        - `fatal_share`: rollouts that are fatal;
        - `clamped_share`, `kept_share`: of the fatal ones, those below 0 and above 0; what is left
          over has an advantage of exactly 0, as in a group of equal returns;
        - `clamped_mean`, `kept_mean`: mean advantage of each before the clamp, 0 when there is
          none;
        - `clamp_bias`: what the clamp adds to the mean advantage, `b = 1/G Σ_fatal max(0, −r̃)`
          averaged over groups of one size.

    >>> values, fatal = torch.tensor([0.5, -1.0, 0.5, 0.0]), torch.tensor([True, True, False, True])
    >>> found = clamp_metrics(values, fatal, torch.ones(4, 1))
    >>> found["fatal_share"], found["clamped_mean"], found["kept_mean"], found["clamp_bias"]
    (0.75, -1.0, 0.5, 0.25)
    """
    values, counts = advantages.detach(), fatal.to(torch.bool)
    if values.ndim == 2:
        written = generated.to(torch.bool)
        of_fatal, total = values[written & counts.unsqueeze(1)], int(written.sum())
    else:
        of_fatal, total = values[counts], len(values)
    of_fatal = of_fatal.to(torch.float64)
    clamped, kept = of_fatal[of_fatal < 0], of_fatal[of_fatal > 0]
    return {
        "fatal_share": float(counts.sum()) / max(1, len(counts)),
        "clamped_share": len(clamped) / max(1, len(of_fatal)),
        "kept_share": len(kept) / max(1, len(of_fatal)),
        "clamped_mean": float(clamped.sum()) / max(1, len(clamped)),
        "kept_mean": float(kept.sum()) / max(1, len(kept)),
        "clamp_bias": float(-clamped.sum()) / max(1, total),
    }


def cascade_sources(
    infrastructure: Sequence[bool | None], fatal_step: int | None, *, k: int = DEFAULT_K
) -> tuple[bool, ...]:
    """Whose the errors were that made a trajectory fatal.

    Args:
        infrastructure: For each step None when it was no error, else whether the error was the
            infrastructure's (`ToolError.infrastructure`).
        fatal_step: From `find_fatal_step`, with either onset; None when not fatal.
        k: Length of the run of errors that is fatal.

    Returns:
        One flag for each of the `k` errors; empty when the trajectory is not fatal, or fatal
        without a cascade (it ended without an answer).

    >>> cascade_sources([None, True, True, False, True], 1)
    (True, True, False)
    >>> cascade_sources([None, None], 2)
    ()
    """
    if fatal_step is None or fatal_step >= len(infrastructure):
        return ()
    start = fatal_step
    while start > 0 and infrastructure[start - 1] is not None:
        start -= 1
    return tuple(flag for flag in infrastructure[start : start + k] if flag is not None)


def select_fatal(
    fatal_step: Tensor,
    error_sources: Sequence[Sequence[bool]],
    fatal_source: FatalSource = "any",
) -> Tensor:
    """Keep the fatal steps whose cause is the asked one; the other rollouts become ordinary.

    A cascade is the infrastructure's only when every one of its errors is. A mixed one is the
    model's, since one good step of its own would have ended the run; so is a trajectory that ran
    out of steps without an answer. Hence each fatal rollout is either the model's or the
    infrastructure's, and under `infrastructure` an error that the policy makes on purpose never
    spares it the blame. Under `cascade` every error cascade counts and a trajectory without an
    answer does not: whoever talks until the rounds are over is blamed for it.

    Args:
        fatal_step: Shape (B,); −1 where a rollout is not fatal.
        error_sources: For each rollout the flags of `cascade_sources`.
        fatal_source: What to keep.

    Returns:
        Shape (B,): the fatal steps, −1 where the rollout is not fatal or not of the asked source.

    Raises:
        ValueError: When the source is unknown or the lengths differ.

    >>> steps, sources = torch.tensor([-1, 2, 0, 4]), [(), (True, True, True), (True, False), ()]
    >>> select_fatal(steps, sources, "infrastructure").tolist()
    [-1, 2, -1, -1]
    >>> select_fatal(steps, sources, "model").tolist()
    [-1, -1, 0, 4]
    >>> select_fatal(steps, sources, "cascade").tolist()
    [-1, 2, 0, -1]
    """
    if fatal_source not in FATAL_SOURCES:
        raise ValueError(
            f"fatal_source must be one of {', '.join(FATAL_SOURCES)}; got {fatal_source!r}"
        )
    if fatal_step.ndim != 1 or len(error_sources) != len(fatal_step):
        raise ValueError(
            f"fatal_step must have shape (B,) and error_sources length B, got "
            f"{tuple(fatal_step.shape)} and {len(error_sources)}"
        )
    if fatal_source == "any":
        return fatal_step.clone()
    blameless = [bool(flags) and all(flags) for flags in error_sources]
    chosen = {
        "infrastructure": blameless,
        "model": [not each for each in blameless],
        "cascade": [bool(flags) for flags in error_sources],
    }[fatal_source]
    wanted = torch.tensor(chosen, dtype=torch.bool, device=fatal_step.device)
    return torch.where(wanted, fatal_step, -1)
