"""A model with its tokenizer and image processor: loaded whole, or refused with one line."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from warnings import warn

import torch
from safetensors import SafetensorError
from transformers import AutoConfig, AutoModelForImageTextToText, AutoTokenizer
from transformers.utils import logging

from algos.models.adapters import experts_unwrapped, plain_weights
from algos.models.examination import examine
from algos.models.families import Family, find_family

CARD = "searchvl.json"
"""Beside the weights: what the model was trained with (wire format, tool block, world)."""

_NEEDED = ("config.json", "preprocessor_config.json", "tokenizer_config.json")
_TEMPLATE = "chat_template.json"
"""Where older checkpoints keep the chat template of their processor."""


class CheckpointError(RuntimeError):
    """A checkpoint cannot be read or written; the message says why and what to do."""


@dataclass
class Checkpoint:
    """A vision-language model and what it needs to read.

    Attributes:
        model: Of one of `FAMILIES`.
        tokenizer: Its tokenizer.
        image_processor: Turns pictures into what the model takes; needs no torchvision.
        card: What the model was trained with; JSON.
    """

    model: Any
    tokenizer: Any
    image_processor: Any
    card: dict[str, Any] = field(default_factory=dict)

    @property
    def family(self) -> Family:
        """The family that the model belongs to."""
        return find_family(self.model.config.model_type)

    @property
    def chat_template(self) -> str:
        """Jinja source of how conversations are written: the tokenizer's, else the family's."""
        return str(getattr(self.tokenizer, "chat_template", None) or self.family.template)


def load_checkpoint(
    path: str | Path,
    *,
    device: str | torch.device = "cpu",
    dtype: torch.dtype = torch.float32,
    attention: str = "sdpa",
) -> Checkpoint:
    """Load a checkpoint directory; nothing is fetched from a hub.

    Args:
        path: Directory of a model of one of `FAMILIES`, with tokenizer and preprocessor.
        device: Where the model goes.
        dtype: Of the weights.
        attention: `sdpa`, `eager` or `flash_attention_2`.

    Raises:
        CheckpointError: When a part is missing, cannot be read or does not fit the others, or
            the family is none that is known; before the weights are loaded.
    """
    loaded = load_reader(path)
    with _one_line(Path(path)), _no_bars():
        loaded.model = AutoModelForImageTextToText.from_pretrained(
            path,
            config=loaded.model.config,
            dtype=dtype,
            attn_implementation=attention,
            local_files_only=True,
        )
        loaded.model.to(device).eval()
    return loaded


def load_reader(path: str | Path) -> Checkpoint:
    """A checkpoint without its weights: enough to turn episodes into tokens.

    Its `model` has the attribute `config` and nothing else.

    Raises:
        CheckpointError: When a part is missing or cannot be read.
    """
    folder = Path(path)
    restore_folder(folder)
    if not folder.is_dir():
        raise CheckpointError(f"there is no checkpoint at {folder}; give the path of a directory")
    missing = [name for name in _NEEDED if not (folder / name).is_file()]
    if missing:
        raise CheckpointError(
            f"{folder} lacks {', '.join(missing)}: a checkpoint needs its tokenizer and its image "
            "preprocessor beside the weights; copy them from the base model"
        )
    family = _family_of(folder)
    with _one_line(folder):
        config = AutoConfig.from_pretrained(folder, local_files_only=True)
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        older = folder / _TEMPLATE
        if not tokenizer.chat_template and older.is_file():
            tokenizer.chat_template = json.loads(older.read_text("utf-8"))["chat_template"]
        images = family.load_image_processor(str(folder))
        card = folder / CARD
        known = json.loads(card.read_text(encoding="utf-8")) if card.is_file() else {}
    loaded = Checkpoint(SimpleNamespace(config=config), tokenizer, images, known)
    trouble, warnings = examine(loaded)
    if trouble:
        raise CheckpointError(f"{folder} cannot be used: {trouble[0]}")
    for line in warnings:
        warn(f"{folder}: {line}", stacklevel=2)
    return loaded


def _family_of(folder: Path) -> Family:
    """The family by the configuration alone, before anything is loaded."""
    with _one_line(folder):
        kind = json.loads((folder / "config.json").read_text(encoding="utf-8")).get("model_type")
    try:
        return find_family(str(kind))
    except LookupError as error:
        raise CheckpointError(f"{folder} cannot be used: {error}") from None


@contextmanager
def _no_bars() -> Iterator[None]:
    """Without transformers' progress bars, which would stand between our own lines."""
    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()


@contextmanager
def _one_line(folder: Path) -> Iterator[None]:
    """Whatever cannot be read becomes one line."""
    try:
        yield
    # safetensors has an exception of its own, and a torn file can bring up nearly any other.
    except Exception as error:
        line = str(error).strip().split("\n", 1)[0] or type(error).__name__
        raise CheckpointError(f"the checkpoint {folder} cannot be loaded: {line}") from error


def save_checkpoint(checkpoint: Checkpoint, path: str | Path) -> None:
    """Write a checkpoint so that it appears whole or not at all; an older one is replaced.

    LoRA adapters are folded into the weights that are written; the model keeps them.

    Raises:
        CheckpointError: When the disk is full or the place cannot be written; what stood there
            before is kept.
    """
    target = Path(path)
    temporary = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        temporary.mkdir(parents=True)
        weights = plain_weights(checkpoint.model)
        with _no_bars(), experts_unwrapped(checkpoint.model):
            checkpoint.model.save_pretrained(temporary, state_dict=weights)
        checkpoint.tokenizer.save_pretrained(temporary)
        checkpoint.image_processor.save_pretrained(temporary)
        card = json.dumps(checkpoint.card, indent=2, ensure_ascii=False, sort_keys=True)
        (temporary / CARD).write_text(card + "\n", encoding="utf-8")
        replace_folder(temporary, target)
    except (OSError, RuntimeError, SafetensorError) as error:
        raise CheckpointError(f"cannot write the checkpoint {target}: {error}") from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def replace_folder(temporary: Path, target: Path) -> None:
    """Put a finished directory in the place of another; the old one is kept until then.

    Two renames cannot happen at once: after a kill between them, `restore_folder` brings the old
    one back.
    """
    if not target.exists():
        temporary.replace(target)
        return
    old = _put_aside(target)
    shutil.rmtree(old, ignore_errors=True)
    target.replace(old)
    temporary.replace(target)
    shutil.rmtree(old, ignore_errors=True)


def restore_folder(target: Path) -> None:
    """Bring back what `replace_folder` had put aside when it was killed."""
    old = _put_aside(target)
    if old.is_dir() and not target.exists():
        old.replace(target)


def _put_aside(target: Path) -> Path:
    return target.with_name(f".{target.name}.old")
