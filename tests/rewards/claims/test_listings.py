"""Rows of guesses are wrong, wherever the right one stands; remarks on one answer are right."""

from itertools import permutations

import pytest

from searchvl_gym.rewards import verify
from searchvl_gym.types import Task

CITY = Task("t", "In which city does this tower stand?", "Paris", answer_kind="entity")
YEAR = Task("t", "When did it open?", "1982", answer_kind="date")
FLOORS = Task("t", "How many floors does it have?", "12", answer_kind="number")
LENGTH = Task("t", "How long is it?", "1,200 metres", answer_kind="quantity")
BRIDGE = Task("t", "Which structure is it?", "Söderqvist Bridge", answer_kind="entity")
COST = Task("t", "What did it cost?", "3,670,000 ducats", answer_kind="quantity")

VALUES = {
    "Paris": (CITY, ("Paris", "Rome", "Lund")),
    "1982": (YEAR, ("1981", "1982", "1983")),
    "12": (FLOORS, ("11", "12", "13")),
    "1,200": (LENGTH, ("1,100 m", "1,200 m", "1,300 m")),
}
ROWS = [
    "{}, {}, {}",
    "{} {} {}",
    "in {}, in {}, in {}",
    "In {}, in {}, in {}.",
    "in {} in {} in {}",
    "in {} and in {} and in {}",
    "in {}. in {}. in {}",
    "{} or {} or {}",
    "It stands in {}, it stands in {}, it stands in {}",
    "It was {}. It was {}. It was {}.",
    "built in {}, built in {}, built in {}",
]


@pytest.mark.parametrize("row", ROWS)
@pytest.mark.parametrize("name", VALUES)
def test_a_row_of_guesses_is_wrong(name: str, row: str) -> None:
    task, guesses = VALUES[name]
    for order in permutations(guesses):
        said = row.format(*order)
        assert not verify(said, task).right, said
        assert not verify(said.lower(), task).right, said


@pytest.mark.parametrize(
    ("task", "answer"),
    [
        (YEAR, "built 1980, extended 1981, opened 1982, closed 1983"),
        (YEAR, "It was planned in 1979, built in 1980, changed in 1981 and opened in 1982."),
        (YEAR, "1982 (1981, 1983, 1984)"),
        (YEAR, "1982 or later"),
        (YEAR, "1982 and after"),
        (FLOORS, "12 or more"),
        (FLOORS, "12 floors or more"),
        (FLOORS, "12 or fewer floors"),
        (FLOORS, "12+"),
        (FLOORS, "12+ floors"),
        (FLOORS, "12 floors +"),
        (FLOORS, "12 plus"),
        (FLOORS, ">12"),
        (FLOORS, "≥ 12"),
        (FLOORS, "12 at least"),
        (LENGTH, "1200 m or longer"),
        (LENGTH, "1,200 metres upwards"),
        (CITY, "in Lund at Rome near Paris"),
        (CITY, "in Lund; at Paris; near Rome"),
        (CITY, "in lund; at paris; near rome"),
        (CITY, "It lies by Lund, it is close to Rome, it was in Kiel, and it is Paris."),
        (CITY, "Paris (Rome) (Lund) (Kiel)"),
        (CITY, "University of Lund\nParis"),
        (CITY, "In Lund, Paris"),
        (CITY, "in Paris, in Rome"),
        (BRIDGE, "Axenstad, Söderqvist Bridge"),
        (BRIDGE, "Söderqvist Bridge, Old Bridge"),
        (BRIDGE, "Söderqvist Bridge, Axenstad, Lund"),
        (BRIDGE, "it spans the Kern; Söderqvist Bridge"),
        (COST, "3.67 ducats"),
        (COST, "3.7M ducats"),
        (COST, "3.67M florins"),
    ],
)
def test_more_than_the_answer_is_wrong(task: Task, answer: str) -> None:
    verdict = verify(answer, task)
    assert not verdict.right and verdict.reason


@pytest.mark.parametrize(
    ("task", "answer"),
    [
        (BRIDGE, "the Söderqvist Bridge; it spans the Kern"),
        (BRIDGE, "Söderqvist Bridge. The structure crosses the Kern."),
        (BRIDGE, "Söderqvist Bridge, Axenstad"),
        (BRIDGE, "The Söderqvist Bridge, in Axenstad"),
        (BRIDGE, "It is the Söderqvist Bridge in Axenstad in the north."),
        (CITY, "She was born in Paris, in France."),
        (CITY, "According to the page, it is Paris."),
        (CITY, "On the map, it is Paris."),
        (CITY, "on the map, it is paris"),
        (CITY, "It stands in Paris near the Seine."),
        (CITY, "in Paris in 1982"),
        (YEAR, "since 1982"),
        (YEAR, "work began in 1979, and it opened in 1982"),
        (YEAR, "It opened in 1982, was closed in 2001 and was torn down in 2003."),
        (FLOORS, "12 in 1982"),
        (FLOORS, "In 1982 it had 12 floors."),
        (FLOORS, "12 or so"),
        (LENGTH, "In 1982, 1,200 metres"),
        (COST, "3.67M ducats"),
        (COST, "3.67 million ducats"),
        (COST, "3670K"),
    ],
)
def test_remarks_on_one_answer_are_right(task: Task, answer: str) -> None:
    verdict = verify(answer, task)
    assert verdict.right, verdict.reason
