"""The leaderboard's command line: a small one played for real, and what it refuses."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks.leaderboard import folder_name, main
from benchmarks.suites import SUITES, Named, find_suite, parse_named
from searchvl_gym.tasks import sample_tasks
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
    options = ["--episodes", str(EPISODES), "--workers", "1", "--out", str(out), *arguments]
    try:
        return main(options)
    except SystemExit as error:  # argparse
        return int(error.code or 0)


def refused(capsys: pytest.CaptureFixture[str], out: Path, *arguments: str) -> tuple[int, str]:
    """Exit status and the one line on standard error."""
    status = lead(out, *arguments)
    written = capsys.readouterr().err
    lines = [line for line in written.splitlines() if not line.startswith(("usage:", " "))]
    assert len(lines) == 1, written
    assert "Traceback" not in written and KEY not in written
    assert not (out / "leaderboard.json").exists()
    return status, lines[0]


@pytest.fixture(scope="module")
def content(out: Path) -> Any:
    policies = [f"--policy={policy}" for policy in POLICIES]
    assert lead(out, "--seed", "7", *policies) == 0
    return json.loads((out / "leaderboard.json").read_text(encoding="utf-8"))


def test_the_json_says_what_was_played(content: Any, out: Path, mini_world: World) -> None:
    settings = dict(content["settings"])
    assert settings.pop("reward")["Composite"]["accuracy"] == {"RuleVerifier": {}}
    assert settings == {"episodes": EPISODES, "seed": 7, "level": 0.95}
    assert [result["policy"] for result in content["results"]] == list(POLICIES)
    tasks = sample_tasks(mini_world, split="test", n=EPISODES)
    for result, policy, turns in zip(content["results"], POLICIES, (2, 1), strict=True):
        assert result["suite"] == "atlas"
        assert result["world"] == mini_world.fingerprint and result["tasks"] == tasks.fingerprint
        assert (result["episodes"], result["unscored"]) == (EPISODES, 0)
        assert 0 <= result["low"] <= result["accuracy"] <= result["high"] <= 1
        assert result["mean_turns"] == turns and result["error_rate"] == 0
        assert result["report"] == str(out / f"atlas--{policy}--3-seed7" / "report.html")
        assert Path(result["report"]).read_text(encoding="utf-8").startswith("<!doctype html>")
        assert len(result["fingerprint"]) == 64
    assert [path.name for path in out.iterdir() if path.suffix] == ["leaderboard.json"]


def test_a_second_time_nothing_is_played_again(
    content: Any, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stores = sorted(out.glob("*/trajectories.jsonl"))
    before = [(store.read_bytes(), store.stat().st_mtime_ns) for store in stores]
    policies = [f"--policy={policy}" for policy in POLICIES]
    assert lead(out, "--seed", "7", *policies) == 0
    assert [(store.read_bytes(), store.stat().st_mtime_ns) for store in stores] == before
    again = json.loads((out / "leaderboard.json").read_text(encoding="utf-8"))
    for result in (*again["results"], *content["results"]):
        result.pop("seconds", None)
    assert again == content
    shown = capsys.readouterr().out
    for policy, result in zip(POLICIES, content["results"], strict=True):
        assert f"{100 * result['accuracy']:.1f} ({100 * result['low']:.1f}–" in shown
        assert f"HTML report of {policy} on atlas: {result['report']}" in shown


def test_neither_workers_nor_the_directory_change_the_result(content: Any, tmp_path: Path) -> None:
    assert lead(tmp_path, "--seed", "7", "--policy", "no_tool", "--workers", "2") == 0
    [result] = json.loads((tmp_path / "leaderboard.json").read_text())["results"]
    assert result["fingerprint"] == content["results"][1]["fingerprint"]


def test_suites_and_policies_take_arguments(tmp_path: Path, mini_world: World) -> None:
    with ChatServer(lambda request, number: "answer 1907") as server:
        policy = f"chat:wire_format=compact,base_url={server.base_url},model=m,api_key={KEY}"
        suite = "atlas:split=validation,task_seed=3,repair_share=0"
        assert lead(tmp_path, "--policy", policy, "--suite", suite, "--suite", "atlas") == 0
    assert all(request.headers["authorization"] == f"Bearer {KEY}" for request in server.requests)
    first, second = json.loads((tmp_path / "leaderboard.json").read_text())["results"]
    tasks = sample_tasks(mini_world, split="validation", n=EPISODES, seed=3, repair_share=0.0)
    assert first["tasks"] == tasks.fingerprint != second["tasks"]
    assert first["suite"] == suite and first["policy"] == policy.replace(KEY, "…")
    assert Path(first["report"]).is_file() and Path(second["report"]).is_file()


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
        content = json.loads((tmp_path / "leaderboard.json").read_text(encoding="utf-8"))
        assert content["settings"]["reward"]["Composite"]["query"] == {"QueryJudge": {"model": "m"}}
        assert KEY not in json.dumps(content)
        captured = capsys.readouterr()
        return status, captured.err, content["results"][0]

    with ChatServer(judge) as server:
        status, told, result = played()
        assert status == 1 and (result["unscored"], result["accuracy"]) == (EPISODES, None)
        assert result["low"] is result["high"] is None
        assert told.startswith("leaderboard: no_tool on atlas: 3 of 3 episodes are unscored")
        assert told.count("\n") == 1 and "503" in told
        down = len(server.requests) + 1
        status, told, result = played()
        assert status == 0 and (result["unscored"], result["accuracy"]) == (1, 1.0)
        assert "1 of 3 episodes are unscored" in told
        status, told, result = played()
        assert status == 0 and (result["unscored"], result["accuracy"]) == (0, 1.0) and told == ""
        assert result["judge"].startswith("llm:base_url=http://127.0.0.1")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--policy", "genius"], "there is no policy 'genius'; available: "),
        (["--policy", "no_tool:speed=3"], "policy 'no_tool'"),
        (["--policy", "random:answer_chance=0"], "answer_chance must be above 0"),
        (["--policy", ""], "the name before the colon is missing"),
        (["--judge", "oracle"], "there is no judge 'oracle'; available: rule, llm"),
        (["--judge", "rule:model=m"], "judge 'rule' takes no model; it takes no arguments"),
        (["--judge", "llm:speed=3"], "judge 'llm' takes no speed; it takes base_url, model, "),
        (["--suite", "earth"], "there is no suite 'earth'; available: atlas"),
        (["--suite", "atlas:"], "expected atlas:key=value,key=value, stumbled over ''"),
        (["--suite", "atlas:size"], "stumbled over 'size'"),
        (["--suite", "atlas:size=mini,size=mini"], "stumbled over 'size=mini'"),
        (["--suite", ":size=mini"], "the name before the colon is missing"),
        (["--suite", "atlas:colour=red"], "suite atlas has no argument colour; it has size, "),
        (["--suite", "atlas:size=huge"], "mini, small, large or a number between 150 and"),
        (["--suite", "atlas:size=null"], "size must be"),
        (["--suite", "atlas:size=10"], "between 150 and 1,000,000 pages, got 10"),
        (["--suite", "atlas:split=tset"], "unknown split 'tset'"),
        (["--suite", "atlas:split=[1]"], "split must be a name, got [1]"),
        (["--suite", "atlas:world_seed=-1"], "world_seed must be a whole number"),
        (["--suite", "atlas:world_seed=x"], "got 'x'"),
        (["--suite", "atlas:task_seed=1.5"], "task_seed must be a whole number of at least 0"),
        (["--suite", "atlas:task_seed=true"], "got True"),
        (["--suite", "atlas:repair_share=2"], "between 0 and 1, got 2"),
        (["--suite", "atlas:repair_share=some"], "repair_share must be a number from 0 to 1"),
        (["--suite", "atlas:repair_share=NaN"], "repair_share must be between 0 and 1"),
        (["--episodes", "0"], "--episodes and --workers must be at least 1"),
        (["--workers", "-1"], "--episodes and --workers must be at least 1"),
        (["--seed", "-1"], "--seed at least 0"),
        (["--seed", "one"], "invalid int value: 'one'"),
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
    file = tmp_path / "file"
    file.write_text("not a directory")
    status, line = refused(capsys, file, "--policy", "no_tool")
    assert status == 1 and "choose another --out" in line


def test_the_script_runs_from_anywhere(tmp_path: Path) -> None:
    command = [sys.executable, str(SCRIPT), "--policy", "genius"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("leaderboard: there is no policy 'genius'")
    assert done.stderr.count("\n") == 1 and list(tmp_path.iterdir()) == []


def test_folder_names() -> None:
    def folder(suite: str, policy: str) -> str:
        return folder_name(parse_named(suite), parse_named(policy), 60, 0)

    assert folder("atlas", "oracle") == "atlas--oracle--60-seed0"
    texts = ["m", "a/b", "a:b", "a b", "a_b", "ü", "ö", "..", "x" * 900, "x" * 901]
    policies = [f"chat:model={text}" for text in texts] + ["chat", "chat:model=1,top_p=1"]
    names = {folder(suite, policy) for policy in policies for suite in ("atlas", "atlas:size=300")}
    assert len(names) == 2 * len(policies)
    for name in names:
        assert name.isascii() and not set('/\\:*?"<>| ') & set(name) and len(name) < 128
        assert name.startswith("atlas")
    judged = [parse_named(text) for text in ("llm", "llm:model=a", "llm:model=b")]
    suite, policy = parse_named("atlas"), parse_named("oracle")
    assert len({folder_name(suite, policy, 60, 0, judge) for judge in judged}) == 3
    assert folder_name(suite, policy, 60, 0, parse_named("rule")) == folder("atlas", "oracle")
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
    for name, suite in SUITES.items():
        assert find_suite(name) is suite and suite.name == name
