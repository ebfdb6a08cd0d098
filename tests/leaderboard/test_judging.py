"""The judge of a run: what it asks, what it keeps, and that no episode is lost."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchvl_gym.endpoint import EndpointError
from searchvl_gym.leaderboard.agreement import agree
from searchvl_gym.leaderboard.judging import BenchmarkJudge, final_part, make_judge
from searchvl_gym.leaderboard.verdicts import VerdictError, Verdicts
from searchvl_gym.rewards import Verdict
from searchvl_gym.types import Task
from tests.chat_server import ChatServer, Raw, Request, Script
from tests.rewards.played import TASK, did, played

Serve = Callable[..., tuple[ChatServer, BenchmarkJudge]]
YES, NO = "correct: yes\nreasoning: It is the same year.", "correct: no\nreasoning: Another year."


@pytest.fixture
def serve() -> Iterator[Serve]:
    with ExitStack() as stack:

        def start(
            script: Script, verdicts: Verdicts | None = None, name: str = "llm", **arguments: Any
        ) -> tuple[ChatServer, BenchmarkJudge]:
            server = stack.enter_context(ChatServer(script))
            options = {"model": "j", "retries": 0, "backoff": 0.0, "base_url": server.base_url}
            return server, make_judge(name, verdicts or Verdicts(), **{**options, **arguments})

        yield start


def by_year(request: Request, number: int) -> str:
    return YES if json.loads(request.texts[1])["candidate"] == "1982" else NO


def test_the_protocol_is_question_answer_response_and_a_verdict(serve: Serve) -> None:
    server, judge = serve(lambda request, number: "**Correct:** no\n**Reasoning:** Not\nso.")
    ruling = judge.judge(TASK, "<think>1981?</think>It was 1982.")
    [request] = server.requests
    assert json.loads(request.texts[1]) == {
        "question": TASK.question,
        "reference": "1982",
        "candidate": "It was 1982.",
    }
    assert request.body["temperature"] == 0.0
    assert "correct: yes or no\nreasoning:" in request.texts[0]
    assert (ruling.right, ruling.by, ruling.model, ruling.rule) == (False, "llm", False, True)
    assert ruling.reasoning == "Not so."


def test_every_verdict_is_kept_and_asked_for_once(serve: Serve, tmp_path: Path) -> None:
    file = tmp_path / "deep" / "verdicts.jsonl"
    episodes = [played(answer=text) for text in ("1982", "1983", "1982", "no idea")]
    with Verdicts(file) as verdicts:
        server, judge = serve(by_year, verdicts, concurrency=1)
        first = judge.judge_all(episodes)
        assert [ruling.right for ruling in first] == [True, False, True, False]
        assert len(server.requests) == verdicts.count == 3
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert [line["correct"] for line in lines] == [True, False, False]
    assert lines[0]["reply"] == YES and lines[0]["reasoning"] == "It is the same year."
    assert lines[0]["model"] == "j" and lines[0]["tokens"] == 10
    assert {ruling.key for ruling in first} == {line["key"] for line in lines}
    with Verdicts(file) as verdicts:
        server, judge = serve(lambda request, number: NO, verdicts)
        assert judge.judge_all(episodes) == first
        assert server.requests == []
        # Another model, mode or reference is another question.
        serve_again = [{"model": "k"}, {"mode": "final_answer"}]
        for number, other in enumerate(serve_again, 1):
            server, judge = serve(lambda request, number: NO, verdicts, **other)
            judge.judge(TASK, "1982")
            assert len(server.requests) == 1 and verdicts.count == 3 + number


@pytest.mark.parametrize(
    "failure",
    [Raw(503, b"down"), Raw(401), Raw(drop=True), Raw(body=b"{}"), "Hm.", f"{YES}\n{NO}", ""],
    ids=["down", "refused", "dropped", "garbage", "no verdict", "two verdicts", "empty"],
)
def test_a_failing_judge_leaves_the_episode_unscored_and_is_asked_again(
    serve: Serve, tmp_path: Path, failure: Raw | str
) -> None:
    episodes = [played(answer=text) for text in ("1982", "1983", "1984")]

    def fails_for_one(request: Request, number: int) -> str | Raw:
        return failure if "1983" in request.texts[1] else by_year(request, number)

    with Verdicts(tmp_path / "v.jsonl") as verdicts:
        _, judge = serve(fails_for_one, verdicts)
        rulings = judge.judge_all(episodes)
        assert [ruling.right for ruling in rulings] == [True, None, False]
        assert rulings[1].by == "" and rulings[1].reasoning and rulings[1].rule is False
    with Verdicts(tmp_path / "v.jsonl") as verdicts:
        server, judge = serve(by_year, verdicts)
        assert [ruling.right for ruling in judge.judge_all(episodes)] == [True, False, False]
        assert len(server.requests) == 1
    kept = [json.loads(line) for line in (tmp_path / "v.jsonl").read_text().splitlines()]
    assert sum(line["correct"] is None for line in kept) == 1
    if isinstance(failure, str):
        assert [line["reply"] for line in kept if line["correct"] is None] == [failure]


def test_a_judge_that_stalls_leaves_the_episode_unscored(serve: Serve) -> None:
    _, judge = serve(lambda request, number: Raw(stall=True), timeout=0.2)
    ruling = judge.judge(TASK, "1982")
    assert ruling.right is None and "no reply within 0.2 seconds" in ruling.reasoning


@pytest.mark.parametrize("mode", ["response", "final_answer"])
def test_nothing_is_asked_where_nothing_is_to_judge(serve: Serve, mode: str) -> None:
    server, judge = serve(lambda request, number: YES, mode=mode)
    failed = [did("visit", failed=True)] * 3
    rulings = judge.judge_all([played(*failed, answer="1982"), played(answer=" "), played()])
    assert [ruling.right for ruling in rulings] == [False, False, False]
    unanswerable = judge.judge(Task("ask", "When?", " "), "1982")
    assert unanswerable.right is None and "no right answer" in unanswerable.reasoning
    assert server.requests == []


def test_the_stricter_mode_judges_only_what_is_committed_to(serve: Serve) -> None:
    rambling = "It opened in 1982,\nor perhaps later."
    server, judge = serve(by_year, mode="final_answer")
    strict = make_judge("rule", Verdicts(), mode="final_answer")
    assert not judge.judge(TASK, rambling).right and not strict.judge(TASK, rambling).right
    assert server.requests == []
    said = "Others say 1979, 1980, 1981 or 1983.\n**Final answer:** 1982"
    assert judge.judge(TASK, said).right and strict.judge(TASK, said).right
    assert json.loads(server.requests[0].texts[1])["candidate"] == "1982"
    assert "strictly" in server.requests[0].texts[0]


@pytest.mark.parametrize(
    ("text", "final"),
    [
        ("1982", "1982"),
        ("So \\boxed{Lund} it is.\nOr not.", "Lund"),
        ("Hm.\n<answer> Lund </answer>", "Lund"),
        ("I looked.\nThe answer is Lund.\nIt lies in Skåne.", "Lund."),
        ("Answer: Malmö\nNo.\nAnswer: Lund", "Lund"),
        ("我查了。\n答案是北京。", "北京。"),
        ("先看图。\n最终答案：北京", "北京"),
        ("First line.\nSecond line.", None),
        ("Answer:", None),
        ("The answer depends.\nOn much.", None),
        ("  \n", None),
    ],
)
def test_the_final_part(text: str, final: str | None) -> None:
    assert final_part(text) == final


def test_the_model_decides_only_what_the_rules_cannot(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What the rules are unsure of is theirs to say, and may change; who is asked then is ours.
    unsure: Any = Verdict(None, "Burma may be Myanmar")  # type: ignore[arg-type]
    monkeypatch.setattr("searchvl_gym.leaderboard.judging.verify", lambda *_: unsure)
    alone = make_judge("rule", Verdicts()).judge(TASK, "Burma")
    assert (alone.right, alone.by, alone.rule, alone.unsure) == (False, "rule", None, True)
    server, judge = serve(lambda request, number: YES, name="rule+llm")
    ruling = judge.judge(TASK, "Burma")
    assert (ruling.right, ruling.by, ruling.rule, ruling.unsure) == (True, "llm", None, False)
    monkeypatch.undo()
    assert judge.judge(TASK, "1983").by == judge.judge(TASK, "1982").by == "rule"
    assert len(server.requests) == 1


@settings(max_examples=12, deadline=None)
@given(cut=st.integers(1, 400))
def test_a_torn_last_line_is_asked_for_again(
    cut: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.mktemp("torn") / "verdicts.jsonl"
    with ChatServer(by_year) as server:
        arguments = {"base_url": server.base_url, "model": "j", "concurrency": 1}
        with Verdicts(file) as verdicts:
            judge = make_judge("llm", verdicts, **arguments)
            before = judge.judge_all([played(answer="1982"), played(answer="1983")])
        lines = file.read_bytes().splitlines(keepends=True)
        file.write_bytes(lines[0] + lines[1][: min(cut, len(lines[1]) - 1)])
        with Verdicts(file) as verdicts:
            assert verdicts.count == 1
            judge = make_judge("llm", verdicts, **arguments)
            again = judge.judge_all([played(answer="1982"), played(answer="1983")])
        assert again == before and len(server.requests) == 3
    assert file.read_bytes().splitlines(keepends=True) == lines


def test_a_file_that_cannot_be_used_says_so(tmp_path: Path) -> None:
    file = tmp_path / "verdicts.jsonl"
    with Verdicts(file), pytest.raises(VerdictError, match="another process"):
        Verdicts(file)
    file.write_text('{"key": 3}\n')
    with pytest.raises(VerdictError, match="line 1 is damaged"):
        Verdicts(file)
    with pytest.raises(VerdictError, match="cannot use"):
        Verdicts(file / "below")
    file.unlink()
    Verdicts(file).close()  # none of these left it locked


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("oracle", {}, "available: rule, llm, rule[+]llm"),
        ("rule", {"model": "m"}, "takes no model; it takes mode"),
        ("rule", {"mode": "lax"}, "mode must be one of response, final_answer"),
        ("llm", {"ask": "never"}, "takes no ask"),
        ("llm", {"concurrency": 0}, "concurrency must be a whole number"),
        ("llm", {"colour": "red"}, "takes no colour"),
    ],
)
def test_wrong_arguments_are_refused(name: str, arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make_judge(name, Verdicts(), **arguments)


def test_a_judge_that_is_not_set_says_what_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for prefix in ("SEARCHVL", "SEARCHVL_JUDGE"):
        monkeypatch.delenv(f"{prefix}_BASE_URL", raising=False)
        monkeypatch.delenv(f"{prefix}_MODEL", raising=False)
    with pytest.raises(EndpointError, match="SEARCHVL_JUDGE_BASE_URL"):
        make_judge("llm", Verdicts())


def table(both: int, first: int, second: int, neither: int) -> tuple[list[bool], list[bool]]:
    pairs = [(True, True)] * both + [(True, False)] * first
    pairs += [(False, True)] * second + [(False, False)] * neither
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]


def test_kappa_of_the_textbook() -> None:
    found = agree(*table(20, 5, 10, 15))
    assert found.kappa == pytest.approx(0.4) and found.observed == 0.7
    assert (found.items, found.both_right, found.first_only) == (50, 20, 5)


@given(*[st.integers(0, 20)] * 4)
def test_kappa_is_symmetric_and_one_only_for_full_agreement(
    both: int, first: int, second: int, neither: int
) -> None:
    one, other = table(both, first, second, neither)
    there, back = agree(one, other), agree(other, one)
    assert there.kappa == back.kappa and there.items == len(one)
    if there.kappa is None:
        assert first == second == 0 and (both == 0 or neither == 0)
    else:
        assert -1 <= there.kappa <= 1
        assert (there.kappa == 1) == (first == second == 0)
        swapped = agree([not right for right in one], [not right for right in other])
        assert swapped.kappa == pytest.approx(there.kappa)


def test_answers_without_two_verdicts_do_not_count() -> None:
    assert agree([None, True], [True, None]).items == 0
    with pytest.raises(ValueError):
        agree([True], [])
