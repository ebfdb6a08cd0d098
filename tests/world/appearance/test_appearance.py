"""From a recipe's subject to genes and to words."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchvl_gym.world.appearance import FAMILIES, appearance_of
from searchvl_gym.world.appearance.appearance import subject_name

seeds = st.integers(0, 2**63)


@given(st.sampled_from(sorted(FAMILIES)), seeds, seeds)
def test_the_same_subject_has_the_same_genes(family: str, group: int, member: int) -> None:
    subject = subject_name(family, group, member)
    appearance = appearance_of(subject)
    assert appearance == appearance_of(subject)
    assert list(appearance.genes) == [gene.name for gene in FAMILIES[family].genes]
    for gene in FAMILIES[family].genes:
        assert 0 <= appearance.genes[gene.name] < gene.count


@given(st.sampled_from(sorted(FAMILIES)), seeds, seeds, seeds)
def test_a_group_shares_what_is_shared_and_differs_in_what_is_said(
    family: str, group: int, one: int, other: int
) -> None:
    a, b = (appearance_of(subject_name(family, group, member)) for member in (one, other))
    for gene in FAMILIES[family].genes:
        if gene.shared:
            assert a.genes[gene.name] == b.genes[gene.name]
    assert (a.genes == b.genes) is (one == other)


@pytest.mark.parametrize("family", FAMILIES)
def test_two_members_of_a_group_look_different(family: str) -> None:
    def look(member: int) -> list[object]:
        appearance = appearance_of(subject_name(family, 5, member))
        faces = appearance.family.build(appearance.genes, np.random.default_rng(0)).model.faces
        return [(face.points, face.colour) for face in faces]

    looks = [look(member) for member in range(6)]
    assert all(one != other for n, one in enumerate(looks) for other in looks[:n])
    said = {appearance_of(subject_name(family, 5, member)).features() for member in range(6)}
    assert len(said) > 3, "most of them can be told apart in words too"


@given(st.sampled_from(sorted(FAMILIES)), seeds, seeds)
def test_features_are_those_of_the_genes_with_words_the_shared_ones_last(
    family: str, group: int, member: int
) -> None:
    appearance = appearance_of(subject_name(family, group, member))
    by_name = {gene.name: gene for gene in FAMILIES[family].genes}
    features = appearance.features()
    with_words = {gene.name for gene in by_name.values() if gene.words}
    assert {f.gene for f in features} == with_words - appearance.family.hidden(appearance.genes)
    for feature in features:
        gene = by_name[feature.gene]
        assert feature.words == gene.words[appearance.genes[gene.name]]
    shared = [by_name[feature.gene].shared for feature in features]
    assert shared == sorted(shared)


@pytest.mark.parametrize(
    "subject",
    ["", "flower", "flower 7", "flower 7 21 3", "weed 7 21", "flower -7 21", "flower 7 x", "7 21"],
)
def test_another_text_is_refused_with_the_form_that_is_wanted(subject: str) -> None:
    with pytest.raises(ValueError, match="as in 'flower 7 21'") as error:
        appearance_of(subject)
    assert repr(subject) in str(error.value)
    assert all(family in str(error.value) for family in FAMILIES)
