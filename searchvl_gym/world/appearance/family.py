"""What a family of subjects is: the genes that it has, and how one is built from them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from searchvl_gym.world.appearance.solid import Model

Genes = Mapping[str, int]


@dataclass(frozen=True)
class Gene:
    """One way in which the members of a family differ.

    Attributes:
        name: Identifier.
        count: How many values it has.
        shared: Whether all of a group (a genus, a workshop) have the same value.
        words: For every value what a page says of it, or empty where a page says nothing. Each
            completes "it has …" or the family's own sentence.
    """

    name: str
    count: int
    shared: bool = False
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Setting:
    """A member that has been built, and how large it is.

    Attributes:
        model: The faces.
        centre: Height of its middle.
        size: Largest extent, in units.
    """

    model: Model
    centre: float
    size: float


def nothing(genes: Genes) -> frozenset[str]:
    """All genes of a member are to be seen."""
    return frozenset()


@dataclass(frozen=True)
class Family:
    """A family of subjects, such as coats of arms, bridges or flowers.

    Attributes:
        name: Identifier.
        shows: A noun for questions, e.g. `flower`.
        scenery: What it is photographed in; a `wall` has no ground to stand on.
        genes: How its members differ.
        build: Makes a member; the generator decides what differs from photograph to photograph
            (the pose, what moves in the wind), never what it is.
        turn: Largest angle, in turns, between the photographer and the front.
        rise: Lowest and highest elevation of the photographer, in turns.
        hidden: Names of the genes with words whose words are not to be seen in a member, such as
            those of the hair under a hat.
    """

    name: str
    shows: str
    scenery: Literal["field", "street", "water", "room", "wall"]
    genes: tuple[Gene, ...]
    build: Callable[[Genes, np.random.Generator], Setting]
    turn: float = 0.12
    rise: tuple[float, float] = (-0.005, 0.05)
    hidden: Callable[[Genes], frozenset[str]] = nothing
