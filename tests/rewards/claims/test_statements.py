"""What an answer stands by, as rules over any two values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchvl_gym.rewards import verify
from searchvl_gym.rewards.claims.statements import committed
from searchvl_gym.types import Task

PAIRS = [
    ("Lisbon", "Porto", "entity", "Which city is it?"),
    ("granite", "marble", "text", "What is it made of?"),
    ("1982", "1979", "date", "In which year was it?"),
    ("12", "17", "number", "How many are there?"),
    ("40 m", "55 m", "quantity", "How high is it?"),
    ("上海", "广州", "entity", "这是哪座城市？"),
]
STATES = [
    "{right}, not {other}",
    "not {other} but {right}",
    "At first I thought of {other}, but it is {right}.",
    "{other}? No, {right}.",
    "My first guess was {other}. The correct answer is {right}.",
    "It is {right}, although some say {other}.",
    "I could not find much, but the source says {right}.",
    "The question asks whether it is {other} or not. After searching I conclude: {right}",
    "Perhaps {right}",
    "It is {right} rather than {other}.",
]
DOES_NOT = [
    "{other}, not {right}",
    "not {right} but {other}",
    "{other}",
    "At first I thought of {right}, but it is {other}.",
    "{right}? No, {other}.",
    "It is {other}, although some say {right}.",
    "I could not find out whether it is {right}.",
    "There is no evidence that it is {right}.",
    "If it were {right}, one would see it; so it is {other}.",
    "{right} or {other}",
    "either {other} or {right}",
    "{right}, {other}",
    "{other} and {right}",
    "It is {other} instead of {right}.",
    "The answer is not {right}.",
    "I do not know. It may be {right} or {other}.",
]
IN_CHINESE = {
    True: [
        "是{right}",
        "不是{other}，而是{right}。",
        "起初我以为是{other}，后来确认是{right}。",
        "可能是{right}",
    ],
    False: [
        "不是{right}，而是{other}。",
        "无法确定是不是{right}",
        "{right}或者{other}",
        "{other}、{right}",
    ],
}


@pytest.mark.parametrize(("right", "other", "kind", "question"), PAIRS)
@pytest.mark.parametrize("frame", STATES)
def test_what_it_stands_by(frame: str, right: str, other: str, kind: str, question: str) -> None:
    task = Task("t", question, right, answer_kind=kind)
    said = frame.format(right=right, other=other)
    assert verify(said, task).right is True, said


@pytest.mark.parametrize(("right", "other", "kind", "question"), PAIRS)
@pytest.mark.parametrize("frame", DOES_NOT)
def test_what_it_does_not(frame: str, right: str, other: str, kind: str, question: str) -> None:
    task = Task("t", question, right, answer_kind=kind)
    verdict = verify(frame.format(right=right, other=other), task)
    assert not verdict.right and verdict.reason, frame


@pytest.mark.parametrize("verdict", IN_CHINESE)
def test_the_same_in_chinese(verdict: bool) -> None:
    for right, other, kind in (("上海", "广州", "entity"), ("12", "17", "number")):
        task = Task("t", "", right, answer_kind=kind)
        for frame in IN_CHINESE[verdict]:
            said = frame.format(right=right, other=other)
            assert bool(verify(said, task).right) is verdict, said


@given(st.text(max_size=80))
def test_a_statement_is_no_longer_than_the_answer(text: str) -> None:
    assert len(committed(text)) <= len(text) + len(", but ") * text.count("but")


JOINTS = [", ", "; ", " / ", " | ", "\n", " or "]
KINDS = {
    "restoring clocks": ("text", "What was her hobby?"),
    "Aldo Kern": ("entity", "Who designed it?"),
    "11 September": ("date", "On which day was it?"),
    "12 metres": ("quantity", "How high is it?"),
    "polished oak": ("text", "What is it made of?"),
    "Harvest above Fear": ("text", "What is its motto?"),
}


@pytest.mark.parametrize("joint", JOINTS)
@pytest.mark.parametrize("right", KINDS)
def test_a_value_of_another_kind_is_not_thrown_in(right: str, joint: str) -> None:
    kind, question = KINDS[right]
    task = Task("t", question, right, answer_kind=kind)
    assert verify(right, task).right
    for other in KINDS:
        if other != right:
            assert not verify(f"{right}{joint}{other}", task).right, other
            assert not verify(f"{other}{joint}{right}", task).right, other
