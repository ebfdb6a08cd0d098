"""Plays rows of a tiny model turn by turn, as `TransformersPolicy` does, and keeps the tokens."""

from collections.abc import Mapping, Sequence

import numpy as np
import torch

from algos.models import Checkpoint
from algos.tokens.conversation import Conversation, Segment
from algos.tokens.generation import Row, RowBatch, sample
from algos.tokens.scoring import Scorer, batch_for
from algos.tokens.shared_rows import make_row_batch
from algos.tokens.trajectory import TokenTrajectory


class Players:
    """Episodes by number; each has a row and a trajectory."""

    def __init__(self, checkpoint: Checkpoint, kind: type[RowBatch] | None = None) -> None:
        self.checkpoint = checkpoint
        self.conversation = Conversation(checkpoint)
        places = self.conversation.image_token, self.conversation.padding
        self.batch = kind(checkpoint, *places) if kind else make_row_batch(checkpoint, *places)
        self.rows: dict[int, Row] = {}
        self.trajectories: dict[int, TokenTrajectory] = {}
        self.rng = np.random.default_rng(0)

    def take(self, episode: int, segment: Segment) -> None:
        """Note what an episode is given."""
        self.rows.setdefault(episode, Row()).pending.append(segment)
        self.trajectories.setdefault(episode, TokenTrajectory()).read(segment, 0)

    def turn(self, lengths: Mapping[int, int]) -> None:
        """Sample a turn of a given length in each of some episodes, in their order."""
        self.batch.select([self.rows[episode] for episode in lengths])
        names = {id(row): episode for episode, row in self.rows.items()}
        order = [names[id(row)] for row in self.batch.rows]
        limits = np.array([lengths[episode] for episode in order])
        written: list[tuple[list[int], list[float]]] = [([], []) for _ in order]
        logits = self.batch.read()
        for number in range(int(np.max(limits))):
            drawn, scores = sample(logits, self.rng.random(len(order)), temperature=1, top_p=1)
            for place in np.flatnonzero(limits > number).tolist():
                written[place][0].append(int(drawn[place]))
                written[place][1].append(float(scores[place]))
            running = limits > number + 1
            if not running.any():
                break
            logits = self.batch.step(drawn, running)
        for episode, (tokens, scores_of) in zip(order, written, strict=True):
            self.trajectories[episode].write(tokens, scores_of, 0)
            closing = Segment((self.conversation.turn_end,))
            self.trajectories[episode].read(closing, 0)
            self.rows[episode].pending = [Segment((tokens[-1],)), closing]


def greatest_difference(checkpoint: Checkpoint, played: Sequence[TokenTrajectory]) -> float:
    """Between sampled log-probabilities and those of one pass over all trajectories."""
    batch = batch_for(checkpoint, played)
    with torch.inference_mode():
        scores, _ = Scorer(checkpoint.model)(batch)
    off = (scores - batch.log_probabilities) * batch.generated
    return float(off.abs().max())
