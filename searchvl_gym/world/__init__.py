"""Worlds: an encyclopaedia on disk, with text and image search."""
