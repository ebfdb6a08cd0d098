"""Algorithms and policies that plug into SearchVL Gym."""
