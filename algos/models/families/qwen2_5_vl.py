"""Qwen2.5-VL."""

from __future__ import annotations

from typing import ClassVar

from algos.models.families.qwen3_vl import Qwen3VL


class Qwen25VL(Qwen3VL):
    """As Qwen3-VL for whoever reads and writes; its tower attends within windows."""

    title: ClassVar[str] = "Qwen2.5-VL"
    model_types: ClassVar[tuple[str, ...]] = ("qwen2_5_vl",)
