"""`searchvl demo` from its start to its end, as a program."""

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest

from searchvl_gym.cli import main
from searchvl_gym.world import World


def test_it_serves_until_it_is_interrupted(mini_world: World, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "searchvl_gym", "demo", "--port", "0"]
    process = subprocess.Popen(
        [*command, "--runs", str(tmp_path)],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    try:
        assert process.stderr is not None
        found = re.search(r"http://127\.0\.0\.1:\d+/", process.stderr.readline())
        assert found is not None
        with urlopen(found[0]) as reply:
            page = reply.read().decode()
        assert "SearchVL Gym" in page
        for name in re.findall(r'(?:src|href)="(static/[^"]+)"', page):
            with urlopen(found[0] + name) as reply:
                assert reply.read()
    finally:
        process.send_signal(signal.SIGINT)
        said = process.communicate()[1]
    assert process.returncode in (0, 130) and "Traceback" not in said


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--suite", "none"], "there is no suite 'none'"),
        (["--policy", "chat:model"], "key=value"),
        (["--host", "no such host"], "is no place to listen on"),
    ],
)
def test_what_is_wrong_is_one_line(
    capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    assert main(["demo", "--port", "0", *arguments]) != 0
    (line,) = capsys.readouterr().err.splitlines()
    assert words in line


def test_a_port_that_is_taken(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        assert main(["demo", "--port", str(other.getsockname()[1])]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "choose another --port" in line
