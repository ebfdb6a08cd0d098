"""The one look of every page: colours of both themes, type, and how a turn is set."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def theme() -> str:
    """The style sheet that all pages begin with."""
    return files("searchvl_gym.render").joinpath("static", "theme.css").read_text(encoding="utf-8")
