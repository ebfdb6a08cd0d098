"""Stages 4 and 7: pictures in the place of names, and pictures that must be repaired."""
