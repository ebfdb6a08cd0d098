"""What a scripted policy says before a call: what it just found, then what it does about it."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np

from algos.policies.thought_templates import FINDINGS, PLANS
from searchvl_gym.tools.observations import states

MAX_QUOTE = 140
"""Longest quotation from an observation, in characters."""

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")
_HEADINGS = ("ALL RECOGNIZED TEXT", "URL:", "Source:", "==", "Error (")


def find(situation: str, rng: np.random.Generator, **facts: str) -> str:
    """What the last observation gave.

    Args:
        situation: One of `FINDINGS`.
        rng: Chooses the wording.
        **facts: What stands in the observation, or was asked.

    >>> find("read", np.random.default_rng(0), words="KEL BRIDGE").count("KEL BRIDGE")
    1
    """
    return _choose(FINDINGS[situation], rng).format(**facts)


def plan(situation: str, rng: np.random.Generator, facts: Mapping[str, str]) -> str:
    """What to do next.

    Args:
        situation: One of `PLANS`.
        rng: Chooses the wording.
        facts: Arguments of the call, `tool` and whatever else the sentences name.

    >>> plan("read", np.random.default_rng(0), {"image": "img_1"}).count("img_1")
    1
    """
    return _choose(PLANS[situation], rng).format(**facts)


def quote(text: str) -> str:
    r"""The first telling line of an observation, shortened.

    >>> quote("ALL RECOGNIZED TEXT\nHARBOUR BRIDGE\n\nBLOCKS in reading order\n1. …")
    'HARBOUR BRIDGE'
    """
    for line in text.splitlines():
        line = line.strip()
        if line and not line.startswith(_HEADINGS):
            line = line.partition("] ")[2] if line.startswith(("[Passage", "[Match")) else line
            return _shorten(line)
    return _shorten(text.strip()) or "nothing"


def quote_fact(text: str, value: str, label: str = "") -> str:
    r"""The sentence or line of an observation that states a value, shortened around it.

    Args:
        text: The observation, or a part of it.
        value: Stands in it.
        label: What the value is; a line that begins with it is taken before others.

    >>> quote_fact("# Kel\nCountry: Norland\n\nKel is a town. It lies in Norland.", "Norland")
    'Country: Norland'
    >>> quote_fact("Kel is a town. It lies in Norland.", "Norland", "Country")
    'It lies in Norland'
    """
    stating = [part for part in _SENTENCE_END.split(text) if states(part, value)]
    labelled = [part for part in stating if label and part.startswith(f"{label}:")]
    chosen = (labelled or stating or [value])[0].strip().rstrip(".")
    if len(chosen) <= MAX_QUOTE:
        return chosen
    place = chosen.casefold().find(value.casefold())
    if place < 0:
        return chosen
    room = max(0, MAX_QUOTE - len(value)) // 2
    start, end = max(0, place - room), min(len(chosen), place + len(value) + room)
    start = chosen.find(" ", start) + 1 if start else 0
    end = chosen.rfind(" ", 0, end) if end < len(chosen) else end
    return f"{'… ' if start else ''}{chosen[start:end]}{' …' if end < len(chosen) else ''}"


def _choose(options: tuple[str, ...], rng: np.random.Generator) -> str:
    return options[int(rng.integers(len(options)))]


def _shorten(line: str) -> str:
    if len(line) <= MAX_QUOTE:
        return line
    return line[: line.rfind(" ", 0, MAX_QUOTE)] + " …"
