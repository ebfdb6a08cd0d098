"""Rows of a batch with a cache against one row after another without."""

import numpy as np
import pytest
import torch
from small_setting import picture
from torch import Tensor

from algos.models import Checkpoint
from algos.tokens.conversation import Conversation, Segment
from algos.tokens.generation import NUCLEUS, Row, RowBatch, sample
from algos.tokens.trajectory import TokenTrajectory, make_batch


def whole_logits(checkpoint: Checkpoint, segments: list[Segment]) -> Tensor:
    """Logits after all segments, by one forward pass without a cache."""
    trajectory = TokenTrajectory()
    for segment in segments:
        trajectory.read(segment, 0)
    conversation = Conversation(checkpoint)
    batch = make_batch(
        [trajectory], padding=conversation.padding, image_token=conversation.image_token, merge=2
    )
    with torch.inference_mode():
        return checkpoint.model(**batch.inputs, use_cache=False).logits[0, -1]


@pytest.fixture
def conversation(checkpoint: Checkpoint) -> Conversation:
    return Conversation(checkpoint)


@pytest.fixture
def batch(checkpoint: Checkpoint, conversation: Conversation) -> RowBatch:
    return RowBatch(checkpoint, conversation.image_token, conversation.padding)


def test_rows_that_grow_unevenly_equal_passes_without_a_cache(
    checkpoint: Checkpoint, conversation: Conversation, batch: RowBatch
) -> None:
    prompts = [
        conversation.prompt("rules", "short", [picture(0)]),
        conversation.prompt("rules", "a much longer question " * 3, [picture(1), picture(2)]),
    ]
    rows = [Row(), Row()]
    batch.select(rows)
    for row, prompt in zip(rows, prompts, strict=True):
        row.pending.append(prompt)
    logits = batch.read()
    for number in (0, 1):
        expected = whole_logits(checkpoint, [prompts[number]])
        torch.testing.assert_close(logits[number], expected, atol=1e-4, rtol=1e-4)

    # One row ends its turn, the other writes two tokens more.
    written = np.array([[20, 30], [0, 31], [0, 32]])
    for tokens, running in zip(written, ([True, True], [False, True], [False, True]), strict=True):
        logits = batch.step(tokens, np.array(running))
    turns = [Segment((20,)), Segment((30, 31, 32))]
    expected = whole_logits(checkpoint, [prompts[1], turns[1]])
    torch.testing.assert_close(logits[1], expected, atol=1e-4, rtol=1e-4)

    # Then both read on: a picture here, a text there.
    news = [conversation.observation("cropped", [picture(3)]), conversation.observation("found")]
    for row, new in zip(rows, news, strict=True):
        row.pending = [new]
    logits = batch.read()
    for number in (0, 1):
        expected = whole_logits(checkpoint, [prompts[number], turns[number], news[number]])
        torch.testing.assert_close(logits[number], expected, atol=1e-4, rtol=1e-4)


def test_rows_leave_and_join(
    checkpoint: Checkpoint, conversation: Conversation, batch: RowBatch
) -> None:
    prompts = [conversation.prompt("rules", f"question {'x' * n}", [picture(n)]) for n in range(4)]
    rows = [Row() for _ in prompts]
    batch.select(rows[:3])
    for row, prompt in zip(rows[:3], prompts[:3], strict=True):
        row.pending.append(prompt)
    batch.read()
    batch.select([rows[2], rows[0], rows[3]])
    assert batch.rows == [rows[2], rows[0], rows[3]]
    news = [conversation.observation("on"), conversation.observation("further on")]
    rows[2].pending, rows[0].pending, rows[3].pending = [news[0]], [news[1]], [prompts[3]]
    logits = batch.read()
    histories = [[prompts[2], news[0]], [prompts[0], news[1]], [prompts[3]]]
    for number, history in enumerate(histories):
        expected = whole_logits(checkpoint, history)
        torch.testing.assert_close(logits[number], expected, atol=1e-4, rtol=1e-4)


def test_a_sampled_placeholder_asks_for_no_picture(
    checkpoint: Checkpoint, conversation: Conversation, batch: RowBatch
) -> None:
    prompt = conversation.prompt("rules", "what?", [picture(0)])
    row = Row()
    batch.select([row])
    row.pending.append(prompt)
    batch.read()
    logits = batch.step(np.array([conversation.image_token]), np.array([True]))
    expected = whole_logits(checkpoint, [prompt, Segment((conversation.padding,))])
    torch.testing.assert_close(logits[0], expected, atol=1e-4, rtol=1e-4)
    row.pending = [Segment((conversation.image_token,)), conversation.observation("x")]
    assert batch.read().isfinite().all()


