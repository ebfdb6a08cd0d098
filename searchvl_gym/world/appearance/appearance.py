"""From a subject's name in a recipe to its genes and to what a page says of them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from searchvl_gym.world.appearance.families import FAMILIES
from searchvl_gym.world.appearance.family import Family


@dataclass(frozen=True)
class Feature:
    """A feature that a page can state: the gene, and the words for its value."""

    gene: str
    words: str


@dataclass(frozen=True)
class Appearance:
    """What one subject looks like.

    Attributes:
        family: Its family.
        genes: Value of every gene of the family.
    """

    family: Family
    genes: Mapping[str, int]

    def features(self) -> tuple[Feature, ...]:
        """What can be said of it in words and is to be seen of it, those of its group last."""
        hidden = self.family.hidden(self.genes)
        stated = [gene for gene in self.family.genes if gene.words and gene.name not in hidden]
        return tuple(
            Feature(gene.name, gene.words[self.genes[gene.name]])
            for gene in sorted(stated, key=lambda gene: gene.shared)
        )


def subject_name(family: str, group: int, member: int) -> str:
    """What stands in a recipe for a subject.

    >>> subject_name("flower", 7, 21)
    'flower 7 21'
    """
    return f"{family} {group} {member}"


def appearance_of(subject: str) -> Appearance:
    """The appearance that a recipe's `subject` names: a family and the seeds of group and member.

    Raises:
        ValueError: What is wrong with the text.

    >>> appearance_of("flower 7 21").family.name
    'flower'
    """
    words = subject.split()
    if len(words) != 3 or words[0] not in FAMILIES or not all(w.isdecimal() for w in words[1:]):
        raise ValueError(
            f"A photograph's subject is a family ({', '.join(FAMILIES)}) and two whole numbers, "
            f"the seeds of its group and of itself, as in 'flower 7 21'; got {subject[:80]!r}."
        )
    family = FAMILIES[words[0]]
    name = int.from_bytes(hashlib.sha256(family.name.encode()).digest()[:8], "big")
    group = np.random.default_rng(np.random.SeedSequence([name, int(words[1])]))
    own = np.random.default_rng(np.random.SeedSequence([name, int(words[1]), int(words[2])]))
    genes = {}
    for gene in family.genes:
        genes[gene.name] = int((group if gene.shared else own).integers(gene.count))
    return Appearance(family, genes)
