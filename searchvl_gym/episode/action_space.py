"""The space of all actions, written to JSON and back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
from gymnasium import spaces

if TYPE_CHECKING:
    _OneOf = spaces.OneOf[Any]
else:
    # Gymnasium's own is generic from 1.3 on only.
    _OneOf = spaces.OneOf


class ActionSpace(_OneOf):
    """`OneOf` of one `Dict` a tool, that can be written as JSON.

    Gymnasium's own takes the first entry of what a subspace wrote for its one sample, but a
    `Dict` writes a dictionary of lists, not a list. Here what the subspace wrote is kept whole.

    >>> space = ActionSpace([spaces.Dict({"count": spaces.Discrete(9)})])
    >>> space.to_jsonable([(0, {"count": np.int64(4)})])
    [[0, {'count': [4]}]]
    >>> space.from_jsonable([[0, {"count": [4]}]])
    [(np.int64(0), {'count': np.int64(4)})]
    """

    def to_jsonable(self, sample_n: Iterable[tuple[Any, Any]]) -> list[list[Any]]:
        """Each action as its index and the JSON of its arguments."""
        return [
            [int(index), self.spaces[index].to_jsonable([arguments])]
            for index, arguments in sample_n
        ]

    def from_jsonable(self, sample_n: list[list[Any]]) -> list[tuple[Any, ...]]:
        """The actions that `to_jsonable` wrote."""
        return [
            (np.int64(index), self.spaces[index].from_jsonable(written)[0])
            for index, written in sample_n
        ]
