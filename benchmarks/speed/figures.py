"""What all speed benchmarks share: tables, the machine, the JSON file."""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any


def print_table(title: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table; the first column to the left, the others to the right."""
    from rich.console import Console
    from rich.table import Table

    console = Console()
    if not console.is_terminal:
        console = Console(width=120)
    table = Table(title=title, title_justify="left")
    for number, heading in enumerate(headings):
        table.add_column(heading, justify="right" if number else "left", overflow="fold")
    for row in rows:
        table.add_row(*row)
    console.print(table)


def rate(value: float, *, most: float | None = None, least: float | None = None) -> str:
    """A target in words and whether a value keeps it; "" without one.

    >>> rate(55.0, most=60)
    '<= 60'
    >>> rate(0.5, least=0.75)
    '>= 0.75 MISSED'
    """
    if most is not None:
        return f"<= {most:g}" + ("" if value <= most else " MISSED")
    if least is not None:
        return f">= {least:g}" + ("" if value >= least else " MISSED")
    return ""


def machine() -> dict[str, Any]:
    """Where the figures are from; the load says how much else was running."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    return {
        "architecture": platform.machine(),
        "cpus": os.cpu_count(),
        "load": load,
        "python": platform.python_version(),
    }


def peak_memory() -> int:
    """Peak resident memory of this process in bytes; where the system keeps none, that of now."""
    status = Path("/proc/self/status")
    if status.exists():
        # Not getrusage, which hands a parent's peak down to its children on Linux.
        lines = status.read_text(encoding="utf-8").splitlines()
        found = next(line for line in lines if line.startswith("VmHWM"))
        return 1024 * int(found.split()[1])
    try:
        import resource
    except ImportError:
        import psutil

        memory = psutil.Process().memory_info()
        return int(getattr(memory, "peak_wset", memory.rss))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else 1024 * peak


def write_json(path: Path, content: Any) -> None:
    """Write figures to a file; its directory is made when missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"written to {path}")


def world_path(path: Path | None) -> str:
    """A world's path; without one that of Atlas mini, which is built when missing."""
    if path is not None:
        return str(path)
    from searchvl_gym.world.catalog import default_world

    return str(default_world("mini").path)
