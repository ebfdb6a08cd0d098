"""Does a model read with a key-value cache as it does without one? Asked before it first plays.

A library that renames an argument swallows the old name without a word, and then every token is
sampled without its context. No range of versions can know of tomorrow's name, so a handful of
tokens is read both ways, in a few milliseconds.
"""

from __future__ import annotations

from weakref import WeakSet

import numpy as np
import torch
import transformers
from torch import Tensor, nn

from algos.models import Checkpoint, CheckpointError
from algos.tokens.conversation import Segment
from algos.tokens.generation import Row, RowBatch
from algos.tokens.shared_rows import make_row_batch
from algos.tokens.trajectory import position_tensor

TOLERANCES = {torch.float32: 1e-3, torch.float64: 1e-6}
"""Largest difference of a logit, relative to the largest logit; other precisions have `COARSE`."""

COARSE = 0.05

TESTED = "5.17 to 5.24"
"""Releases of transformers with which the cache was seen to be right."""

_known: dict[bool, WeakSet[nn.Module]] = {False: WeakSet(), True: WeakSet()}
"""Models that were found right, by whether shared prefixes are read once."""


def check_sampler(
    checkpoint: Checkpoint, image_token: int, padding: int, *, share_prefixes: bool = False
) -> None:
    """Read two short rows of different lengths with the cache and without; once a model.

    Args:
        checkpoint: What is to play.
        image_token: Placeholder of pictures.
        padding: Token that fills gaps.
        share_prefixes: See `make_row_batch`.

    Raises:
        CheckpointError: When the logits differ, with the installed release and the tested ones.
    """
    model = checkpoint.model
    if model in _known[share_prefixes]:
        return
    kept = [token for token in range(64) if token not in (image_token, padding)]
    rows = [kept[:7], kept[20:25]]
    with torch.inference_mode():
        batch = make_row_batch(checkpoint, image_token, padding, share_prefixes=share_prefixes)
        stepped = _with_cache(batch, rows)
        whole = torch.stack([_whole(checkpoint, row, image_token) for row in rows])
    off = float((stepped - whole).abs().max() / whole.abs().max().clamp_min(1e-6))
    bound = TOLERANCES.get(next(model.parameters()).dtype, COARSE)
    if torch.is_autocast_enabled(model.device.type):
        bound = COARSE
    # A number that is none is not within the bound either.
    if not off <= bound:
        raise CheckpointError(
            f"with transformers {transformers.__version__} this {type(model).__name__} reads "
            f"otherwise with its key-value cache than without it (logits differ by {off:.2g} of "
            f"the largest), so what it samples would be noise; install a release that was tested "
            f"({TESTED})"
        )
    _known[share_prefixes].add(model)


def _with_cache(batch: RowBatch, rows: list[list[int]]) -> Tensor:
    """Logits after all but two tokens were read, then one, then one more."""
    made = [Row() for _ in rows]
    for row, tokens in zip(made, rows, strict=True):
        row.pending.append(Segment(tuple(tokens[:-2])))
    batch.select(made)
    batch.read()
    running = np.ones(len(rows), np.bool_)
    batch.step(np.array([tokens[-2] for tokens in rows]), running)
    return batch.step(np.array([tokens[-1] for tokens in rows]), running)


def _whole(checkpoint: Checkpoint, tokens: list[int], image_token: int) -> Tensor:
    """Logits after all tokens were read at once."""
    model, family = checkpoint.model, checkpoint.family
    device = next(model.parameters()).device
    places, _ = family.positions(tokens, (), image_token=image_token, merge=1)
    kinds = family.kinds(np.array([tokens]), image_token)
    made = model(
        input_ids=torch.tensor([tokens], device=device),
        attention_mask=torch.ones(1, len(tokens), dtype=torch.long, device=device),
        position_ids=position_tensor(places[:, None], device),
        use_cache=False,
        logits_to_keep=1,
        **{name: torch.from_numpy(kind).to(device) for name, kind in kinds.items()},
    )
    logits: Tensor = made.logits[0, -1].float()
    return logits
