"""Where an endpoint is and how patiently to ask it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from searchvl_gym.endpoint.errors import EndpointError

PREFIX = "SEARCHVL"
"""Beginning of the environment variables."""


@dataclass(frozen=True)
class EndpointSettings:
    """An OpenAI-compatible endpoint.

    Attributes:
        base_url: Up to and without `/chat/completions`, e.g. `http://localhost:8000/v1`.
        model: Name of the model there.
        api_key: The key, or "" for servers without one. It is never shown.
        timeout: Seconds that one attempt may take in all.
        retries: How often a failed attempt is repeated.
        backoff: Seconds before the first repetition; doubled each time.
        max_backoff: Longest such wait, also where the server asks for a longer one.
        stream: Whether replies come in pieces. They are the same; but gateways that cut silent
            connections let long ones through.

    Raises:
        EndpointError: When something is missing or out of range.

    >>> EndpointSettings("http://localhost:8000/v1/", "m", api_key="secret")
    EndpointSettings(base_url='http://localhost:8000/v1', model='m', timeout=120.0, retries=4, \
backoff=1.0, max_backoff=30.0, stream=False)
    """

    base_url: str
    model: str
    api_key: str = field(default="", repr=False)
    timeout: float = 120.0
    retries: int = 4
    backoff: float = 1.0
    max_backoff: float = 30.0
    stream: bool = False

    def __post_init__(self) -> None:
        """Check the fields, which may come from a command line that reads `3` as a number."""
        for name in ("base_url", "model", "api_key"):
            if not isinstance(getattr(self, name), str):
                raise EndpointError(f"{name} of the endpoint must be text; in JSON, quote it")
        for name in ("timeout", "retries", "backoff", "max_backoff"):
            value, kinds = getattr(self, name), int if name == "retries" else (int, float)
            if isinstance(value, bool) or not isinstance(value, kinds):
                kind = "whole number" if name == "retries" else "number"
                raise EndpointError(f"{name} of the endpoint must be a {kind}, got {value!r}")
        if not isinstance(self.stream, bool):
            raise EndpointError(
                f"stream of the endpoint must be true or false, got {self.stream!r}"
            )
        object.__setattr__(self, "base_url", self.base_url.strip().rstrip("/"))
        object.__setattr__(self, "api_key", self.api_key.strip())
        try:
            parts = urlsplit(self.base_url)
            known = parts.scheme in ("http", "https") and bool(parts.hostname)
            known = known and parts.port != 0
        except ValueError:
            known = False
        if not known:
            raise EndpointError(
                "base_url must look like http://localhost:8000/v1, with http:// or https://"
            )
        if parts.username or parts.password or parts.query or parts.fragment:
            raise EndpointError("base_url must hold no user, password, query or fragment")
        if not self.model.strip():
            raise EndpointError("the endpoint's model must be named")
        if not all(" " < sign <= "~" for sign in self.api_key):
            raise EndpointError("the API key holds characters that no key has; check for a typo")
        waits = self.retries >= 0 and self.backoff >= 0 and self.max_backoff >= 0
        if not (self.timeout > 0 and waits):
            raise EndpointError(
                "timeout must be above 0; retries, backoff and max_backoff at least 0"
            )

    @classmethod
    def from_environment(
        cls,
        role: str,
        *,
        base_url: str | None = None,
        model: str | None = None,
        api_key: str | None = None,
        timeout: float = 120.0,
        retries: int = 4,
        backoff: float = 1.0,
        stream: bool = False,
        environment: Mapping[str, str] | None = None,
    ) -> EndpointSettings:
        """Settings whose missing parts stand in environment variables.

        `SEARCHVL_<ROLE>_BASE_URL`, `…_MODEL` and `…_API_KEY` are looked up first, then the same
        names without the role.

        Args:
            role: What it is for: `chat`, `judge` or `summariser`.
            base_url: Given, it wins over the environment; so do the next two.
            model: See `EndpointSettings`.
            api_key: See `EndpointSettings`.
            timeout: See `EndpointSettings`.
            retries: See `EndpointSettings`.
            backoff: See `EndpointSettings`.
            stream: See `EndpointSettings`.
            environment: Instead of the process's own.

        Raises:
            EndpointError: When the address or the model is nowhere; the message names the
                variables.

        >>> EndpointSettings.from_environment("judge", environment={})
        Traceback (most recent call last):
        searchvl_gym.endpoint.errors.EndpointError: the judge endpoint has no base URL and no \
model: set SEARCHVL_JUDGE_BASE_URL (or SEARCHVL_BASE_URL) and SEARCHVL_JUDGE_MODEL (or \
SEARCHVL_MODEL), or pass base_url and model
        """
        known = os.environ if environment is None else environment

        def look_up(name: str, given: str | None) -> str:
            if given is not None:
                return given
            own = known.get(f"{PREFIX}_{role.upper()}_{name}", "")
            return own or known.get(f"{PREFIX}_{name}", "")

        found = {"base_url": look_up("BASE_URL", base_url), "model": look_up("MODEL", model)}
        missing = [name for name, value in found.items() if not str(value).strip()]
        if missing:
            spoken = " and no ".join(name.replace("_url", " URL") for name in missing)
            variables = " and ".join(
                f"{PREFIX}_{role.upper()}_{name.upper()} (or {PREFIX}_{name.upper()})"
                for name in missing
            )
            raise EndpointError(
                f"the {role} endpoint has no {spoken}: set {variables}, "
                f"or pass {' and '.join(missing)}"
            )
        return cls(
            found["base_url"],
            found["model"],
            look_up("API_KEY", api_key),
            timeout=timeout,
            retries=retries,
            backoff=backoff,
            stream=stream,
        )
