"""Every family: every value of every gene builds, what can be said is seen, and no more."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchvl_gym.world.appearance import FAMILIES, Appearance, Family, Gene
from searchvl_gym.world.appearance.family import Genes

GENES = [(family, gene) for family in FAMILIES.values() for gene in family.genes]


def named(value: object) -> str:
    assert isinstance(value, Family | Gene)
    return value.name


def genes_of(family: Family) -> st.SearchStrategy[dict[str, int]]:
    return st.fixed_dictionaries(
        {gene.name: st.integers(0, gene.count - 1) for gene in family.genes}
    )


def first_of(family: Family, **others: int) -> dict[str, int]:
    return {gene.name: 0 for gene in family.genes} | others


def faces_of(family: Family, genes: Genes, seed: int = 0) -> list[object]:
    faces = family.build(genes, np.random.default_rng(seed)).model.faces
    return [(face.points, face.colour) for face in faces]


@pytest.mark.parametrize(("family", "gene"), GENES, ids=named)
def test_every_value_of_every_gene_builds(family: Family, gene: Gene) -> None:
    base = np.random.default_rng(len(gene.name))
    for value in range(gene.count):
        genes = {one.name: int(base.integers(one.count)) for one in family.genes}
        setting = family.build(genes | {gene.name: value}, np.random.default_rng(value))
        assert setting.size > 0
        for face in setting.model.faces:
            assert len(face.points) >= 3
            assert all(isinstance(part, int) and 0 <= part <= 255 for part in face.colour)
            assert face.parent < 0 or face.part == setting.model.faces[face.parent].part
            assert np.isfinite(face.points).all()


@pytest.mark.parametrize(("family", "gene"), GENES, ids=named)
def test_every_gene_can_be_seen(family: Family, gene: Gene) -> None:
    # Not in every member: in one of a few.
    base = np.random.default_rng(3)
    for _ in range(60):
        genes = {one.name: int(base.integers(one.count)) for one in family.genes}
        other = genes | {gene.name: (genes[gene.name] + 1) % gene.count}
        if any(faces_of(family, genes, seed) != faces_of(family, other, seed) for seed in range(3)):
            return
    pytest.fail(f"{gene.name} changes nothing")


@pytest.mark.parametrize(("family", "gene"), GENES, ids=named)
def test_words_are_as_many_as_values(family: Family, gene: Gene) -> None:
    assert len(gene.words) in (0, gene.count)
    assert all(words == words.strip() and words[-1] not in "…." for words in gene.words)


@pytest.mark.parametrize("family", FAMILIES.values(), ids=named)
def test_names_of_genes_are_unique_and_some_are_shared(family: Family) -> None:
    assert len({gene.name for gene in family.genes}) == len(family.genes)
    assert any(gene.shared for gene in family.genes)
    assert any(not gene.shared for gene in family.genes)


@pytest.mark.parametrize("family", FAMILIES.values(), ids=named)
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_what_is_hidden_is_a_gene_with_words_and_enough_is_left(
    family: Family, data: st.DataObject
) -> None:
    genes = data.draw(genes_of(family))
    hidden = family.hidden(genes)
    assert hidden <= {gene.name for gene in family.genes if gene.words}
    stated = [feature.gene for feature in Appearance(family, genes).features()]
    assert hidden.isdisjoint(stated)
    assert stated


HIDDEN: list[tuple[str, dict[str, int], str, bool]] = [
    ("portrait", {"hat": 5, "style": 5}, "style", True),  # a bun under a bowler
    ("portrait", {"hat": 5, "style": 7}, "style", False),  # braids hang out of it
    ("portrait", {"hat": 8, "style": 7}, "style", True),  # but not out of a scarf
    ("portrait", {"hat": 1, "style": 5}, "style", False),
    ("portrait", {"hair": 0, "hat": 1, "hat_colour": 5}, "hat", True),  # black on black
    ("portrait", {"mark": 7, "neck": 4}, "neck", True),  # a bow tie behind a long beard
    ("portrait", {"mark": 7, "neck": 2}, "neck", False),
    ("portrait", {"skin": 5, "hair": 1, "mark": 4}, "mark", True),
    ("portrait", {"extra": 1, "hat_colour": 3, "coat": 3}, "extra", True),
    ("ship", {"engine": 1}, "rig", True),
    ("ship", {"engine": 1}, "masts", True),
    ("ship", {"engine": 0}, "masts", False),
    ("ship", {"device": 2, "sail": 3, "stripe": 2}, "device", True),
    ("bridge", {"kind": 0, "lamps": 1}, "paint", True),
    ("bridge", {"kind": 1, "lamps": 1}, "paint", False),
    ("bridge", {"lamps": 0}, "trim", True),
    ("tower", {"top": 2}, "roof", True),
    ("tower", {"top": 3}, "trim", False),
    ("tower", {"top": 0}, "trim", True),
    ("tower", {"top": 0}, "stages", True),
    ("tower", {"cornice": 1}, "stages", False),
    ("flask", {"bands": 2, "band": 3, "third": 2}, "motif", True),
    ("flask", {"bands": 3, "band": 3, "third": 2, "second_row": 1}, "second_row", True),
    ("hanging", {"grid": 2}, "rows", True),
    ("arms", {"chief": 1, "field": 8}, "field", True),
    ("arms", {"field": 1, "second": 4, "third": 4}, "charge", True),
    ("arms", {"field": 0, "second": 4, "third": 4}, "charge", False),
    ("moth", {"bands": 2, "band_colour": 2, "base": 2, "hind_colour": 2}, "bands", False),
    ("moth", {"border": 1, "border_colour": 2, "hind_colour": 2}, "border", True),
    ("bird", {"mask": 2, "head": 0}, "mask", True),
    ("bird", {"mask": 2, "head": 1}, "mask", False),
]


@pytest.mark.parametrize(("name", "genes", "gene", "hidden"), HIDDEN)
def test_what_cannot_be_seen_is_not_said(
    name: str, genes: dict[str, int], gene: str, hidden: bool
) -> None:
    family = FAMILIES[name]
    stated = {feature.gene for feature in Appearance(family, first_of(family, **genes)).features()}
    assert (gene in stated) is not hidden


LOST: dict[str, Callable[[Genes], bool]] = {
    "rig": lambda genes: genes["engine"] > 0,
    "masts": lambda genes: genes["engine"] > 0,
    "device": lambda genes: genes["engine"] > 0,
}


@settings(max_examples=20, deadline=None)
@given(genes_of(FAMILIES["ship"]))
def test_genes_of_sails_change_nothing_about_a_steamer(genes: dict[str, int]) -> None:
    ship = FAMILIES["ship"]
    for name, lost in LOST.items():
        other = genes | {name: (genes[name] + 1) % 3}
        if lost(genes):
            assert faces_of(ship, genes) == faces_of(ship, other)
