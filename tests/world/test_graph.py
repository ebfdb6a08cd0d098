"""The link graph agrees with the pages' links, in memory and on disk."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchvl_gym.world import LinkGraph, World
from searchvl_gym.world.graph import GraphWriter

LINKS = st.integers(1, 12).flatmap(
    lambda count: st.lists(
        st.lists(st.integers(0, count - 1), max_size=8), min_size=count, max_size=count
    )
)


@given(LINKS)
def test_rows_are_the_distinct_targets_and_degrees_add_up(links: list[list[int]]) -> None:
    graph = LinkGraph.from_links(links)
    assert len(graph) == len(links)
    for page, targets in enumerate(links):
        expected = list(dict.fromkeys(target for target in targets if target != page))
        assert graph.out(page).tolist() == expected
    assert graph.in_degree.sum() == len(graph.targets)
    for page in range(len(links)):
        linking = sum(page in set(row) - {other} for other, row in enumerate(links))
        assert graph.in_degree[page] == linking


def test_written_graph_equals_the_one_in_memory(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    links = [rng.integers(0, 50, rng.integers(0, 9)).tolist() for _ in range(50)]
    writer = GraphWriter(tmp_path / "graph")
    for page, targets in enumerate(links):
        writer.add(page, targets)
    writer.close()
    stored, expected = LinkGraph.open(tmp_path / "graph"), LinkGraph.from_links(links)
    for name in ("offsets", "targets", "in_degree"):
        np.testing.assert_array_equal(getattr(stored, name), getattr(expected, name))
    assert stored.targets.dtype == stored.in_degree.dtype == np.int32
    assert not stored.targets.flags.writeable


def test_graph_of_pages_without_links_opens(tmp_path: Path) -> None:
    writer = GraphWriter(tmp_path / "graph")
    writer.add(0, [])
    writer.close()
    assert LinkGraph.open(tmp_path / "graph").out(0).tolist() == []


def test_links_and_pages_out_of_range_are_refused(small_world: World) -> None:
    with pytest.raises(ValueError, match="leads to page 5, but there are 1 pages"):
        LinkGraph.from_links([[5]])
    for page in (-1, len(small_world)):
        with pytest.raises(IndexError, match="not in the graph"):
            small_world.graph.out(page)
