"""The curve of right answers against depth: a point a suite, a line a policy."""

import json
from pathlib import Path

import pytest

from searchvl_gym.leaderboard.errors import LeaderboardError
from searchvl_gym.leaderboard.naming import parse_named
from searchvl_gym.leaderboard.plots import plot_curves
from searchvl_gym.leaderboard.running import Plan
from searchvl_gym.world import World

SUITES = [parse_named(f"atlas-deep-{depth}:size=400") for depth in (20, 10)]


def test_suites_are_points_in_the_order_of_their_depth(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    policies = [parse_named(name) for name in ("oracle", "no_tool")]
    plan = Plan(out=tmp_path, episodes=2)
    (plot,) = plot_curves(["depth"], SUITES, policies, plan)
    curves = json.loads((tmp_path / "curve-depth.json").read_text())
    assert [curve["policy"] for curve in curves] == ["oracle", "no_tool"]
    for curve, right in zip(curves, (1.0, 0.0), strict=True):
        levels = [point["level"] for point in curve["points"]]
        assert 9 <= levels[0] <= 11 and 18 <= levels[1] <= 22
        assert [point["share"]["value"] for point in curve["points"]] == [right, right]
    picture = (tmp_path / "curve-depth.png").read_bytes()
    assert picture == plot.png and picture.startswith(b"\x89PNG")
    assert "2 of atlas-deep-10:size=400, 2 of atlas-deep-20:size=400" in plot.caption
    # What was played is not played again, and the points come out the same.
    plot_curves(["depth"], SUITES, policies, plan)
    assert json.loads((tmp_path / "curve-depth.json").read_text()) == curves


def test_a_suite_without_proved_depths_is_refused(tmp_path: Path, mini_world: World) -> None:
    pytest.importorskip("matplotlib")
    with pytest.raises(LeaderboardError, match="atlas-mini have no proved depth") as seen:
        plan = Plan(out=tmp_path, episodes=2)
        plot_curves(["depth"], [parse_named("atlas-mini")], [parse_named("no_tool")], plan)
    assert "\n" not in str(seen.value)
