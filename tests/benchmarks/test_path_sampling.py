from pathlib import Path

import numpy as np
import pytest

from benchmarks.speed.path_sampling import main, make_graph, measure, open_graph
from searchvl_gym.curation import PathSettings

PAGES, LINKS = 3_000, 60_000


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path: Path = tmp_path_factory.mktemp("graph")
    make_graph(path, pages=PAGES, links=LINKS, seed=3)
    return path


def test_the_graph_is_what_was_asked_for(directory: Path) -> None:
    graph = open_graph(directory)
    assert len(graph) == PAGES
    assert len(graph.targets) == pytest.approx(LINKS, rel=0.1)
    assert (np.bincount(graph.targets, minlength=PAGES) == graph.in_degree).all()
    for page in range(0, PAGES, 97):
        row = graph.targets[graph.offsets[page] : graph.offsets[page + 1]]
        assert page not in row and len(set(row.tolist())) == len(row)
    ordered = np.sort(graph.in_degree)[::-1]
    assert ordered[: PAGES // 100].sum() > 0.2 * len(graph.targets)  # a heavy tail


def test_the_same_seed_gives_the_same_bytes(directory: Path, tmp_path: Path) -> None:
    make_graph(tmp_path, pages=PAGES, links=LINKS, seed=3)
    for path in directory.iterdir():
        assert (tmp_path / path.name).read_bytes() == path.read_bytes(), path.name


def test_measure_counts_every_path(directory: Path) -> None:
    figures = measure(directory, PathSettings(hub_in_degree=500), paths=2_000)
    assert figures.accepted + figures.dropped == figures.paths == 2_000
    assert figures.accepted > 1_000
    assert figures.hubs > 0 and figures.failed_walks["hub"] > 0
    assert figures.tail_exponent < 3


def test_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "figures.json"
    sizes = ["--pages", "2000", "--links", "200000", "--paths", "500"]
    assert main([*sizes, "--json", str(out)]) == 0
    assert '"accepted"' in out.read_text()
    assert "accepted paths a second" in capsys.readouterr().out
