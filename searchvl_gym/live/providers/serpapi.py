"""SerpApi: Google's results and Google Lens, through its official client.

The client builds the requests; they are sent by our own `Service`, which bounds time and size,
follows no redirect, and keeps the key, which this service takes in the query, out of every error.
Checked against the client's code and the service's public documentation; it has never run with a
live key here.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from searchvl_gym.live.errors import Fault, LiveError
from searchvl_gym.live.network import Dial, dial_address
from searchvl_gym.live.results import ImageMatch, PageLink, WebHit, WebPage
from searchvl_gym.live.secrets import hide, read_key
from searchvl_gym.live.service import Service
from searchvl_gym.live.texts import from_markdown

BASE_URL = "https://serpapi.com"
KEY_VARIABLE = "SERPAPI_KEY"
_NOTHING_FOUND = ("hasn't returned any results", "no results")


class SerpApi:
    """Searches by words with the engine `google`, by picture with `google_lens`.

    Args:
        base_url: Of the service.
        key: Instead of that from `$SERPAPI_KEY`.
        seconds: How long one request may take.
        dial: See `Backend`.

    Raises:
        LiveError: `no_key`, or `unsupported` when the client is not installed.
    """

    name = "serpapi"

    def __init__(
        self,
        *,
        base_url: str = BASE_URL,
        key: str | None = None,
        seconds: float = 30.0,
        dial: Dial = dial_address,
    ) -> None:
        self._client = make_client(base_url, key, seconds, dial)

    def close(self) -> None:
        """Close the connections."""
        self._client.service.close()

    def search(self, query: str, *, language: str) -> tuple[WebHit, ...]:
        """See `Provider.search`."""
        answer = self._client.search({"engine": "google", "q": query, "hl": _two_letters(language)})
        payload = _checked(answer, self._client.service)
        return tuple(
            WebHit(_text(row, "title"), _text(row, "link"), _text(row, "snippet"))
            for row in _rows(payload, "organic_results")
            if _text(row, "link")
        )

    def search_image(self, picture: bytes, *, language: str) -> tuple[ImageMatch, ...]:
        """See `Provider.search_image`."""
        upload = io.BytesIO(picture)
        upload.name = "picture.jpg"
        uploaded = self._client.upload_image(upload)
        image_id = uploaded.get("image_id") if isinstance(uploaded, Mapping) else None
        if not isinstance(image_id, str) or not image_id:
            raise LiveError(Fault.MALFORMED, "serpapi sent a malformed answer; try again.")
        answer = self._client.search(
            {"engine": "google_lens", "image_id": image_id, "hl": _two_letters(language)}
        )
        payload = _checked(answer, self._client.service)
        found: dict[str, ImageMatch] = {}
        for name, exact in (("exact_matches", True), ("visual_matches", False)):
            for row in _rows(payload, name):
                if url := _text(row, "link"):
                    match = ImageMatch(_text(row, "title"), url, _text(row, "source"), exact)
                    found.setdefault(url, match)
        return tuple(found.values())


class SerpApiExtract:
    """Lets the service read pages: its engine `extract`, as Markdown.

    Args:
        base_url: Of the service.
        key: Instead of that from `$SERPAPI_KEY`.
        seconds: How long one request may take.
        dial: See `Backend`.

    Raises:
        LiveError: `no_key`, or `unsupported` when the client is not installed.
    """

    name = "serpapi_extract"
    billed = True

    def __init__(
        self,
        *,
        base_url: str = BASE_URL,
        key: str | None = None,
        seconds: float = 45.0,
        dial: Dial = dial_address,
    ) -> None:
        self._client = make_client(base_url, key, seconds, dial)

    def close(self) -> None:
        """Close the connections."""
        self._client.service.close()

    def read(self, url: str) -> WebPage:
        """See `Reader.read`."""
        payload = _checked(self._client.extract({"url": url}), self._client.service)
        information = payload.get("page_information")
        information = information if isinstance(information, Mapping) else {}
        text = from_markdown(_text(payload, "markdown"))
        if not text:
            raise LiveError(
                Fault.UNREADABLE, f"{url[:200]} has no readable text; try another page."
            )
        links = [
            PageLink(_text(row, "text") or _text(row, "title"), _text(row, "url"))
            for row in _rows(payload, "links")
            if _text(row, "url").startswith(("http://", "https://"))
        ]
        return WebPage(url, _text(information, "title"), text, tuple(links))


def make_client(base_url: str, key: str | None, seconds: float, dial: Dial) -> Any:
    """The official client, sending through a `Service`.

    Raises:
        LiveError: `no_key`, or `unsupported` when the client is not installed.
    """
    try:
        import serpapi

        modern = hasattr(serpapi.Client, "upload_image")
    except (ImportError, AttributeError):
        modern = False
    if not modern:
        raise LiveError(
            Fault.UNREACHABLE,
            "serpapi needs its client in version 1.2 or later, without google-search-results "
            "beside it: pip install 'searchvl-gym[live]'",
        )

    class Client(serpapi.Client):  # type: ignore[misc]
        """Sends what the official client builds, bounded, without redirects, errors typed."""

        def __init__(self, service: Service) -> None:
            super().__init__(api_key=service.key)
            self.service = service

        def request(
            self,
            method: str,
            path: str,
            params: Mapping[str, Any],
            *,
            assert_200: bool = True,
            data: Mapping[str, Any] | None = None,
            files: Mapping[str, Any] | None = None,
            **_: Any,
        ) -> _Answer:
            sent = {name: value for name, value in params.items() if value is not None}
            if data is None:
                sent.setdefault("api_key", self.api_key)
            content, kind = b"", ""
            if data or files:
                content, kind = _encode_form(data or {}, files or {})
            exchange = self.service.ask(
                method,
                f"{path}?{urlencode(sent)}" if sent else path,
                headers=[("content-type", kind)] if kind else [],
                body=content,
            )
            return _Answer(exchange.headers, exchange.body, self.service)

    given = read_key(KEY_VARIABLE, "serpapi") if key is None else key
    return Client(
        Service(
            "serpapi", base_url, key=given, key_variable=KEY_VARIABLE, seconds=seconds, dial=dial
        )
    )


def _encode_form(data: Mapping[str, Any], files: Mapping[str, Any]) -> tuple[bytes, str]:
    """A form as `multipart/form-data`, and its content type."""
    import httpx

    form = httpx.Request("POST", "http://form.invalid", data=data, files=files)
    return form.read(), form.headers["content-type"]


class _Answer:
    """As much of a `requests.Response` as the official client reads."""

    def __init__(self, headers: Mapping[str, str], body: bytes, service: Service) -> None:
        self.headers = {name.title(): value for name, value in headers.items()}
        self.text = body.decode("utf-8", "replace")
        self._service = service
        self._body = body

    def json(self) -> Any:
        """The decoded body."""
        from searchvl_gym.live.transport import Exchange

        return self._service.read_json(Exchange(200, {}, self._body))


def _checked(answer: Any, service: Service) -> Mapping[str, Any]:
    """The answer's object, unless it says that the search failed."""
    data = getattr(answer, "data", None)
    if not isinstance(data, Mapping):
        raise LiveError(Fault.MALFORMED, "serpapi sent a malformed answer; try again.")
    error = data.get("error")
    if isinstance(error, str) and error:
        said = " ".join(hide(error, [service.key]).split())[:200]
        if any(words in said.lower() for words in _NOTHING_FOUND):
            return {}
        raise LiveError(Fault.SERVER, f"serpapi could not do it ({said}); ask otherwise.")
    return data


def _rows(payload: Mapping[str, Any], name: str) -> Sequence[Mapping[str, Any]]:
    rows = payload.get(name)
    if rows is None:
        return ()
    if not isinstance(rows, list):
        raise LiveError(Fault.MALFORMED, "serpapi sent a malformed answer; try again.")
    return [row for row in rows if isinstance(row, Mapping)]


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    return value if isinstance(value, str) else ""


def _two_letters(language: str) -> str:
    """The language as Google names it: `en`, but `zh-cn`."""
    code = language.replace("_", "-").lower()
    return code if code.startswith("zh-") else code.partition("-")[0]
