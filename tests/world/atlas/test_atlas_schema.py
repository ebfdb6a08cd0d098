"""The schema: enough relations and attributes, with wording for all of them."""

import pytest

from searchvl_gym.world.sources.atlas.schema import BY_NAME, RELATIONS, FactType

KINDS = {"person", "building", "location", "organism", "artifact"}


def test_counts() -> None:
    assert sum(relation.target_kind is not None for relation in RELATIONS) >= 25
    assert sum(relation.target_kind is None for relation in RELATIONS) >= 40
    assert {r.value_kind for r in RELATIONS} == {"entity", "number", "date", "quantity", "text"}


@pytest.mark.parametrize("fact_type", BY_NAME.values(), ids=list(BY_NAME))
def test_wording(fact_type: FactType) -> None:
    relation = fact_type.relation
    assert relation.subject_kind in KINDS
    assert (relation.target_kind in KINDS) == (relation.value_kind == "entity")
    assert len(set(relation.questions)) >= 3
    assert len(set(fact_type.sentences)) >= 3
    for question in relation.questions:
        assert question.count("{x}") == 1
        assert question.endswith("?")
    # A nested phrase that went on after its subject would pile verbs up at the end.
    assert all(phrase.endswith(" {x}") for phrase in relation.phrases)
    assert len(set(relation.phrases)) >= 3 or relation.target_kind is None
    for sentence in fact_type.sentences:
        assert sentence.count("{v}") == 1
        assert sentence.endswith((".", "”."))


def test_labels_are_unique_within_a_kind() -> None:
    labels = [(relation.subject_kind, relation.label) for relation in RELATIONS]
    assert len(set(labels)) == len(labels)
