"""Where the extra `train` is not installed, the files that need it are left out, and counted."""

from pathlib import Path

import pytest

from tests.training_extra import MISSING, needs_training

LEFT_OUT: set[Path] = set()


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Leave out a file that could not even be imported, or a folder whose conftest could not."""
    shared = collection_path / "conftest.py"
    file = shared if shared.is_file() else collection_path
    if file.suffix == ".py" and needs_training(file):
        LEFT_OUT.update([collection_path] if file is collection_path else file.parent.rglob("*.py"))
        return True
    return None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was left out and why."""
    if MISSING:
        terminalreporter.write_line(
            f"left out: {len(LEFT_OUT)} files that need {', '.join(MISSING)} (the extra `train`)"
        )
