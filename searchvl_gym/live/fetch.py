"""Visiting pages ourselves: politely, bounded, and only on the public web."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from searchvl_gym.live.errors import Fault, LiveError
from searchvl_gym.live.manners import PAGE_LIMITS, Manners
from searchvl_gym.live.network import Dial, Resolve, dial_address, resolve_name
from searchvl_gym.live.robots import MAX_ROBOTS_BYTES, RobotRules
from searchvl_gym.live.service import read_retry_after
from searchvl_gym.live.transport import Exchange, Transport
from searchvl_gym.live.urls import PageAddress, read_url

MAX_REDIRECTS = 5
DOCUMENTS = ("text/html", "application/xhtml+xml", "text/plain", "text/markdown", "application/pdf")
"""Content types that are read as pages."""

PICTURES = ("image/jpeg", "image/png", "image/webp", "image/gif")
"""Content types that are opened as pictures."""

_REDIRECTS = (301, 302, 303, 307, 308)
_CHALLENGE = re.compile(
    rb"captcha|cf-chl|challenge-platform|unusual traffic|verify (?:that )?you are (?:a )?human"
    rb"|are you a robot",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Fetched:
    """A document.

    Attributes:
        url: After redirects.
        content_type: Lower case, without parameters.
        charset: As the header states it, or empty.
        body: The bytes.
    """

    url: str
    content_type: str
    charset: str
    body: bytes


class Fetcher:
    """Fetches documents. Threads share one.

    Every address is judged before it is asked and again where the connection is made, redirects
    included. No cookie is kept, no proxy used, nothing sent but the request itself.

    Args:
        manners: Limits and retries, by host.
        seconds: How long one request may take.
        max_bytes: Largest document.
        robots: Whether robots.txt is asked and obeyed.
        resolve: Looks names up. Tests give their own; what it says is judged all the same.
        dial: Connects to an address that was judged. Tests lead it to a server of theirs.
    """

    def __init__(
        self,
        manners: Manners | None = None,
        *,
        seconds: float = 20.0,
        max_bytes: int = 5_000_000,
        robots: bool = True,
        resolve: Resolve = resolve_name,
        dial: Dial = dial_address,
    ) -> None:
        self._manners = Manners(PAGE_LIMITS) if manners is None else manners
        self._seconds = seconds
        self._max_bytes = max_bytes
        self._transport = Transport(resolve=resolve, dial=dial)
        self._robots = RobotRules(self._ask_robots) if robots else None

    def fetch(self, url: str, accepted: Sequence[str] = DOCUMENTS) -> Fetched:
        """Fetch a document.

        Args:
            url: As a model or a page gave it.
            accepted: Content types.

        Raises:
            LiveError: What went wrong.
        """
        address = read_url(url)
        for _ in range(MAX_REDIRECTS + 1):
            if self._robots is not None:
                self._robots.check(address)
            exchange = self._send(address, accepted)
            if exchange.status not in _REDIRECTS:
                return _read(address, exchange, accepted)
            address = self._follow(address, exchange)
        raise LiveError(
            Fault.REDIRECTS, f"{url[:200]} leads from page to page without end; try another page."
        )

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()

    def _send(self, address: PageAddress, accepted: Sequence[str]) -> Exchange:
        """One hop; what may pass is tried again."""

        def request() -> Exchange:
            exchange = self._transport.send(
                "GET",
                str(address),
                headers=[("accept", ", ".join(accepted)), ("accept-language", "en;q=0.9, *;q=0.5")],
                seconds=self._seconds,
                max_bytes=self._max_bytes,
            )
            _check_status(address, exchange)
            return exchange

        try:
            return self._manners.run(address.host, request)
        except LiveError as error:
            raise _about(address, error) from None

    @staticmethod
    def _follow(address: PageAddress, exchange: Exchange) -> PageAddress:
        target = exchange.headers.get("location", "")
        if not target:
            raise LiveError(
                Fault.MALFORMED, f"{address} leads nowhere; try another page."
            ) from None
        try:
            return read_url(target, address)
        except LiveError as error:
            raise LiveError(
                error.fault,
                f"{address} leads to a place that may not be visited; try another page.",
            ) from None

    def _ask_robots(self, address: PageAddress) -> Exchange:
        """A host's robots.txt, redirects followed."""

        def request(target: PageAddress) -> Exchange:
            exchange = self._transport.send(
                "GET", str(target), seconds=self._seconds, max_bytes=MAX_ROBOTS_BYTES
            )
            if exchange.status >= 500 or exchange.status == 429:
                _check_status(target, exchange)
            return exchange

        for _ in range(MAX_REDIRECTS + 1):
            here = address
            try:
                exchange = self._manners.run(here.host, lambda here=here: request(here))  # type: ignore[misc]
            except LiveError as error:
                raise _about(here, error) from None
            if exchange.status not in _REDIRECTS:
                return exchange
            address = self._follow(here, exchange)
        return Exchange(404, {}, b"")


def _check_status(address: PageAddress, exchange: Exchange) -> None:
    """Raise what a status that is neither success nor redirect means."""
    status = exchange.status
    if status in (403, 429, 503) and _CHALLENGE.search(exchange.body[:100_000]):
        raise captcha(str(address))
    if status == 429:
        raise LiveError(
            Fault.RATE_LIMIT,
            "the site wants fewer visits",
            retry_after=read_retry_after(exchange.headers),
        )
    if status >= 500 or status == 408:
        raise LiveError(
            Fault.SERVER,
            f"the site failed (status {status})",
            retry_after=read_retry_after(exchange.headers),
        )
    if status >= 400 or (status not in _REDIRECTS and not 200 <= status < 300):
        raise LiveError(Fault.NOT_FOUND, f"there is no page to read (status {status})")


def _about(address: PageAddress, error: LiveError) -> LiveError:
    """The same error, naming the page and what to do."""
    message = error.message
    if not message.endswith("."):
        message = f"{str(address)[:200]}: {message}; try another page."
    return LiveError(error.fault, message, retry_after=error.retry_after)


def captcha(url: str) -> LiveError:
    """The error for a page that is shown to people only."""
    return LiveError(
        Fault.CAPTCHA, f"{url[:200]} asks whether a person is reading; try another page."
    )


def asks_for_a_person(body: bytes, text: str) -> bool:
    """Whether a document that was served as a success is only a challenge.

    Args:
        body: The document.
        text: What can be read of it.
    """
    return len(text) < 600 and _CHALLENGE.search(body[:100_000]) is not None


def _read(address: PageAddress, exchange: Exchange, accepted: Sequence[str]) -> Fetched:
    header = exchange.headers.get("content-type", "")
    content_type = header.partition(";")[0].strip().lower() or _guess(exchange.body)
    if content_type not in accepted:
        shown = content_type[:60] or "of no known type"
        raise LiveError(
            Fault.CONTENT_TYPE, f"{address} is {shown}, which cannot be read; try another page."
        )
    found = re.search(r"charset=[\"']?([\w.:-]{1,40})", header)
    return Fetched(str(address), content_type, found[1] if found else "", exchange.body)


def _guess(body: bytes) -> str:
    """The content type of a document that states none."""
    start = body[:1_000].lstrip().lower()
    if start.startswith(b"%pdf-"):
        return "application/pdf"
    if start.startswith(b"<"):
        return "text/html"
    return "" if b"\0" in start else "text/plain"
