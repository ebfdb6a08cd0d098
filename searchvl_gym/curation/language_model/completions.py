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

from searchvl_gym.curation.errors import CurationError
from searchvl_gym.endpoint import Endpoint, Message

Reply = TypeVar("Reply")

_THOUGHT = "</think>"
_FENCE = "```"
_REMINDER = (
    "I could not read that: {error}. Reply with one JSON object of the schema, nothing else."
)
_BUSY_SECONDS = 60.0


class BudgetExhausted(CurationError):
    """The run has used up the requests or tokens that it may; one line that says how to go on."""


class UnreadableReply(Exception):
    """The model gave twice what the schema does not allow."""


@dataclass(frozen=True)
class CompletionSettings:
    """How the model is asked, and how much.

    Attributes:
        requests: Most requests that the cache has seen, of all processes and all earlier runs;
            without a cache, most requests of this object. None for no limit.
        tokens: The same for tokens, of prompts and replies.
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
    """What was used.

    Attributes:
        requests: Requests that the model was sent.
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
        usage: What this object used so far.
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
        self._lock = threading.RLock()
        self.usage = Usage()

    @property
    def spent(self) -> Usage:
        """What counts against the budget: what all who share the cache have used."""
        return self.usage if self._cache is None else self._cache.spent()

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
        self._reserve()
        reply = self._endpoint.chat(
            messages,
            temperature=self._settings.temperature,
            max_tokens=self._settings.reply_tokens,
            seed=0,
            extra=extra,
        )
        tokens = reply.prompt_tokens + reply.completion_tokens
        self._count(tokens=tokens)
        if self._cache is not None:
            self._cache.put(key, reply.text, tokens)
        return reply.text

    def _reserve(self) -> None:
        """Count one request before it is made, so that nobody passes the limit together."""
        with self._lock:
            if self._cache is None:
                _check_budget(self._settings, self.usage)
            else:
                self._cache.reserve(self._settings)
            self._count(requests=1)

    def _count(self, *, requests: int = 0, tokens: int = 0, cached: int = 0) -> None:
        with self._lock:
            used = self.usage
            self.usage = Usage(used.requests + requests, used.tokens + tokens, used.cached + cached)


class _Cache:
    """Replies by key in an SQLite file, and what they cost.

    Every process and thread opens its own connection.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        with self._connect() as connection:
            connection.execute(
                "CREATE TABLE IF NOT EXISTS replies (key TEXT PRIMARY KEY, text TEXT)"
            )
            connection.execute("CREATE TABLE IF NOT EXISTS spent (requests INT, tokens INT)")
            connection.execute(
                "INSERT INTO spent SELECT 0, 0 WHERE NOT EXISTS (SELECT * FROM spent)"
            )

    def get(self, key: str) -> str | None:
        with self._connect() as connection:
            row = connection.execute("SELECT text FROM replies WHERE key = ?", (key,)).fetchone()
        return None if row is None else str(row[0])

    def put(self, key: str, text: str, tokens: int) -> None:
        # The first reply to a request stays: others may have used it already.
        with self._connect() as connection:
            connection.execute("INSERT OR IGNORE INTO replies VALUES (?, ?)", (key, text))
            connection.execute("UPDATE spent SET tokens = tokens + ?", (tokens,))

    def spent(self) -> Usage:
        """What all who share the cache have used."""
        with self._connect() as connection:
            return _spent(connection)

    def reserve(self, limits: CompletionSettings) -> None:
        """Count one request.

        Raises:
            BudgetExhausted: When that would pass a limit.
        """
        with self._connect() as connection:
            # Nobody else counts between the look and the change.
            connection.execute("BEGIN IMMEDIATE")
            _check_budget(limits, _spent(connection))
            connection.execute("UPDATE spent SET requests = requests + 1")

    @contextmanager
    def _connect(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._path, timeout=_BUSY_SECONDS)) as connection, connection:
            yield connection


def has_replies(cache: Path) -> bool:
    """Whether a cache holds replies; one that is not there holds none."""
    return cache.exists() and _Cache(cache).spent().tokens > 0


def _spent(connection: sqlite3.Connection) -> Usage:
    requests, tokens = connection.execute("SELECT requests, tokens FROM spent").fetchone()
    return Usage(int(requests), int(tokens))


def _check_budget(limits: CompletionSettings, used: Usage) -> None:
    """Raise `BudgetExhausted` when nothing is left."""
    for limit, spent, what in (
        (limits.requests, used.requests, "requests"),
        (limits.tokens, used.tokens, "tokens"),
    ):
        if limit is not None and spent >= limit:
            raise BudgetExhausted(
                f"the budget of {limit} {what} is used up; raise it and run again, what is cached "
                "costs nothing"
            )


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
