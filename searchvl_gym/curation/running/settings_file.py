"""Settings of the curation from a TOML file: a table a stage, on top of a preset.

```toml
preset = "paper"  # or "small_world"; left out, the size of the world decides

[paths]
lengths = [2, 3]
length_weights = [0.5, 0.5]

[filters]
text_search = ""  # no filter C

[language_model]  # left out: questions are written by rules
base_url = "http://localhost:8000/v1"
model = "qwen3-8b"
requests = 20_000
```
"""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args, get_type_hints

import msgspec

from searchvl_gym.curation.settings import SMALL_WORLD, CurationSettings

PRESET = "preset"
PRESETS = ("paper", "small_world")


def preset_settings(
    pages: int,
    preset: str | None = None,
    *,
    image_side: int | None = None,
    gate: str = "ground_truth",
) -> CurationSettings:
    """The settings of a preset.

    Args:
        pages: Number of pages of the world.
        preset: One of `PRESETS`; None for the one that suits the world's size.
        image_side: What an anchor's picture needs where no preset was asked for, see
            `picture_sizes.fitting_side`; None for the paper's.
        gate: What judges the pictures, see `picture_sizes.fitting_gate`.

    Raises:
        ValueError: When there is no such preset.

    >>> preset_settings(300) == CurationSettings.small_world(300)
    True
    """
    chosen = preset or ("small_world" if pages < SMALL_WORLD else "paper")
    if chosen not in PRESETS:
        raise ValueError(f"preset must be one of {', '.join(PRESETS)}, got {chosen!r}")
    settings = CurationSettings() if chosen == "paper" else CurationSettings.small_world(pages)
    settings = dataclasses.replace(
        settings, grounding=dataclasses.replace(settings.grounding, gate=gate)
    )
    if image_side is None or preset == "paper":
        return settings
    paths = dataclasses.replace(settings.paths, image_side=image_side)
    return dataclasses.replace(settings, paths=paths)


def read_settings(
    path: Path, pages: int, *, image_side: int | None = None, gate: str = "ground_truth"
) -> CurationSettings:
    """Read a settings file.

    Args:
        path: The file.
        pages: Number of pages of the world.
        image_side: See `preset_settings`; the file may say otherwise.
        gate: Likewise.

    Raises:
        ValueError: When the file is missing, is no TOML, or holds an unknown name or a wrong
            value; the message names the file and the setting.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ValueError(f"cannot read the settings {path}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{path} is no TOML file: {error}") from None
    try:
        preset = content.pop(PRESET, None)
        if preset is not None and not isinstance(preset, str):
            raise ValueError(f"preset must be one of {', '.join(PRESETS)}, got {preset!r}")
        settings: CurationSettings = _override(
            preset_settings(pages, preset, image_side=image_side, gate=gate), content, ""
        )
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
    return settings


def with_language_model(settings: CurationSettings, given: Mapping[str, Any]) -> CurationSettings:
    """Settings by which a language model writes the questions.

    Args:
        settings: The others; what they say of a model holds where nothing else is given.
        given: Fields of `LanguageModelSettings` by name.

    Raises:
        ValueError: When there is no such field, or its value is wrong.
    """
    changed: CurationSettings = _override(settings, {"language_model": given}, "")
    return changed


def _default_table(kind: Any) -> Any:
    """The settings of a table that is left out as a rule, or None for a single value."""
    for each in get_args(kind):
        if isinstance(each, type) and dataclasses.is_dataclass(each):
            return each()
    return None


def _override(settings: Any, content: Mapping[str, Any], where: str) -> Any:
    """A copy of (nested) settings with the given values."""
    types = get_type_hints(type(settings))
    changed: dict[str, Any] = {}
    for name, value in content.items():
        if name not in types:
            known = ", ".join(types)
            raise ValueError(f"there is no setting {where}{name}; there are {known}")
        present = getattr(settings, name)
        if present is None:
            present = _default_table(types[name])
        if dataclasses.is_dataclass(present):
            if not isinstance(value, Mapping):
                raise ValueError(f"{where}{name} must be a table")
            changed[name] = _override(present, value, f"{where}{name}.")
            continue
        try:
            changed[name] = msgspec.convert(value, types[name])
        except msgspec.ValidationError as error:
            raise ValueError(f"{where}{name}: {error}") from None
    try:
        return dataclasses.replace(settings, **changed)
    except ValueError as error:
        raise ValueError(f"[{where.rstrip('.') or 'settings'}] {error}") from None
