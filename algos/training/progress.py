"""How far a run is, on the terminal."""

from __future__ import annotations

import sys


def print_progress(step: int, total: int, figures: dict[str, float]) -> None:
    """One line that is written over, on a terminal; a line every 50 updates elsewhere."""
    shown = "  ".join(f"{name} {value:.4g}" for name, value in figures.items())
    terminal = sys.stderr.isatty()
    if terminal or step % 50 == 0 or step == total:
        start, end = ("\r", "") if terminal and step < total else ("", "\n")
        print(f"{start}{step}/{total}  {shown}", end=end, file=sys.stderr, flush=True)
