"""Portraits: heads and shoulders with hair, beards, spectacles, hats, collars and coats."""

from __future__ import annotations

from searchvl_gym.world.appearance.families.portraits.portrait import PORTRAIT

__all__ = ["PORTRAIT"]
