"""The command line against endpoints that are unset, down, or refuse the key."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from searchvl_gym.cli import main

SECRET = "a-key-that-must-not-be-shown"


class Refusing(BaseHTTPRequestHandler):
    """Takes no key for an answer."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        body = b'{"error": {"message": "invalid key"}}'
        self.send_response(401)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def refusing_endpoint() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Refusing)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def photo(tmp_path: Path) -> str:
    path = tmp_path / "photo.png"
    Image.fromarray(np.full((40, 60, 3), 90, np.uint8)).save(path)
    return str(path)


def last_line(capsys: pytest.CaptureFixture[str]) -> str:
    """The one line on standard error."""
    captured = capsys.readouterr()
    assert "Traceback" not in captured.err and SECRET not in captured.err + captured.out
    assert captured.err.count("\n") == 1, captured.err
    return captured.err


@pytest.fixture(autouse=True)
def no_settings_of_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("BASE_URL", "MODEL", "API_KEY"):
        for prefix in ("SEARCHVL_", "SEARCHVL_CHAT_", "OPENAI_"):
            monkeypatch.delenv(prefix + name, raising=False)


def test_an_unset_endpoint_says_what_to_set(
    capsys: pytest.CaptureFixture[str], mini_world: object, photo: str
) -> None:
    assert main(["ask", photo, "What is this?", "--policy", "chat"]) == 1
    assert "SEARCHVL_BASE_URL" in last_line(capsys)


def test_a_refused_key_is_one_line(
    capsys: pytest.CaptureFixture[str], mini_world: object, photo: str, refusing_endpoint: str
) -> None:
    settings = {"base_url": refusing_endpoint, "model": "any", "api_key": SECRET}
    arguments = [f"--policy-arg={name}={value}" for name, value in settings.items()]
    assert main(["ask", photo, "What is this?", "--policy", "chat", *arguments]) == 1
    line = last_line(capsys)
    assert "401" in line and "key" in line


@pytest.mark.parametrize(
    "wrong",
    [
        {"model": 7},
        {"api_key": 7},
        {"timeout": "long"},
        {"retries": 1.5},
        {"temperature": "hot"},
        {"max_tokens": "many"},
        {"seed": "x"},
    ],
)
def test_settings_of_the_wrong_kind_are_one_line(
    capsys: pytest.CaptureFixture[str], photo: str, tmp_path: Path, wrong: dict[str, object]
) -> None:
    settings = {"base_url": "http://127.0.0.1:1/v1", "model": "any", "api_key": SECRET, **wrong}
    arguments = [f"--policy-arg={name}={value}" for name, value in settings.items()]
    out = str(tmp_path / "run")
    for command in (["ask", photo, "What is this?"], ["rollout", "--out", out]):
        assert main([*command, "--policy", "chat", *arguments]) != 0
        assert next(iter(wrong)) in last_line(capsys)
    assert not (tmp_path / "run").exists()


def test_an_endpoint_that_is_down_is_one_line_and_no_page(
    capsys: pytest.CaptureFixture[str], mini_world: object, photo: str, tmp_path: Path
) -> None:
    settings = {"base_url": "http://127.0.0.1:1/v1", "model": "any", "retries": 0}
    arguments = [f"--policy-arg={name}={value}" for name, value in settings.items()]
    page = tmp_path / "page.html"
    assert main(["ask", photo, "What?", "--policy", "chat", *arguments, "--out", str(page)]) == 1
    assert "is the server running?" in last_line(capsys)
    assert not page.exists()


def test_a_rollout_on_a_dead_endpoint_stops_and_leaves_nothing(
    capsys: pytest.CaptureFixture[str], mini_world: object, tmp_path: Path, refusing_endpoint: str
) -> None:
    out = tmp_path / "run"
    settings = {"base_url": refusing_endpoint, "model": "any", "api_key": SECRET}
    arguments = [f"--policy-arg={name}={value}" for name, value in settings.items()]
    rollout = ["rollout", "--policy", "chat", "--episodes", "2", "--out", str(out), "--quiet"]
    assert main([*rollout, *arguments]) == 1
    assert "401" in last_line(capsys)
    assert not out.exists()
