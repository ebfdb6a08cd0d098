"""What can go wrong with a run."""

from __future__ import annotations


class RolloutError(Exception):
    """A run that cannot start, or had to stop; the message says why and what to do.

    Finished episodes stay in the store.
    """
