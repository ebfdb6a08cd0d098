import numpy as np
import pytest

from searchvl_gym.curation import FactBase, PathGraph, PathSettings
from searchvl_gym.curation.paths.graph import NO_DOMAIN, is_article
from searchvl_gym.world import Page, World
from tests.curation.harbour import ADA, BORA, BRIDGE, HERON, LIST, MILL, OTHER_TOWN, TOWN

RULES = PathSettings(seed_in_degree=0)


def out(graph: PathGraph, page: int) -> list[int]:
    return sorted(graph.targets[graph.offsets[page] : graph.offsets[page + 1]].tolist())


@pytest.mark.parametrize(
    ("title", "kind", "article"),
    [
        ("Sarn", "location", True),
        ("Listing of hulls", "location", True),
        ("List of hulls", "location", False),
        ("Timeline of Sarn", "article", False),
        ("Sarn (disambiguation)", "location", False),
        ("Category: Hulls", "article", False),
        ("File talk: Hull.png", "article", False),
        ("Portals: A Novel", "artifact", True),
        ("Sarn", "disambiguation", False),
    ],
)
def test_articles(title: str, kind: str, article: bool) -> None:
    assert is_article(Page(0, title, kind, "", ""), RULES) is article


def test_links_with_a_fact_behind_them_stay(harbour: World, facts: FactBase) -> None:
    graph = PathGraph.from_world(harbour, RULES, facts)
    # The bridge's page states its architect; hers links back, which the same fact explains.
    assert out(graph, BRIDGE) == [ADA]
    assert out(graph, ADA) == [BRIDGE, BORA, 5, OTHER_TOWN]
    assert HERON in out(PathGraph.from_world(harbour, RULES), ADA)
    # In-degrees are those of the whole world.
    assert (graph.in_degree == harbour.graph.in_degree).all()


def test_anchors_need_kind_picture_and_infobox(harbour: World, facts: FactBase) -> None:
    graph = PathGraph.from_world(harbour, RULES, facts)
    assert graph.domain[BRIDGE] == RULES.domains.index("building")
    assert graph.domain[TOWN] == RULES.domains.index("location")
    assert graph.domain[HERON] == NO_DOMAIN  # no picture
    assert graph.domain[LIST] == NO_DOMAIN and graph.excluded[LIST]
    larger = PathSettings(seed_in_degree=0, image_side=600)
    assert (PathGraph.from_world(harbour, larger).domain == NO_DOMAIN).all()
    without = PathSettings(seed_in_degree=0, image_side=0)
    assert PathGraph.from_world(harbour, without).domain[HERON] != NO_DOMAIN
    assert graph.domain[MILL] != NO_DOMAIN


def test_arrays_of_different_worlds_are_refused() -> None:
    with pytest.raises(ValueError, match="different worlds"):
        PathGraph(
            np.array([0, 1]),
            np.array([0], np.int32),
            np.zeros(2, np.int32),
            np.zeros(2, bool),
            np.zeros(2, np.int8),
        )
