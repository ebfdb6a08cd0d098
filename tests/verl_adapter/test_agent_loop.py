"""The agent loop within verl's worker, with a client that replays recorded turns."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import torch

from algos.models.positions import rope_positions
from algos.rollouts.group import Rollout
from algos.tokens.conversation import Conversation
from algos.verl_adapter.rollout import UnscoredError, pack
from algos.verl_adapter.settings import Workplace, read_settings, workplace
from tests.verl_adapter.replay import SCRIPTS

FATAL_ROWS = [False, False, True, True]


def turns_that_count(played: Any, row: int) -> list[str]:
    """The texts whose tokens are trained on, in order."""
    batch, talk = played.batch.batch, Conversation(played.checkpoint)
    tokens, mask = batch["responses"][row].tolist(), batch["response_mask"][row].tolist()
    turns: list[list[int]] = []
    for place, (token, counts) in enumerate(zip(tokens, mask, strict=True)):
        if counts and (place == 0 or not mask[place - 1]):
            turns.append([])
        if counts:
            turns[-1].append(token)
    return [talk.decode(turn) for turn in turns]


def test_the_tokens_are_those_that_were_sampled_and_only_before_the_fatal_step(
    played: Any,
) -> None:
    expected = [list(SCRIPTS[0]), list(SCRIPTS[1]), [SCRIPTS[2][0]], []]
    assert [turns_that_count(played, row) for row in range(4)] == expected


def test_scores_flags_and_figures(played: Any) -> None:
    batch = played.batch
    scores = batch.batch["rm_scores"].sum(dim=1)
    more = batch.non_tensor_batch
    assert more["searchvl_fatal"].tolist() == FATAL_ROWS
    assert more["acc"].tolist() == [1.0, 0.0, 0.0, 0.0]
    assert more["fatal_step"].tolist() == [-1.0, -1.0, 1.0, 0.0]
    assert more["steps"].tolist() == [3.0, 2.0, 4.0, 3.0]
    assert more["model_fatal"].tolist() == [0.0, 0.0, 1.0, 1.0]
    assert scores[0] > scores[1] and scores[3] == 0
    # The return stands where verl looks for it: at the last token of a rollout.
    last = batch.batch["attention_mask"][:, -batch.batch["responses"].shape[1] :].sum(dim=1) - 1
    assert torch.equal(batch.batch["rm_scores"][torch.arange(4), last], scores)
    assert more["min_global_steps"].tolist() == [7, 7, 7, 7]
    assert more["max_global_steps"].tolist() == [9, 8, 10, 9]


def test_pictures_of_results_are_fed_back(played: Any) -> None:
    grids = [row["image_grid_thw"] for row in played.batch.non_tensor_batch["multi_modal_inputs"]]
    assert [len(grid) for grid in grids] == [2, 1, 2, 1]
    marker = Conversation(played.checkpoint).image_token
    for row, grid in enumerate(grids):
        placeholders = int((played.batch.batch["input_ids"][row] == marker).sum())
        assert placeholders == int((grid.prod(dim=1) // 4).sum())
    asked = [request for request in played.client.requests if request["rollout"] == 0]
    assert [len(request["image_data"]) for request in asked] == [1, 2, 2]
    assert asked[1]["image_data"][1].size == (64, 64)


def test_each_turn_continues_the_tokens_of_the_last(played: Any) -> None:
    for rollout in range(4):
        asked = [each for each in played.client.requests if each["rollout"] == rollout]
        for before, after in pairwise(asked):
            assert after["prompt_ids"][: len(before["prompt_ids"])] == before["prompt_ids"]
            assert len(after["prompt_ids"]) > len(before["prompt_ids"])
        row = played.batch.batch["input_ids"][rollout]
        whole = row[played.batch.batch["attention_mask"][rollout] == 1].tolist()
        assert whole[: len(asked[-1]["prompt_ids"])] == asked[-1]["prompt_ids"]


def test_positions_are_ours(played: Any) -> None:
    talk = Conversation(played.checkpoint)
    for row in range(4):
        real = played.batch.batch["attention_mask"][row] == 1
        tokens = played.batch.batch["input_ids"][row][real].tolist()
        grids = played.batch.non_tensor_batch["multi_modal_inputs"][row]["image_grid_thw"]
        pictures = [_grid_only(tuple(grid)) for grid in grids.tolist()]
        ours, _ = rope_positions(tokens, pictures, image_token=talk.image_token, merge=2)
        theirs = played.batch.batch["position_ids"][row][1:, real].numpy()
        assert np.array_equal(ours, theirs)


def _grid_only(grid: Any) -> Any:
    return type("Patches", (), {"grid": grid})()


def test_log_probabilities_stand_on_sampled_tokens(played: Any) -> None:
    scores = played.batch.batch["rollout_log_probs"]
    sampled = scores != 0
    assert bool(sampled[played.batch.batch["response_mask"] == 1].all())
    # What came after the fatal step was sampled as well, though nothing is trained on it.
    assert int(sampled[3].sum()) > 0 and int(played.batch.batch["response_mask"][3].sum()) == 0


@pytest.mark.parametrize(
    ("variant", "turns"), [("vanilla", [4, 3]), ("fatal_mask", [1, 0]), ("hard_mask", [0, 0])]
)
def test_variants_choose_the_tokens_of_fatal_rollouts(play: Any, variant: str, turns: Any) -> None:
    played = play(f"searchvl.variant={variant}")
    assert [len(turns_that_count(played, row)) for row in range(4)] == [3, 2, *turns]


def test_a_budget_ends_an_episode_with_a_fatal_cascade(play: Any) -> None:
    played = play("data.max_response_length=60")
    assert bool((played.batch.batch["attention_mask"][:, -60:].sum(dim=1) <= 60).all())
    assert bool(played.batch.non_tensor_batch["searchvl_fatal"].all())


def test_a_prompt_that_does_not_fit_is_refused_in_one_line(play: Any) -> None:
    with pytest.raises(ValueError, match=r"longer than data\.max_prompt_length=50") as raised:
        play("data.max_prompt_length=50")
    assert "\n" not in str(raised.value)


def test_a_placeholder_that_the_model_draws_stands_for_no_picture(play: Any) -> None:
    drawn = "<think><|image_pad|></think><response>1900</response>"
    played = play(scripts=[(drawn,)] * 4)
    marker = Conversation(played.checkpoint).image_token
    assert not bool((played.batch.batch["responses"] == marker).any())
    counted = played.batch.batch["response_mask"].sum(dim=1)
    sampled = (played.batch.batch["rollout_log_probs"] != 0).sum(dim=1)
    assert bool((counted == sampled - 1).all())


def test_the_world_is_opened_once_a_process(played: Any) -> None:
    settings = read_settings({"world": str(played.world.path), "max_steps": 6})
    assert workplace(settings) is workplace(
        read_settings({"world": str(played.world.path), "max_steps": 6})
    )
    assert workplace(settings).worlds.at(0) is Workplace(settings).worlds.at(0)


def test_an_episode_without_a_reward_is_no_zero(played: Any) -> None:
    class Unscored:
        reward = None
        task = type("Task", (), {"id": "t0"})

    with pytest.raises(UnscoredError, match="t0"):
        pack(Rollout(Unscored(), None), [], 0)  # type: ignore[arg-type]
