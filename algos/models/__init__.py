"""Models: a tiny Qwen3-VL that is built offline, and checkpoints of any Qwen-VL."""

from algos.models.checkpoint import (
    Checkpoint,
    CheckpointError,
    load_checkpoint,
    load_reader,
    save_checkpoint,
)
from algos.models.tiny_qwen3_vl import TinySize, build_tiny_checkpoint
from algos.models.tokenizer import train_tokenizer

__all__ = [
    "Checkpoint",
    "CheckpointError",
    "TinySize",
    "build_tiny_checkpoint",
    "load_checkpoint",
    "load_reader",
    "save_checkpoint",
    "train_tokenizer",
]
