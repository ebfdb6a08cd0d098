"""Two archives as they were published, where they lie beside the project."""

from pathlib import Path

import pytest

from benchmarks.real_archives import measure

SHARED = Path(__file__).parents[4].parent / "shared" / "zim"
ARCHIVES = sorted(SHARED.glob("*.zim"))
WRONG = (
    "pages with marks of notes in the text", "values with marks of notes",
    "pages with the archive's notice", "values torn", "labels torn",
    "rows of reviews in infoboxes", "rows with cells lost",
)  # fmt: skip


@pytest.mark.skipif(not ARCHIVES, reason=f"there are no archives in {SHARED.name}/ beside this")
def test_nothing_is_torn_lost_or_taken_for_a_fact() -> None:
    figures = {file.stem: measure(file) for file in ARCHIVES}
    for name, found in figures.items():
        assert {what: found.get(what, 0) for what in WRONG} == dict.fromkeys(WRONG, 0), name
        assert str(found["licence"]).startswith("CC-BY-SA")
