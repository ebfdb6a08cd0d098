"""Asking a search service: JSON over HTTP, bounded, with typed errors that hold no key."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from email.utils import parsedate_to_datetime
from typing import Any

from searchvl_gym.live.errors import Fault, LiveError
from searchvl_gym.live.network import Dial, dial_address
from searchvl_gym.live.secrets import hide
from searchvl_gym.live.transport import Exchange, Transport
from searchvl_gym.live.urls import check_base_url

MAX_ANSWER_BYTES = 8 * 2**20
_HALF = re.compile("[\ud800-\udfff]")
_MAX_DETAIL = 200
_SPENT = ("run out of searches", "not enough credits", "insufficient balance")
"""How services say that the account is empty."""


class Service:
    """One search service at an address that the operator chose.

    That address is a setting and never a page's or a model's, so the rule for pages does not hold
    for it: a service may run on this machine. Redirects are not followed.

    Args:
        name: For messages.
        base_url: http(s), without query and without user.
        key: Hidden in every message; sent by whoever builds the request.
        key_variable: Where the key comes from, for the message about a wrong one.
        seconds: How long one exchange may take.
        dial: See `Backend`.

    Raises:
        ValueError: When `base_url` is none.
    """

    def __init__(
        self,
        name: str,
        base_url: str,
        *,
        key: str = "",
        key_variable: str = "",
        seconds: float = 30.0,
        dial: Dial = dial_address,
    ) -> None:
        self.name = name
        self.base_url = check_base_url(base_url)
        self.key = key
        self._key_variable = key_variable
        self._seconds = seconds
        self._transport = Transport(resolve=None, dial=dial)

    def ask(
        self,
        method: str,
        path: str,
        *,
        headers: Sequence[tuple[str, str]] = (),
        body: bytes = b"",
    ) -> Exchange:
        """One exchange that ended with status 200.

        Args:
            method: `GET` or `POST`.
            path: What follows the base URL, query included.
            headers: Of the request.
            body: Of the request.

        Raises:
            LiveError: What went wrong.
        """
        try:
            exchange = self._transport.send(
                method,
                self.base_url + path,
                headers=headers,
                body=body,
                seconds=self._seconds,
                max_bytes=MAX_ANSWER_BYTES,
            )
        except LiveError as error:
            # Whatever an answer is, that it cannot be read is not the fault of who asked.
            fault = error.fault if error.transient else Fault.REFUSED
            raise LiveError(
                fault, f"{self.name}: {error.message}; try again later or use another tool."
            ) from None
        if exchange.status != 200:
            self._refuse(exchange)
        return exchange

    def read_json(self, exchange: Exchange) -> Mapping[str, Any]:
        """The JSON object of an answer.

        Raises:
            LiveError: `malformed`, when it is none.
        """
        try:
            payload = json.loads(exchange.body)
        except (ValueError, RecursionError):
            payload = None
        if not isinstance(payload, dict):
            raise LiveError(
                Fault.MALFORMED, f"{self.name} sent a malformed answer; try again."
            ) from None
        if b"\\u" in exchange.body:
            payload = whole(payload)
        read: Mapping[str, Any] = payload
        return read

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()

    def _refuse(self, exchange: Exchange) -> None:
        """Raise what a status other than 200 means."""
        status = exchange.status
        detail = self._detail(exchange.body)
        said = f" ({detail})" if detail else ""
        if any(words in detail.lower() for words in _SPENT):
            raise LiveError(
                Fault.BUDGET, f"the account at {self.name} is empty{said}; add credit there"
            )
        if status in (401, 403):
            where = f"; check {self._key_variable}" if self._key_variable else ""
            raise LiveError(
                Fault.WRONG_KEY, f"{self.name} refused the key (status {status}){where}{said}"
            )
        if status == 429:
            raise LiveError(
                Fault.RATE_LIMIT,
                f"{self.name} is asked too often (status 429); try again later or use another "
                "tool.",
                retry_after=read_retry_after(exchange.headers),
            )
        if status >= 500 or status == 408:
            raise LiveError(
                Fault.SERVER,
                f"{self.name} failed (status {status}); try again later or use another tool.",
                retry_after=read_retry_after(exchange.headers),
            )
        raise LiveError(
            Fault.REFUSED,
            f"{self.name} refused the request (status {status}){said}; ask otherwise.",
        )

    def _detail(self, body: bytes) -> str:
        """What the service said about an error, in one short line without the key."""
        text = body[:20_000].decode("utf-8", "replace")
        try:
            payload = json.loads(text)
        except (ValueError, RecursionError):
            return ""
        said = ""
        if isinstance(payload, dict):
            for name in ("error", "message", "detail"):
                if isinstance(payload.get(name), str):
                    said = payload[name]
                    break
        line = " ".join(hide(said, [self.key]).split())
        return line if len(line) <= _MAX_DETAIL else line[:_MAX_DETAIL] + "…"


def whole(value: Any) -> Any:
    r"""JSON without half characters, which it can spell and no file can hold.

    >>> whole({"a": ["\ud800b"]})
    {'a': ['\ufffdb']}
    """
    if isinstance(value, str):
        return _HALF.sub("\ufffd", value)
    if isinstance(value, list):
        return [whole(item) for item in value]
    if isinstance(value, dict):
        return {whole(name): whole(item) for name, item in value.items()}
    return value


def read_retry_after(headers: Mapping[str, str]) -> float:
    """Seconds that a `Retry-After` header asks for; 0 without one or for a time that is past.

    A date is read against the answer's own `Date`, so that no clock of ours matters.

    >>> read_retry_after({"retry-after": "12"})
    12.0
    >>> read_retry_after({
    ...     "retry-after": "Sun, 06 Nov 1994 08:50:00 GMT",
    ...     "date": "Sun, 06 Nov 1994 08:49:37 GMT",
    ... })
    23.0
    """
    asked = headers.get("retry-after", "").strip()
    try:
        wait = float(asked)
    except ValueError:
        try:
            until = parsedate_to_datetime(asked)
            now = parsedate_to_datetime(headers.get("date", ""))
            wait = (until - now).total_seconds()
        except (TypeError, ValueError):
            return 0.0
    return wait if 0 < wait < float("inf") else 0.0
