"""Rows follow from items, whatever these are."""

import re
from dataclasses import asdict, replace

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from searchvl_gym.leaderboard.results import Item, Labels, Outcome, Row, item_of, make_row
from searchvl_gym.leaderboard.results_file import Entry
from searchvl_gym.leaderboard.tables import accuracy_text, cells, markdown
from searchvl_gym.types import Degradation, Task, TaskImage

OUTCOMES = st.builds(
    Outcome,
    right=st.none() | st.booleans(),
    rule=st.none() | st.booleans(),
    model=st.none() | st.booleans(),
    verdict=st.sampled_from(["", "key"]),
    answer=st.none() | st.text("ab", max_size=3),
    termination=st.just("answer"),
    turns=st.integers(1, 9),
    errors=st.just(1),
    ill_formed=st.just(0),
    fatal=st.booleans(),
    tools=st.dictionaries(st.sampled_from(["crop", "visit"]), st.integers(1, 3)),
    trajectory=st.text("0123456789abcdef", min_size=4, max_size=4),
)
SAMPLES = 2
ITEMS = st.lists(
    st.builds(
        Item,
        id=st.text("xyz", min_size=1, max_size=3),
        digest=st.just("d"),
        category=st.sampled_from(["art", "news"]),
        hops=st.none() | st.integers(1, 4),
        cluster=st.just("c"),
        outcomes=st.lists(OUTCOMES, min_size=1, max_size=SAMPLES).map(tuple),
    ),
    min_size=1,
    max_size=6,
)
LABELS = Labels("p|q", "s", "rule", SAMPLES, "w")


@given(ITEMS)
def test_a_row_says_what_its_items_say(items: list[Item]) -> None:
    row = make_row(items, LABELS)
    outcomes = [outcome for item in items for outcome in item.outcomes]
    rights = [outcome.right for outcome in outcomes if outcome.right is not None]
    assert row.n == len(items) and row.unscored == len(outcomes) - len(rights)
    if rights:
        assert row.accuracy is not None and abs(row.accuracy - sum(rights) / len(rights)) < 1e-6
        assert row.ci95 is not None and row.clusters == 1
        assert 0 <= row.ci95[0] <= row.accuracy + 1e-6 <= row.ci95[1] + 2e-6 <= 1 + 2e-6
    else:
        assert row.accuracy is row.ci95 is None and row.clusters == 0
    asked = [each for each in outcomes if each.verdict and None not in (each.rule, each.model)]
    assert (row.kappa is None) <= (len(asked) == 0 or len({each.rule for each in asked}) == 1)
    assert row.unsure <= sum(each.rule is None and each.right is False for each in outcomes)
    if row.pass_at_k is not None and len(rights) == SAMPLES * len(items):
        assert row.accuracy is not None and row.pass_at_k >= row.accuracy - 1e-6
    assert sum(share.n for share in row.by_category.values()) == len(items)
    assert sum(share.n for share in row.by_hops.values()) == sum(bool(i.hops) for i in items)
    read = msgspec.convert(msgspec.json.decode(msgspec.json.encode(asdict(row))), Row)
    assert read == row and make_row(items, LABELS) == row
    assert len(cells(row)) == 12 and accuracy_text(row)
    other = replace(items[0], id=items[0].id + "!")
    assert make_row([other, *items[1:]], LABELS).items != row.items


@given(ITEMS)
def test_a_page_of_markdown_is_made_of_tables(items: list[Item]) -> None:
    entry = Entry(make_row(items, LABELS), tuple(items), 1.0, 0)
    lines = [line for line in markdown([entry], []).splitlines() if line.startswith("|")]
    widths = [len(re.findall(r"(?<!\\)\|", line)) for line in lines]
    assert widths == [14] * 3 + [6] * (len(lines) - 3)
    assert len(lines) == 3 + 4 + len(entry.row.by_category) + len(entry.row.by_hops)


def test_tasks_that_share_a_picture_are_one_cluster() -> None:
    damaged = TaskImage(world_image=3, degradation=Degradation("blur", 2.0))
    tasks = [
        Task("a", "When?", "1907", (TaskImage(world_image=3),)),
        Task("b", "Who?", "Ada", (damaged,)),
        Task("c", "Who?", "Ada", (TaskImage(world_image=4),)),
        Task("d", "Who?", "Ada"),
        Task("e", "Who?", "Ada"),
    ]
    items = [item_of(task, []) for task in tasks]
    clusters = [item.cluster for item in items]
    assert clusters[0] == clusters[1] and len(set(clusters)) == 4
    assert len({item.digest for item in items}) == 4  # d and e ask the same without a picture
