import sys
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def double_on_path(monkeypatch: pytest.MonkeyPatch) -> None:
    """Worker processes find `rollout_double`, too: they inherit `sys.path`."""
    folder = str(Path(__file__).parent)
    if folder not in sys.path:
        monkeypatch.syspath_prepend(folder)
