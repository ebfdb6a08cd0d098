"""Structured answers from a language model: cached, within a budget, or a clear error.

A reply is kept under a digest of the whole request, so a run that is repeated or resumed asks
nothing twice and gives the same bytes. What the cache answers costs no budget.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from searchvl_gym.endpoint import Endpoint, Message

Reply = TypeVar("Reply")

_THOUGHT = "</think>"
_FENCE = "```"
_REMINDER = (
    "I could not read that: {error}. Reply with one JSON object of the schema, nothing else."
)
_BUSY_SECONDS = 60.0


class BudgetExhausted(Exception):
    """The run has used up the requests or tokens that it may; one line that says how to go on."""


class UnreadableReply(Exception):
    """The model gave twice what the schema does not allow."""


@dataclass(frozen=True)
class CompletionSettings:
    """How the model is asked, and how much.

    Attributes:
        requests: Most requests of this process; None for no limit.
        tokens: Most tokens of this process, prompts and replies; None for no limit.
        temperature: Of the sampling.
        reply_tokens: Longest reply.
        schema: Whether the server understands `response_format` with a JSON schema; the schema
            stands in the prompt either way.
    """

    requests: int | None = None
    tokens: int | None = None
    temperature: float = 0.0
    reply_tokens: int = 1_000
    schema: bool = True

    def __post_init__(self) -> None:
        """Check the values."""
        for name in ("requests", "tokens"):
            value = getattr(self, name)
            if value is not None and value < 0:
                raise ValueError(f"{name} must be at least 0 or None, got {value}")
        if self.temperature < 0 or self.reply_tokens < 1:
            raise ValueError("temperature must be at least 0 and reply_tokens at least 1")


@dataclass(frozen=True)
class Usage:
    """What was used so far.

    Attributes:
        requests: Requests that the model answered.
        tokens: Tokens of prompts and replies, as the server counted.
        cached: Requests that the cache answered.
    """

    requests: int = 0
    tokens: int = 0
    cached: int = 0


class Completions:
    """Asks a model for JSON of a given type. Threads may share it.

    Args:
        endpoint: The model.
        cache: File of the cache, made when missing; processes may share it. None for none.
        settings: How to ask, and how much.

    Attributes:
        usage: What was used so far.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        cache: Path | None = None,
        settings: CompletionSettings | None = None,
    ) -> None:
        self._endpoint = endpoint
        self._settings = settings or CompletionSettings()
        self._cache = None if cache is None else _Cache(cache)
        self._lock = threading.Lock()
        self.usage = Usage()

    def ask(self, instruction: str, content: Mapping[str, Any], reply: type[Reply]) -> Reply:
        """Ask for one answer; once more when it cannot be read.

        Args:
            instruction: What the model is to do; the schema is added to it.
            content: What it gets to read, sent as JSON.
            reply: A `msgspec.Struct` that the answer must be.

        Raises:
            BudgetExhausted: When the request would pass the budget.
            UnreadableReply: When the answer is twice not what was asked for.
            EndpointError: When the endpoint cannot be used.
        """
        schema = json.dumps(msgspec.json.schema(reply), sort_keys=True)
        system = f"{instruction}\n\nReply with one JSON object of this schema:\n{schema}"
        messages: list[Message] = [
            {"role": "system", "content": system},
            {"role": "user", "content": json.dumps(content, ensure_ascii=False, indent=1)},
        ]
        extra = _response_format(reply) if self._settings.schema else {}
        error = ""
        for _ in range(2):
            said = self._complete(messages, extra)
            try:
                return msgspec.json.decode(_find_json(said), type=reply)
            except (msgspec.DecodeError, ValueError) as wrong:
                error = " ".join(str(wrong).split())[:200]
            messages = [
                *messages,
                {"role": "assistant", "content": said},
                {"role": "user", "content": _REMINDER.format(error=error)},
            ]
        raise UnreadableReply(f"the model's reply cannot be read: {error}")

    def _complete(self, messages: list[Message], extra: Mapping[str, Any]) -> str:
        request = [
            self._endpoint.settings.model,
            self._settings.temperature,
            self._settings.reply_tokens,
            messages,
            extra,
        ]
        key = hashlib.sha256(json.dumps(request, sort_keys=True).encode()).hexdigest()
        held = None if self._cache is None else self._cache.get(key)
        if held is not None:
            self._count(cached=1)
            return held
        self._spend()
        reply = self._endpoint.chat(
            messages,
            temperature=self._settings.temperature,
            max_tokens=self._settings.reply_tokens,
            seed=0,
            extra=extra,
        )
        self._count(tokens=reply.prompt_tokens + reply.completion_tokens)
        if self._cache is not None:
            self._cache.put(key, reply.text)
        return reply.text

    def _spend(self) -> None:
        """Count one request before it is made, so that threads cannot pass the limit together."""
        limits, used = self._settings, self.usage
        if limits.requests is not None and used.requests >= limits.requests:
            raise BudgetExhausted(
                f"the budget of {limits.requests} requests is used up; raise it and run again, "
                "what is cached costs nothing"
            )
        if limits.tokens is not None and used.tokens >= limits.tokens:
            raise BudgetExhausted(
                f"the budget of {limits.tokens} tokens is used up; raise it and run again, "
                "what is cached costs nothing"
            )
        self._count(requests=1)

    def _count(self, *, requests: int = 0, tokens: int = 0, cached: int = 0) -> None:
        with self._lock:
            used = self.usage
            self.usage = Usage(used.requests + requests, used.tokens + tokens, used.cached + cached)


class _Cache:
    """Replies by key in an SQLite file; every process and thread opens its own connection."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        with self._connect() as connection:
            connection.execute(
                "CREATE TABLE IF NOT EXISTS replies (key TEXT PRIMARY KEY, text TEXT)"
            )

    def get(self, key: str) -> str | None:
        with self._connect() as connection:
            row = connection.execute("SELECT text FROM replies WHERE key = ?", (key,)).fetchone()
        return None if row is None else str(row[0])

    def put(self, key: str, text: str) -> None:
        # The first reply to a request stays: others may have used it already.
        with self._connect() as connection:
            connection.execute("INSERT OR IGNORE INTO replies VALUES (?, ?)", (key, text))

    @contextmanager
    def _connect(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._path, timeout=_BUSY_SECONDS)) as connection, connection:
            yield connection


def _find_json(text: str) -> str:
    """The JSON object in a reply: after the reasoning, without a code fence around it."""
    text = text.rpartition(_THOUGHT)[2].strip()
    if _FENCE in text:
        text = text.split(_FENCE)[1].removeprefix("json")
    start, end = text.find("{"), text.rfind("}")
    if start < 0 or end < start:
        raise ValueError("there is no JSON object")
    return text[start : end + 1]


def _response_format(reply: type[Any]) -> dict[str, Any]:
    schema = {"name": reply.__name__, "schema": msgspec.json.schema(reply), "strict": False}
    return {"response_format": {"type": "json_schema", "json_schema": schema}}
