"""GLM-4.6V and GLM-4.1V."""

from __future__ import annotations

from typing import ClassVar

from algos.models.families.grids import GridFamily


class Glm46V(GridFamily):
    """Pictures as in Qwen's; a turn ends with the token of the next role."""

    title: ClassVar[str] = "GLM-4.6V"
    model_types: ClassVar[tuple[str, ...]] = ("glm46v", "glm4v")
    marker: ClassVar[str] = "<|image|>"
    special: ClassVar[tuple[str, ...]] = (
        "<|image|>",
        "<|begin_of_image|>",
        "<|end_of_image|>",
        "<|user|>",
        "<|assistant|>",
        "<|observation|>",
    )
    tool_calls: ClassVar[str] = "glm"
