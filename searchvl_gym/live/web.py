"""The live web as the tools ask it: search, read, look; recorded or replayed where wanted."""

from __future__ import annotations

import base64
import hashlib
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

from searchvl_gym.live.budget import Ledger, MemoryLedger, Spent
from searchvl_gym.live.cassette import Cassette
from searchvl_gym.live.entries import CassetteError
from searchvl_gym.live.errors import OPERATOR, Fault, LiveError
from searchvl_gym.live.manners import Manners
from searchvl_gym.live.pictures import decode_download, encode_upload
from searchvl_gym.live.provider import Provider, Reader
from searchvl_gym.live.recorder import Recorder
from searchvl_gym.live.results import ImageMatch, WebHit, WebPage
from searchvl_gym.live.settings import LiveSettings
from searchvl_gym.live.urls import read_url
from searchvl_gym.types import Image, image_digest

if TYPE_CHECKING:
    from searchvl_gym.live.fetch import Fetcher

T = TypeVar("T")
Summarise = Callable[[str, str], str]
"""`(page text, query) -> summary`."""

_READERS_AT_ONCE = 32


class LiveWeb:
    """Searches and visits. Threads and environments share one.

    Args:
        settings: Cassette, budget, limits.
        provider: Searches; None where nothing is asked of the network.
        reader: Reads pages; None likewise.
        fetcher: Fetches pictures of pages; None likewise.
        summarise: The language model of `summaries="llm"`, and its name, which answers depend on.
        manners: Limits and retries for services; None for those of the settings.
        clock: Seconds that only grow.
        now: Seconds since 1970, for the cassette's record of when something was asked.

    Raises:
        CassetteError: When the cassette cannot be used, or was recorded with other services.
        LiveError: When something is needed that was not given.
    """

    def __init__(
        self,
        settings: LiveSettings,
        *,
        provider: Provider | None = None,
        reader: Reader | None = None,
        fetcher: Fetcher | None = None,
        summarise: tuple[Summarise, str] | None = None,
        manners: Manners | None = None,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], float] = time.time,
        keys: Sequence[str] = (),
    ) -> None:
        self.settings = settings
        self.provider = provider
        self.reader = reader
        self._fetcher = fetcher
        self._summarise = summarise
        self._manners = Manners(settings.limits) if manners is None else manners
        self._answered = False
        self._pool: ThreadPoolExecutor | None = None
        self._lock = threading.Lock()
        self._cassette = _open_cassette(settings, keys)
        self._recorder: Recorder | None = None
        self._ledger: Ledger = MemoryLedger()
        if self._cassette is not None:
            self._check_makers(self._cassette)
            self._recorder = Recorder(
                self._cassette, asks=not settings.offline, clock=clock, now=now
            )
            if settings.record is not None:
                self._ledger = self._cassette
        self.fingerprint = self._name()

    def __deepcopy__(self, memo: dict[int, Any] | None) -> LiveWeb:
        """A web is shared, never copied: it holds limits, connections and files."""
        return self

    def __reduce__(self) -> Any:
        from searchvl_gym.live.opening import open_web

        return open_web, (self.settings,)

    def describe_settings(self) -> Mapping[str, Any]:
        """What answers depend on, for the record of a run."""
        return {
            "provider": self.provider.name if self.provider else self.settings.provider,
            "reader": self.reader.name if self.reader else self.settings.reader,
            "summaries": self.settings.summaries,
            "record": self.settings.record,
            "replay": self.settings.replay,
            "on_miss": self.settings.on_miss,
        }

    @property
    def spent(self) -> Spent:
        """What was spent: by this process, or by all that recorded to the cassette."""
        return self._ledger.spent

    def search(self, query: str, language: str) -> tuple[WebHit, ...]:
        """The pages that a query finds, best first.

        Raises:
            LiveError: What went wrong.
        """
        return self._recall(
            "search",
            {"query": query, "language": language},
            tuple[WebHit, ...],
            lambda: self._serve(lambda to: to.search(query, language=language)),
        )

    def search_image(self, pixels: Image, language: str = "en") -> tuple[ImageMatch, ...]:
        """The pages that show a picture or one like it, best first.

        Raises:
            LiveError: What went wrong.
        """

        def ask() -> tuple[ImageMatch, ...]:
            upload = encode_upload(pixels)
            return self._serve(lambda to: to.search_image(upload, language=language))

        request = {"pixels": image_digest(pixels), "language": language}
        return self._recall("search_image", request, tuple[ImageMatch, ...], ask)

    def read(self, url: str) -> WebPage:
        """A page.

        Raises:
            LiveError: What went wrong.
        """
        address = str(read_url(url))

        def ask() -> WebPage:
            reader = self._needed(self.reader, "a reader")
            if reader.billed:
                return self._bill(reader.name, lambda: reader.read(address))
            return reader.read(address)

        return self._recall("read", {"url": address}, WebPage, ask)

    def read_all(self, urls: Sequence[str]) -> list[WebPage | LiveError]:
        """Pages, read side by side; where one cannot be read, why.

        Raises:
            LiveError: When only the operator can mend it.
        """

        def attempt(url: str) -> WebPage | LiveError:
            try:
                return self.read(url)
            except LiveError as error:
                if error.fault in OPERATOR:
                    raise
                return error

        if self.settings.offline or len(urls) < 2:
            return [attempt(url) for url in urls]
        with self._lock:
            if self._pool is None:
                self._pool = ThreadPoolExecutor(_READERS_AT_ONCE, "searchvl-read")
        return list(self._pool.map(attempt, urls))

    def picture(self, url: str) -> Image:
        """The pixels of a page's picture.

        Raises:
            LiveError: What went wrong.
        """
        address = str(read_url(url))

        def ask() -> str:
            from searchvl_gym.live.fetch import PICTURES

            fetcher = self._needed(self._fetcher, "a fetcher")
            return base64.b64encode(fetcher.fetch(address, PICTURES).body).decode()

        data = self._recall("picture", {"url": address}, str, ask)
        return decode_download(base64.b64decode(data), address)

    def summary(self, text: str, query: str) -> str:
        """A summary by the language model that the settings ask for.

        Raises:
            LiveError: When there is none.
            ToolError: When it fails.
        """
        # Asked for in a replay that has no model: then the cassette has the answer or nothing has.
        summarise, name = self._summarise or (None, "")
        if self._cassette is not None:
            name = self._cassette.note("summariser", name)
        request = {
            "query": query,
            "text": hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
            "model": name,
        }

        def ask() -> str:
            return self._needed(summarise, "a summariser")(text, query)

        return self._recall("summary", request, str, ask)

    def close(self) -> None:
        """Close files and connections."""
        for part in (self._cassette, self._fetcher, self.provider, self.reader):
            close = getattr(part, "close", None)  # those of somebody else's need not have one
            if close is not None:
                close()
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)

    def _recall(
        self, kind: str, request: Mapping[str, Any], answer: type[T], ask: Callable[[], T]
    ) -> T:
        """The answer from the cassette, or else from the web."""
        if self._recorder is None:
            return ask()
        return self._recorder.recall(kind, request, answer, ask, cost=self._costs(kind))

    def _costs(self, kind: str) -> float:
        """What a request of a kind is charged."""
        billed = kind in ("search", "search_image") or (
            kind == "read" and self.reader is not None and self.reader.billed
        )
        return self.settings.price if billed else 0.0

    def _serve(self, ask: Callable[[Provider], T]) -> T:
        provider = self._needed(self.provider, "a search service")
        return self._bill(provider.name, lambda: ask(provider))

    def _bill(self, name: str, ask: Callable[[], T]) -> T:
        """Ask a service, within budget and limits."""
        self.settings.budget.charge(self._ledger)
        try:
            answer = self._manners.run(name, ask)
        except LiveError as error:
            if error.fault is Fault.CONNECTION and not self._answered:
                raise LiveError(
                    Fault.UNREACHABLE,
                    f"{name} cannot be reached from here; check the network and the address, or "
                    "replay a cassette",
                ) from None
            self._answered = self._answered or error.fault is not Fault.CONNECTION
            raise
        self._answered = True
        return answer

    def _needed(self, part: T | None, what: str) -> T:
        if part is None:
            raise LiveError(Fault.UNSUPPORTED, f"{what} is not set up here; use another tool.")
        return part

    def _check_makers(self, cassette: Cassette) -> None:
        """A cassette is one world: made by one service and one reader."""
        for role, part in (("provider", self.provider), ("reader", self.reader)):
            if part is None:
                continue
            kept = cassette.note(role, part.name)
            if kept != part.name:
                cassette.close()
                raise CassetteError(
                    f"{cassette.path} was recorded with the {role} {kept}, not {part.name}; "
                    f"give {role}={kept}, or another cassette"
                )

    def _name(self) -> str:
        """Fingerprint of the world that this is: of what was recorded, or of who is asked."""
        if self.settings.offline and self._cassette is not None:
            return self._cassette.fingerprint
        asked = self.describe_settings()
        text = f"live {asked['provider']} {asked['reader']}"
        return hashlib.sha256(text.encode()).hexdigest()


def _open_cassette(settings: LiveSettings, keys: Sequence[str]) -> Cassette | None:
    if settings.record is not None:
        return Cassette(settings.record, "record", keys=keys)
    return None if settings.replay is None else Cassette(settings.replay, "replay", keys=keys)
