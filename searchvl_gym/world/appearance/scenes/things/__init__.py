"""Drawings of conspicuous things, each into a canvas of a width and a height."""
