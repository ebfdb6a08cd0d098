"""Drawn pictures with exact ground truth."""
