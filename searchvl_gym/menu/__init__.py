"""A menu of candidate calls with a fixed number of entries, for algorithms that want `Discrete`."""

from searchvl_gym.menu.actions import MenuActions
from searchvl_gym.menu.candidates import Candidate, Menu, MenuSizes
from searchvl_gym.menu.encoders import HashingEncoder, TextEncoder

__all__ = [
    "Candidate",
    "HashingEncoder",
    "Menu",
    "MenuActions",
    "MenuSizes",
    "TextEncoder",
]
