"""The laptop recipe: a small setting in which a tiny model learns to search within minutes."""

from algos.recipe.brief_tools import brief_suite
from algos.recipe.demonstrator import DemonstratorPolicy
from algos.recipe.setting import Setting, recipe_faults

__all__ = ["DemonstratorPolicy", "Setting", "brief_suite", "recipe_faults"]
