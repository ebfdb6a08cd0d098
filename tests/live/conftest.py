"""A small web on 127.0.0.1, and a live web that reaches it."""

from collections.abc import Iterator

import pytest

from benchmarks.live.server import LocalServer
from benchmarks.live.sites import answer


@pytest.fixture
def server() -> Iterator[LocalServer]:
    """The local server, all well."""
    with LocalServer(answer) as running:
        yield running
