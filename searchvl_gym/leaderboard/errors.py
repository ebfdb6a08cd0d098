"""What can go wrong with a suite, a submission or a judge's file."""

from __future__ import annotations


class LeaderboardError(Exception):
    """A suite that cannot be played, or results that cannot be taken; says what to do."""
