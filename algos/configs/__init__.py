"""Presets and TOML files of settings: `[model]`, `[sft]`, `[grpo]`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from algos.fatal_grpo import GRPOConfig
    from algos.sft import SFTConfig

PRESETS = (
    "cpu-tiny",
    "paper-8b",
    "qwen3-vl-2b-16gb",
    "qwen3-vl-2b-24gb",
    "qwen3-vl-2b-1gpu",
    "qwen3-vl-8b-8gpu",
    "qwen3-vl-30b-a3b-8gpu",
    "qwen3-vl-30b-a3b-64gpu",
    "qwen3.5-4b-1gpu",
    "smolvlm2-500m-1gpu",
)
"""Files beside this one."""


class ConfigError(ValueError):
    """Settings that cannot be used; the message says which and why."""


@dataclass(frozen=True)
class ModelConfig:
    """Which model is trained, and how it is held.

    Attributes:
        base: `tiny`, or the name of a published shape; `algos.models.shapes.SHAPES` has them.
        vocabulary: Of a tiny model's tokenizer.
        dtype: `float32` or `bfloat16`; on a CPU always `float32`.
        attention: `sdpa`, `eager` or `flash_attention_2`; the last only where CUDA has it.
        gradient_checkpointing: Compute activations again in the backward pass.
        lora_rank: Rank of LoRA adapters, or 0 to train all weights.
        lora_experts: Whether the experts of a mixture get adapters as well.
        processes: Devices that share the model; for estimates, the launcher decides.
        rollouts_at_once: Most episodes that a device plays at a time; for estimates.
    """

    base: str = "tiny"
    vocabulary: int = 1_024
    dtype: str = "float32"
    attention: str = "sdpa"
    gradient_checkpointing: bool = False
    lora_rank: int = 0
    lora_experts: bool = False
    processes: int = 1
    rollouts_at_once: int = 64


@dataclass(frozen=True)
class Config:
    """All settings of a recipe."""

    model: ModelConfig
    sft: SFTConfig
    grpo: GRPOConfig


def load_config(name: str | Path) -> Config:
    """Read a preset or a TOML file.

    Raises:
        ConfigError: When there is none, or a setting is unknown or of the wrong type.
    """
    from algos.fatal_grpo import GRPOConfig
    from algos.sft import SFTConfig

    path = Path(__file__).with_name(f"{name}.toml") if name in PRESETS else Path(name)
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError:
        raise ConfigError(
            f"there is no preset or file {str(name)!r}; presets: {', '.join(PRESETS)}"
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} is no TOML: {error}") from None
    unknown = sorted(content.keys() - {"model", "sft", "grpo"})
    if unknown:
        raise ConfigError(f"{path}: unknown section {', '.join(unknown)}")
    return Config(
        _read(ModelConfig, content.get("model", {}), path, "model"),
        _read(SFTConfig, content.get("sft", {}), path, "sft"),
        _read(GRPOConfig, content.get("grpo", {}), path, "grpo"),
    )


def _read(kind: type[Any], given: Any, path: Path, section: str) -> Any:
    if not isinstance(given, dict):
        raise ConfigError(f"{path}: {section} must be a section, [{section}]")
    known = {field.name: field for field in fields(kind)}
    unknown = sorted(given.keys() - known.keys())
    if unknown:
        raise ConfigError(
            f"{path}: [{section}] has no setting {', '.join(unknown)}; it has {', '.join(known)}"
        )
    try:
        return msgspec.convert(given, kind)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{path}: [{section}] {error}") from None
