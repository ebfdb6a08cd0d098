"""Worlds from ZIM files: offline copies of Wikipedia and other wikis, as Kiwix publishes them."""

from __future__ import annotations

from searchvl_gym.world.sources.zim.build import import_zim, open_imported

__all__ = ["import_zim", "open_imported"]
