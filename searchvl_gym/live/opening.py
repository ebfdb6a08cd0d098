"""Making a live web from its settings: one for all environments of a process."""

from __future__ import annotations

import importlib
import os
import threading
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from searchvl_gym.live.errors import Fault, LiveError
from searchvl_gym.live.provider import Provider, Reader
from searchvl_gym.live.providers import PROVIDERS, READERS
from searchvl_gym.live.secrets import KEY_VARIABLES
from searchvl_gym.live.settings import LiveSettings
from searchvl_gym.live.web import LiveWeb, Summarise

if TYPE_CHECKING:
    from searchvl_gym.live.fetch import Fetcher

_OPEN: WeakValueDictionary[LiveSettings, LiveWeb] = WeakValueDictionary()
_LOCK = threading.Lock()


def open_web(settings: LiveSettings) -> LiveWeb:
    """A live web; the same one for every caller of a process, so that all keep one set of limits.

    Raises:
        LiveError: When a key or a package is missing.
        CassetteError: When the cassette cannot be used.
        ValueError: When the provider cannot be imported.
        EndpointError: When `summaries="llm"` and no model is named.
    """
    with _LOCK:
        web = _OPEN.get(settings)
        if web is None:
            web = _OPEN[settings] = _make(settings)
        return web


def _make(settings: LiveSettings) -> LiveWeb:
    if settings.offline:
        return LiveWeb(settings)
    check_packages()
    from searchvl_gym.live.fetch import Fetcher

    fetcher = Fetcher()
    return LiveWeb(
        settings,
        provider=_make_provider(settings),
        reader=_make_reader(settings, fetcher),
        fetcher=fetcher,
        summarise=_make_summariser() if settings.summaries == "llm" else None,
        keys=[os.environ.get(name, "") for name in KEY_VARIABLES],
    )


def check_packages() -> None:
    """Say at once what is missing, rather than at the first page."""
    for name in ("httpcore", "lxml_html_clean", "protego", "pypdf", "tenacity", "trafilatura"):
        try:
            importlib.import_module(name)
        except ImportError:
            raise LiveError(
                Fault.UNREACHABLE,
                f"the live web needs {name}: pip install 'searchvl-gym[live]'",
            ) from None


def _make_provider(settings: LiveSettings) -> Provider:
    options = {} if settings.provider_url is None else {"base_url": settings.provider_url}
    if settings.provider in PROVIDERS:
        return PROVIDERS[settings.provider](**options)
    module, _, name = settings.provider.partition(":")
    try:
        make = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise ValueError(f"the provider {settings.provider} cannot be loaded: {error}") from None
    made: Provider = make(**options)
    return made


def _make_reader(settings: LiveSettings, fetcher: Fetcher) -> Reader:
    if settings.reader == "fetch":
        from searchvl_gym.live.reading import FetchReader

        return FetchReader(fetcher)
    options = {} if settings.reader_url is None else {"base_url": settings.reader_url}
    return READERS[settings.reader](**options)


def _make_summariser() -> tuple[Summarise, str]:
    from searchvl_gym.endpoint import Endpoint, EndpointSettings, EndpointSummariser

    endpoint = EndpointSettings.from_environment("summariser")
    return EndpointSummariser(Endpoint(endpoint)), endpoint.model
