"""Long episodes come in parts that need no script."""

from hypothesis import given
from hypothesis import strategies as st

from searchvl_gym.render.parts import MOST_UNFOLDED, TURNS_A_PART, describe_part, fold_turns
from searchvl_gym.types import ErrorKind, Step, ToolCall, ToolError
from tests.long_episode import Shown

FAILURE = ToolError(ErrorKind.TIMEOUT, "Too slow.")


def steps_of(count: int) -> list[Step]:
    return [Step(index, ToolCall("visit"), "") for index in range(count)]


@given(st.integers(0, 130))
def test_every_turn_stands_in_one_part_and_in_order(count: int) -> None:
    turns = [f"<li>t{number}</li>" for number in range(count)]
    page = Shown(fold_turns(steps_of(count), turns, opening="<ol>", closing="</ol>"))
    assert page.all.count("li") == count
    words = "".join(f"t{number}" for number in range(count))
    if count <= MOST_UNFOLDED:
        assert page.words == words and "details" not in page.all
        return
    parts = -(-count // TURNS_A_PART)
    assert page.all.count("details") == page.all.count("ol") == parts
    assert page.shown.count("li") == TURNS_A_PART
    assert page.shown.count("summary") == parts
    written = "".join(f"t{number}" for number in range(TURNS_A_PART))
    assert page.shown_words.count(written) == 1


def test_a_part_says_what_it_holds() -> None:
    steps = [
        Step(10, ToolCall("crop"), "", image="img_2"),
        Step(11, ToolCall("visit"), "", error=FAILURE),
        Step(12, None, "", error=FAILURE),
        Step(13, ToolCall("visit"), ""),
        Step(14, ToolCall("<b>&"), "", error=FAILURE),
    ]
    told = "turns 11–15 · 2 visit, 1 crop · 1 picture · 3 errors"
    assert describe_part(steps) == told
    assert describe_part(steps, fatal=True) == f"{told} · fatal from here"


def test_the_part_of_the_fatal_step_says_so() -> None:
    page = Shown(fold_turns(steps_of(40), ["x"] * 40, fatal_step=29))
    (told,) = [each for each in page.words.split("turns") if "fatal" in each]
    assert told.startswith(" 21–30")
