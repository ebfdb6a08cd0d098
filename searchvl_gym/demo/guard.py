"""What keeps other pages and other machines out: hosts, origins, a token, and what the page may do.

A page of another site can send requests to a server on this machine (and, by a name that it
points here, read the answers). So `Host` must be a name of this machine, `Origin` the page
itself, and whoever listens on more than this machine asks for a token.
"""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Awaitable, Callable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs, urlsplit

LOCAL_NAMES = ("localhost", "127.0.0.1", "::1")

COOKIE = "searchvl-demo"

HEADERS = (
    (
        b"content-security-policy",
        b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
        b"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
"""Of every reply: nothing is loaded from elsewhere, and nobody frames the page."""

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


def is_local(host: str) -> bool:
    """Whether a server that listens on `host` can be reached from this machine alone.

    >>> is_local("127.0.0.1"), is_local("0.0.0.0"), is_local("localhost")
    (True, False, True)
    """
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class Guard:
    """ASGI middleware that refuses what does not come from the page itself.

    Args:
        app: What is guarded.
        host: Where the server listens.
        token: What requests must know, or None when it listens on this machine alone.
    """

    def __init__(self, app: App, *, host: str, token: str | None) -> None:
        self._app = app
        self._host = host
        self._token = token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]
        }
        refused = self._refused(scope, headers)
        if refused is not None:
            await _refuse(send, refused)
            return
        fresh = self._token is not None and self._asked_with_token(scope)

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                more = list(HEADERS)
                if fresh:
                    cookie = f"{COOKIE}={self._token}; HttpOnly; SameSite=Strict; Path=/"
                    more.append((b"set-cookie", cookie.encode()))
                message = {**message, "headers": [*message.get("headers", ()), *more]}
            await send(message)

        await self._app(scope, receive, send_guarded)

    def _refused(self, scope: Scope, headers: dict[str, str]) -> str | None:
        """Why a request is refused, or None."""
        host = headers.get("host", "")
        if not self._is_ours(host):
            return f"this page is not served as {host[:80]!r}"
        origin = headers.get("origin")
        if origin is not None and urlsplit(origin).netloc != host:
            return f"requests from {origin[:80]!r} are not answered"
        if headers.get("sec-fetch-site", "same-origin") == "cross-site" and scope["path"] != "/":
            return "requests from another site are not answered"
        if self._token is not None and not (
            self._asked_with_token(scope) or self._has_cookie(headers.get("cookie", ""))
        ):
            return "open the address that was printed when the page was started: it holds a token"
        return None

    def _is_ours(self, host: str) -> bool:
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        if is_local(self._host):
            return name in LOCAL_NAMES or name == self._host
        if name == self._host:
            return True
        try:
            # A name that another site points here would be no number.
            ipaddress.ip_address(name)
        except ValueError:
            return name in LOCAL_NAMES
        return True

    def _asked_with_token(self, scope: Scope) -> bool:
        given = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("token", [""])[0]
        return self._matches(given)

    def _has_cookie(self, header: str) -> bool:
        try:
            cookies = SimpleCookie(header)
        except CookieError:
            return False
        return COOKIE in cookies and self._matches(cookies[COOKIE].value)

    def _matches(self, given: str) -> bool:
        assert self._token is not None
        return hmac.compare_digest(given.encode(), self._token.encode())


async def _refuse(send: Send, why: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), *HEADERS]
    await send({"type": "http.response.start", "status": 403, "headers": headers})
    await send({"type": "http.response.body", "body": f"Refused: {why}.\n".encode()})
