import pytest

from searchvl_gym.curation import FactBase
from searchvl_gym.curation.facts.fact_base import guess_value_kind
from searchvl_gym.language.nouns import kind_noun, type_noun
from searchvl_gym.world import Page, World
from tests.curation.harbour import ADA, BORA, BRIDGE, CARL, HERON, MILL, OTHER_TOWN, TOWER, TOWN


def test_queries_in_both_directions(facts: FactBase) -> None:
    assert facts.typed and len(facts) == 20
    assert facts.subjects("architect", ADA) == {BRIDGE, TOWER, MILL}
    assert facts.subjects("birthplace", TOWN) == {BORA, CARL}
    assert facts.subjects("architect", TOWN) == facts.subjects("unheard-of", 0) == frozenset()
    assert facts.holders("height", "32 METRES") == {BRIDGE}
    assert facts.holders("architect", "ada muller") == {BRIDGE, TOWER, MILL}
    assert facts.holders("born", "32 metres") == facts.holders("unheard-of", "x") == frozenset()
    assert [fact.value for fact in facts.stated(BORA, ("teacher",))] == ["Carl Ode", "a sailor"]


def test_queries_agree_with_going_through_all_facts(mini_world: World) -> None:
    base, every = FactBase(mini_world), list(mini_world.all_facts())
    for fact in every[::41]:
        if fact.target is not None:
            assert base.subjects(fact.relation, fact.target) == {
                other.subject
                for other in every
                if (other.relation, other.target) == (fact.relation, fact.target)
            }
        assert base.holders(fact.relation, fact.value) == {
            other.subject
            for other in every
            if (other.relation, other.value) == (fact.relation, fact.value)
        }


def test_guessable_relations(facts: FactBase) -> None:
    # All buildings have one architect, and two of three people one birthplace.
    assert {"architect", "birthplace"} <= facts.guessable(0.5)
    assert not {"height", "born", "population"} & facts.guessable(0.5)
    assert "architect" not in facts.guessable(1.0)


def test_nouns(facts: FactBase) -> None:
    bridge, heron = facts.page(BRIDGE), facts.page(HERON)
    assert (type_noun(bridge), kind_noun(bridge)) == ("bridge", "structure")
    assert (type_noun(heron), kind_noun(heron)) == ("bird", "species")
    assert type_noun(facts.page(BORA)) == ""
    assert kind_noun(Page(0, "Sarn", "article", "", "")) == "subject"
    assert type_noun(Page(0, "S", "", "", "", infobox=(("Type", "Ship of the Line"),))) == ""
    assert [facts.fits_noun(BRIDGE, noun) for noun in ("bridge", "structure", "", "tower")] == [
        True,
        True,
        True,
        False,
    ]


def test_infoboxes_take_the_place_of_facts(harbour_infoboxes: World) -> None:
    base = FactBase(harbour_infoboxes)
    assert not base.typed
    assert base.subjects("Architect", ADA) == {BRIDGE, TOWER, MILL}
    assert base.subjects("Emblem", HERON) == {OTHER_TOWN}
    assert base.holders("Height", "61 metres") == {TOWER}
    # A row with several values is several facts.
    assert [(fact.value, fact.target) for fact in base.stated(BORA, ("Teacher",))] == [
        ("Carl Ode", CARL),
        ("a sailor", None),
    ]
    assert "Type" not in base.relations
    kinds = {fact.relation: base.value_kind(fact) for fact in base.facts(ADA)}
    assert (kinds["Born"], kinds["Place of birth"]) == ("date", "entity")


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("1893", "date"),
        ("May 1893", "date"),
        ("May 4, 1893", "date"),
        ("1893-05-04", "date"),
        ("12", "number"),
        ("4,321", "number"),
        ("3.25", "number"),
        ("1,200 km²", "quantity"),
        ("32 metres", "quantity"),
        ("red brick", "text"),
        ("A-12", "text"),
        ("12, 14 and 15", "text"),
    ],
)
def test_kinds_of_values(value: str, kind: str) -> None:
    assert guess_value_kind(value) == kind
