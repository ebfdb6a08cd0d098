"""The live web from the command line: what goes wrong ends in one line, and no key is told."""

import json
import logging
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmarks.live.environment import town_tasks
from benchmarks.live.local import KEY
from benchmarks.live.server import Answer, LocalServer, Request
from benchmarks.live.sites import answer
from searchvl_gym.cli import main
from searchvl_gym.live.cassette_tools import inspect
from searchvl_gym.tasks import TaskSet

pytestmark = pytest.mark.needs("serpapi", "tenacity", "protego", "trafilatura", "pypdf")

TOWNS = 6


@pytest.fixture
def tasks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file with questions; the key is set."""
    monkeypatch.setenv("SERPAPI_KEY", KEY)
    path = tmp_path / "tasks.jsonl"
    TaskSet(town_tasks(TOWNS), "towns").save(path)
    return path


def rollout(url: str, tasks: Path, out: Path, *more: str) -> list[str]:
    return [
        *("rollout", "--env", "SearchVL/Live-v0", "--policy", "one_text_search", "--quiet"),
        *("--episodes", str(TOWNS), "--out", str(out), "--json"),
        *("--env-arg", f"tasks={tasks}", "--env-arg", f"provider_url={url}"),
        *("--env-arg", "reader=serpapi_extract", "--env-arg", f"reader_url={url}"),
        *("--env-arg", "rate=10000"),
        *more,
    ]


def fails(arguments: Sequence[str], capsys: pytest.CaptureFixture[str]) -> str:
    """The one line on standard error of a command that fails."""
    assert main(arguments) == 1
    error = capsys.readouterr().err
    assert error.startswith("searchvl: ") and error.count("\n") == 1, error
    assert KEY not in error
    return error


def test_a_budget_stops_a_run_and_more_of_it_goes_on(
    server: LocalServer, tasks: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole, cassette = tmp_path / "whole", str(tmp_path / "web.cassette")
    assert main(rollout(server.url, tasks, whole)) == 0
    undisturbed = json.loads(capsys.readouterr().out)
    out = tmp_path / "stopped"
    record = ("--record", cassette)
    assert "the budget of 0 calls is spent" in fails(
        rollout(server.url, tasks, out, *record, "--env-arg", "max_calls=0"), capsys
    )
    for calls in (5, 9):
        line = fails(
            rollout(server.url, tasks, out, *record, "--env-arg", f"max_calls={calls}"), capsys
        )
        assert f"the budget of {calls} calls is spent" in line and "max_calls" in line
        assert inspect(cassette).calls == calls
    assert main(rollout(server.url, tasks, out, *record, "--env-arg", "max_calls=1000")) == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["fingerprint"] == undisturbed["fingerprint"]
    assert figures["success_rate"] == undisturbed["success_rate"]


def test_no_key(
    tasks: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("SERPAPI_KEY")
    line = fails(rollout("http://127.0.0.1:9", tasks, tmp_path / "out"), capsys)
    assert "SERPAPI_KEY" in line and not (tmp_path / "out").exists()


def test_a_wrong_key(
    server: LocalServer, tasks: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server.script = lambda request: Answer(401, b'{"error": "Invalid API key."}')
    line = fails(rollout(server.url, tasks, tmp_path / "out"), capsys)
    assert "refused the key" in line and "SERPAPI_KEY" in line


def test_no_network(tasks: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with LocalServer(answer) as gone:
        url = gone.url
    assert "check the network" in fails(rollout(url, tasks, tmp_path / "out"), capsys)


@pytest.mark.parametrize("content", [None, b"", b"SQLite format 3\0" + b"\1" * 5000])
def test_no_cassette(
    tasks: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes | None
) -> None:
    path = tmp_path / "web.cassette"
    if content is not None:
        path.write_bytes(content)
    arguments = rollout("http://127.0.0.1:9", tasks, tmp_path / "out", "--replay", str(path))
    assert str(path) in fails(arguments, capsys)
    assert content is None or path.read_bytes() == content


@pytest.mark.parametrize(
    "argument",
    [
        "provider=altavista",
        "reader=lynx",
        "on_miss=guess",
        "summaries=haiku",
        "provider_url=ftp://a",
        "provider_url=http://user:pass@a/",
        "max_calls=many",
        "max_money=3",
        "rate=0",
        "api_key=secret",
        "record=7",
    ],
)
def test_wrong_arguments(
    tasks: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], argument: str
) -> None:
    assert main(rollout("http://127.0.0.1:9", tasks, tmp_path / "out", "--env-arg", argument)) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1 and argument.partition("=")[0] in error
    assert "secret" not in error and "pass" not in error.replace("pass ", "")


def test_ask_on_the_live_web(
    server: LocalServer, tasks: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    picture = tmp_path / "photo.png"
    Image.fromarray(np.full((60, 80, 3), 200, np.uint8)).save(picture)
    cassette = str(tmp_path / "web.cassette")
    ask = ["ask", str(picture), "When was Town 5 founded?", "--policy", "one_text_search"]
    live = ["--env-arg", f"provider_url={server.url}", "--env-arg", "summaries=snippet"]
    assert main([*ask, "--world", "live", *live, "--record", cassette]) == 0
    assert capsys.readouterr().out.strip() == "1385"
    replay = ["--env-arg", "summaries=snippet", "--replay", cassette]
    assert main([*ask, "--world", "live", *replay]) == 0
    assert capsys.readouterr().out.strip() == "1385"
    assert main([*ask, "--replay", cassette]) == 2
    assert "--world live" in capsys.readouterr().err


def test_no_key_is_told_anywhere(
    server: LocalServer,
    tasks: Path,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Logs at their loudest, output, cassette, run.json, report and trajectories of a bad run."""
    number = 0

    def script(request: Request) -> Answer:
        nonlocal number
        number += 1
        if number % 3 == 0:
            return Answer(400, json.dumps({"error": f"bad: {request.target}"}).encode())
        return answer(request)

    server.script = script
    out = tmp_path / "out"
    with caplog.at_level(logging.DEBUG):
        main(rollout(server.url, tasks, out, "--record", str(tmp_path / "web.cassette")))
    told = capsys.readouterr()
    everything = [told.out, told.err, caplog.text]
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {"run.json", "report.html", "trajectories.jsonl", "web.cassette"} <= {
        path.name for path in written
    }
    assert "<key>" in (out / "trajectories.jsonl").read_text(encoding="utf-8")
    assert any(KEY in request.target for request in server.requests)
    assert not any(KEY in text for text in everything)
    assert not [path.name for path in written if KEY.encode() in path.read_bytes()]


