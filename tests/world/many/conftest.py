"""Four small worlds that differ, in directories beside each other."""

from pathlib import Path

import pytest
from tiny_worlds import write_world


@pytest.fixture
def folders(tmp_path: Path) -> list[Path]:
    return [write_world(tmp_path / f"w{number}", number) for number in range(4)]
