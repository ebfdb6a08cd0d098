"""Names as rules: what may be left out, written otherwise or put beside one, and what may not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchvl_gym.rewards import verify
from searchvl_gym.types import Task

GIVEN = ["Anders", "Britta", "Carlos", "Dorothea", "Emil", "Fatima", "Gustav", "Helena"]
MIDDLE = ["Knut", "Lovisa", "Magnus", "Nora", "Olof", "Petra"]
FAMILY = ["Quisling", "Rosenberg", "Svensson", "Tolkien", "Ulvaeus", "Vasquez", "Werner"]
KNOWN_BY = ["", "Who is it?", "Which architect built it?"]
FRAMES = ["{}", "It is {}.", "The answer is {}.", "I think it is {}, but I am not certain."]
THINGS = ["Bridge", "Tower", "Museum", "Palace", "Castle"]


def right(answer: str, gold: str, question: str = "", kind: str = "entity") -> bool | None:
    return verify(answer, Task("t", question, gold, answer_kind=kind)).right


given_names = st.sampled_from(GIVEN)
middle_names = st.sampled_from(MIDDLE)
family_names = st.sampled_from(FAMILY)


@settings(max_examples=40)
@given(given_names, middle_names, family_names, st.sampled_from(KNOWN_BY), st.sampled_from(FRAMES))
def test_short_and_long_forms_of_a_person(
    first: str, middle: str, family: str, question: str, frame: str
) -> None:
    full, plain = f"{first} {middle} {family}", f"{first} {family}"
    for gold in (full, plain, f"{first} {middle[0]}. {family}"):
        for said in (full, plain, family, f"{first[0]}. {family}", f"Dr. {plain}"):
            assert right(frame.format(said), gold, question), (said, gold)
    assert right(f"{family}, {first}", plain, question)


@settings(max_examples=40)
@given(given_names, given_names, middle_names, family_names, st.sampled_from(FRAMES))
def test_relatives_are_other_persons(
    first: str, other: str, middle: str, family: str, frame: str
) -> None:
    gold = f"{first} {middle} {family}"
    if first[0] != other[0]:
        for said in (f"{other} {family}", f"{other[0]}. {family}", f"{first} Xavier"):
            assert not right(frame.format(said), gold)
    assert not right(frame.format(f"{first} Zacharias {family}"), gold)
    for relation in ("wife of", "father of", "student of", "rival of"):
        assert not right(f"the {relation} {gold}", gold)
    assert not right(f"{gold}'s brother {other} Zander", gold)
    assert not right(f"{other} Zander, who followed {gold}", gold)


@settings(max_examples=40)
@given(st.sampled_from(["Louis", "Henrik", "Elisabet", "Otto"]), st.integers(2, 20))
def test_regnal_numbers(name: str, number: int) -> None:
    romans = [
        "I",
        "II",
        "III",
        "IV",
        "V",
        "VI",
        "VII",
        "VIII",
        "IX",
        "X",
        "XI",
        "XII",
        "XIII",
        "XIV",
        "XV",
        "XVI",
        "XVII",
        "XVIII",
        "XIX",
        "XX",
    ]
    gold = f"{name} {romans[number - 1]}"
    for said in (gold, f"King {gold}", f"{name} {number}"):
        assert right(said, gold), said
    for said in (name, f"{name} {romans[number - 2]}", f"{name} {romans[number % 20]}"):
        assert not right(said, gold), said


@settings(max_examples=40)
@given(st.sampled_from(["iPhone", "Galaxy", "Falcon", "Thinkbook"]), st.integers(2, 40))
def test_versions(name: str, number: int) -> None:
    gold = f"{name} {number}"
    assert right(gold, gold) and right(f"Acme {gold}", gold)
    more = (f"{gold} Pro", f"{gold} Plus", f"{name} {number + 1}", name, f"{gold} Max")
    for said in more:
        assert not right(said, gold), said


@settings(max_examples=40)
@given(family_names, st.sampled_from(THINGS), st.sampled_from(FRAMES))
def test_things_named_after_something(name: str, thing: str, frame: str) -> None:
    gold = f"{name} {thing}"
    assert right(frame.format(f"the {gold}"), gold)
    for said in (thing, f"New {gold}", f"{gold} Street", f"a replica of the {gold}"):
        assert not right(frame.format(said), gold), said
    assert not right(frame.format(f"near the {gold}"), gold)


@settings(max_examples=40)
@given(st.lists(st.sampled_from(FAMILY), min_size=3, max_size=4, unique=True))
def test_acronyms(names: list[str]) -> None:
    gold = " ".join([*names[:-1], "Institute", "of", names[-1]])
    letters = "".join(word[0] for word in gold.split() if word != "of")
    assert right(letters, gold) and right(".".join(letters) + ".", gold)
    assert right(gold, letters)
    assert not right(letters[:-1] + "Z", gold)


@pytest.mark.parametrize(
    ("gold", "same", "other"),
    [
        ("St. Moritz", "Saint Moritz", "Moritz Street"),
        ("Mount Toubkal", "Mt. Toubkal", "Toubkal Street"),
        ("Ivory Coast", "Côte d'Ivoire", "Gold Coast"),
        ("Japan", "日本", "South Japan Sea"),
        ("Republic of Ireland", "Ireland", "Northern Ireland"),
        ("Malmö", "Malmoe", "Malmö-Syd"),
        ("Ålesund", "Aalesund", "Alesund County"),
        ("Alexei Navalnyy", "Alexei Navalny", "Yulia Navalny"),
        ("Bonnie & Clyde", "Bonnie and Clyde", "Bonnie"),
        ("Third Avenue", "3rd Ave.", "Third Street"),
        ("Part Two: The Return", "The Return", "The Returning"),
        ("Great Tit", "great tits", "Great Titan"),
        ("Parus major", "P. major", "Parus minor"),
        ("Super-Kamiokande", "Super Kamiokande", "Kamiokande"),
        ("C++", "C++.", "C"),
        ("C#", "c#", "C"),
        ("SO₂", "SO2", "SO"),
        ("B&Q", "B and Q", "Q"),
        (".com", ".com", "com"),
    ],
)
def test_one_name_in_two_spellings(gold: str, same: str, other: str) -> None:
    assert right(same, gold) is True
    assert not right(other, gold)


def test_what_a_rule_would_guess_is_unsure() -> None:
    assert right("Dorothea", "Dorothea Werner") is None
    assert right("Roseberg", "Rosenberg") is None
    assert right("Anders Olof Werner", "Anders Knut Olof Werner") is None


@pytest.mark.parametrize(
    ("answer", "gold", "verdict"),
    [
        ("Lyon, France", "Lyon", True),
        ("in Boston, Massachusetts", "Boston", True),
        ("Paris, Texas", "Paris", False),
        ("Springfield, IL", "Springfield, Illinois", True),
        ("Springfield, Ohio", "Springfield, Illinois", False),
        ("Lyon, Rome", "Lyon", False),
    ],
)
def test_regions_behind_a_place(answer: str, gold: str, verdict: bool) -> None:
    assert right(answer, gold) is verdict
