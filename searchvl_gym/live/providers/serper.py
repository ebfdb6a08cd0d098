"""Serper: Google's results and Lens, as the released code of OpenSearch-VL asks for them.

Written from the service's public documentation; it has never run with a live key here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from searchvl_gym.live.errors import Fault, LiveError
from searchvl_gym.live.network import Dial, dial_address
from searchvl_gym.live.results import ImageMatch, WebHit
from searchvl_gym.live.secrets import read_key
from searchvl_gym.live.service import Service

BASE_URL = "https://google.serper.dev"
KEY_VARIABLE = "SERPER_API_KEY"


class Serper:
    """Searches by words and by picture.

    The service takes no uploads: it looks at a picture where it stands on the web. `publish` puts
    it there; without one a search by picture answers that it is unsupported. Nothing is published
    that the operator did not ask for.

    Args:
        base_url: Of the service.
        key: Instead of that from `$SERPER_API_KEY`.
        publish: Puts a JPEG on the public web and returns its URL.
        seconds: How long one request may take.
        dial: See `Backend`.

    Raises:
        LiveError: `no_key`.
    """

    name = "serper"

    def __init__(
        self,
        *,
        base_url: str = BASE_URL,
        key: str | None = None,
        publish: Callable[[bytes], str] | None = None,
        seconds: float = 30.0,
        dial: Dial = dial_address,
    ) -> None:
        given = read_key(KEY_VARIABLE, "serper") if key is None else key
        self._publish = publish
        self._service = Service(
            "serper", base_url, key=given, key_variable=KEY_VARIABLE, seconds=seconds, dial=dial
        )

    def close(self) -> None:
        """Close the connections."""
        self._service.close()

    def search(self, query: str, *, language: str) -> tuple[WebHit, ...]:
        """See `Provider.search`."""
        rows = self._ask("/search", {"q": query, "hl": language.replace("_", "-").lower()})
        return tuple(WebHit(row["title"], row["link"], row["snippet"]) for row in rows)

    def search_image(self, picture: bytes, *, language: str) -> tuple[ImageMatch, ...]:
        """See `Provider.search_image`."""
        if self._publish is None:
            raise LiveError(
                Fault.UNSUPPORTED,
                "serper cannot search by a picture of one's own; use text_search.",
            )
        url = self._publish(picture)
        rows = self._ask("/lens", {"url": url, "hl": language.replace("_", "-").lower()})
        return tuple(ImageMatch(row["title"], row["link"], row["source"]) for row in rows)

    def _ask(self, path: str, request: Mapping[str, Any]) -> Sequence[Mapping[str, str]]:
        exchange = self._service.ask(
            "POST",
            path,
            headers=[("x-api-key", self._service.key), ("content-type", "application/json")],
            body=json.dumps(request).encode(),
        )
        payload = self._service.read_json(exchange)
        rows = payload.get("organic", [])
        if not isinstance(rows, list):
            raise LiveError(Fault.MALFORMED, "serper sent a malformed answer; try again.")
        found = []
        for row in rows:
            if isinstance(row, Mapping) and isinstance(row.get("link"), str):
                names = ("title", "link", "snippet", "source")
                values = {name: row.get(name) for name in names}
                found.append(
                    {name: text if isinstance(text, str) else "" for name, text in values.items()}
                )
        return found
