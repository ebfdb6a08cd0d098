"""Policies that ship with SearchVL Gym."""
