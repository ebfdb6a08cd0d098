"""Trajectories with each defect built in, and honest ones beside them."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest

from searchvl_gym.curation import Completions
from searchvl_gym.curation.trajectories.process_check import (
    Defect,
    LanguageModelProcessJudge,
    ProcessReason,
    check_process,
)
from searchvl_gym.curation.trajectories.thought_claims import Claim, Seen, coarser, find_claims
from searchvl_gym.endpoint import Endpoint, EndpointSettings
from searchvl_gym.types import (
    ErrorKind,
    Step,
    Task,
    Termination,
    ToolCall,
    ToolError,
    Trajectory,
)
from tests.chat_server import ChatServer

TASK = Task(
    "t",
    "How high is the bridge on the sign in the picture?",
    "212 m",
    aliases=("212 metres",),
    answer_kind="quantity",
)
SIGN = "ALL RECOGNIZED TEXT\nKEL BRIDGE\n\nBLOCKS in reading order\n1. [text] …"
PASSAGES = (
    "[Passage 1] Kel Bridge\nURL: atlas://kel\nKel Bridge was designed by Ida Ek. It is 212 metres "
    "high and cost 1,867,000 talers."
)


def step(name: str, thought: str, observation: str = "", **arguments: object) -> Step:
    return Step(0, ToolCall(name, arguments, thought), observation)


READ = step("layout_parsing", "I read the sign.", SIGN, image="img_1")
SEARCH = step("text_search", "It reads “KEL BRIDGE”.", PASSAGES, q="Kel Bridge height")
ANSWER = step("answer", "The passage says that Kel Bridge is 212 metres high.", text="212 metres")


def trajectory(
    steps: Sequence[Step], task: Task = TASK, images: Sequence[str] = ("a",)
) -> Trajectory:
    numbered = tuple(replace(each, index=place) for place, each in enumerate(steps))
    answer = str(steps[-1].call.arguments["text"]) if steps[-1].call else None
    return Trajectory(task, 0, numbered, Termination.ANSWER, answer=answer, images=tuple(images))


def thinking(thought: str) -> Trajectory:
    """The honest trajectory with another last thought."""
    assert ANSWER.call is not None
    last = replace(ANSWER, call=replace(ANSWER.call, thought=thought))
    return trajectory([READ, SEARCH, last])


def reason_of(played: Trajectory) -> ProcessReason | None:
    defect = check_process(played)
    return None if defect is None else defect.reason


def test_an_honest_process_passes() -> None:
    assert check_process(trajectory([READ, SEARCH, ANSWER])) is None


def test_no_tool_was_used() -> None:
    assert reason_of(trajectory([ANSWER])) is ProcessReason.NO_TOOL
    failed = replace(SEARCH, error=ToolError(ErrorKind.BAD_ARGUMENTS, "no"), observation="no")
    assert reason_of(trajectory([failed, ANSWER])) is ProcessReason.NO_TOOL


def test_a_turn_without_a_thought() -> None:
    silent = step("text_search", " ", PASSAGES, q="Kel Bridge")
    defect = check_process(trajectory([READ, silent, ANSWER]))
    assert defect is not None and (defect.reason, defect.step) == (ProcessReason.NO_THOUGHT, 1)


@pytest.mark.parametrize(
    "thought",
    [
        "The passage says that it was designed by Jan Ohm.",
        "The passage states “Kel Bridge was opened by the queen”.",
        "According to the page it opened in 1907, so it is 212 metres high.",
        "I found that Old Mill is 212 metres high.",
        'The result reads "213 metres".',
    ],
)
def test_a_fact_that_nothing_showed(thought: str) -> None:
    defect = check_process(thinking(thought))
    assert defect is not None
    assert (defect.reason, defect.step) == (ProcessReason.UNREAD_FACT, 2)


@pytest.mark.parametrize(
    "thought",
    [
        "Passage 1 says that Ida Ek designed Kel Bridge, 212 metres high.",
        "The passage states “It is 212 metres high and cost …”.",
        "It shows that the cost was about 1.9 million: 1,900,000 talers.",
        "Perhaps Jan Ohm built it, but the passage says 212 metres.",
        "If it says 300 metres elsewhere, that is another bridge.",
        "I could check whether the page mentions Jan Ohm.",
        "The photo shows the Golden Gate behind it.",
        "Its designer's name is read as Ida Ek's in passage 1.",
    ],
)
def test_what_was_shown_asked_guessed_or_planned_is_no_defect(thought: str) -> None:
    assert check_process(thinking(thought)) is None


def test_a_thought_may_mend_what_ocr_misread() -> None:
    misread = step("layout_parsing", "I read it.", SIGN.replace("KEL", "KEI"), image="img_1")
    assert check_process(trajectory([misread, SEARCH, ANSWER])) is None
    other = step("text_search", "It reads “OLD MILL”.", PASSAGES, q="Old Mill height")
    assert reason_of(trajectory([misread, other, ANSWER])) is ProcessReason.UNREAD_FACT


def test_a_later_observation_does_not_bear_an_earlier_thought() -> None:
    early = step("text_search", "I have read that Ida Ek designed it.", PASSAGES, q="Kel Bridge")
    assert reason_of(trajectory([READ, early, ANSWER])) is ProcessReason.UNREAD_FACT


def test_an_answer_that_was_never_read() -> None:
    lucky = replace(SEARCH, observation="[Passage 1] Kel Bridge\nURL: atlas://kel\nA bridge.")
    guess = step("answer", "I am sure.", text="212 metres")
    assert reason_of(trajectory([READ, lucky, guess])) is ProcessReason.UNREAD_ANSWER
    # What follows from what was read is no guess.
    rounded = replace(TASK, answer="1,900,000 talers", aliases=())
    last = step("answer", "Rounded.", text="1,900,000 talers")
    assert check_process(trajectory([READ, SEARCH, last], rounded)) is None
    yes = replace(TASK, answer="yes", answer_kind="text", aliases=())
    assert (
        check_process(trajectory([READ, SEARCH, step("answer", "Done.", text="yes")], yes)) is None
    )


def test_the_same_call_after_the_same_result() -> None:
    again = step("text_search", "Once more.", PASSAGES, q="height  KEL bridge")
    defect = check_process(trajectory([READ, SEARCH, again, ANSWER]))
    assert defect is not None and (defect.reason, defect.step) == (ProcessReason.REPEATED_CALL, 2)
    loop = [READ, SEARCH, READ, SEARCH, ANSWER]
    assert reason_of(trajectory(loop)) is ProcessReason.REPEATED_CALL


def test_another_try_after_an_outage_is_no_repetition() -> None:
    error = ToolError(ErrorKind.TIMEOUT, "too slow")
    slow = replace(SEARCH, error=error, observation="Error (timeout): too slow")
    assert check_process(trajectory([READ, slow, slow, SEARCH, ANSWER])) is None
    wrong = replace(slow, error=ToolError(ErrorKind.BAD_ARGUMENTS, "no"), observation="Error: no")
    assert reason_of(trajectory([READ, wrong, wrong, SEARCH, ANSWER])) is (
        ProcessReason.REPEATED_CALL
    )


def test_pictures_count_by_content() -> None:
    crops = [
        replace(
            step("crop", "I cut it.", f"img_{n}: img_1 cropped", image="img_1", x=0, y=0),
            image=f"img_{n}",
        )
        for n in (2, 3)
    ]
    steps = [READ, *crops, SEARCH, ANSWER]
    assert reason_of(trajectory(steps, images="abb")) is ProcessReason.REPEATED_CALL
    # The same call on another picture is another call.
    assert crops[1].call is not None
    second = replace(crops[1].call, arguments={"image": "img_2", "x": 0, "y": 0})
    steps[2] = replace(crops[1], call=second)
    assert check_process(trajectory(steps, images="abc")) is None


def test_calls_that_lead_nowhere() -> None:
    nothing = [
        step("text_search", "I try other words.", "No results.", q=f"words {n}") for n in range(3)
    ]
    assert check_process(trajectory([READ, *nothing[:2], SEARCH, ANSWER])) is None
    assert reason_of(trajectory([READ, *nothing, SEARCH, ANSWER])) is ProcessReason.NO_PROGRESS


def test_claims_are_told_from_plans() -> None:
    found = find_claims(
        "Passage 2 says “Country: Norland”; I search for “Norland capital”.",
        {"q": "Norland capital"},
        picture_read=True,
    )
    assert found == [Claim("quotation", "Country: Norland"), Claim("number", "2")]
    assert find_claims("I will search for Ida Ek next.", {}, picture_read=True) == []


def test_numbers_may_be_told_less_exactly() -> None:
    seen = Seen("")
    seen.add("Born on 9 July 1809; 39,700 crowns; 3.7 m.")
    for text, there in (("1800", True), ("1801", False), ("40,000", True), ("3.7", True)):
        assert seen.supports(Claim("number", text)) is there
    assert coarser(Decimal(0)) == ()


def judged(said: str) -> tuple[Defect | None, ChatServer]:
    with ChatServer(lambda request, number: said) as server:
        endpoint = Endpoint(EndpointSettings(server.base_url, "model", retries=0))
        judge = LanguageModelProcessJudge(Completions(endpoint))
        return judge.judge(trajectory([READ, SEARCH, ANSWER])), server


def test_a_model_judges_the_rest() -> None:
    fine = '{"consistent": true, "effective": true, "turn": 0, "reason": ""}'
    defect, server = judged(fine)
    assert defect is None
    [request] = server.requests
    for shown in ("It reads “KEL BRIDGE”.", "Kel Bridge was designed by Ida Ek", "text_search"):
        assert shown in request.texts[1]
    bad = '{"consistent": false, "effective": true, "turn": 2, "reason": "It saw no sign."}'
    assert judged(bad)[0] == Defect(ProcessReason.JUDGED_INCONSISTENT, 1, "It saw no sign.")
    idle = '{"consistent": true, "effective": false, "turn": 3, "reason": "Again."}'
    assert judged(idle)[0] == Defect(ProcessReason.JUDGED_REPETITIVE, 2, "Again.")
    unread, _ = judged("I think it is fine.")
    assert unread is not None and unread.reason is ProcessReason.UNREADABLE_JUDGEMENT
