"""Verifier rewards."""
