"""Rows that are read once where they are alike, against rows that are read each by itself."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from small_setting import picture

from algos.models import Checkpoint
from algos.models.families import find_family
from algos.tokens.conversation import Conversation, Segment
from algos.tokens.generation import Row, RowBatch
from algos.tokens.shared_rows import SharedRowBatch, check_causal, make_row_batch


@pytest.fixture
def conversation(checkpoint: Checkpoint) -> Conversation:
    checkpoint.model.double()
    return Conversation(checkpoint)


class Pair:
    """The same rows in both kinds of batch, compared after each pass."""

    def __init__(self, checkpoint: Checkpoint, conversation: Conversation) -> None:
        places = conversation.image_token, conversation.padding
        self.plain = RowBatch(checkpoint, *places)
        self.shared = SharedRowBatch(checkpoint, *places)
        self.rows: list[tuple[Row, Row]] = []
        self.passes: list[int] = []
        forward = self.shared._forward

        def note(tokens: np.ndarray, *more: object) -> torch.Tensor:
            self.passes.append(len(tokens))
            return forward(tokens, *more)  # type: ignore[arg-type]

        self.shared._forward = note  # type: ignore[method-assign]

    def add(self, prompt: Segment) -> None:
        rows = Row(), Row()
        for row in rows:
            row.pending.append(prompt)
        self.rows.append(rows)

    def select(self, kept: list[int]) -> None:
        self.rows = [self.rows[number] for number in kept]
        self.plain.select([row for row, _ in self.rows])
        self.shared.select([row for _, row in self.rows])

    def show(self, news: list[Segment]) -> None:
        for rows, new in zip(self.rows, news, strict=True):
            for row in rows:
                row.pending = [new]

    def read(self) -> None:
        self.compare(self.plain.read(), self.shared.read(), np.ones(len(self.rows), np.bool_))

    def step(self, tokens: list[int]) -> None:
        """Append a token to each row, 0 to let it wait."""
        drawn = {
            id(row): token for pair, token in zip(self.rows, tokens, strict=True) for row in pair
        }
        found = []
        for batch in (self.plain, self.shared):
            given = np.array([drawn[id(row)] for row in batch.rows])
            found.append(batch.step(given, given > 0))
        running = np.array([drawn[id(row)] > 0 for row in self.plain.rows])
        self.compare(*found, running)

    def compare(self, plain: torch.Tensor, shared: torch.Tensor, running: np.ndarray) -> None:
        pairs = {id(one): id(other) for one, other in self.rows}
        place = {id(row): number for number, row in enumerate(self.shared.rows)}
        order = [place[pairs[id(row)]] for row in self.plain.rows]
        torch.testing.assert_close(shared[order][running], plain[running], atol=1e-9, rtol=1e-9)
        for one, other in self.rows:
            assert (one.length, one.position) == (other.length, other.position)


def test_rows_that_are_alike_take_part_once_and_fork_where_they_differ(
    checkpoint: Checkpoint, conversation: Conversation
) -> None:
    pair = Pair(checkpoint, conversation)
    shown = conversation.patches(picture(0))
    for question in ("a", "a", "a", "quite another " * 4):
        pair.add(conversation.prompt("rules", question, [shown]))
    pair.select([0, 1, 2, 3])
    pair.read()
    pair.step([20, 20, 20, 30])
    pair.step([21, 21, 22, 30])
    # Two wait, one of which was alone and one of which leaves a branch.
    pair.step([23, 0, 22, 0])
    pair.step([24, 0, 0, 0])
    assert pair.passes == [2, 2, 3, 2, 1]
    news = [conversation.observation(text) for text in ("on", "on", "on and on", "on")]
    pair.show(news)
    pair.read()
    pair.step([40, 40, 40, 40])
    assert pair.passes[-2:] == [4, 4]


def test_alike_again_and_again_stays_one(
    checkpoint: Checkpoint, conversation: Conversation
) -> None:
    pair = Pair(checkpoint, conversation)
    for _ in range(5):
        pair.add(conversation.prompt("rules", "a", []))
    pair.select(list(range(5)))
    pair.read()
    for _ in range(80):
        pair.step([20] * 5)
    pair.select([4, 1, 2])
    pair.show([conversation.observation("found")] * 3)
    pair.read()
    assert set(pair.passes) == {1}


@settings(max_examples=15, deadline=None)
@given(st.data())
def test_whatever_rows_do_they_read_what_they_would_alone(
    checkpoint_of_session: Checkpoint, data: st.DataObject
) -> None:
    conversation = Conversation(checkpoint_of_session)
    pair = Pair(checkpoint_of_session, conversation)
    texts = ["a", "b b", "a much longer one " * 3]
    for _ in range(data.draw(st.integers(1, 5))):
        pair.add(conversation.prompt("rules", data.draw(st.sampled_from(texts)), []))
    pair.select(list(range(len(pair.rows))))
    for _ in range(data.draw(st.integers(1, 3))):
        pair.read()
        for _ in range(data.draw(st.integers(0, 4))):
            tokens = [data.draw(st.sampled_from([0, 20, 21])) for _ in pair.rows]
            if any(tokens):
                pair.step(tokens)
        kept = [n for n in range(len(pair.rows)) if data.draw(st.booleans())] or [0]
        pair.select(data.draw(st.permutations(kept)))
        pair.show([conversation.observation(data.draw(st.sampled_from(texts))) for _ in pair.rows])
        if data.draw(st.booleans()):
            pair.add(conversation.prompt("rules", data.draw(st.sampled_from(texts)), []))
            pair.select(list(range(len(pair.rows))))


def test_families_with_another_attention_are_refused(checkpoint: Checkpoint) -> None:
    with pytest.raises(ValueError, match="Gemma 3 has another; leave it out"):
        check_causal(find_family("gemma3"))
    assert isinstance(make_row_batch(checkpoint, 1, 0, share_prefixes=True), SharedRowBatch)
    assert type(make_row_batch(checkpoint, 1, 0)) is RowBatch
