"""Kinds of tasks that training may lack: relations that are asked for, and damage of pictures."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Literal, get_args

from searchvl_gym.tasks.repairs import REPAIRS, Repair

Kinds = Literal["all", "seen", "unseen"]
"""As of worlds: `seen` is for training, `unseen` asks for what `seen` never asks for."""

HELD_OUT_DAMAGE = frozenset({"perspective"})
"""Kinds of damage of `unseen`."""

_ONE_IN = 5


def check_task_kinds(kinds: str) -> Kinds:
    """Give `kinds` back.

    Raises:
        ValueError: When there are no such kinds.
    """
    if kinds not in get_args(Kinds):
        raise ValueError(f"kinds must be one of {', '.join(get_args(Kinds))}, got {kinds!r}")
    return kinds  # type: ignore[return-value]


def is_held_out(relation: str) -> bool:
    """Whether a relation is asked for in `unseen` only: one in five, by a hash of its name."""
    digest = hashlib.blake2b(f"kinds\0{relation}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") % _ONE_IN == 0


def endings_of(relations: Iterable[str], kinds: Kinds) -> tuple[str, ...]:
    """The relations that may give an answer."""
    return tuple(each for each in relations if _has(is_held_out(each), kinds))


def repairs_of(kinds: Kinds) -> tuple[Repair, ...]:
    """The damages that pictures may have."""
    return tuple(each for each in REPAIRS if _has(each.kind in HELD_OUT_DAMAGE, kinds))


def _has(held_out: bool, kinds: Kinds) -> bool:
    return kinds == "all" or held_out == (kinds == "unseen")
