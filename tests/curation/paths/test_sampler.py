import pickle
from collections import Counter

import numpy as np
import pytest

from searchvl_gym.curation import (
    PagePath,
    PathGraph,
    PathReason,
    PathSampler,
    PathSettings,
    Rejection,
)
from searchvl_gym.curation.paths.graph import NO_DOMAIN

PAGES = 2_000
RULES = PathSettings(seed_in_degree=3, hub_in_degree=60)


def make(rows: list[list[int]], domain: list[int] | None = None, excluded: set[int] | None = None):
    offsets = np.zeros(len(rows) + 1, np.int64)
    np.cumsum([len(row) for row in rows], out=offsets[1:])
    targets = np.array([target for row in rows for target in row], np.int32)
    marks = np.zeros(len(rows), bool)
    marks[list(excluded or ())] = True
    return PathGraph(
        offsets,
        targets,
        np.bincount(targets, minlength=len(rows)).astype(np.int32),
        marks,
        np.array(domain or [0] * len(rows), np.int8),
    )


@pytest.fixture(scope="module")
def graph() -> PathGraph:
    """Random links, some pages linked far more often; five domains, some pages without."""
    rng = np.random.default_rng(1)
    rows = [
        [int(t) for t in dict.fromkeys((rng.random(rng.integers(0, 14)) ** 2 * PAGES).astype(int))]
        for _ in range(PAGES)
    ]
    domain = np.where(rng.random(PAGES) < 0.3, NO_DOMAIN, np.arange(PAGES) % 5)
    excluded = set(rng.choice(PAGES, 100, replace=False).tolist())
    return make(rows, domain.tolist(), excluded)


def paths(sampler: PathSampler, first: int, count: int) -> list[PagePath | Rejection]:
    return list(sampler.draw(first, count).records())


def test_every_path_keeps_the_rules(graph: PathGraph) -> None:
    found = [
        p for p in paths(PathSampler(graph, RULES, seed=0), 0, 3_000) if isinstance(p, PagePath)
    ]
    assert len(found) > 2_000
    for path in found:
        assert len(path.pages) - 1 in RULES.lengths
        assert len(set(path.pages)) == len(path.pages)
        for page, following in zip(path.pages, path.pages[1:], strict=False):
            row = graph.targets[graph.offsets[page] : graph.offsets[page + 1]]
            assert following in row
        assert not any(graph.excluded[page] for page in path.pages)
        assert max(graph.in_degree[list(path.pages)]) <= RULES.hub_in_degree
        assert graph.in_degree[path.pages[0]] >= RULES.seed_in_degree
        assert graph.domain[path.pages[0]] != NO_DOMAIN


def test_lengths_and_domains_come_as_asked_for(graph: PathGraph) -> None:
    batch = PathSampler(graph, RULES, seed=0).draw(0, 20_000)
    shares = Counter(batch.lengths.tolist())
    assert [shares[length] / 20_000 for length in (2, 3, 4)] == pytest.approx(
        [0.4, 0.4, 0.2], abs=0.02
    )
    domains = Counter(graph.domain[batch.pages[:, 0]].tolist())
    assert set(domains.values()) == {4_000}


def test_every_anchor_is_used_before_one_is_used_again(graph: PathGraph) -> None:
    sampler = PathSampler(graph, RULES, seed=0)
    anchors = sampler.anchors["person"]
    batch = sampler.draw(0, 5 * len(anchors))
    assert sorted(batch.pages[::5, 0].tolist()) == anchors.tolist()
    again = sampler.draw(5 * len(anchors), 5 * len(anchors))
    assert sorted(again.pages[::5, 0].tolist()) == anchors.tolist()
    assert again.pages[::5, 0].tolist() != batch.pages[::5, 0].tolist()


def test_a_path_is_the_same_in_any_batch(graph: PathGraph) -> None:
    sampler = PathSampler(graph, RULES, seed=4)
    whole = paths(sampler, 0, 500)
    pieces = [path for first in range(0, 500, 37) for path in paths(sampler, first, 37)][:500]
    assert pieces == whole
    assert paths(pickle.loads(pickle.dumps(sampler)), 100, 3) == whole[100:103]
    assert paths(PathSampler(graph, RULES, seed=5), 0, 500) != whole


def test_failed_walks_are_counted_by_reason() -> None:
    # 0 -> 1 -> 0 is a cycle, 2 -> 3 a dead end, 4 -> 5 no article, 6 -> 7 a hub.
    rows = [[1], [0], [3], [], [5], [], [7], [0], [7], [7]]
    graph = make(rows, [0, -1, 1, -1, 2, -1, 3, -1, -1, -1], {5})
    rules = PathSettings(
        lengths=(2,), length_weights=(1,), seed_in_degree=0, hub_in_degree=2, retries=3
    )
    batch = PathSampler(graph, rules, seed=0).draw(0, 4)
    assert batch.accepted == 0
    # One walk and three retries from each of the four anchors.
    assert batch.failures() == {"dead_end": 4, "no_article": 4, "hub": 4, "cycle": 4}
    assert batch.outcome.tolist() == [
        PathReason.CYCLE,
        PathReason.DEAD_END,
        PathReason.NO_ARTICLE,
        PathReason.HUB,
    ]
    rejected = list(batch.records())
    assert all(isinstance(record, Rejection) and record.reason == "retries" for record in rejected)
    assert "4 walks failed, the last one: cycle" in str(rejected[0])


def test_retries_save_anchors(graph: PathGraph) -> None:
    once = PathSampler(graph, PathSettings(seed_in_degree=3, hub_in_degree=60, retries=0), seed=0)
    often = PathSampler(graph, RULES, seed=0)
    assert often.draw(0, 1_000).accepted > 1.2 * once.draw(0, 1_000).accepted


def test_the_in_degree_test(graph: PathGraph) -> None:
    degree = graph.in_degree
    anchors = np.concatenate(list(PathSampler(graph, RULES, seed=0).anchors.values()))
    assert degree[anchors].min() >= 3 and degree[anchors].max() <= 60
    with pytest.raises(ValueError, match=r"none of 2,000 pages can be an anchor.*small_world"):
        PathSampler(graph, PathSettings(seed_in_degree=9_000), seed=0)


def test_domains_without_anchors_are_left_out() -> None:
    rows = [[1, 2], [2, 0], [0, 1]]
    rules = PathSettings(lengths=(1,), length_weights=(1,), seed_in_degree=0)
    sampler = PathSampler(make(rows, [3, 3, NO_DOMAIN]), rules, seed=0)
    assert list(sampler.anchors) == ["organism"]
    assert set(sampler.draw(0, 10).pages[:, 0].tolist()) == {0, 1}