def test_every_row_must_have_something_to_read(batch: RowBatch) -> None:
    batch.select([Row()])
    with pytest.raises(ValueError, match="every row needs something to read"):
        batch.read()


def test_sampling_follows_the_distribution() -> None:
    logits = torch.log(torch.tensor([0.5, 0.2, 0.2, 0.1])).expand(4000, 4)
    uniform = np.random.default_rng(0).random(4000)
    drawn, scores = sample(logits, uniform, temperature=1.0, top_p=1.0)
    assert np.bincount(drawn) / 4000 == pytest.approx([0.5, 0.2, 0.2, 0.1], abs=0.03)
    assert np.exp(scores) == pytest.approx(np.array([0.5, 0.2, 0.2, 0.1])[drawn])


def test_temperature_sharpens_and_scores_are_those_at_the_temperature() -> None:
    logits = torch.tensor([[1.0, 0.0]]).expand(4000, 2)
    uniform = np.random.default_rng(0).random(4000)
    drawn, scores = sample(logits, uniform, temperature=0.5, top_p=1.0)
    likelier = np.e**2 / (1 + np.e**2)
    assert (drawn == 0).mean() == pytest.approx(likelier, abs=0.03)
    assert np.exp(scores[drawn == 0]) == pytest.approx(likelier, abs=1e-5)


def test_temperature_zero_takes_the_likeliest_and_scores_it_at_one() -> None:
    logits = torch.tensor([[0.0, 2.0, 1.0]])
    drawn, scores = sample(logits, np.array([0.999]), temperature=0, top_p=1.0)
    assert drawn.tolist() == [1]
    assert scores[0] == pytest.approx(float(logits.log_softmax(-1)[0, 1]))


@pytest.mark.parametrize("spread", [0.0, 1.0, 8.0])
@pytest.mark.parametrize("top_p", [0.3, 0.9, 0.999])
def test_a_nucleus_is_that_of_the_sorted_vocabulary(spread: float, top_p: float) -> None:
    generator = torch.Generator().manual_seed(0)
    logits = spread * torch.randn(20, 6 * NUCLEUS, generator=generator, dtype=torch.float64)
    logits += 1e-9 * torch.arange(6 * NUCLEUS)  # no ties
    uniform = np.random.default_rng(0).random(20)
    drawn, _ = sample(logits, uniform, temperature=1.0, top_p=top_p)
    for row, number, token in zip(logits.softmax(dim=-1).tolist(), uniform, drawn, strict=True):
        mass, kept = 0.0, [0.0] * len(row)
        for place in sorted(range(len(row)), key=row.__getitem__, reverse=True):
            kept[place] = row[place] if mass < top_p else 0.0
            mass += row[place]
        reached = np.cumsum(kept)
        assert token == np.searchsorted(reached, number * reached[-1], side="right")


@pytest.mark.parametrize("top_p", [1.0, 0.9])
def test_what_has_no_mass_is_never_drawn(top_p: float) -> None:
    logits = torch.full((3, 5), -torch.inf, dtype=torch.float64)
    logits[:, 1:3] = torch.tensor([0.1, 0.3])
    uniform = np.array([0.0, 0.5, np.nextafter(1, 0)])
    drawn, _ = sample(logits, uniform, temperature=1.0, top_p=top_p)
    assert drawn.tolist() == [1, 2, 2]


def test_top_p_cuts_the_tail_and_scores_before_the_cut() -> None:
    logits = torch.log(torch.tensor([0.5, 0.3, 0.15, 0.05])).expand(1000, 4)
    drawn, scores = sample(
        logits, np.random.default_rng(0).random(1000), temperature=1.0, top_p=0.6
    )
    assert set(drawn) == {0, 1}
    assert np.exp(scores[drawn == 1]) == pytest.approx(0.3)


def test_the_ends_of_the_unit_interval_draw_tokens_that_can_be_drawn() -> None:
    logits = torch.tensor([[-np.inf, 0.0, 0.0, -np.inf]]).expand(2, 4).float()
    drawn, _ = sample(logits, np.array([0.0, np.nextafter(1, 0)]), temperature=1.0, top_p=1.0)
    assert drawn.tolist() == [1, 2]
