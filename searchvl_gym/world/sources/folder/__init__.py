"""Worlds from folders of documents: HTML, Markdown, text and PDF, with their pictures."""

from __future__ import annotations

from searchvl_gym.world.sources.folder.build import import_folder

__all__ = ["import_folder"]
