"""What all speed benchmarks share: tables, the machine, the JSON file."""

from __future__ import annotations

import json
import os
import platform
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
