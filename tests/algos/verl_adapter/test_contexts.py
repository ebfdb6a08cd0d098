"""Contexts in verl's rollouts, without verl: several token sequences an episode, each a row."""

from types import SimpleNamespace
from typing import Any

import pytest

from algos.models import Checkpoint
from algos.verl_adapter.rollout import pack, pack_sequences
from algos.verl_adapter.settings import Workplace, check_context, read_settings
from searchvl_gym.world import World
from tests.algos.verl_adapter.test_adapter import CROP, call, play, said

SEARCHES = [call("text_search", q=f"Mill {number}") for number in range(5)]
LONG = [CROP, *SEARCHES, call("answer", text="1900")]
LATE_FATAL = [CROP, *SEARCHES, "nothing", "nothing", "nothing"]


@pytest.mark.parametrize("context", ["recent", "references", "references+recent", "notes"])
def test_every_sampled_token_is_trained_once(
    checkpoint: Checkpoint, tiny_world: World, context: str
) -> None:
    rollout, policy, prompt = play(checkpoint, tiny_world, LONG, context=context)
    rows = pack_sequences(rollout, policy.all_readable(), prompt)
    assert len(rows) == len(policy.segments(0)) > 1
    assert [turn for _, row in rows for turn in said(checkpoint, row)] == LONG
    assert {(row.reward, row.fatal) for _, row in rows} == {(1.0, False)}
    for number, row in rows:
        assert len(row.response) == len(row.mask) == len(row.log_probabilities)
        assert row.mask[0] == 1
        marker = policy.conversation.image_token
        read = [*row.prompt, *row.response]
        held = policy.segments(0)[number]
        assert len(read) == len(held)
        assert len(policy.pictures[number]) == len(held.pictures)
        assert read.count(marker) == held.tokens.count(marker)


def test_whole_is_one_row_the_same_as_before(checkpoint: Checkpoint, tiny_world: World) -> None:
    rollout, policy, prompt = play(checkpoint, tiny_world, LONG)
    assert pack_sequences(rollout, policy.all_readable(), prompt) == [
        (0, pack(rollout, policy.readable(), prompt))
    ]


def test_a_picture_is_seen_in_the_sequence_that_it_came_in(
    checkpoint: Checkpoint, tiny_world: World
) -> None:
    _, policy, _ = play(checkpoint, tiny_world, LONG, context="references")
    sizes = [[picture.shape[:2] for picture in shown] for shown in policy.pictures]
    _, whole, _ = play(checkpoint, tiny_world, LONG)
    (all_sizes,) = [[picture.shape[:2] for picture in shown] for shown in whole.pictures]
    # The opening one, then the crop, then none: a line stands for each of them.
    assert sizes[:2] == [all_sizes[:1], all_sizes[1:]]
    assert all(shown == [] for shown in sizes[2:])


def test_what_comes_after_a_fatal_step_is_no_row(checkpoint: Checkpoint, tiny_world: World) -> None:
    rollout, policy, prompt = play(checkpoint, tiny_world, LATE_FATAL, context="recent")
    rows = pack_sequences(rollout, policy.all_readable(), prompt, variant="fatal_aware")
    assert all(any(row.mask) and row.fatal for _, row in rows)
    assert [turn for _, row in rows for turn in said(checkpoint, row)] == LATE_FATAL[:6]
    assert len(rows) < len(policy.segments(0))
    # A rollout that counts for nothing is a row all the same: its group is compared with it.
    (only,) = pack_sequences(rollout, policy.all_readable(), prompt, variant="hard_mask")
    assert not any(only[1].mask) and only[1].response


def config(estimator: str = "grpo", aggregation: str = "token-mean") -> Any:
    actor = SimpleNamespace(loss_agg_mode=aggregation)
    return SimpleNamespace(
        algorithm=SimpleNamespace(adv_estimator=estimator),
        actor_rollout_ref=SimpleNamespace(actor=actor),
    )


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (config("rloo"), "algorithm.adv_estimator=rloo would count as episodes; take grpo"),
        (config("grpo", "seq-mean-token-mean"), "take token-mean or seq-mean-token-sum"),
    ],
)
def test_what_would_count_sequences_as_episodes_is_refused(given: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message) as seen:
        check_context(read_settings({"context": "recent"}), given)
    assert "\n" not in str(seen.value)
    check_context(read_settings({}), given)
    check_context(read_settings({"context": "recent"}), config())


def test_an_unknown_context_and_the_tools_of_a_known_one(tiny_world: World) -> None:
    with pytest.raises(ValueError, match="searchvl: context must be one of whole, recent"):
        read_settings({"context": "long"})
    settings = read_settings({"context": "references+notes", "world": str(tiny_world.path)})
    assert {"view_image", "note"} <= set(Workplace(settings).suite.names)
