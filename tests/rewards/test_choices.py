"""Options, yes and no, and lists as rules."""

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchvl_gym.rewards import verify
from searchvl_gym.types import Task

OPTIONS = {"A": "a heron", "B": "a stork", "C": "a crane", "D": "an egret"}
BIRDS = "Which bird is it? A. a heron B. a stork C. a crane D. an egret"


def right(answer: str, gold: str, question: str) -> bool | None:
    return verify(answer, Task("t", question, gold)).right


@pytest.mark.parametrize("gold", OPTIONS)
@pytest.mark.parametrize("other", OPTIONS)
def test_options(gold: str, other: str) -> None:
    text = OPTIONS[other]
    said = [
        other, other.lower(), f"({other})", f"{other}. {text}", f"Option {other}", text,
        f"The answer is {other}.", f"I think it is {text}", f"选{other}", f"答案是{other}。",
        f"Answer: **{other}**",
    ]  # fmt: skip
    for answer in said:
        assert bool(right(answer, gold, BIRDS)) is (gold == other), answer
    if gold != other:
        assert right(f"{other}, not {gold}", gold, BIRDS) is False
        assert right(f"not {other} but {gold}", gold, BIRDS) is True
        assert not right(f"{gold} and {other}", gold, BIRDS)
        assert not right(f"{gold} or {other}", gold, BIRDS)
        assert right(f"{gold}. {text}", gold, BIRDS) is None


@given(st.sets(st.sampled_from("ABCD"), min_size=2, max_size=3), st.randoms())
def test_several_options(letters: set[str], rng) -> None:
    gold, mixed = ", ".join(sorted(letters)), list(letters)
    rng.shuffle(mixed)
    assert right(" and ".join(mixed), gold, BIRDS) and right("".join(mixed), gold, BIRDS)
    assert not right(", ".join(mixed[:-1]), gold, BIRDS)
    extra = next(letter for letter in "ABCD" if letter not in letters)
    assert not right(", ".join([*mixed, extra]), gold, BIRDS)


YES = [
    "Yes",
    "yes, it is",
    "Yes.",
    "It is.",
    "Indeed.",
    "Certainly",
    "That is true.",
    "是的",
    "はい",
]
NO = [
    "No",
    "no, it is not",
    "It isn't.",
    "It is not.",
    "Not true.",
    "That is wrong.",
    "不是",
    "아니요",
]
NEITHER = ["Maybe.", "I do not know.", "Yes or no?", "I cannot tell.", "不知道", "It depends."]


@pytest.mark.parametrize("gold", ["yes", "no", "True", "False", "是", "否"])
def test_yes_and_no(gold: str) -> None:
    affirmed = gold in ("yes", "True", "是")
    for answer in YES:
        assert right(answer, gold, "Is it open?") is affirmed, answer
    for answer in NO:
        assert right(answer, gold, "Is it open?") is not affirmed, answer
    for answer in NEITHER:
        assert not right(answer, gold, "Is it open?"), answer


@pytest.mark.parametrize(
    ("answer", "yes"),
    [
        ("There is no doubt: yes.", True),
        ("The gate is open.", True),
        ("The gate is not open.", False),
        ("I hoped it was true, but it is false.", False),
    ],
)
def test_yes_and_no_in_sentences(answer: str, yes: bool) -> None:
    assert right(answer, "yes", "Is the gate open?") is yes
    assert right(answer, "no", "Is the gate open?") is not yes


THINGS = ["barley", "hops", "water", "yeast", "sugar"]
CITIES = ["Lund", "Bergen", "Vaasa", "Aarhus", "Narvik"]
CHINESE = ["苹果", "香蕉", "橙子", "葡萄", "西瓜"]


@settings(max_examples=30)
@given(st.sampled_from([THINGS, CITIES]), st.integers(2, 4), st.randoms())
def test_lists_in_any_order(words: list[str], size: int, rng) -> None:
    items, extra = words[:size], words[size]
    gold = ", ".join(items[:-1]) + f" and {items[-1]}"
    question = "Which of them are named?"
    mixed = list(items)
    rng.shuffle(mixed)
    for said in (", ".join(mixed), " and ".join(mixed), "\n".join(mixed), "; ".join(mixed)):
        assert right(said, gold, question), said
        assert right(f"They are {said}.", gold, question), said
        assert not right(f"{said}, {extra}", gold, question), said
        assert not right(f"{said} and {extra}", gold, question), said
    missing = ", ".join(mixed[:-1])
    assert not right(missing, gold, question)
    assert not right(f"{missing}, {extra}", gold, question)
    assert not right(" or ".join(mixed), gold, question)


def test_lists_in_chinese() -> None:
    for mixed in permutations(CHINESE[:3]):
        assert right("、".join(mixed), "、".join(CHINESE[:3]), "有哪些水果？")
        assert right(f"{mixed[0]}，{mixed[1]}和{mixed[2]}", "、".join(CHINESE[:3]), "有哪些水果？")
        assert not right("、".join(mixed[:2]), "、".join(CHINESE[:3]), "有哪些水果？")
        assert not right("、".join([*mixed, "梨"]), "、".join(CHINESE[:3]), "有哪些水果？")


@pytest.mark.parametrize(
    ("title", "half"), [("Crime and Punishment", "Crime"), ("War and Peace", "Peace")]
)
def test_titles_with_and_are_whole(title: str, half: str) -> None:
    assert right(f"It is {title}.", title, "Which novel is it?")
    assert not right(half, title, "Which novel is it?")
