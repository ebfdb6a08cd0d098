"""Measurements: the leaderboard and the speed benchmarks."""
