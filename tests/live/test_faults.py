"""Every fault ends in a typed error, and the table in the docs says which."""

from pathlib import Path

import pytest

from benchmarks.live.faults import DOCUMENT, make_tables, replace_tables

pytestmark = pytest.mark.needs("serpapi", "tenacity", "protego", "trafilatura", "pypdf")


def test_the_table_of_faults_is_what_happens(capfd: pytest.CaptureFixture[str]) -> None:
    document = Path(DOCUMENT).read_text(encoding="utf-8")
    made = replace_tables(document, make_tables())
    assert made == document, "run: python -m benchmarks.live.faults"
    assert capfd.readouterr().err == ""
