"""What was published."""

import pytest

from searchvl_gym.leaderboard.suites import published_results

COLUMNS = ("SimpleVQA", "VDR", "MMSearch", "LiveVQA", "BrowseComp-VL", "FVQA", "InfoSeek")


@pytest.mark.parametrize("column", COLUMNS)
def test_published_results(column: str) -> None:
    rows = published_results(column)
    assert len(rows) >= 23
    assert {row.workflow for row in rows} == {"direct", "rag", "agentic"}
    assert all(0 <= row.accuracy <= 100 for row in rows)
    assert len({(row.model, row.workflow) for row in rows}) == len(rows)
    best = max(rows, key=lambda row: row.accuracy)
    direct = max(row.accuracy for row in rows if row.workflow == "direct")
    assert best.accuracy >= direct


def test_published_results_of_one_model_and_of_nothing() -> None:
    scores = [
        row.accuracy
        for column in COLUMNS
        for row in published_results(column)
        if row.model == "OpenSearch-VL-32B"
    ]
    assert scores == [76.2, 33.8, 72.3, 70.5, 43.8, 74.7, 74.8]
    # A score that is missing in the table is missing here, too.
    assert "WebWatcher-7B" not in {row.model for row in published_results("FVQA")}
    assert published_results(None) == ()
    with pytest.raises(ValueError, match=r"nothing was published for 'Atlas'.*SimpleVQA"):
        published_results("Atlas")
