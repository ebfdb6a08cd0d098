"""Figures of deep tasks: drawing them, checking them, playing them."""
