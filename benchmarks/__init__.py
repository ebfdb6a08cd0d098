"""Measurements: of speed, of exactness, of training; and the leaderboard's door."""
