"""A client for OpenAI-compatible chat completions.

Used by the chat policy, the judges and the summariser. It repeats what may help to repeat
(429, 5xx, time-outs, broken connections and broken replies) and says in one line what does not.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from searchvl_gym.endpoint.errors import EndpointError, RequestTooLong
from searchvl_gym.endpoint.messages import Message, Reply, read_reply
from searchvl_gym.endpoint.settings import EndpointSettings
from searchvl_gym.endpoint.streaming import EVENT_STREAM, assemble

if TYPE_CHECKING:
    import httpx

MAX_REPLY_BYTES = 16 * 2**20
"""Longest reply that is read."""

_MAX_DETAIL = 300
_TOO_LONG = re.compile(
    r"context[ _-]?(?:length|size|window)|(?:exceed|longer|maximum|too (?:long|many)).{0,60}token"
    r"|token.{0,60}(?:exceed|longer|maximum)",
    re.IGNORECASE,
)
"""What servers say of a conversation that their model cannot hold."""

_REPEATED = frozenset({408, 409, 425, 429})
_TAKES_NO_PICTURES = re.compile(
    r"image (?:input|url) is not supported|not support images?|not a multimodal model", re.I
)


class _Failure(Exception):
    """One attempt failed; another may not."""

    def __init__(self, reason: str, wait: float = 0.0) -> None:
        super().__init__(reason)
        self.wait = wait


class Endpoint:
    """A chat endpoint. Threads may share it; it survives pickling.

    Args:
        settings: Where it is.
        rng: Draws the jitter of the waits between attempts; nothing that a result depends on.
        connections: Most requests at a time; more of them wait for their turn.

    Raises:
        EndpointError: When httpx is not installed.
    """

    def __init__(
        self,
        settings: EndpointSettings,
        *,
        rng: np.random.Generator | None = None,
        connections: int = 32,
    ) -> None:
        self.settings = settings
        self._rng = np.random.default_rng(0) if rng is None else rng
        self._connections = connections
        self._lock = threading.Lock()
        self._turns = threading.BoundedSemaphore(connections)
        self._client: httpx.Client | None = None
        _import_httpx()

    def chat(
        self,
        messages: Sequence[Message],
        *,
        temperature: float | None = None,
        top_p: float | None = None,
        max_tokens: int | None = None,
        seed: int | None = None,
        stop: Sequence[str] | None = None,
        tools: Sequence[Mapping[str, Any]] | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> Reply:
        """Ask for one completion.

        Args:
            messages: The conversation.
            temperature: Left to the server when None; so are the next ones.
            top_p: Nucleus sampling.
            max_tokens: Longest completion.
            seed: Of the sampling, where the server supports it.
            stop: Strings that end the completion.
            tools: Function schemas for native tool calls.
            extra: Anything else to put into the request.

        Raises:
            RequestTooLong: When the messages do not fit the model.
            EndpointError: When there was no usable reply after all attempts.
        """
        options = {
            "temperature": temperature,
            "top_p": top_p,
            "max_tokens": max_tokens,
            "seed": seed,
            "stop": None if stop is None else list(stop),
            "tools": None if tools is None else [dict(tool) for tool in tools],
        }
        body: dict[str, Any] = {"model": self.settings.model, "messages": list(messages)}
        body |= {name: value for name, value in options.items() if value is not None}
        if self.settings.stream:
            body |= {"stream": True, "stream_options": {"include_usage": True}}
        body |= dict(extra or {})
        content = json.dumps(body).encode()
        failure = _Failure("")
        for attempt in range(self.settings.retries + 1):
            if attempt:
                self._wait(attempt - 1, failure.wait)
            try:
                with self._turns:
                    return self._attempt(content)
            except _Failure as failed:
                failure = failed
        attempts = self.settings.retries + 1
        raise EndpointError(
            f"{self._address} gave no usable reply in {attempts} "
            f"attempt{'s' if attempts > 1 else ''}: {failure}"
        )

    def close(self) -> None:
        """Close the connections; the next request opens new ones."""
        with self._lock:
            client, self._client = self._client, None
        if client is not None:
            client.close()

    def __enter__(self) -> Endpoint:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Endpoint({self.settings.model!r} at {self.settings.base_url})"

    def __getstate__(self) -> dict[str, Any]:
        """Everything but the connections and the locks."""
        state = dict(self.__dict__)
        del state["_client"], state["_lock"], state["_turns"]
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._client = None
        self._lock = threading.Lock()
        self._turns = threading.BoundedSemaphore(self._connections)

    @property
    def _address(self) -> str:
        return f"{self.settings.base_url}/chat/completions"

    def _attempt(self, content: bytes) -> Reply:
        httpx = _import_httpx()
        deadline = time.monotonic() + self.settings.timeout
        try:
            with self._connect().stream("POST", self._address, content=content) as response:
                data = self._read(response, deadline)
        except httpx.TimeoutException:
            raise _Failure(f"no reply within {self.settings.timeout:g} seconds") from None
        except httpx.TransportError as error:
            detail = self._clean(str(error)) or type(error).__name__
            raise _Failure(f"the connection failed ({detail}); is the server running?") from None
        except httpx.HTTPError as error:
            raise _Failure(f"the reply is broken ({self._clean(str(error))})") from None
        if response.status_code != 200:
            self._refuse(response.status_code, response.headers, data)
        try:
            in_pieces = EVENT_STREAM in response.headers.get("content-type", "")
            return read_reply(assemble(data) if in_pieces else json.loads(data))
        except (ValueError, RecursionError) as error:
            reason = str(error) if type(error) is ValueError else "it is not valid JSON"
            raise _Failure(f"the reply cannot be read: {self._clean(reason)}") from None

    def _read(self, response: httpx.Response, deadline: float) -> bytes:
        """The body, bounded in size and time: a server may drip bytes for ever."""
        data = bytearray()
        for chunk in response.iter_bytes():
            data += chunk
            if len(data) > MAX_REPLY_BYTES:
                raise _Failure(f"the reply is longer than {MAX_REPLY_BYTES >> 20} MiB")
            if time.monotonic() > deadline:
                raise _Failure(f"the reply took more than {self.settings.timeout:g} seconds")
        return bytes(data)

    def _refuse(self, status: int, headers: Mapping[str, str], data: bytes) -> None:
        """Raise what a status other than 200 means."""
        detail = self._clean(_read_detail(data))
        said = f": {detail}" if detail else ""
        if status in (400, 500, 501) and _TAKES_NO_PICTURES.search(detail):
            # llama.cpp says so with a status that promises another try.
            raise EndpointError(
                f"{self._address} takes no pictures (status {status}{said}); choose a model with "
                "vision, start llama.cpp with its projector (--mmproj), or play without pictures"
            )
        if status in _REPEATED or status >= 500:
            raise _Failure(f"status {status}{said}", _read_wait(headers.get("retry-after", "")))
        if status in (401, 403):
            key = "the API key" if self.settings.api_key else "a request without an API key"
            raise EndpointError(
                f"{self._address} refused {key} (status {status}); check the API key{said}"
            )
        if status == 404:
            raise EndpointError(
                f"{self._address} does not exist or has no model {self.settings.model!r} "
                f"(status 404); check base_url and model{said}"
            )
        too_long = status == 413 or (status in (400, 422) and _TOO_LONG.search(detail))
        kind = RequestTooLong if too_long else EndpointError
        raise kind(f"{self._address} refused the request (status {status}){said}")

    def _wait(self, attempt: int, asked: float) -> None:
        """Wait before a repetition: exponential, with full jitter over its second half."""
        with self._lock:
            jitter = float(self._rng.random())
        wait = self.settings.backoff * 2.0 ** min(attempt, 30) * (0.5 + 0.5 * jitter)
        time.sleep(min(max(wait, asked), self.settings.max_backoff))

    def _connect(self) -> httpx.Client:
        httpx = _import_httpx()
        with self._lock:
            if self._client is None:
                headers = {"content-type": "application/json"}
                if self.settings.api_key:
                    headers["authorization"] = f"Bearer {self.settings.api_key}"
                self._client = httpx.Client(
                    headers=headers,
                    # Requests wait for their turn before they come here: threads that wait
                    # inside httpcore's pool can have their connection closed under them.
                    timeout=httpx.Timeout(self.settings.timeout),
                    limits=httpx.Limits(max_connections=None),
                )
            return self._client

    def _clean(self, text: str) -> str:
        """One short line without the key."""
        if self.settings.api_key:
            text = text.replace(self.settings.api_key, "<key>")
        line = " ".join(text.split())
        return line if len(line) <= _MAX_DETAIL else line[:_MAX_DETAIL] + "…"


def _read_detail(data: bytes) -> str:
    """What the server said about an error, in whatever form."""
    text = data[:100_000].decode("utf-8", "replace")
    try:
        payload = json.loads(text)
    except (ValueError, RecursionError):
        return text
    if isinstance(payload, dict):
        error = payload.get("error", payload.get("detail", payload.get("message")))
        if isinstance(error, dict):
            error = error.get("message", error)
        if error is not None:
            return str(error)
    return text


def _read_wait(retry_after: str) -> float:
    """Seconds that a `Retry-After` header asks for; 0 for a date or none."""
    try:
        wait = float(retry_after)
    except ValueError:
        return 0.0
    return wait if 0 <= wait < float("inf") else 0.0


def _import_httpx() -> Any:
    try:
        import httpx
    except ImportError:
        raise EndpointError(
            "chat endpoints need httpx: pip install 'searchvl-gym[integrations]'"
        ) from None
    return httpx
