"""Who is compared with whom, and how that is told."""

from dataclasses import replace
from pathlib import Path

from searchvl_gym.leaderboard.page import render_page
from searchvl_gym.leaderboard.page_board import make_board
from searchvl_gym.leaderboard.results import Item, Labels, Outcome, make_row
from searchvl_gym.leaderboard.results_file import Entry
from searchvl_gym.leaderboard.standings import standings
from searchvl_gym.leaderboard.suites import PublishedResult
from searchvl_gym.leaderboard.tables import markdown

ITEMS = 40


def outcome(right: bool | None, *, rule: bool | None = None, verdict: str = "") -> Outcome:
    said = right if rule is None else rule
    model = right if verdict else None
    return Outcome(right, said, model, verdict, "1982", "answer", 2, 0, 0, False, {}, "t")


def entry(
    policy: str,
    right: int,
    *,
    suite: str = "s",
    judge: str = "rule",
    seed: int = 0,
    tools_off: bool = False,
    samples: int = 1,
) -> Entry:
    items = tuple(
        Item(str(n), "d", "c", 1, f"anchor-{n}", (outcome(n < right),) * samples)
        for n in range(ITEMS)
    )
    labels = Labels(policy, suite, judge, samples, "w", tools_off=tools_off)
    return Entry(make_row(items, labels), items, 1.0, seed)


def test_only_the_same_items_and_the_same_judge_are_compared() -> None:
    board = [
        entry("a", 30), entry("b", 10), entry("a", 20, suite="other"),
        entry("a", 30, judge="llm:model=m"), entry("a", 0, tools_off=True),
    ]  # fmt: skip
    first, other, judged = standings(board)
    assert (first.suite, first.judge, first.names) == ("s", "rule", ("a", "b"))
    assert [(pair.first, pair.second) for pair in first.pairs] == [("a", "b")]
    assert first.best is board[0] and list(first.without_tools) == ["a"]
    assert (other.names, other.pairs, other.best) == (("a",), (), None)
    assert judged.judge == "llm:model=m" and judged.pairs == ()


def test_the_oracle_is_a_bound_and_equals_are_told_apart() -> None:
    oracle, one, again = entry("oracle", ITEMS), entry("a", 30), entry("a", 12, seed=1)
    submitted = replace(entry("b", 3, samples=2), origin="submitted")
    [standing] = standings([oracle, one, again, submitted])
    assert standing.names == ("oracle", "a (seed 0)", "a (seed 1)", "b")
    assert len(standing.pairs) == 6
    assert standing.best is one  # ahead of all but the oracle
    [alone] = standings([oracle, one])
    assert alone.best is None


def test_bold_is_the_same_in_markdown_and_on_the_page(tmp_path: Path) -> None:
    ahead, behind = entry("ahead", 30), entry("behind", 10)
    board = [ahead, behind, entry("ahead", 4, tools_off=True), entry("near", 29, suite="t")]
    board.append(entry("nearer", 30, suite="t"))
    words = markdown(board, standings(board))
    assert [line.split("|")[2].strip() for line in words.splitlines() if "**" in line] == ["ahead"]
    assert "| s | ahead | behind | 40 | +50.0 | " in words and "| 20 : 0 | < 0.001 |" in words
    published = {"s": [PublishedResult("GPT-5", "direct", 61.6)]}
    page = render_page(make_board(board, published, tmp_path))
    assert page.count("<strong>") == 1 and "<strong>75.0</strong>" in page
    assert page.count('class="row measured') == 4 and page.count('class="row reported"') == 1
    assert ">10.0<" in page  # ahead without tools, beside it
    assert "ahead over behind" in page and "40 items from 40 anchors" in page
    assert "may be chance" in page  # of the other suite


def test_what_the_model_and_the_rules_said_is_counted() -> None:
    outcomes = [
        outcome(True, rule=True, verdict="a"), outcome(False, rule=True, verdict="b"),
        outcome(True, rule=False, verdict="c"), outcome(False, rule=False, verdict="d"),
        outcome(None, rule=False, verdict="e"),
    ]  # fmt: skip
    unsure = replace(outcome(False), rule=None)
    items = tuple(
        Item(str(n), "d", "c", 1, str(n), (each,)) for n, each in enumerate([*outcomes, unsure])
    )
    row = make_row(items, Labels("p", "s", "rule+llm:model=m", 1, "w"))
    assert (row.kappa, row.unscored, row.unsure) == (0.0, 1, 1)
    assert row.accuracy == 0.4 and row.clusters == 5
