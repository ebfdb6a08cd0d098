"""A live web whose every connection ends at the local server.

The rule about addresses stays as it is: names of sites are resolved to public addresses, which
are judged as always, and only the connection itself is led to this machine. There is no setting
for that; it takes code that makes a `Fetcher` of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import httpcore

from searchvl_gym.live.fetch import Fetcher
from searchvl_gym.live.manners import Limits, Manners
from searchvl_gym.live.network import dial_address
from searchvl_gym.live.providers.serpapi import SerpApi
from searchvl_gym.live.reading import FetchReader
from searchvl_gym.live.settings import LiveSettings
from searchvl_gym.live.web import LiveWeb, Summarise

PUBLIC = "93.184.216.34"
"""What every site's name means, unless a table says otherwise."""

KEY = "not-a-real-key-0123456789"
QUICK = Limits(at_once=64, rate=1e6, attempts=3, backoff=0.001, longest_wait=0.01, failures=10**9)
"""Limits that cost a test no time."""


class LocalFetcher(Fetcher):
    """A `Fetcher` that reaches the local server.

    Args:
        port: Of the server.
        names: What names mean; others mean `PUBLIC`.
        limits: For sites.
        **options: Of `Fetcher`.
    """

    def __init__(
        self,
        port: int,
        *,
        names: Mapping[str, Sequence[str]] | None = None,
        limits: Limits = QUICK,
        **options: Any,
    ) -> None:
        table = dict(names or {})
        self.dialled: list[str] = []

        def dial(address: str, _: int, timeout: float | None) -> httpcore.NetworkStream:
            self.dialled.append(address)
            return dial_address("127.0.0.1", port, timeout)

        super().__init__(
            Manners(limits),
            resolve=lambda host, _: list(table.get(host, [PUBLIC])),
            dial=dial,
            **options,
        )


def local_web(
    url: str,
    settings: LiveSettings | None = None,
    *,
    limits: Limits = QUICK,
    seconds: float = 20.0,
    summarise: tuple[Summarise, str] | None = None,
    **options: Any,
) -> LiveWeb:
    """A live web on the local server, through SerpApi's form of answers.

    Args:
        url: Of the server.
        settings: Cassette and budget.
        limits: For the service and the sites.
        seconds: How long one request may take.
        summarise: See `LiveWeb`.
        **options: Of `LocalFetcher`.
    """
    port = int(url.rpartition(":")[2])
    fetcher = LocalFetcher(port, limits=limits, seconds=seconds, **options)
    return LiveWeb(
        LiveSettings() if settings is None else settings,
        provider=SerpApi(base_url=url, key=KEY, seconds=seconds),
        reader=FetchReader(fetcher),
        fetcher=fetcher,
        summarise=summarise,
        manners=Manners(limits),
        keys=[KEY],
    )
