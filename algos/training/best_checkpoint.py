"""The checkpoint that did best on the validation tasks, kept beside the last one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from algos.models import Checkpoint, save_checkpoint

FIGURE = "evaluation_accuracy"


class BestCheckpoint:
    """Saves `OUT/best` whenever the validation has gone better than ever before.

    Args:
        out: Directory of the run.
        lines: What the run has logged so far; a resumed run knows its best by them.
    """

    def __init__(self, out: str | Path, lines: Sequence[Mapping[str, Any]]) -> None:
        self._path = Path(out) / "best"
        self._most = max((float(line[FIGURE]) for line in lines if FIGURE in line), default=-1.0)

    def offer(self, checkpoint: Checkpoint, figures: Mapping[str, float]) -> None:
        """Save the checkpoint if its accuracy is the best so far; the earlier of two equal ones."""
        if figures.get(FIGURE, -1.0) > self._most:
            self._most = figures[FIGURE]
            save_checkpoint(checkpoint, self._path)
