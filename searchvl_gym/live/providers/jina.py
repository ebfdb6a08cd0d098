"""Jina Reader: lets a service read pages, as the released code of OpenSearch-VL does.

Written from the service's public documentation; it has never run with a live key here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from searchvl_gym.live.errors import Fault, LiveError
from searchvl_gym.live.network import Dial, dial_address
from searchvl_gym.live.results import PageLink, PagePicture, WebPage
from searchvl_gym.live.secrets import read_key
from searchvl_gym.live.service import Service
from searchvl_gym.live.texts import from_markdown

BASE_URL = "https://r.jina.ai"
KEY_VARIABLE = "JINA_API_KEY"


class JinaReader:
    """Reads pages as Markdown, with their links and pictures.

    Args:
        base_url: Of the service.
        key: Instead of that from `$JINA_API_KEY`; the service answers without one, less often.
        seconds: How long one request may take.
        dial: See `Backend`.
    """

    name = "jina"
    billed = True

    def __init__(
        self,
        *,
        base_url: str = BASE_URL,
        key: str | None = None,
        seconds: float = 45.0,
        dial: Dial = dial_address,
    ) -> None:
        given = read_key(KEY_VARIABLE, "jina", wanted=False) if key is None else key
        self._service = Service(
            "jina", base_url, key=given, key_variable=KEY_VARIABLE, seconds=seconds, dial=dial
        )

    def close(self) -> None:
        """Close the connections."""
        self._service.close()

    def read(self, url: str) -> WebPage:
        """See `Reader.read`."""
        headers = [
            ("accept", "application/json"),
            ("content-type", "application/json"),
            ("x-with-links-summary", "true"),
            ("x-with-images-summary", "true"),
        ]
        if self._service.key:
            headers.append(("authorization", f"Bearer {self._service.key}"))
        body = json.dumps({"url": url}).encode()
        payload = self._service.read_json(
            self._service.ask("POST", "/", headers=headers, body=body)
        )
        data = payload.get("data")
        if not isinstance(data, Mapping) or not isinstance(data.get("content"), str):
            raise LiveError(Fault.MALFORMED, "jina sent a malformed answer; try again.")
        text = from_markdown(data["content"])
        if not text:
            raise LiveError(
                Fault.UNREADABLE, f"{url[:200]} has no readable text; try another page."
            )
        title = data.get("title")
        links = _pairs(data.get("links"))
        pictures = _pairs(data.get("images"))
        return WebPage(
            url,
            title if isinstance(title, str) else "",
            text,
            tuple(PageLink(words, address) for words, address in links),
            tuple(PagePicture(address, words) for words, address in pictures),
        )


def _pairs(summary: object) -> list[tuple[str, str]]:
    """Words and addresses from a summary, which is an object or a list of pairs."""
    if isinstance(summary, Mapping):
        pairs = list(summary.items())
    elif isinstance(summary, list):
        pairs = [tuple(row) for row in summary if isinstance(row, list) and len(row) == 2]
    else:
        return []
    return [
        (words, address)
        for words, address in pairs
        if isinstance(words, str)
        and isinstance(address, str)
        and address.startswith(("http://", "https://"))
    ]
