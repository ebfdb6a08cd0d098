"""What a checkpoint is and needs, in a few lines: `searchvl doctor --model DIR`."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import AutoModelForImageTextToText

from algos.models import Checkpoint, load_reader
from algos.models.chat_scaffold import has_tool_role
from algos.models.placement import quantisation
from algos.tokens.conversation import Conversation
from algos.training.dry_run import GIB, PICTURE, active_parameters, cache_bytes, linear_layers


def describe_checkpoint(path: str | Path) -> list[str]:
    """Lines about a checkpoint; its weights are not read.

    Args:
        path: Its directory.

    Raises:
        CheckpointError: When it cannot be used, in one line.
    """
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always", UserWarning)
        reader = load_reader(path)
    lines = [*_identity(reader), *_writing(reader), *_memory(reader)]
    lines += [f"note: {each.message}" for each in warned if each.category is UserWarning]
    return lines


def _identity(reader: Checkpoint) -> list[str]:
    family, config = reader.family, reader.model.config
    path = "kept from turn to turn" if family.keeps_cache else "made anew in each turn"
    method = quantisation(config)
    lines = [
        f"family: {family.title} ({config.model_type}); its cache is {path}",
        f"trained here: {_card(reader.card)}",
    ]
    if method:
        lines.append(f"note: it is quantised ({method}), so it plays but cannot be trained")
    return lines


def _card(card: dict[str, Any]) -> str:
    if not card:
        return "no"
    return f"yes, with the wire format {card.get('wire_format', 'of another kind')}"


def _writing(reader: Checkpoint) -> list[str]:
    tokenizer = reader.tokenizer
    own = "its own" if getattr(tokenizer, "chat_template", None) else "the family's"
    role = "has a" if has_tool_role(tokenizer, reader.chat_template) else "has no"
    conversation = Conversation(reader)
    end = tokenizer.convert_ids_to_tokens(conversation.turn_end)
    image = tokenizer.convert_ids_to_tokens(conversation.image_token)
    text = reader.model.config.get_text_config()
    picture = np.full((PICTURE, PICTURE, 3), 127, np.uint8)
    shown = conversation.observation("", [picture]).tokens.count(conversation.image_token)
    return [
        f"chat template: {own}; it {role} role for what tools bring",
        f"tool calls: {reader.family.tool_calls} is its own wire format",
        f"tokens: {len(tokenizer.get_vocab()):,} of the tokenizer fit {text.vocab_size:,} of the "
        f"model; a turn ends with {end}, pictures stand as {image}",
        f"a picture of {PICTURE} × {PICTURE} pixels: {shown:,} tokens",
    ]


def _memory(reader: Checkpoint) -> list[str]:
    config = reader.model.config
    with torch.device("meta"):
        model = AutoModelForImageTextToText.from_config(config)
    if getattr(config, "tie_word_embeddings", False):
        model.tie_weights()
    parameters = sum(weight.numel() for weight in model.parameters())
    active = active_parameters(model, parameters)
    text = config.get_text_config()
    cache = cache_bytes(text, 2) * 10_000 / GIB
    linear = linear_layers(text)
    states = f", {linear} layers keep a state instead" if linear else ""
    return [
        f"parameters: {parameters:,}, {active:,} of them active",
        f"memory: weights {parameters * 2 / GIB:.2f} GiB in bfloat16; training all of them "
        f"{parameters * 16 / GIB:.2f} GiB before activations (float32, AdamW's moments, gradients)",
        f"cache: {cache:.3f} GiB in bfloat16 for each 10,000 tokens of a rollout{states}",
    ]