def test_cassette_commands(
    server: LocalServer, tasks: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, two, both = (str(tmp_path / name) for name in ("one", "two", "both"))
    for path, more in ((one, ()), (two, ("--seed", "1"))):
        main(rollout(server.url, tasks, tmp_path / f"{path}-out", "--record", path, *more))
    capsys.readouterr()
    assert main(["cassette", "info", one, "--json"]) == 0
    info = json.loads(capsys.readouterr().out)
    assert info["entries"]["search"] == TOWNS and info["provider"] == "serpapi"
    assert main(["cassette", "info", one]) == 0
    assert info["fingerprint"] in capsys.readouterr().out
    assert main(["cassette", "diff", one, two]) == 0
    assert main(["cassette", "merge", both, one, two]) == 0
    assert f"{sum(info['entries'].values())} entries added" in capsys.readouterr().out
    assert main(["cassette", "prune", both, "--kind", "read"]) == 0
    assert main(["cassette", "diff", one, both]) == 1
    assert f"only in {one}" in capsys.readouterr().out
    assert main(["cassette", "prune", both]) == 2
    assert "--failures" in capsys.readouterr().err


def test_importing_the_package_loads_nothing_of_it() -> None:
    code = "import sys, searchvl_gym; print('searchvl_gym.live' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=dict(os.environ)
    )
    assert done.stdout.strip() == "False"
