"""A local server in a process of its own, so that it takes no time from what is measured."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def server_apart(script: str, *imports: str) -> Iterator[str]:
    """Base URL of a `LocalServer` that keeps no requests.

    Args:
        script: Python for what answers each request.
        *imports: Lines that the expression needs.
    """
    code = "\n".join((
        "import sys",
        "from benchmarks.live.server import LocalServer",
        *imports,
        f"server = LocalServer({script})",
        "server.keep_requests = False",
        "print(server.url, flush=True)",
        "sys.stdin.read()",
    ))  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None and process.stdin is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.stdin.close()
        process.wait(30)
