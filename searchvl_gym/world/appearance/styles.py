"""The styles of picture that show what subjects look like, beside those that show their names."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from searchvl_gym.world.appearance.photograph import paint_photograph
from searchvl_gym.world.appearance.scenes.families import SCENE_STYLES
from searchvl_gym.world.appearance.scenes.structure.styles import STRUCTURE_STYLES
from searchvl_gym.world.pictures.style import Style

PHOTOGRAPH = Style(
    name="photograph",
    kinds=(),
    fields=("subject",),
    shows="photograph",
    paint=paint_photograph,
    required="subject",
)

APPEARANCE_STYLES: Mapping[str, Style] = MappingProxyType(
    {style.name: style for style in (PHOTOGRAPH, *SCENE_STYLES, *STRUCTURE_STYLES)}
)
"""Name to style; `world.pictures.draw` draws them like all others."""
