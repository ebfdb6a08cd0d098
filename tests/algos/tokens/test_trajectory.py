import numpy as np
import pytest
import torch
from small_setting import picture

from algos.models import Checkpoint
from algos.tokens.conversation import Conversation, Segment
from algos.tokens.scoring import Scorer
from algos.tokens.trajectory import TokenBatch, TokenTrajectory, bucket_by_length, make_batch


def play(conversation: Conversation, turns: list[tuple[int, ...]], shown: int) -> TokenTrajectory:
    made = TokenTrajectory()
    made.read(conversation.prompt("rules", "what?", [picture(shown)]), -1)
    for step, turn in enumerate(turns):
        made.write(turn, [-0.5] * len(turn), step)
        made.read(conversation.observation(f"result {step}"), step)
    return made


def batch_of(conversation: Conversation, *trajectories: TokenTrajectory) -> TokenBatch:
    return make_batch(
        trajectories,
        padding=conversation.padding,
        image_token=conversation.image_token,
        merge=2,
    )


@pytest.fixture
def conversation(checkpoint: Checkpoint) -> Conversation:
    return Conversation(checkpoint)


def test_spans_say_who_wrote_what_at_which_step() -> None:
    made = TokenTrajectory()
    made.read(Segment((1, 2)), -1)
    made.write((3, 4), (-0.1, -0.2), 0)
    made.read(Segment((5,)), 0)
    made.write((6,), (-0.3,), 1)
    assert made.tokens == [1, 2, 3, 4, 5, 6]
    assert made.generated == [False, False, True, True, False, True]
    assert made.step == [-1, -1, 0, 0, 0, 1]
    assert made.log_probabilities == [0, 0, -0.1, -0.2, 0, -0.3]
    assert len(made) == 6


def test_columns_of_a_batch_are_about_the_token_that_comes_next(
    conversation: Conversation,
) -> None:
    long, short = play(conversation, [(20, 21), (22,)], 0), play(conversation, [(30,)], 1)
    batch = batch_of(conversation, long, short)
    assert batch.targets.shape == (2, len(long) - 1)
    row = batch.generated[0].bool()
    assert batch.targets[0, row].tolist() == [20, 21, 22]
    assert batch.step[0, row].tolist() == [0, 0, 1]
    assert batch.log_probabilities[0, row].tolist() == [-0.5] * 3
    padded = slice(len(short) - 1, None)
    assert not batch.generated[1, padded].any()
    assert (batch.step[1, padded] == -1).all()
    # Each token looks back only, so what stands to the right of a row needs no mask.
    assert "attention_mask" not in batch.inputs
    assert batch.inputs["position_ids"][0].diff(dim=1).eq(1).all()
    assert batch.inputs["image_grid_thw"].shape == (2, 3)


def test_padding_changes_no_score(checkpoint: Checkpoint, conversation: Conversation) -> None:
    long, short = play(conversation, [(20, 21), (22,)], 0), play(conversation, [(30,)], 1)
    scorer = Scorer(checkpoint.model)
    with torch.no_grad():
        together, _ = scorer(batch_of(conversation, long, short))
        alone, _ = scorer(batch_of(conversation, short))
    torch.testing.assert_close(together[1, : len(short) - 1], alone[0], atol=1e-5, rtol=1e-4)


def test_a_sampled_placeholder_is_scored_but_asks_for_no_picture(
    checkpoint: Checkpoint, conversation: Conversation
) -> None:
    pad = conversation.image_token
    drawn = play(conversation, [(20, pad, 21)], 0)
    batch = batch_of(conversation, drawn)
    written = batch.generated[0].bool()
    assert batch.targets[0, written].tolist() == [20, pad, 21]
    scores, _ = Scorer(checkpoint.model)(batch)
    assert (scores[0, written] < 0).all()
    # What follows is scored as if padding had been read in its place.
    other = batch_of(conversation, play(conversation, [(20, conversation.padding, 21)], 0))
    expected, _ = Scorer(checkpoint.model)(other)
    torch.testing.assert_close(scores[0, written][-1], expected[0, written][-1])


def test_buckets_hold_every_row_once_within_the_budget() -> None:
    lengths = np.random.default_rng(0).integers(1, 400, 50).tolist()
    buckets = bucket_by_length(lengths, 900)
    assert sorted(row for bucket in buckets for row in bucket) == list(range(50))
    for bucket in buckets:
        assert len(bucket) == 1 or len(bucket) * max(lengths[row] for row in bucket) <= 900


def test_a_row_above_the_budget_stands_alone() -> None:
    assert bucket_by_length([5, 1000, 5], 10) == [[1], [0, 2]]
    assert bucket_by_length([], 10) == []
