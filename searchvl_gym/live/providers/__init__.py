"""The search services that ship, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from searchvl_gym.live.provider import Provider, Reader


def _serpapi(**options: Any) -> Provider:
    from searchvl_gym.live.providers.serpapi import SerpApi

    return SerpApi(**options)


def _serper(**options: Any) -> Provider:
    from searchvl_gym.live.providers.serper import Serper

    return Serper(**options)


def _extract(**options: Any) -> Reader:
    from searchvl_gym.live.providers.serpapi import SerpApiExtract

    return SerpApiExtract(**options)


def _jina(**options: Any) -> Reader:
    from searchvl_gym.live.providers.jina import JinaReader

    return JinaReader(**options)


PROVIDERS: Mapping[str, Callable[..., Provider]] = {"serpapi": _serpapi, "serper": _serper}
"""Search services; each takes `base_url`."""

READERS: Mapping[str, Callable[..., Reader]] = {"serpapi_extract": _extract, "jina": _jina}
"""Services that read pages; each takes `base_url`. `fetch`, our own visits, is not a service."""
