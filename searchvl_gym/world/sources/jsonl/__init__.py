"""Worlds from files of one JSON object a line, such as the corpora of search agents."""

from __future__ import annotations

from searchvl_gym.world.sources.jsonl.build import import_jsonl
from searchvl_gym.world.sources.jsonl.rows import COLUMNS

__all__ = ["COLUMNS", "import_jsonl"]
