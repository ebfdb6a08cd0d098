"""URLs: those of pages, what may be asked for at all, in one spelling; and those of services."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, urljoin, urlsplit

from searchvl_gym.live.addresses import is_public, normalise_host, parse_address
from searchvl_gym.live.errors import Fault, LiveError
from searchvl_gym.tools.limits import MAX_URL_CHARS

_PORTS = {"http": 80, "https": 443}
_FIRST_FREE_PORT = 1024
_NAME = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*")
_KEPT = "/:?#[]@!$&'()*+,;=%-._~"
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f\\]")
_LOCAL_ENDS = (".localhost", ".local", ".internal", ".lan", ".home.arpa", ".onion")
"""Ends of names that mean something of the operator's own network everywhere."""


@dataclass(frozen=True)
class PageAddress:
    """A URL that may be tried.

    Attributes:
        scheme: `http` or `https`.
        host: Lower case, in ASCII; IPv6 without brackets.
        port: Also where it is the scheme's own.
        target: Path and query, percent-encoded.
    """

    scheme: str
    host: str
    port: int
    target: str

    @property
    def netloc(self) -> str:
        """Host, in brackets where it must be, and the port where it is not the usual one."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return f"{self.scheme}://{self.netloc}"

    def __str__(self) -> str:
        return f"{self.origin}{self.target}"


def read_url(url: str, base: PageAddress | None = None) -> PageAddress:
    """Check a URL and bring it into one spelling; the fragment is dropped.

    Args:
        url: What a model, a search result or a redirect says.
        base: What a relative URL is relative to.

    Raises:
        LiveError: `address`, when it is no URL of a public page.

    >>> str(read_url("HTTP://Example.COM:80/a b#c"))
    'http://example.com/a%20b'
    >>> read_url("http://2130706433/")
    Traceback (most recent call last):
    searchvl_gym.live.errors.LiveError: http://2130706433/ is not on the public web; visit \
pages that a search has found.
    """
    text = url.strip()
    shown = text[:200]
    if base is not None:
        text = urljoin(str(base), text)
    if len(text) > MAX_URL_CHARS:
        raise _refused(shown, "is too long")
    try:
        parts = urlsplit(text)
        port = parts.port
        name = parts.hostname or ""
    except ValueError:
        raise _refused(shown, "is no valid URL") from None
    scheme = parts.scheme.lower()
    if scheme not in _PORTS:
        raise _refused(shown, "does not begin with http:// or https://")
    if "@" in parts.netloc or _FORBIDDEN.search(parts.netloc):
        raise _refused(shown, "is no plain URL of a page")
    port = _PORTS[scheme] if port is None else port
    if port not in _PORTS.values() and port < _FIRST_FREE_PORT:
        raise _refused(shown, f"names port {port}, on which there are no pages")
    path = quote(parts.path or "/", safe=_KEPT)
    query = f"?{quote(parts.query, safe=_KEPT)}" if parts.query else ""
    return PageAddress(scheme, _read_host(name, shown), port, path + query)


def check_base_url(url: str) -> str:
    """A base URL without the slash at its end.

    Raises:
        ValueError: When it is no plain http(s) URL.
    """
    text = url.strip().rstrip("/")
    try:
        parts = urlsplit(text)
        known = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        known = False
    if not known or parts.query or parts.fragment or "@" in parts.netloc:
        raise ValueError(
            "base_url must look like https://host/path, without user, query or fragment"
        )
    return text


def _read_host(name: str, shown: str) -> str:
    address = parse_address(name)
    if address is not None:
        if not is_public(address):
            raise _refused(shown, "is not on the public web")
        return str(address)
    host = normalise_host(name)
    if not host.isascii():
        try:
            import idna

            host = idna.encode(host, uts46=True).decode()
        except (ImportError, ValueError):
            raise _refused(shown, "has no valid host") from None
    if not _NAME.fullmatch(host) or len(host) > 253 or host.rpartition(".")[2].isdigit():
        raise _refused(shown, "has no valid host")
    if f".{host}".endswith(_LOCAL_ENDS) or "." not in host:
        raise _refused(shown, "is not on the public web")
    return host


def _refused(url: str, why: str) -> LiveError:
    return LiveError(Fault.ADDRESS, f"{url} {why}; visit pages that a search has found.")
