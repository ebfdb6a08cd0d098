"""The leaderboard's command line: a small one played for real, and what it refuses."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from searchvl_gym.chat import FORMATS
from searchvl_gym.cli import main
from searchvl_gym.leaderboard.naming import Named, folder_name, parse_named
from searchvl_gym.leaderboard.suites import find_suite, list_suites
from searchvl_gym.tasks import sample_tasks
from searchvl_gym.types import ToolCall
from searchvl_gym.world import World
from tests.chat_server import ChatServer, Raw, Request

SCRIPT = Path(__file__).parent.parent.parent / "benchmarks" / "leaderboard.py"
KEY = "sk-very-secret-0123456789"
POLICIES = ("one_image_search", "no_tool")
EPISODES = 3


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory, mini_world: World) -> Path:
    return tmp_path_factory.mktemp("leaderboard")


@pytest.fixture(autouse=True)
def no_settings_of_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("BASE_URL", "MODEL", "API_KEY"):
        monkeypatch.delenv(f"SEARCHVL_{name}", raising=False)
        monkeypatch.delenv(f"SEARCHVL_CHAT_{name}", raising=False)
        monkeypatch.delenv(f"SEARCHVL_JUDGE_{name}", raising=False)


def lead(out: Path, *arguments: str) -> int:
    options = [
        "leaderboard",
        "--episodes",
        str(EPISODES),
        "--workers",
        "1",
        "--out",
        str(out),
        *arguments,
    ]
    try:
        return main(options)
    except SystemExit as error:  # argparse
        return int(error.code or 0)


def refused(capsys: pytest.CaptureFixture[str], out: Path, *arguments: str) -> tuple[int, str]:
    """Exit status and the one line on standard error."""
    status = lead(out, *arguments)
    written = capsys.readouterr().err
    lines = written.splitlines()
    assert len(lines) == 1, written
    assert "Traceback" not in written and KEY not in written
    assert not (out / "results.json").exists()
    return status, lines[0]


def board(out: Path) -> Any:
    """What `results.json` says, without the wall-clock times."""
    content = json.loads((out / "results.json").read_text(encoding="utf-8"))
    for details in content["details"]:
        assert details.pop("seconds") > 0
    return content


@pytest.fixture(scope="module")
def content(out: Path) -> Any:
    policies = [f"--policy={policy}" for policy in POLICIES]
    assert lead(out, "--seed", "7", *policies) == 0
    return board(out)


def test_the_json_says_what_was_played(content: Any, out: Path, mini_world: World) -> None:
    settings = dict(content["settings"])
    assert settings.pop("judge") == {"BenchmarkJudge": {"mode": "response"}}
    assert settings.pop("versions")["numpy"]
    assert settings == {"episodes": EPISODES, "samples": 1, "seed": 7, "level": 0.95}
    assert [row["policy"] for row in content["rows"]] == list(POLICIES)
    tasks = sample_tasks(mini_world, split="test", n=EPISODES)
    for row, details, policy, turns in zip(
        content["rows"], content["details"], POLICIES, (2, 1), strict=True
    ):
        assert row["suite"] == "atlas-mini" and row["judge"] == "rule"
        assert row["world"] == mini_world.fingerprint
        assert (row["n"], row["unscored"], row["complete"]) == (EPISODES, 0, True)
        low, high = row["ci95"]
        assert 0 <= low <= row["accuracy"] <= high <= 1 and row["pass_at_k"] is None
        assert row["turns"] == turns and row["error_rate"] == 0
        assert row["tools"] == ({"image_search": 1} if policy == "one_image_search" else {})
        assert [item["id"] for item in details["items"]] == [task.id for task in tasks]
        assert sum(share["n"] for share in row["by_hops"].values()) == EPISODES
        assert {int(hops) for hops in row["by_hops"]} == {len(task.hops) for task in tasks}
        [report] = details["reports"]
        assert report == str(out / f"atlas-mini--{policy}--3-seed7" / "report.html")
        assert Path(report).read_text(encoding="utf-8").startswith("<!doctype html>")
    files = sorted(path.name for path in out.iterdir() if path.suffix)
    assert files == ["index.html", "results.json", "results.md"]
    # In the page are the same rows and every episode.
    page = (out / "index.html").read_text(encoding="utf-8")
    assert page.count('class="row measured"') == len(POLICIES)
    assert page.count('"question":') == len(POLICIES) * EPISODES
    assert "searchvl leaderboard --suite atlas-mini --policy one_image_search" in page


def test_the_page_of_markdown_holds_every_row(content: Any, out: Path) -> None:
    page = (out / "results.md").read_text(encoding="utf-8")
    for row in content["rows"]:
        assert f"| atlas-mini | {row['policy']} | rule | 3 | {100 * row['accuracy']:.1f} (" in page


def test_a_second_time_nothing_is_played_again(
    content: Any, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stores = sorted(out.glob("*/trajectories.jsonl"))
    before = [(store.read_bytes(), store.stat().st_mtime_ns) for store in stores]
    policies = [f"--policy={policy}" for policy in POLICIES]
    assert lead(out, "--seed", "7", *policies) == 0
    assert [(store.read_bytes(), store.stat().st_mtime_ns) for store in stores] == before
    assert board(out) == content
    shown = capsys.readouterr().out
    for row, details in zip(content["rows"], content["details"], strict=True):
        assert f"{100 * row['accuracy']:.1f} ({100 * row['ci95'][0]:.1f}–" in shown
        told = f"HTML report of {row['policy']} on atlas-mini: {details['reports'][0]}"
        assert told in shown


def test_neither_workers_nor_the_directory_change_the_result(
    content: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--seed", "7", "--policy", "no_tool", "--workers", "2", "--json"]
    assert lead(tmp_path, *arguments) == 0
    captured = capsys.readouterr()
    assert captured.out.count("\n") == 1 and "SearchVL Gym leaderboard" in captured.err
    last = json.loads(captured.out)
    assert last.keys() == {"rows", "fingerprint"} and last["rows"] == content["rows"][1:]
    assert last["rows"] == board(tmp_path)["rows"]


def test_suites_and_policies_take_arguments(tmp_path: Path, mini_world: World) -> None:
    with ChatServer(lambda request, number: "answer 1907") as server:
        policy = f"chat:wire_format=compact,base_url={server.base_url},model=m,api_key={KEY}"
        suite = "atlas-mini:split=validation,task_seed=3,repair_share=0"
        suites = ["--suite", suite, "--suite", "atlas-faults:rate=0.5"]
        assert lead(tmp_path, "--policy", policy, *suites, "--price", "1,2") == 0
    assert all(request.headers["authorization"] == f"Bearer {KEY}" for request in server.requests)
    content = board(tmp_path)
    first, second = content["rows"]
    tasks = sample_tasks(mini_world, split="validation", n=EPISODES, seed=3, repair_share=0.0)
    ids = [item["id"] for item in content["details"][0]["items"]]
    assert ids == [task.id for task in tasks] and first["items"] != second["items"]
    assert first["suite"] == suite and first["policy"] == policy.replace(KEY, "…")
    for row in (first, second):
        assert (row["calls"], row["prompt_tokens"], row["completion_tokens"]) == (3, 21, 9)
        assert row["cost"] == pytest.approx(39e-6)


def test_a_key_is_neither_shown_nor_written(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, mini_world: World
) -> None:
    with ChatServer(lambda request, number: "answer 1907") as server:
        policy = f"chat:wire_format=compact,base_url={server.base_url},model=m,api_key={KEY}"
        assert lead(tmp_path, "--policy", policy) == 0
    captured = capsys.readouterr()
    assert KEY not in captured.out + captured.err
    for path in tmp_path.rglob("*"):
        assert KEY not in str(path)
        assert path.is_dir() or KEY.encode() not in path.read_bytes()


def test_a_judge_that_fails_is_told_of_and_one_that_is_back_scores_the_rest(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, mini_world: World
) -> None:
    down = 99

    def judge(request: Request, number: int) -> str | Raw:
        return Raw(503, b"overloaded") if number < down else "correct: yes"

    def played() -> tuple[int, str, Any]:
        options = f"llm:base_url={server.base_url},model=m,api_key={KEY},retries=0"
        status = lead(tmp_path, "--policy", "no_tool", "--judge", options)
        content = board(tmp_path)
        judged = content["settings"]["judge"]["BenchmarkJudge"]
        assert judged == {"mode": "response", "ask": "all", "model": "m"}
        assert KEY not in json.dumps(content)
        captured = capsys.readouterr()
        return status, captured.err, content["rows"][0]

    with ChatServer(judge) as server:
        status, told, row = played()
        assert status == 1 and (row["unscored"], row["accuracy"]) == (EPISODES, None)
        assert row["ci95"] is None and row["n"] == EPISODES
        assert told.startswith("searchvl: no_tool on atlas-mini: 3 of 3 samples are unscored")
        assert told.count("\n") == 1 and "503" in told
        down = len(server.requests) + 1
        status, told, row = played()
        assert status == 0 and (row["unscored"], row["accuracy"]) == (1, 1.0)
        assert "1 of 3 samples are unscored" in told
        status, told, row = played()
        assert status == 0 and (row["unscored"], row["accuracy"]) == (0, 1.0) and told == ""
        assert row["judge"].startswith("llm:base_url=http://127.0.0.1")


def test_a_budget_ends_a_run_in_good_order_and_a_larger_one_goes_on(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, mini_world: World
) -> None:
    def played(*arguments: str) -> tuple[int, str, Any]:
        policy = f"chat:wire_format=compact,base_url={server.base_url},model=m"
        status = lead(tmp_path, "--policy", policy, "--samples", "2", *arguments)
        return status, capsys.readouterr().err, board(tmp_path)["rows"][0]

    with ChatServer(lambda request, number: "answer 1907") as server:
        status, told, row = played("--max-calls", "2")
        assert status == 1 and (row["n"], row["complete"], row["calls"]) == (2, False, 2)
        assert "the budget is used up (2 of 2 calls) with 1 episodes left" in told
        status, told, row = played("--max-tokens", "45")
        assert status == 1 and (row["n"], row["complete"], row["calls"]) == (3, False, 5)
        assert "(20 of 15 tokens) with 1 episodes left" in told
        status, told, row = played("--max-cost", "1", "--price", "1,2")
        assert status == 0 and (row["n"], row["complete"], row["calls"]) == (3, True, 6)
        assert told == "" and row["samples"] == 2 and row["pass_at_k"] is not None
    assert len(server.requests) == 6


def test_without_tools_a_model_is_told_of_none(tmp_path: Path, mini_world: World) -> None:
    arguments = ["--suite", "atlas-perception:size=mini,task_seed=0", "--episodes", "2"]
    with ChatServer(lambda request, number: "answer 1907") as server:
        policy = f"chat:wire_format=compact,base_url={server.base_url},model=m"
        assert lead(tmp_path, "--policy", policy, "--probe", *arguments) == 0
    told = [request.texts[0].rpartition("Tools:\n")[2] for request in server.requests]
    assert len(told) == 4 and all("image_search" in tools for tools in told[:2])
    assert all(tools.startswith("(there are none") for tools in told[2:])
    armed, row = board(tmp_path)["rows"]
    assert row["tools_off"] is True and row["tools"] == {} and armed["tools_off"] is False
    assert row["items"] == armed["items"]
    assert "(tools off)" in (tmp_path / "results.md").read_text(encoding="utf-8")
    # On the page the two are one row.
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert page.count('class="row measured"') == 1 and ">Tools off<" in page


def test_a_policy_plays_with_tools_of_its_own(tmp_path: Path, mini_world: World) -> None:
    page = next(iter(mini_world.pages())).title
    visit = ToolCall("visit", {"page": page, "goal": "founded"})
    turns = (visit, ToolCall("answer", {"text": "?"}))
    compact = FORMATS["compact"]

    def answer(request: Request, number: int) -> str:
        return compact.render_call(turns[number % 2])

    with ChatServer(answer) as server:
        policy = f"chat:wire_format=compact,base_url={server.base_url},model=m"
        policy += ",tools=algos.recipe.brief_tools:brief_suite"
        assert lead(tmp_path, "--suite", "atlas-mini", "--policy", policy, "--episodes", "2") == 0
    (told, *_) = [request.texts[0].rpartition("Tools:\n")[2] for request in server.requests]
    assert "layout_parsing" in told and "image_search" not in told
    (row,) = board(tmp_path)["rows"]
    assert (row["tools"], row["error_rate"]) == ({"visit": 1.0}, 0.0)
    assert "brief_suite" in row["policy"]


def test_suites_are_listed(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEARCHVL_BENCHMARKS", str(tmp_path))
    assert lead(tmp_path, "--list-suites", "--json") == 0
    [line] = capsys.readouterr().out.splitlines()
    suites = {suite["name"]: suite for suite in json.loads(line)["suites"]}
    deep = ["atlas-deep-10", "atlas-deep-20", "atlas-deep-40"]
    own = ["atlas-mini", "atlas-perception", "atlas-hard", *deep, "atlas-faults", "atlas-unseen"]
    assert list(suites)[:10] == [*own, "earth", "live-injection"]
    for suite in suites.values():
        assert {"tasks", "available", "how_to_get", "licence", "published"} <= suite.keys()
    missing = suites["simplevqa"]
    assert missing["available"] is False and "m-a-p/SimpleVQA" in missing["how_to_get"]
    assert {"model": "GPT-4o", "workflow": "direct", "accuracy": 51.7} in missing["published"]
    assert suites["atlas-mini"]["available"] is True and suites["atlas-mini"]["published"] == []
    assert lead(tmp_path, "--list-suites") == 0
    assert "simplevqa: SimpleVQA, 2030 tasks (test), not here" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--policy", "genius"], "there is no policy 'genius'; available: "),
        (["--policy", "chat:tools=nowhere.at:all"], "the tools nowhere.at:all cannot be loaded: "),
        (["--policy", "chat:tools=json:JSONDecoder"], "gives JSONDecoder, expected a ToolSuite"),
        pytest.param(
            ["--suite", "live-injection", "--policy", "chat:tools=searchvl_gym.tools:ToolSuite"],
            "live-injection has tools that no others stand in for",
            marks=pytest.mark.needs("trafilatura"),
        ),
        (["--suite", "live-injection:seed=-1"], "seed must be a whole number of at least 0"),
        (["--policy", "no_tool:speed=3"], "policy 'no_tool'"),
        (["--policy", "random:answer_chance=0"], "answer_chance must be above 0"),
        (["--policy", ""], "the name before the colon is missing"),
        (["--judge", "oracle"], "there is no judge 'oracle'; available: rule, llm, "),
        (["--judge", "rule:model=m"], "judge 'rule' takes no model; it takes mode"),
        (["--judge", "llm:speed=3"], "judge 'llm' takes no speed; it takes mode, concurrency, "),
        (["--suite", "mars"], "there is no suite 'mars'; available: atlas-mini, "),
        (["--suite", "atlas-faults:rate=2"], "rate must be from 0 to 1, got 2"),
        (["--suite", "atlas-faults:rate=often"], "rate must be a number, got 'often'"),
        (["--suite", "earth:world_seed=1"], "suite earth has no argument world_seed"),
        (["--max-cost", "1"], "a budget of money needs the price"),
        (["--price", "1"], "expected two prices IN,OUT, got '1'"),
        (["--suite", "atlas-mini:"], "expected atlas-mini:key=value,key=value, stumbled over ''"),
        (["--suite", "atlas-mini:size"], "stumbled over 'size'"),
        (["--suite", "atlas-mini:size=mini,size=mini"], "stumbled over 'size=mini'"),
        (["--suite", ":size=mini"], "the name before the colon is missing"),
        (
            ["--suite", "atlas-mini:colour=red"],
            "suite atlas-mini has no argument colour; it has size, ",
        ),
        (["--suite", "atlas-mini:size=huge"], "mini, small, large or a number between 60 and"),
        (["--suite", "atlas-mini:size=null"], "size must be"),
        (["--suite", "atlas-mini:size=10"], "between 60 and 1,000,000 pages, got 10"),
        (["--suite", "atlas-mini:split=tset"], "unknown split 'tset'"),
        (["--suite", "atlas-mini:split=[1]"], "split must be a name, got [1]"),
        (["--suite", "atlas-mini:world_seed=-1"], "world_seed must be a whole number"),
        (["--suite", "atlas-mini:world_seed=x"], "got 'x'"),
        (["--suite", "atlas-mini:task_seed=1.5"], "task_seed must be a whole number of at least 0"),
        (["--suite", "atlas-mini:task_seed=true"], "got True"),
        (["--suite", "atlas-mini:repair_share=2"], "between 0 and 1, got 2"),
        (["--suite", "atlas-mini:repair_share=some"], "repair_share must be a number from 0 to 1"),
        (["--suite", "atlas-mini:repair_share=NaN"], "repair_share must be between 0 and 1"),
        (["--episodes", "0"], "--episodes: must be at least 1, got 0"),
        (["--workers", "-1"], "--workers: must be at least 1, got -1"),
        (["--seed", "-1"], "--seed: must be at least 0, got -1"),
        (["--seed", "one"], "expected a whole number, got 'one'"),
        (["--level", "0.9"], "unrecognized arguments"),
    ],
)
def test_wrong_arguments_are_exit_status_2_and_one_line(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    mini_world: World,
    arguments: list[str],
    message: str,
) -> None:
    policy = [] if "--policy" in arguments else ["--policy", "no_tool"]
    status, line = refused(capsys, tmp_path / "out", *policy, *arguments)
    assert status == 2 and message in line
    assert not (tmp_path / "out").exists()


def test_an_unknown_policy_is_found_out_before_anyone_plays(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    assert refused(capsys, out, "--policy", "no_tool", "--policy", "genius")[0] == 2
    assert not out.exists()


def test_what_fails_on_the_way_is_exit_status_1_and_one_line(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, mini_world: World
) -> None:
    status, line = refused(capsys, tmp_path, "--policy", "no_tool", "--judge", "llm")
    assert status == 1 and "SEARCHVL_JUDGE_BASE_URL" in line
    status, line = refused(capsys, tmp_path, "--policy", "chat")
    assert status == 1 and "SEARCHVL_CHAT_BASE_URL" in line
    with ChatServer(lambda request, number: Raw(401, b"no")) as server:
        policy = f"chat:base_url={server.base_url},model=m,api_key={KEY}"
        status, line = refused(capsys, tmp_path, "--policy", policy)
    assert status == 1 and "check the API key" in line
    status, line = refused(capsys, tmp_path, "--suite", "simplevqa:path=nowhere")
    assert status == 1 and "simplevqa: nowhere has no *.parquet" in line
    file = tmp_path / "file"
    file.write_text("not a directory")
    status, line = refused(capsys, file, "--policy", "no_tool")
    assert status == 1 and "choose another --out" in line


def test_the_script_runs_from_anywhere(tmp_path: Path) -> None:
    command = [sys.executable, str(SCRIPT), "--policy", "genius"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("searchvl: there is no policy 'genius'")
    assert done.stderr.count("\n") == 1 and list(tmp_path.iterdir()) == []


def test_folder_names() -> None:
    def folder(suite: str, policy: str) -> str:
        return folder_name(parse_named(suite), parse_named(policy), 60, 0)

    assert folder("atlas", "oracle") == "atlas--oracle--60-seed0"
    texts = ["m", "a/b", "a:b", "a b", "a_b", "ü", "ö", "..", "x" * 900, "x" * 901]
    policies = [f"chat:model={text}" for text in texts] + ["chat", "chat:model=1,top_p=1"]
    names = {
        folder(suite, policy) for policy in policies for suite in ("atlas", "atlas-mini:size=300")
    }
    assert len(names) == 2 * len(policies)
    for name in names:
        assert name.isascii() and not set('/\\:*?"<>| ') & set(name) and len(name) < 128
        assert name.startswith("atlas")
    suite, policy = parse_named("atlas"), parse_named("oracle")
    assert folder_name(suite, policy, 60, 0, tools_off=True) != folder("atlas", "oracle")
    other = folder_name(Named("atlas", {}, "atlas"), parse_named("oracle"), 60, 1)
    assert other == "atlas--oracle--60-seed1"


def test_names_with_arguments() -> None:
    named = parse_named("chat:model=qwen,temperature=0.5,stop=null,token=abc,max_tokens=9")
    assert named.name == "chat"
    assert named.arguments == {
        "model": "qwen", "temperature": 0.5, "stop": None, "token": "abc", "max_tokens": 9,
    }  # fmt: skip
    assert named.text == "chat:model=qwen,temperature=0.5,stop=null,token=…,max_tokens=9"
    assert parse_named("chat:url=http://x/v1?a=b").arguments == {"url": "http://x/v1?a=b"}
    assert parse_named("oracle") == Named("oracle", {}, "oracle")
    for suite in list_suites():
        assert find_suite(suite.name).name == suite.name
