"""Configurations of verl for one GPU, for eight, and for the paper's settings."""
