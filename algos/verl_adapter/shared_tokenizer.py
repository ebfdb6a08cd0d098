"""A tokenizer for threads that play side by side.

A fast tokenizer is told for each text whether special tokens in it are split, which changes its
state; another thread that is encoding at that moment makes it raise `Already borrowed`.
"""

from __future__ import annotations

from copy import deepcopy
from threading import Lock
from typing import Any


class SharedTokenizer:
    """A copy of a tokenizer that one thread uses at a time; everything else is the copy's own.

    Args:
        tokenizer: Is copied, since its owner uses it without asking.
    """

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = deepcopy(tokenizer)
        self._lock = Lock()

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        """Encode."""
        with self._lock:
            return self._tokenizer(*arguments, **keywords)

    def decode(self, *arguments: Any, **keywords: Any) -> Any:
        """Decode."""
        with self._lock:
            return self._tokenizer.decode(*arguments, **keywords)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tokenizer, name)
