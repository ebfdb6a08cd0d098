"""A hard bound on what a run may cost."""

from __future__ import annotations

import math
import threading
from dataclasses import dataclass
from typing import Protocol

from searchvl_gym.live.errors import Fault, LiveError


@dataclass(frozen=True)
class Spent:
    """What was spent.

    Attributes:
        calls: Searches and readings that services were asked for.
        money: Their price, in whatever currency the operator counts.
    """

    calls: int
    money: float


class Ledger(Protocol):
    """Keeps the sum. A cassette is one, which the processes of a run share."""

    @property
    def spent(self) -> Spent:
        """The sum."""

    def charge(self, money: float, max_calls: int | None, max_money: float | None) -> Spent | None:
        """Add one call and its price, unless that would exceed a bound.

        Returns:
            None when it was added, or else what was spent before.
        """


class MemoryLedger:
    """The sum of one process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._spent = Spent(0, 0.0)

    @property
    def spent(self) -> Spent:
        """See `Ledger.spent`."""
        return self._spent

    def charge(self, money: float, max_calls: int | None, max_money: float | None) -> Spent | None:
        """See `Ledger.charge`."""
        with self._lock:
            after = Spent(self._spent.calls + 1, self._spent.money + money)
            if exceeds(after, max_calls, max_money):
                return self._spent
            self._spent = after
            return None


@dataclass(frozen=True)
class Budget:
    """What may be spent.

    Every call counts when it is made, whether it succeeds or not, so that no more is spent than
    this; what a service bills may be less.

    Attributes:
        max_calls: Most calls, or None.
        max_money: Most money, or None.
        price: Of a call.

    Raises:
        ValueError: When a value is out of range, or money is bounded and calls have no price.
    """

    max_calls: int | None = None
    max_money: float | None = None
    price: float = 0.0

    def __post_init__(self) -> None:
        """Check the fields."""
        if self.max_calls is not None and (
            isinstance(self.max_calls, bool)
            or not isinstance(self.max_calls, int)
            or self.max_calls < 0
        ):
            raise ValueError(f"max_calls must be a whole number >= 0, got {self.max_calls!r}")
        for name in ("max_money", "price"):
            value = getattr(self, name)
            if value is not None and not (math.isfinite(value) and value >= 0):
                raise ValueError(f"{name} must be a number of at least 0, got {value!r}")
        if self.max_money is not None and self.price == 0:
            raise ValueError("max_money needs the price of a call: give price=…")

    def charge(self, ledger: Ledger) -> None:
        """Count a call before it is made.

        Raises:
            LiveError: `budget`, when it would exceed the budget; nothing is counted then.
        """
        spent = ledger.charge(self.price, self.max_calls, self.max_money)
        if spent is None:
            return
        bounds = []
        if self.max_calls is not None:
            bounds.append(f"{self.max_calls} calls")
        if self.max_money is not None:
            bounds.append(f"{self.max_money:g} of money")
        raise LiveError(
            Fault.BUDGET,
            f"the budget of {' and '.join(bounds)} is spent ({spent.calls} calls, "
            f"{spent.money:.4g} of money); give more (max_calls, max_money), or replay the "
            "cassette",
        )


def exceeds(spent: Spent, max_calls: int | None, max_money: float | None) -> bool:
    """Whether more was spent than may be."""
    return (max_calls is not None and spent.calls > max_calls) or (
        max_money is not None and spent.money > max_money * (1 + 1e-9)
    )
