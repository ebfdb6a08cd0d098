import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from searchvl_gym.endpoint import Endpoint, EndpointError, EndpointSettings
from searchvl_gym.rewards import (
    AccuracyJudge,
    Composite,
    JudgeError,
    QueryJudge,
    RulesThenJudge,
    RuleVerifier,
    ScoringError,
)
from searchvl_gym.types import Task
from tests.chat_server import ChatServer, Raw, Script
from tests.rewards.played import did, played

SEARCH = did("text_search", 20, q="Old Bridge opened")
Serve = Callable[[Script], tuple[ChatServer, Endpoint]]


@pytest.fixture
def serve() -> Iterator[Serve]:
    with ExitStack() as stack:

        def start(script: Script) -> tuple[ChatServer, Endpoint]:
            server = stack.enter_context(ChatServer(script))
            settings = EndpointSettings(server.base_url, "judge", retries=1, backoff=0.0)
            return server, stack.enter_context(Endpoint(settings))

        yield start


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("correct: yes\nreasoning: same year", 1.0),
        ("correct: no\nreasoning: another year", 0.0),
        ("**Correct:** Yes\n**Reasoning:** fine", 1.0),
        ("<think>correct: no?</think>\ncorrect: yes\nreasoning: ok", 1.0),
        ('Verdict below.\n- correct = "no"', 0.0),
    ],
)
def test_accuracy_verdicts(serve: Serve, said: str, value: float) -> None:
    server, endpoint = serve(lambda request, number: said)
    assert AccuracyJudge(endpoint).score(played(SEARCH, answer=r"\boxed{1982}"), None) == value
    [request] = server.requests
    assert request.body["temperature"] == 0.0 and request.body["model"] == "judge"
    case = json.loads(request.texts[1])
    assert case["candidate"] == "1982" and case["reference"] == "1982"


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("score: 0.75\nreasoning: good", 0.75),
        ("Score: 1\nreasoning: perfect", 1.0),
        ("**score:** .5", 0.5),
        ("score: 0.0", 0.0),
    ],
)
def test_query_scores(serve: Serve, said: str, value: float) -> None:
    server, endpoint = serve(lambda request, number: said)
    assert QueryJudge(endpoint).score(played(SEARCH, answer="1982"), None) == value
    case = json.loads(server.requests[0].texts[1])
    assert case["steps"][0]["tool"] == "text_search" and not case["steps"][0]["failed"]


def test_an_unreadable_reply_is_asked_for_again_and_then_an_error(serve: Serve) -> None:
    answers = ["Hm.", "correct: yes"]
    _, endpoint = serve(lambda request, number: answers[number])
    assert AccuracyJudge(endpoint).score(played(answer="1982"), None) == 1.0
    for said in ("I cannot say.", "correct: yes\ncorrect: no", "correct: yesterday", ""):
        server, endpoint = serve(lambda request, number, said=said: said)
        with pytest.raises(JudgeError, match="cannot be read"):
            AccuracyJudge(endpoint).score(played(answer="1982"), None)
        assert len(server.requests) == 2
    for said in ("score: 7", "score: 1.5", "score: 0.5.1", "score: high"):
        _, endpoint = serve(lambda request, number, said=said: said)
        with pytest.raises(JudgeError):
            QueryJudge(endpoint).score(played(SEARCH), None)


def test_an_endpoint_that_is_down_leaves_the_episode_unscored(serve: Serve) -> None:
    _, endpoint = serve(lambda request, number: Raw(503, b"overloaded"))
    reward = Composite(accuracy=AccuracyJudge(endpoint)).score(played(SEARCH, answer="1982"))
    assert reward.value is None and not reward.scored
    assert "503" in reward.reason and "overloaded" in reward.reason


def test_nothing_is_asked_where_nothing_is_to_judge(serve: Serve) -> None:
    server, endpoint = serve(lambda request, number: "correct: yes\nscore: 1")
    failed = [did("visit", failed=True)] * 3
    assert AccuracyJudge(endpoint).score(played(*failed, answer="1982"), None) == 0.0
    assert AccuracyJudge(endpoint).score(played(answer=" "), None) == 0.0
    assert QueryJudge(endpoint).score(played(did("crop"), answer="1982"), None) == 0.0
    assert QueryJudge(endpoint).score(played(*failed), None) == 0.0
    assert server.requests == []
    with pytest.raises(ScoringError, match="no right answer"):
        AccuracyJudge(endpoint).score(played(task=Task("ask", "When?", ""), answer="1982"), None)


def test_a_judge_that_is_not_set_says_what_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("BASE_URL", "MODEL", "API_KEY"):
        monkeypatch.delenv(f"SEARCHVL_{name}", raising=False)
        monkeypatch.delenv(f"SEARCHVL_JUDGE_{name}", raising=False)
    with pytest.raises(EndpointError, match="SEARCHVL_JUDGE_BASE_URL") as caught:
        AccuracyJudge()
    assert "\n" not in str(caught.value)


def test_long_trajectories_are_cut_for_the_judge(serve: Serve) -> None:
    server, endpoint = serve(lambda request, number: "score: 0.5")
    QueryJudge(endpoint).score(played(*[SEARCH] * 50, answer="1982"), None)
    assert json.loads(server.requests[0].texts[1])["steps"][-1] == {"left out": 21}


def test_a_model_is_asked_only_where_the_rules_are_unsure(serve: Serve) -> None:
    server, endpoint = serve(lambda request, number: "correct: yes\nreasoning: a misspelling")
    scorer = RulesThenJudge(AccuracyJudge(endpoint))
    task = Task("t", "Which bridge is it?", "Söderqvist Bridge", answer_kind="entity")
    for answer, value in (("Söderqvist Bridge", 1.0), ("Kern Bridge", 0.0)):
        assert scorer.score(played(task=task, answer=answer), None) == value
    assert not server.requests
    unsure = played(task=task, answer="Södreqvist Bridge")
    assert RuleVerifier().score(unsure, None) == 0.0
    assert scorer.score(unsure, None) == 1.0 and len(server.requests) == 1
    assert scorer.describe_settings() == {"model": "judge"}
