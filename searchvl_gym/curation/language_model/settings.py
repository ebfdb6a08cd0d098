"""Settings of the language model that writes questions, and how it is reached."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from searchvl_gym.curation.language_model.completions import Completions, CompletionSettings
from searchvl_gym.endpoint import Endpoint, EndpointSettings

ROLE = "curation"
"""Where the environment variables name the endpoint: `SEARCHVL_CURATION_BASE_URL` and so on."""


@dataclass(frozen=True)
class LanguageModelSettings:
    """A language model that writes, rewrites and judges the questions of a run.

    What the world's facts can prove is proved as without it. The key is read from
    `SEARCHVL_CURATION_API_KEY` (or `SEARCHVL_API_KEY`) and stands in no file.

    Attributes:
        base_url: Address of the endpoint, such as `http://localhost:8000/v1`; "" for that of the
            environment.
        model: Its name there; "" for that of the environment.
        every_link: Whether paths also follow links behind which no fact stands. The model then
            reads the pages, and judges whether the question is unambiguous.
        requests: Most requests of the run, by all its processes, however often it is resumed;
            None for no limit. What the cache answers costs nothing.
        tokens: The same for tokens, of prompts and replies.
        cache: File of the replies; "" for `replies.sqlite` in the run's directory.
        temperature: Of the sampling.
        reply_tokens: Longest reply.
        schema: Whether the server understands `response_format` with a JSON schema.
        timeout: Seconds that one attempt may take.
        retries: How often a failed attempt is repeated.
    """

    base_url: str = ""
    model: str = ""
    every_link: bool = False
    requests: int | None = None
    tokens: int | None = None
    cache: str = ""
    temperature: float = 0.0
    reply_tokens: int = 1_000
    schema: bool = True
    timeout: float = 120.0
    retries: int = 4

    def __post_init__(self) -> None:
        """Check the values."""
        self.completions()

    def endpoint(self) -> EndpointSettings:
        """Where the model is, with what the environment adds.

        Raises:
            EndpointError: When address or model are nowhere, or wrong.
        """
        return EndpointSettings.from_environment(
            ROLE,
            base_url=self.base_url or None,
            model=self.model or None,
            timeout=self.timeout,
            retries=self.retries,
        )

    def completions(self) -> CompletionSettings:
        """How the model is asked, and how much.

        Raises:
            ValueError: When a value is out of range.
        """
        return CompletionSettings(
            requests=self.requests,
            tokens=self.tokens,
            temperature=self.temperature,
            reply_tokens=self.reply_tokens,
            schema=self.schema,
        )

    def describe_settings(self) -> dict[str, Any]:
        """What a result depends on: not where the model is, nor what it may cost."""
        return {
            "model": self.endpoint().model,
            "every_link": self.every_link,
            "temperature": self.temperature,
            "max_tokens": self.reply_tokens,
            "schema": self.schema,
        }


def open_model(settings: LanguageModelSettings, cache: Path | None) -> Completions:
    """The model, with its cache.

    Args:
        settings: Where it is and what it may cost.
        cache: File of the replies where the settings name none.

    Raises:
        EndpointError: When the endpoint is not described well enough.
    """
    return Completions(
        Endpoint(settings.endpoint()),
        cache=Path(settings.cache) if settings.cache else cache,
        settings=settings.completions(),
    )
