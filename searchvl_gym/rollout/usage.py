"""What episodes cost: requests, tokens, time; and budgets that end a run in good order.

`usage.jsonl` in a run's directory has a line an episode that was played, beside the trajectories,
which stay the same however long a run took. Money is spent whether or not an episode is kept: a
line is written before the episode counts as finished, and all lines count for the budget.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import msgspec

from searchvl_gym.rollout.errors import RolloutError

FILE = "usage.jsonl"


class Usage(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one or several episodes cost.

    Attributes:
        calls: Requests to a model.
        prompt_tokens: Tokens that it read, as its server counts them.
        completion_tokens: Tokens that it wrote.
        seconds: Wall-clock time from the first to the last turn.
    """

    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    seconds: float = 0.0

    def __add__(self, other: Usage) -> Usage:
        """The sum of two.

        >>> Usage(1, 10) + Usage(2, 5, 3)
        Usage(calls=3, prompt_tokens=15, completion_tokens=3, seconds=0.0)
        """
        return Usage(
            self.calls + other.calls,
            self.prompt_tokens + other.prompt_tokens,
            self.completion_tokens + other.completion_tokens,
            self.seconds + other.seconds,
        )

    def cost(self, price: tuple[float, float]) -> float:
        """Money at a price for a million tokens read and a million written.

        >>> Usage(1, 2_000_000, 500_000).cost((0.5, 2.0))
        2.0
        """
        return (self.prompt_tokens * price[0] + self.completion_tokens * price[1]) / 1e6


NOTHING = Usage()


@dataclass(frozen=True)
class Budget:
    """Most that a run may use. It is looked at when an episode ends, so one may exceed it.

    Attributes:
        calls: Requests to the model, or None.
        tokens: Tokens read and written, or None.
        money: In the currency of `price`, or None.
        price: For a million tokens read and a million written.

    Raises:
        ValueError: When a limit is not above 0, or money is limited without a price.
    """

    calls: int | None = None
    tokens: int | None = None
    money: float | None = None
    price: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        """Check the fields."""
        for name in ("calls", "tokens", "money"):
            limit = getattr(self, name)
            if limit is not None and not limit > 0:
                raise ValueError(f"a budget of {name} must be above 0, got {limit}")
        if self.price is not None and not all(0 <= part < float("inf") for part in self.price):
            raise ValueError(f"prices must be at least 0, got {self.price}")
        if self.money is not None and self.price is None:
            raise ValueError("a budget of money needs the price of a million tokens")

    def used_up(self, spent: Usage) -> str:
        """Which limit is reached, in words; "" when none is.

        >>> Budget(calls=10).used_up(Usage(calls=10))
        '10 of 10 calls'
        """
        tokens = spent.prompt_tokens + spent.completion_tokens
        if self.calls is not None and spent.calls >= self.calls:
            return f"{spent.calls} of {self.calls} calls"
        if self.tokens is not None and tokens >= self.tokens:
            return f"{tokens} of {self.tokens} tokens"
        if self.money is not None and self.price is not None:
            cost = spent.cost(self.price)
            if cost >= self.money:
                return f"{cost:.2f} of {self.money:.2f} in money"
        return ""


class BudgetSpent(RolloutError):
    """A run that stopped because its budget is used up; what is finished is kept."""


class _Line(msgspec.Struct, frozen=True):
    episode: int
    usage: Usage


class UsageLog:
    """The costs of a run's episodes, read from its directory and added to.

    Args:
        path: Of the run.
    """

    def __init__(self, path: Path) -> None:
        self._path = path / FILE
        self._spent = NOTHING
        self._episodes: dict[int, Usage] = {}
        for line in read_usage_lines(self._path):
            self._note(line)

    @property
    def spent(self) -> Usage:
        """All that was spent, also on episodes that were played again."""
        return self._spent

    @property
    def episodes(self) -> Mapping[int, Usage]:
        """What each episode cost, as it was played last."""
        return MappingProxyType(self._episodes)

    def add(self, episode: int, usage: Usage) -> None:
        """Note what an episode cost.

        Raises:
            RolloutError: When the disk is full or gone.
        """
        line = _Line(episode, usage)
        try:
            with self._path.open("a+b") as stream:
                _close_torn_line(stream)
                stream.write(msgspec.json.encode(line) + b"\n")
        except OSError as error:
            raise RolloutError(f"cannot write {self._path}: {error.strerror}") from None
        self._note(line)

    def _note(self, line: _Line) -> None:
        self._spent += line.usage
        self._episodes[line.episode] = line.usage


def read_usage_lines(path: Path) -> Iterable[_Line]:
    """The lines of a file, without those that a kill has torn."""
    try:
        lines = path.read_bytes().split(b"\n")
    except FileNotFoundError:
        return
    for line in lines:
        try:
            yield msgspec.json.decode(line, type=_Line)
        except (msgspec.DecodeError, UnicodeDecodeError):
            continue


def _close_torn_line(stream: io.BufferedRandom) -> None:
    if stream.seek(0, os.SEEK_END):
        stream.seek(-1, os.SEEK_END)
        if stream.read(1) != b"\n":
            stream.write(b"\n")
