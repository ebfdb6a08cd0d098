"""Trains the encoder that finds other views of a subject, and measures what it finds."""
