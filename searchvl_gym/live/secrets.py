"""Keys: where they come from, and keeping them out of everything that is written down."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from urllib.parse import quote, quote_plus

from searchvl_gym.live.errors import Fault, LiveError

HIDDEN = "<key>"
"""What stands where a key stood."""

KEY_VARIABLES = ("SERPAPI_KEY", "SERPER_API_KEY", "JINA_API_KEY")
"""Environment variables of the services that ship."""

_SHORTEST = 6
"""Shorter values are no keys, and hiding them would spoil ordinary text."""


def read_key(
    variable: str,
    service: str,
    environment: Mapping[str, str] | None = None,
    *,
    wanted: bool = True,
) -> str:
    """A service's key from the environment.

    Args:
        variable: Its name.
        service: For the message.
        environment: Instead of the process's own.
        wanted: Whether the service answers only with a key.

    Raises:
        LiveError: `no_key` when it is missing, `wrong_key` when it cannot be one.
    """
    known = os.environ if environment is None else environment
    key = known.get(variable, "").strip()
    if not key and wanted:
        raise LiveError(
            Fault.NO_KEY,
            f"{service} needs a key: set the environment variable {variable}, or replay a "
            "cassette, which needs none",
        )
    if not all("!" <= sign <= "~" for sign in key):
        raise LiveError(
            Fault.WRONG_KEY, f"{variable} holds characters that no key has; check for a typo"
        )
    return key


def hide(text: str, keys: Iterable[str]) -> str:
    """`text` without any of `keys`, also where they are spelt as in a URL.

    >>> hide("GET /search?q=a&api_key=s3cr3t%2B1", ["s3cr3t+1"])
    'GET /search?q=a&api_key=<key>'
    """
    for key in keys:
        if len(key) < _SHORTEST:
            continue
        for spelling in {key, quote(key, safe=""), quote_plus(key)}:
            text = text.replace(spelling, HIDDEN)
    return text
