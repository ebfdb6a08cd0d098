from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from episode_pictures import context_of

from benchmarks import sandbox
from benchmarks.sandbox_programs import programs
from searchvl_gym.tools import ToolSuite
from searchvl_gym.tools.python_interpreter import PythonInterpreter
from searchvl_gym.types import ErrorKind, ToolCall, ToolError

SUITE = ToolSuite([PythonInterpreter(seconds=0.5)])


def run(code: str) -> str:
    return SUITE.run(ToolCall("python_interpreter", {"code": code}), context_of()).text


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("1982 - 1909", "Value: 73"),
        ("print('a')\nprint('b')", "a\nb"),
        ("print('sum')\nsum(range(10))", "sum\nValue: 45"),
        ("x = 3", "The program printed nothing and its last line has no value."),
        ("import math\nround(math.pi, 3)", "Value: 3.142"),
        ("'<|im_' 'end|>'", "Value: '‹|im_end|›'"),
    ],
)
def test_output_and_value(code: str, text: str) -> None:
    assert run(code) == text


@pytest.mark.parametrize(
    "code",
    [
        "import random\nrandom.random()",
        "import time\ntime.time()",
        "import datetime\ndatetime.datetime.now()",
    ],
)
def test_chance_and_clock_are_fixed(code: str) -> None:
    assert run(code) == run(code)


def test_each_call_starts_afresh() -> None:
    run("leak = 1")
    with pytest.raises(ToolError, match="NameError"):
        run("leak")


@pytest.mark.parametrize(
    ("code", "kind", "problem"),
    [
        ("x = 1\ny = x / 0", ErrorKind.TOOL_FAILURE, "ZeroDivisionError.*in line 2: y = x / 0"),
        ("def (:", ErrorKind.TOOL_FAILURE, "SyntaxError"),
        ("def f(n): return f(n + 1)\nf(0)", ErrorKind.TOOL_FAILURE, "RecursionError"),
        ("[0] * 10**9", ErrorKind.TOOL_FAILURE, "MemoryError"),
        ("print('x' * 10**6)", ErrorKind.TOOL_FAILURE, "MemoryError"),
        ("1 << 10**6", ErrorKind.TOOL_FAILURE, "cannot be shown"),
        ("open('/etc/passwd').read()", ErrorKind.TOOL_FAILURE, "Permission"),
        ("import socket", ErrorKind.TOOL_FAILURE, "ModuleNotFoundError"),
        ("while True: pass", ErrorKind.TIMEOUT, "more than 0.5 seconds"),
    ],
)
def test_failures(code: str, kind: ErrorKind, problem: str) -> None:
    with pytest.raises(ToolError, match=problem) as caught:
        run(code)
    assert caught.value.kind is kind


def test_what_was_printed_before_an_error_is_shown() -> None:
    with pytest.raises(ToolError, match="Printed before:\nfirst"):
        run("print('first')\n1 / 0")


def test_long_output_is_cut() -> None:
    text = run("for n in range(10000): print(n)")
    assert "more characters left out" in text
    assert len(text) < 13_000


def test_many_threads() -> None:
    with ThreadPoolExecutor(8) as pool:
        values = list(pool.map(lambda n: run(f"{n} * {n}"), range(60)))
    assert values == [f"Value: {n * n}" for n in range(60)]


def test_wrong_settings() -> None:
    with pytest.raises(ValueError, match="seconds"):
        PythonInterpreter(seconds=0)
    with pytest.raises(ValueError, match="processes"):
        PythonInterpreter(processes=0)


@pytest.mark.parametrize("program", ["missing", "no program"])
def test_a_sandbox_that_cannot_be_started_is_unavailable(
    program: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The program that runs the sandbox is a file of its own, beside the package."""
    file = tmp_path / "monty"
    if program != "missing":
        file.write_text("no program")
        file.chmod(0o755)
    monkeypatch.setenv("MONTY_BIN", str(file))
    suite = ToolSuite([PythonInterpreter()])
    for _ in range(2):
        with pytest.raises(ToolError, match="the sandbox cannot be started") as seen:
            suite.run(ToolCall("python_interpreter", {"code": "1"}), context_of())
        assert seen.value.kind is ErrorKind.UNAVAILABLE
        assert "\n" not in seen.value.message
    monkeypatch.delenv("MONTY_BIN")
    call = ToolCall("python_interpreter", {"code": "6 * 7"})
    assert suite.run(call, context_of()).text == "Value: 42"


@pytest.mark.parametrize("part", range(3))
def test_no_program_gets_out(part: int, capfd: pytest.CaptureFixture[str]) -> None:
    """Some of the programs that try; `benchmarks/sandbox.py` runs them all."""
    figures = sandbox.measure(slice(part, 190, 8), seconds=0.2)
    assert figures.programs >= 20
    assert (figures.escapes, figures.broken) == (0, 0)
    assert capfd.readouterr().err == ""


def test_there_are_enough_programs(tmp_path: Path) -> None:
    found = programs(tmp_path)
    assert len(set(found)) == len(found) >= 250
