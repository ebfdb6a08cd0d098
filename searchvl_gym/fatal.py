"""Fatal steps: where a cascade of tool errors makes the rest of a trajectory worthless.

PAPER section 4: `n_err` counts consecutive step errors and any good step resets it; the
trajectory is fatal once `n_err` reaches `K`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from searchvl_gym.types import Termination

DEFAULT_K = 3


def find_fatal_step(
    step_errors: Sequence[bool],
    termination: str = "answer",
    *,
    k: int = DEFAULT_K,
    onset: Literal["first", "last"] = "first",
) -> int | None:
    """Find the fatal step of a trajectory.

    Follows the released code: the first run of `k` consecutive errors is fatal; a trajectory
    that ended without an answer and without such a run is fatal with all its steps kept; a
    trajectory without any step is fatal at 0.

    Args:
        step_errors: For each step whether it was an error.
        termination: Why the episode ended; anything but `"answer"` means that no answer came.
        k: Length of the run of errors that is fatal, at least 1.
        onset: `"first"` returns the run's first error (the paper's body and code), `"last"`
            its k-th (the formula in the paper's appendix).

    Returns:
        The 0-based index `f` (tokens of steps `< f` are kept), or None when not fatal.

    Raises:
        ValueError: When `k` is below 1 or `onset` is unknown.

    >>> find_fatal_step([False, True, True, True, False])
    1
    >>> find_fatal_step([False, True, True, True, False], onset="last")
    3
    >>> find_fatal_step([False, False], "timeout")
    2
    >>> find_fatal_step([False, True]) is None
    True
    """
    if k < 1:
        raise ValueError(f"k must be at least 1, got {k}")
    if onset not in ("first", "last"):
        raise ValueError(f"onset must be 'first' or 'last', got {onset!r}")
    if not len(step_errors):
        return 0
    run = 0
    for index, error in enumerate(step_errors):
        run = run + 1 if error else 0
        if run == k:
            return index - k + 1 if onset == "first" else index
    if termination != Termination.ANSWER:
        return len(step_errors)
    return None
