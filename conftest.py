"""Where a package is not installed, the tests that need it are left out, and named at the end.

A file that imports the extra `train` is found by its imports; a test that needs a package otherwise
(within a function, a notebook or a command) says so: `@pytest.mark.needs("ray")`, or
`@pytest.mark.needs(program="chromium")` where it needs a program.
"""

import os
import shutil
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.training_extra import MISSING, needs_training

# Tests run side by side: one thread each is faster than several that wait for each other (four
# times, for a step of training). Read when torch is loaded, and by the processes that tests start.
os.environ.setdefault("OMP_NUM_THREADS", "1")

LEFT_OUT: set[Path] = set()
DESELECTED: dict[str, list[str]] = {}


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Leave out a file that could not even be imported, or a folder whose conftest could not."""
    shared = collection_path / "conftest.py"
    file = shared if shared.is_file() else collection_path
    if file.suffix == ".py" and needs_training(file):
        LEFT_OUT.update([collection_path] if file is collection_path else file.parent.rglob("*.py"))
        return True
    return None


def pytest_configure(config: pytest.Config) -> None:
    """Make the mark known."""
    config.addinivalue_line(
        "markers", "needs(*packages, program=None): left out where one is not installed"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests whose packages are missing."""
    kept = []
    for item in items:
        named = [name for mark in item.iter_markers("needs") for name in mark.args]
        missing = [name for name in named if find_spec(name) is None]
        programs = [mark.kwargs.get("program") for mark in item.iter_markers("needs")]
        missing += [
            f"the program {name} (apt-get install {name})"
            for name in filter(None, programs)
            if shutil.which(name) is None
        ]
        if missing:
            DESELECTED[item.nodeid] = missing
        else:
            kept.append(item)
    items[:] = kept


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was left out and why."""
    if MISSING:
        terminalreporter.write_line(
            f"left out: {len(LEFT_OUT)} files that need {', '.join(MISSING)}"
        )
    for test, missing in DESELECTED.items():
        terminalreporter.write_line(f"left out: {test}, which needs {', '.join(missing)}")
