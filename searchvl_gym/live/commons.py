"""Wikimedia Commons: pictures by file name, with author and licence, politely and recorded.

Two requests a picture at most: its description (fifty names a request) and the file at the width
that was asked for. A cassette keeps both, so that an import that is repeated asks nothing twice.
"""

from __future__ import annotations

import base64
import html
import re
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

import msgspec

from searchvl_gym.live.budget import Budget, Ledger, MemoryLedger
from searchvl_gym.live.cassette import Cassette
from searchvl_gym.live.errors import OPERATOR, LiveError
from searchvl_gym.live.fetch import PICTURES, Fetcher
from searchvl_gym.live.manners import Limits, Manners
from searchvl_gym.live.recorder import Recorder
from searchvl_gym.live.service import Service
from searchvl_gym.world.sources.publisher import PublishedPicture

ADDRESS = "https://commons.wikimedia.org"
SIDE = 1024
"""Width that is asked for, in pixels."""

TITLES = 50
"""Most names of one request, as the service allows."""

LIMITS = Limits(at_once=1, rate=2.0, attempts=3)
"""One request at a time and two a second: a service that owes us nothing."""

_TAG = re.compile(r"<[^>]*>")


class _Described(msgspec.Struct):
    """What the service says of a file."""

    url: str
    author: str
    licence: str
    source: str


class Commons:
    """Asks Wikimedia Commons; see `world.sources.publisher.Publisher`.

    Args:
        base_url: Of the service.
        side: Width that is asked for, in pixels.
        budget: Most requests, descriptions and files together.
        cassette: What it holds is not asked again; in replay nothing is asked at all.
        fetcher: Fetches the files.
        manners: For the service; files are fetched with those of the fetcher.
        clock: Seconds that only grow.
        now: Seconds since 1970, for the cassette.

    Raises:
        ValueError: When `base_url` is none.
    """

    name = "commons"

    def __init__(
        self,
        base_url: str = ADDRESS,
        *,
        side: int = SIDE,
        budget: Budget | None = None,
        cassette: Cassette | None = None,
        fetcher: Fetcher | None = None,
        manners: Manners | None = None,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._service = Service("Wikimedia Commons", base_url)
        self._side, self._budget = side, Budget() if budget is None else budget
        self._fetcher = Fetcher(max_bytes=32 << 20) if fetcher is None else fetcher
        self._manners = Manners(LIMITS) if manners is None else manners
        self._ledger: Ledger = MemoryLedger()
        self._recorder: Recorder | None = None
        if cassette is not None:
            asks = cassette.mode == "record"
            self._recorder = Recorder(cassette, asks=asks, clock=clock, now=now)
            if asks:
                self._ledger = cassette

    def pictures(self, names: Sequence[str]) -> Mapping[str, PublishedPicture]:
        """The pictures that there are, by name. A file that cannot be had is left out.

        Raises:
            LiveError: When only the operator can mend it: the network, the budget.
        """
        found: dict[str, PublishedPicture] = {}
        wanted = sorted(set(names))
        for first in range(0, len(wanted), TITLES):
            for name, told in self._describe(wanted[first : first + TITLES]).items():
                data = self._file(told.url) if told.licence else None
                if data is not None:
                    found[name] = PublishedPicture(data, told.author, told.licence, told.source)
        return found

    def _describe(self, names: Sequence[str]) -> Mapping[str, _Described]:
        def ask() -> dict[str, _Described]:
            titles = "|".join(f"File:{name}" for name in names)
            path = (
                "/w/api.php?action=query&format=json&formatversion=2&prop=imageinfo&redirects=1"
                "&iiprop=url%7Cextmetadata&iiextmetadatafilter=Artist%7CLicenseShortName"
                f"&iiurlwidth={self._side}&titles={quote(titles, safe='')}"
            )
            self._budget.charge(self._ledger)
            exchange = self._manners.run(self._service.name, lambda: self._service.ask("GET", path))
            return _read(self._service.read_json(exchange), names)

        request = {"names": list(names), "side": self._side}
        told: Mapping[str, _Described] = self._recall(
            "commons", request, dict[str, _Described], ask
        )
        return told

    def _file(self, url: str) -> bytes | None:
        def ask() -> str:
            self._budget.charge(self._ledger)
            return base64.b64encode(self._fetcher.fetch(url, PICTURES).body).decode()

        try:
            return base64.b64decode(self._recall("picture", {"url": url}, str, ask))
        except LiveError as error:
            if error.fault in OPERATOR:
                raise
            return None

    def _recall(
        self, kind: str, request: Mapping[str, Any], answer: Any, ask: Callable[[], Any]
    ) -> Any:
        if self._recorder is None:
            return ask()
        return self._recorder.recall(kind, request, answer, ask, cost=self._budget.price)


def _read(payload: Mapping[str, Any], names: Sequence[str]) -> dict[str, _Described]:
    """The descriptions in an answer, by the names that were asked for."""
    query = payload.get("query")
    query = query if isinstance(query, dict) else {}
    led = {
        str(step.get("from")): str(step.get("to"))
        for key in ("normalized", "redirects")
        for step in _objects(query.get(key))
    }
    told = {
        str(page.get("title")): info
        for page in _objects(query.get("pages"))
        for info in _objects(page.get("imageinfo"))[:1]
    }
    found: dict[str, _Described] = {}
    for name in names:
        title = f"File:{name}"
        for _ in range(3):
            title = led.get(title, title)
        if (info := told.get(title)) is None:
            continue
        url = info.get("thumburl") or info.get("url")
        if isinstance(url, str):
            found[name] = _Described(
                url,
                _field(info, "Artist"),
                _field(info, "LicenseShortName"),
                str(info.get("descriptionurl") or ""),
            )
    return found


def _objects(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _field(info: Mapping[str, Any], name: str) -> str:
    """One field of the description as plain text."""
    fields = info.get("extmetadata")
    entry = fields.get(name) if isinstance(fields, dict) else None
    value = entry.get("value") if isinstance(entry, dict) else ""
    return " ".join(html.unescape(_TAG.sub(" ", str(value or ""))).split())[:200]
