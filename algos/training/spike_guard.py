"""Skips updates whose gradient is far beyond what is usual, and stops a run that has many.

Clipping bounds the size of a gradient but keeps its direction, and a batch whose gradient is
twenty times the usual one rarely points where the run was going. Skipping it loses one update
(PaLM, Chowdhery et al. 2022, skips the batches of a spike; OPT, Zhang et al. 2022, restarts).
"""

from __future__ import annotations

import statistics
from collections import deque
from typing import Any

from algos.training.run_directory import TrainingError

WINDOW = 50
"""Norms of accepted updates whose median is the usual one."""

LEAST = 10
"""Norms that must be known before anything is skipped."""


class SpikeGuard:
    """Judges each update by its gradient's norm.

    It has the methods of what `accelerate` saves and loads, so that a resumed run judges alike.

    Args:
        factor: Times the running median that is too much, above 1.
        limit: Updates skipped in a row at which the run stops.
    """

    def __init__(self, factor: float, limit: int) -> None:
        self._factor = factor
        self._limit = limit
        self._norms: deque[float] = deque(maxlen=WINDOW)
        self._in_a_row = 0

    def allows(self, norm: float) -> bool:
        """Whether an update may be made.

        Raises:
            TrainingError: When `limit` updates in a row were too far out.
        """
        if len(self._norms) < LEAST or norm <= self._factor * statistics.median(self._norms):
            self._norms.append(norm)
            self._in_a_row = 0
            return True
        self._in_a_row += 1
        if self._in_a_row >= self._limit:
            raise TrainingError(
                f"the gradient's norm was more than {self._factor:g} times its running median "
                f"({statistics.median(self._norms):.3g}) in {self._in_a_row} updates in a row, "
                f"last {norm:.3g}; lower the learning rate, or raise spike_factor"
            )
        return False

    def state_dict(self) -> dict[str, Any]:
        """What has been seen."""
        return {"norms": list(self._norms), "in_a_row": self._in_a_row}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from what had been seen."""
        self._norms = deque(state["norms"], maxlen=WINDOW)
        self._in_a_row = int(state["in_a_row"])
