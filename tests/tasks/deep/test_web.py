"""Questions of treewidth 3: drawn where they are asked for, proved like the others."""

from pathlib import Path

import pytest

from benchmarks.deep.checker import check
from searchvl_gym.rewards.accuracy import verify
from searchvl_gym.tasks import TaskSet
from searchvl_gym.tasks.deep import Bounds, deep_tasks, program_of
from searchvl_gym.tasks.deep.program import Keep, Meets, query_graph, treewidth
from searchvl_gym.tasks.deep.sampler import _site
from searchvl_gym.tasks.deep.web import weaves
from searchvl_gym.tasks.deep.wording import CLOSING_MEETINGS, CONTRARIES, MEETINGS
from searchvl_gym.world import World
from searchvl_gym.world.sources.atlas import build_atlas
from tests.tasks.deep.test_deep_tasks import play

WIDE = Bounds(12, treewidth=3)


@pytest.fixture(scope="module")
def wide(spread: World) -> TaskSet:
    return deep_tasks(spread, split="train", n=6, depth=12, bounds=WIDE)


def test_their_graphs_are_as_wide_as_was_asked_for(spread: World, wide: TaskSet) -> None:
    for task in wide:
        program = program_of(task)
        assert program is not None
        assert treewidth(query_graph(program)) == task.metadata["treewidth"] == 3
        assert abs(task.metadata["least_calls"] - 12) <= 1
    assert check(spread, wide) == dict.fromkeys(check(spread, []), 0) | {"tasks": 6}


def test_the_oracle_solves_one_in_no_fewer_calls_than_were_proved(
    spread: World, wide: TaskSet
) -> None:
    played = play(spread, wide, 0, None)
    assert verify(played.answer or "", wide[0]).right is True
    assert len(played.steps) - 1 >= wide[0].metadata["least_calls"]
    half = play(spread, wide, 0, wide[0].metadata["least_calls"] // 2)
    assert verify(half.answer or "", wide[0]).right is not True


def test_every_clue_of_a_weave_parts_what_the_clues_before_it_left(spread: World) -> None:
    ground = _site(spread.path, "train").ground
    knowledge = ground.knowledge
    assert weaves(ground)
    for weave in weaves(ground):
        left = set(knowledge.members[weave.key])
        for clue in weave.clues:
            ends = {
                page: [knowledge.way(page, way) for way in (clue.left, clue.right)] for page in left
            }
            fit = {
                page
                for page, (one, other) in ends.items()
                if one and other and (one[-1].target == other[-1].target) is not clue.apart
            }
            assert 0 < len(fit) < len(left)
            left = fit
        assert left == set(weave.left)


def test_a_contrary_says_what_becomes_of_those_who_lack_what_it_speaks_of(wide: TaskSet) -> None:
    for task in wide:
        program = program_of(task)
        assert program is not None
        for move in program.moves:
            if isinstance(move, Keep) and isinstance(move.clue, Meets) and move.clue.apart:
                assert CONTRARIES[move.clue.left, move.clue.right] in task.question


def test_every_meeting_has_a_contrary() -> None:
    assert set(CONTRARIES) >= {*MEETINGS, *CLOSING_MEETINGS}


def test_without_the_bound_none_is_drawn(tasks: TaskSet) -> None:
    assert {task.metadata["program"]["shape"] for task in tasks} & {"web"} == set()


def test_a_world_without_such_clues_says_what_it_offers(tmp_path: Path) -> None:
    small = build_atlas(
        tmp_path / "world", size=120, seed=3, dispersion=1.0, pictures="on_demand", progress=False
    )
    with pytest.raises(ValueError, match=r"cannot meet treewidth 3: .* reach [12]; ask") as seen:
        deep_tasks(small, split="train", n=1, depth=12, bounds=WIDE)
    assert "\n" not in str(seen.value)
