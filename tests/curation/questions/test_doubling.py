"""Which paths nobody would ask along."""

from searchvl_gym.curation import FactBase
from searchvl_gym.curation.questions.doubling import alike, asks_back, doubles_back
from tests.curation.harbour import ADA, BORA, BRIDGE, CARL, HERON, MILL, OTHER_TOWN, TOWER, TOWN


def reason(facts: FactBase, *pages: int) -> str:
    return doubles_back(facts, [facts.page(number) for number in pages])


def test_a_way_round_is_told_only_where_it_is_short(facts: FactBase) -> None:
    # Ada's sponsor is Carl, so her teacher is a detour to him.
    assert "without those between" in reason(facts, BRIDGE, ADA, BORA, CARL)
    assert reason(facts, ADA, BORA, CARL) == ""
    assert reason(facts, BRIDGE, ADA, OTHER_TOWN, HERON) == ""


def test_things_of_one_sort_are_not_told_of_far_apart(facts: FactBase) -> None:
    assert alike(facts.page(BRIDGE), facts.page(MILL))
    assert not alike(facts.page(BRIDGE), facts.page(TOWER))
    assert "of one sort" in reason(facts, BRIDGE, ADA, MILL, OTHER_TOWN)
    # What they share makes a superlative: the highest bridge by this one's architect.
    assert reason(facts, BRIDGE, ADA, MILL) == ""


def test_people_of_no_known_sort_are_not_compared(facts: FactBase) -> None:
    assert not alike(facts.page(ADA), facts.page(CARL))


def test_a_question_does_not_lead_back(facts: FactBase) -> None:
    pages = [facts.page(number) for number in (BORA, TOWN)]
    (population,) = facts.stated(TOWN, ("population",))
    assert not asks_back(facts, pages, population)
    (sponsor,) = facts.stated(ADA, ("sponsor",))
    (teacher,) = [fact for fact in facts.stated(BORA, ("teacher",)) if fact.target == CARL]
    # Ada names Carl herself: to ask for Bora's teacher would be a way round.
    assert sponsor.target == CARL
    assert asks_back(facts, [facts.page(ADA), facts.page(BORA)], teacher)
