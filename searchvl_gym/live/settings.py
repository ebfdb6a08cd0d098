"""What a live web is made of, as plain values that a command line can give."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from searchvl_gym.live.budget import Budget
from searchvl_gym.live.manners import SERVICE_LIMITS, Limits
from searchvl_gym.live.urls import check_base_url

Summaries = Literal["page", "snippet", "llm"]


@dataclass(frozen=True)
class LiveSettings:
    """Settings of a live web.

    Attributes:
        provider: Who searches: `serpapi`, `serper`, or `package.module:name` of a callable that
            takes no arguments and returns a `Provider`.
        reader: Who reads pages: `fetch` (ourselves), `serpapi_extract` or `jina`.
        provider_url: Instead of the service's own address.
        reader_url: The same for a reader that is a service.
        record: Cassette to record to; what it holds already is not asked again.
        replay: Cassette to replay from; needs neither key nor network.
        on_miss: What becomes of a request that `replay` does not hold: `error`, or `live`.
        summaries: What text searches show of a hit: an extract of the `page`, as the paper reads
            it, the service's `snippet`, or a summary of the page by a language model (`llm`).
        max_calls: Most calls of services, over all runs that record to one cassette.
        max_money: Most money that they may cost.
        price: Of one call, in the same currency.
        rate: Most requests a second to a service.
        at_once: Most requests to a service at a time.

    Raises:
        ValueError: When something is missing or out of range.
    """

    provider: str = "serpapi"
    reader: str = "fetch"
    provider_url: str | None = None
    reader_url: str | None = None
    record: str | None = None
    replay: str | None = None
    on_miss: Literal["error", "live"] = "error"
    summaries: Summaries = "page"
    max_calls: int | None = None
    max_money: float | None = None
    price: float = 0.0
    rate: float = SERVICE_LIMITS.rate
    at_once: int = SERVICE_LIMITS.at_once

    def __post_init__(self) -> None:
        """Check the fields."""
        from searchvl_gym.live.providers import PROVIDERS, READERS

        if self.provider not in PROVIDERS and ":" not in self.provider:
            raise ValueError(
                f"provider must be {', '.join(PROVIDERS)} or package.module:name, got "
                f"{self.provider!r}"
            )
        if self.reader != "fetch" and self.reader not in READERS:
            raise ValueError(f"reader must be fetch, {', '.join(READERS)}, got {self.reader!r}")
        for name in ("provider_url", "reader_url"):
            if getattr(self, name) is not None:
                check_base_url(getattr(self, name))
        for name in ("record", "replay"):
            given = getattr(self, name)
            if isinstance(given, Path):
                object.__setattr__(self, name, str(given))
            elif given is not None and not (isinstance(given, str) and given.strip()):
                raise ValueError(f"{name} must be the path of a cassette, got {given!r}")
        if self.record is not None and self.replay is not None:
            raise ValueError("record and replay exclude each other: recording replays what it has")
        if self.on_miss not in ("error", "live"):
            raise ValueError(f"on_miss must be error or live, got {self.on_miss!r}")
        if self.summaries not in ("page", "snippet", "llm"):
            raise ValueError(f"summaries must be page, snippet or llm, got {self.summaries!r}")
        self.budget  # noqa: B018  (checks the three fields)
        self.limits  # noqa: B018

    @property
    def budget(self) -> Budget:
        """What may be spent."""
        return Budget(self.max_calls, self.max_money, self.price)

    @property
    def limits(self) -> Limits:
        """How services are treated."""
        return Limits(at_once=self.at_once, rate=self.rate)

    @property
    def offline(self) -> bool:
        """Whether nothing is asked of the network."""
        return self.replay is not None and self.on_miss == "error"
