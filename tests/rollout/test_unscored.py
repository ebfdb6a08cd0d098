"""Episodes whose judge fails: counted, explained, and played again on a resume."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from real_setting import settings

from searchvl_gym.cli import main
from searchvl_gym.endpoint import Endpoint, EndpointSettings
from searchvl_gym.rewards import AccuracyJudge, Composite
from searchvl_gym.rollout import (
    RolloutError,
    Summary,
    describe_unscored,
    read_trajectories,
    run,
)
from searchvl_gym.tasks import TaskSet
from tests.chat_server import ChatServer, Raw, Request

EPISODES = 4
DOWN = Raw(503, b"overloaded")


class Judge:
    """A script that is down for the first `down` requests."""

    def __init__(self, down: int) -> None:
        self.down = down

    def __call__(self, request: Request, number: int) -> str | Raw:
        return DOWN if number < self.down else "correct: yes\nreasoning: so it is"


@pytest.fixture
def start() -> Iterator[Callable[[int], ChatServer]]:
    servers = []

    def start_server(down: int) -> ChatServer:
        servers.append(ChatServer(Judge(down)))
        return servers[-1]

    yield start_server
    for server in servers:
        server.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("unscored")
    made = settings(path)
    TaskSet(made["tasks"], "two").save(path / "tasks.jsonl")
    return path


def play(folder: Path, out: Path, server: ChatServer, model: str = "m", **changes: Any) -> Summary:
    endpoint = Endpoint(EndpointSettings(server.base_url, model, retries=0))
    reward = Composite(changes.pop("alpha", 0.8), accuracy=AccuracyJudge(endpoint))
    arguments = {"world": folder / "world", "tasks": folder / "tasks.jsonl", "reward": reward}
    return run(
        "SearchVL/World-v0", "no_tool",
        episodes=EPISODES, seed=3, out=out, env_kwargs=arguments, **changes,
    )  # fmt: skip


def lines(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out / "trajectories.jsonl").read_text().splitlines()]


@pytest.mark.parametrize("workers", [1, 2])
def test_unscored_episodes_are_told_of_and_played_again(
    folder: Path, tmp_path: Path, start: Callable[[int], ChatServer], workers: int
) -> None:
    out = tmp_path / "run"
    first = play(folder, out, start(2), workers=workers)
    assert (first.episodes, first.unscored, first.success_rate) == (EPISODES, 2, 1.0)
    [(reason, count)] = first.reasons.items()
    assert count == 2 and reason.startswith("accuracy: http://127.0.0.1") and "503" in reason
    stored = {line["episode"]: line.get("unscored") for line in lines(out)}
    assert sorted(map(str, stored.values())) == ["None", "None", reason, reason]
    assert "could not be scored: accuracy: http://127.0.0.1" in (out / "report.html").read_text()

    server = start(0)
    second = play(folder, out, server)
    assert (second.unscored, second.success_rate, second.reasons) == (0, 1.0, {})
    assert len(server.requests) == 2
    assert [line["episode"] for line in lines(out)[EPISODES:]] == [
        episode for episode in sorted(stored) if stored[episode]
    ]
    assert [trajectory.reward for trajectory in read_trajectories(out)] == [0.8] * EPISODES

    fresh = play(folder, tmp_path / "fresh", start(0))
    assert fresh.fingerprint == second.fingerprint != first.fingerprint
    again = start(0)
    assert play(folder, out, again).fingerprint == second.fingerprint
    assert again.requests == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"model": "other"}, r'AccuracyJudge\.model: "m" there, "other" here'),
        ({"alpha": 0.5}, r"Composite\.alpha: 0\.8 there, 0\.5 here"),
    ],
)
def test_a_resume_with_another_reward_is_refused(
    folder: Path,
    tmp_path: Path,
    start: Callable[[int], ChatServer],
    change: dict[str, Any],
    message: str,
) -> None:
    play(folder, tmp_path, start(0))
    with pytest.raises(RolloutError, match=message):
        play(folder, tmp_path, start(0), **change)


def test_one_line_for_many_reasons() -> None:
    figures = ("w", "f", 3)
    summary = Summary(9, 0.5, 1.0, 0.0, 0.0, 1.0, *figures, {"query:\n no": 2, "a" * 999: 1})
    line = describe_unscored(summary)
    assert line.startswith("3 of 9 episodes are unscored")
    assert "(query: no; and 1 other reason)" in line
    assert len(describe_unscored(Summary(9, 0.5, 1, 0, 0, 1, *figures, {"a" * 999: 3}))) < 500
    assert describe_unscored(Summary(9, 0.5, 1.0, 0.0, 0.0, 1.0, "w", "f")) == ""


def command(folder: Path, out: Path, server: ChatServer, *more: str) -> list[str]:
    return [
        *("rollout", "--env", "SearchVL/World-v0", "--policy", "no_tool", "--out", str(out)),
        *("--episodes", str(EPISODES), "--env-arg", f"world={folder / 'world'}"),
        *("--env-arg", f"tasks={folder / 'tasks.jsonl'}", "--judge", "llm"),
        *("--judge-arg", f"base_url={server.base_url}", "--judge-arg", "model=m"),
        *("--judge-arg", "api_key=sk-secret", "--judge-arg", "retries=0", *more),
    ]


def test_the_command_says_so_and_fails_when_none_is_scored(
    folder: Path,
    tmp_path: Path,
    start: Callable[[int], ChatServer],
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(command(folder, tmp_path, start(99), "--json")) == 1
    captured = capsys.readouterr()
    assert captured.err.startswith("searchvl: 4 of 4 episodes are unscored")
    assert captured.err.count("\n") == 1 and "503" in captured.err
    assert json.loads(captured.out)["success_rate"] is None

    assert main(command(folder, tmp_path, start(1), "--json")) == 0
    captured = capsys.readouterr()
    assert captured.err.startswith("searchvl: 1 of 4 episodes are unscored")
    assert json.loads(captured.out)["success_rate"] == 1.0

    server = start(0)
    assert main(command(folder, tmp_path, server)) == 0
    captured = capsys.readouterr()
    assert captured.err == "" and "100.0%" in captured.out and "unscored" not in captured.out
    assert server.requests[0].headers["authorization"] == "Bearer sk-secret"
    assert all(b"sk-secret" not in file.read_bytes() for file in tmp_path.glob("*.*"))

    rules = command(folder, tmp_path, server)
    del rules[rules.index("--judge") :]
    assert main(rules) == 1
    assert 'environment_arguments.reward: {"Composite"' in capsys.readouterr().err
