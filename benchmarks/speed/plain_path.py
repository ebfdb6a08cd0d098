"""The plain path of sampling beside the fast one, on the same tiny Qwen3-VL.

    python -m benchmarks.speed.plain_path [--turns 3] [--rounds 5]

Eight rows play turns of 40 tokens, with a picture in the prompt and one in each result. The fast
path keeps its cache from turn to turn; the plain path, which families without such a cache take,
reads the episode anew in each turn. Both are measured in turn, in seconds of processor time of
one thread, so that other programs on the machine matter little.
"""

from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path

import numpy as np
import torch

from algos.models import Checkpoint, build_tiny_checkpoint, train_tokenizer
from algos.tokens.conversation import Conversation, Segment
from algos.tokens.generation import Row, RowBatch, TurnBatch, sample
from benchmarks.speed.figures import print_table, write_json

ROWS, TURN_TOKENS = 8, 40

RULES = "Look at the picture, then search for what it shows and read the page about it. " * 8
RESULT = "The mill was built beside the river in 1812 and restored in 1901 by its owner. " * 4


def play(checkpoint: Checkpoint, kind: type[RowBatch], turns: int) -> float:
    """Play turns in all rows.

    Args:
        checkpoint: The model.
        kind: How they are sampled.
        turns: Turns a row.

    Returns:
        Seconds of processor time, without the tokenising.
    """
    talk = Conversation(checkpoint)
    rng = np.random.default_rng(0)
    picture = rng.integers(0, 256, (128, 128, 3), dtype=np.uint8)
    opening = talk.prompt(RULES, "When was this mill built?", [picture])
    result = talk.observation(RESULT, [picture])
    batch = kind(checkpoint, talk.image_token, talk.padding)
    rows = [Row() for _ in range(ROWS)]
    for row in rows:
        row.pending.append(opening)
    running = np.ones(ROWS, np.bool_)
    began = time.process_time()
    for _ in range(turns):
        batch.select(rows)
        logits = batch.read()
        for number in range(TURN_TOKENS):
            drawn, _ = sample(logits, rng.random(ROWS), temperature=1, top_p=1)
            if number + 1 < TURN_TOKENS:
                logits = batch.step(drawn, running)
        for row, token in zip(rows, drawn.tolist(), strict=True):
            row.pending += [Segment((token,)), result]
    return time.process_time() - began


def measure(turns: int, rounds: int) -> dict[str, float]:
    """Medians of both paths, and their ratio."""
    torch.set_num_threads(1)
    checkpoint = build_tiny_checkpoint(train_tokenizer([RULES, RESULT] * 3, 600))
    fast, plain = [], []
    for _ in range(rounds):
        fast.append(play(checkpoint, RowBatch, turns))
        plain.append(play(checkpoint, TurnBatch, turns))
    ratios = [slow / quick for slow, quick in zip(plain, fast, strict=True)]
    return {
        "turns": turns,
        "fast_s": statistics.median(fast),
        "plain_s": statistics.median(plain),
        "ratio": statistics.median(ratios),
        "ratio_most": max(ratios),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--turns", type=int, nargs="+", default=[3, 8])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path, help="also write the figures there")
    options = parser.parse_args()
    with torch.inference_mode():
        found = [measure(turns, options.rounds) for turns in options.turns]
    print_table(
        f"{ROWS} rows, turns of {TURN_TOKENS} tokens",
        ["turns", "fast", "plain", "ratio", "largest ratio"],
        [
            [
                f"{each['turns']:.0f}",
                f"{each['fast_s']:.2f} s",
                f"{each['plain_s']:.2f} s",
                f"{each['ratio']:.2f}",
                f"{each['ratio_most']:.2f}",
            ]
            for each in found
        ],
    )
    if options.json:
        write_json(options.json, {"plain_path": found})


if __name__ == "__main__":
    main()
