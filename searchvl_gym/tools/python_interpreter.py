"""`python_interpreter`: run a short program in a sandbox (PAPER section 2).

The sandbox is Monty, a Python subset in worker processes: no files, no network, no clock, a
fixed random seed, and limits on time, memory, recursion and output. Each call starts afresh.
"""

from __future__ import annotations

import datetime
import os
import threading
from typing import Annotated, Any, ClassVar

from msgspec import Meta

from searchvl_gym.tools.base import Arguments, ToolContext
from searchvl_gym.tools.limits import MAX_CODE_CHARS, MAX_OUTPUT_CHARS, shorten
from searchvl_gym.tools.quiet_program import QuietProgram
from searchvl_gym.types import ErrorKind, ToolError, ToolResult

MEMORY_BYTES = 128 * 2**20
RECURSION_DEPTH = 400
PRINTED_BYTES = 256 * 1024
NOW = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
"""What the sandbox's clock says, always: results must not depend on the day."""


class PythonInterpreterArguments(Arguments, frozen=True):
    """Arguments of `python_interpreter`."""

    code: Annotated[
        str,
        Meta(
            min_length=1,
            max_length=MAX_CODE_CHARS,
            description="Python program. Print results, or end with an expression.",
        ),
    ]


class PythonInterpreter:
    """Runs a program and returns what it printed and the value of its last expression.

    Args:
        seconds: Time that a program may take, in seconds.
        processes: Most sandboxes at once; further calls wait for a free one.

    Errors: `tool_failure` when the program fails, with its traceback's last lines; `timeout`
    when it takes too long or no sandbox becomes free; `unavailable` when none can be started.
    """

    name: ClassVar[str] = "python_interpreter"
    description: ClassVar[str] = (
        "Run a short Python program for calculations, dates or text processing. Only the standard "
        "language with math, datetime, re, json and the like; no files, no network, no clock. "
        "Returns what it prints and the value of the last expression."
    )
    arguments: ClassVar[type[Arguments]] = PythonInterpreterArguments
    argument_aliases: ClassVar[dict[str, str]] = {}

    def __init__(self, seconds: float = 5.0, processes: int = 4) -> None:
        if not 0 < seconds < 3600:
            raise ValueError(f"seconds must be above 0 and below 3600, got {seconds!r}")
        if processes < 1:
            raise ValueError(f"processes must be at least 1, got {processes!r}")
        self._seconds = seconds
        self._processes = processes
        self._pool: Any = None
        self._quiet: QuietProgram | None = None
        self._owner = 0
        self._lock = threading.Lock()

    def __reduce__(self) -> tuple[Any, ...]:
        """Another process gets an interpreter with sandboxes of its own."""
        return type(self), (self._seconds, self._processes)

    def run(self, arguments: PythonInterpreterArguments, context: ToolContext) -> ToolResult:
        """See `Tool.run`."""
        import pydantic_monty

        printed = pydantic_monty.CollectString(max_bytes=PRINTED_BYTES)
        session = self._sandboxes().checkout(
            limits={
                "max_feed_duration_secs": self._seconds,
                "max_memory": MEMORY_BYTES,
                "max_recursion_depth": RECURSION_DEPTH,
            },
            os_policy={
                "datetime": NOW,
                "timezone": "utc",
                "sleep": "zero",
                "random_start": {"seed": 0},
                "process_time": "zero",
            },
        )
        try:
            with session as interpreter:
                value = interpreter.feed_run(arguments.code, print_callback=printed)
            shown = None if value is None else repr(value)
        except (pydantic_monty.MontySyntaxError, pydantic_monty.MontyRuntimeError) as error:
            raise self._failure(error, printed.output) from None
        except pydantic_monty.MontyCrashedError as error:
            raise self._crash(error) from None
        except TimeoutError:
            raise ToolError(
                ErrorKind.TIMEOUT, "python_interpreter: all sandboxes are busy; try again."
            ) from None
        except ValueError:
            raise ToolError(
                ErrorKind.TOOL_FAILURE,
                "python_interpreter: the last expression's value cannot be shown (too large a "
                "number?); print what you need of it.",
            ) from None
        return ToolResult(_render(printed.output, shown))

    def _sandboxes(self) -> Any:
        """The pool of worker processes: one a process of ours, also after a fork."""
        with self._lock:
            if self._pool is None or self._owner != os.getpid():
                import pydantic_monty

                # Made anew: one that was inherited goes when the parent does.
                self._quiet = QuietProgram()
                try:
                    pool = pydantic_monty.Monty(
                        binary_path=self._quiet.path,
                        min_processes=1,
                        max_processes=self._processes,
                        checkout_timeout=30.0,
                        request_timeout=self._seconds + 10.0,
                        max_checkouts_per_worker=1000,
                    ).__enter__()
                # The program behind the package is a file of its own that may be missing.
                except (OSError, RuntimeError) as error:
                    raise ToolError(
                        ErrorKind.UNAVAILABLE,
                        "python_interpreter: the sandbox cannot be started "
                        f"({shorten(' '.join(str(error).split()), 300)}); install "
                        "pydantic-monty anew, or answer without.",
                    ) from error
                self._pool, self._owner = pool, os.getpid()
            return self._pool

    def _failure(self, error: Any, printed: str) -> ToolError:
        message = error.display("type-msg")
        if message.startswith("TimeoutError: feed time limit"):
            return ToolError(
                ErrorKind.TIMEOUT,
                f"python_interpreter: the program ran for more than {self._seconds:g} seconds; "
                "make it shorter.",
            )
        frames = error.traceback()
        where = ""
        if frames:
            source = (frames[-1].source_line or "").strip()[:200]
            where = f" in line {frames[-1].line}: {source}"
        output = f"\nPrinted before:\n{shorten(printed.rstrip(), 2_000)}" if printed else ""
        return ToolError(
            ErrorKind.TOOL_FAILURE,
            f"python_interpreter: {shorten(message, 1_000)}{where}; mend the program.{output}",
        )

    def _crash(self, error: Any) -> ToolError:
        if getattr(error, "timed_out", False):
            return ToolError(
                ErrorKind.TIMEOUT,
                "python_interpreter: the sandbox had to be stopped because the program took too "
                "long; make it shorter.",
            )
        return ToolError(
            ErrorKind.TOOL_FAILURE,
            "python_interpreter: the program brought the sandbox down; use less memory.",
        )


def _render(printed: str, value: str | None) -> str:
    parts = []
    if printed:
        parts.append(shorten(printed.rstrip("\n"), MAX_OUTPUT_CHARS))
    if value is not None:
        parts.append(f"Value: {shorten(value, MAX_OUTPUT_CHARS)}")
    return "\n".join(parts) or "The program printed nothing and its last line has no value."
