"""Algorithms and policies that plug into SearchVL Gym."""

from searchvl_gym.rollout.registry import available, make, register

__all__ = ["available", "make", "register"]
