"""Every family: what was sampled turn by turn has the probabilities of a pass over everything."""

import pytest
from small_setting import picture

from algos.models import Checkpoint
from algos.tokens.generation import TurnBatch
from tests.algos.models.family_play import Players, greatest_difference
from tests.algos.models.tiny_families import FAST, PLAIN, make_family_checkpoint

BOUND = 1e-5
EVERY = (*FAST, *PLAIN)


@pytest.fixture(scope="module", params=EVERY)
def family_checkpoint(request: pytest.FixtureRequest) -> Checkpoint:
    return make_family_checkpoint(request.param)


def difference(players: Players) -> float:
    return greatest_difference(players.checkpoint, list(players.trajectories.values()))


def begin(players: Players, *shown: tuple[int, ...]) -> None:
    """Episodes whose prompts differ in length and in pictures."""
    for episode, pictures in enumerate(shown):
        question = "what is it " * (1 + 3 * episode)
        images = [picture(each)[: 240 - 60 * (each % 3)] for each in pictures]
        players.take(episode, players.conversation.prompt("rules", question, images))


def test_even_rows(family_checkpoint: Checkpoint) -> None:
    players = Players(family_checkpoint)
    for episode in range(2):
        players.take(episode, players.conversation.prompt("rules", "what", [picture(episode)]))
    players.turn({0: 5, 1: 5})
    for episode in range(2):
        players.take(episode, players.conversation.observation("found"))
    players.turn({0: 4, 1: 4})
    assert difference(players) < BOUND


def test_ragged_rows_uneven_turns_and_pictures_in_results(family_checkpoint: Checkpoint) -> None:
    players = Players(family_checkpoint)
    begin(players, (0,), (1, 2), ())
    players.turn({0: 1, 1: 7, 2: 3})
    players.take(0, players.conversation.observation("cropped", [picture(3), picture(4)]))
    players.take(1, players.conversation.observation("found nothing at all"))
    players.take(2, players.conversation.observation("x", [picture(5)]))
    players.turn({0: 6, 1: 1, 2: 2})
    for episode in range(3):
        players.take(episode, players.conversation.observation("on " * (1 + 9 * (episode == 1))))
    players.turn({0: 3, 1: 3, 2: 8})
    assert difference(players) < BOUND


def test_rows_leave_come_in_another_order_and_join(family_checkpoint: Checkpoint) -> None:
    players = Players(family_checkpoint)
    begin(players, (0,), (1,), (2, 3))
    players.turn({0: 2, 1: 9, 2: 4})
    for episode in (0, 2):
        players.take(episode, players.conversation.observation("on", [picture(4)]))
    players.turn({2: 5, 0: 2})
    players.take(3, players.conversation.prompt("rules", "a new one", [picture(5)]))
    for episode in (0, 2):
        players.take(episode, players.conversation.observation("further"))
    players.turn({0: 3, 2: 1, 3: 6})
    for episode in (0, 3):
        players.take(episode, players.conversation.observation("further"))
    players.turn({3: 2, 0: 4})
    players.take(3, players.conversation.observation("alone"))
    players.turn({3: 3})
    assert difference(players) < BOUND


@pytest.mark.parametrize("name", FAST)
def test_the_plain_path_samples_what_the_fast_one_does(name: str) -> None:
    checkpoint = make_family_checkpoint(name)
    fast, plain = Players(checkpoint), Players(checkpoint, TurnBatch)
    for players in (fast, plain):
        begin(players, (0,), (1, 2))
        players.turn({0: 3, 1: 5})
        players.take(0, players.conversation.observation("cropped", [picture(3)]))
        players.take(1, players.conversation.observation("found"))
        players.turn({1: 4, 0: 2})
        assert difference(players) < BOUND
    for episode, trajectory in fast.trajectories.items():
        assert trajectory.tokens == plain.trajectories[episode].tokens


def test_pictures_matter(family_checkpoint: Checkpoint) -> None:
    players = Players(family_checkpoint)
    begin(players, (0, 1))
    players.turn({0: 8})
    trajectory = players.trajectories[0]
    trajectory.pictures.reverse()
    assert difference(players) > 100 * BOUND
