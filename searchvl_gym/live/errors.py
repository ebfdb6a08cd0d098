"""What can go wrong on the live web, by kind, and what an agent sees of it."""

from __future__ import annotations

from enum import StrEnum

from searchvl_gym.types import ErrorKind, ToolError


class Fault(StrEnum):
    """Kinds of failure. The table in `docs/live.md` says what an agent sees of each."""

    NO_KEY = "no_key"
    WRONG_KEY = "wrong_key"
    BUDGET = "budget"
    UNREACHABLE = "unreachable"
    RATE_LIMIT = "rate_limit"
    SERVER = "server"
    TIMEOUT = "timeout"
    CONNECTION = "connection"
    MALFORMED = "malformed"
    PAUSED = "paused"
    NOT_RECORDED = "not_recorded"
    REFUSED = "refused"
    UNSUPPORTED = "unsupported"
    ADDRESS = "address"
    NOT_FOUND = "not_found"
    ROBOTS = "robots"
    REDIRECTS = "redirects"
    CONTENT_TYPE = "content_type"
    TOO_LARGE = "too_large"
    CAPTCHA = "captcha"
    UNREADABLE = "unreadable"


OPERATOR = frozenset({Fault.NO_KEY, Fault.WRONG_KEY, Fault.BUDGET, Fault.UNREACHABLE})
"""Only the operator can mend these: they stop a run instead of being shown to an agent."""

TRANSIENT = frozenset(
    {Fault.RATE_LIMIT, Fault.SERVER, Fault.TIMEOUT, Fault.CONNECTION, Fault.MALFORMED}
)
"""The same request may succeed when it is repeated."""

_INFRASTRUCTURE = TRANSIENT | {
    Fault.PAUSED,
    Fault.NOT_RECORDED,
    Fault.REFUSED,
    Fault.UNSUPPORTED,
    Fault.CAPTCHA,
}
_KINDS = {
    Fault.TIMEOUT: ErrorKind.TIMEOUT,
    Fault.RATE_LIMIT: ErrorKind.UNAVAILABLE,
    Fault.SERVER: ErrorKind.UNAVAILABLE,
    Fault.CONNECTION: ErrorKind.UNAVAILABLE,
    Fault.PAUSED: ErrorKind.UNAVAILABLE,
    Fault.NOT_RECORDED: ErrorKind.UNAVAILABLE,
    Fault.REFUSED: ErrorKind.UNAVAILABLE,
    Fault.UNSUPPORTED: ErrorKind.UNAVAILABLE,
}


class LiveError(Exception):
    """A search or a visit failed; one line without a key that says what to do.

    Args:
        fault: The kind.
        message: What happened and what to do, as the agent or the operator reads it.
        retry_after: Seconds after which the other side wants to be asked again; 0 when it did
            not say.
    """

    def __init__(self, fault: Fault, message: str, *, retry_after: float = 0.0) -> None:
        super().__init__(message)
        self.fault = fault
        self.message = message
        self.retry_after = retry_after

    def __reduce__(self) -> tuple[type[LiveError], tuple[Fault, str]]:
        """Survive the trip between processes."""
        return type(self), (self.fault, self.message)

    @property
    def transient(self) -> bool:
        """Whether repeating may help."""
        return self.fault in TRANSIENT

    def as_tool_error(self, tool: str) -> ToolError:
        """The error as the agent sees it.

        Args:
            tool: Name of the tool that failed; it begins the message.

        Raises:
            LiveError: This one, when only the operator can mend it.

        >>> LiveError(Fault.NOT_FOUND, "there is no page.").as_tool_error("visit")
        ToolError('visit: there is no page.')
        """
        if self.fault in OPERATOR:
            raise self
        return ToolError(
            _KINDS.get(self.fault, ErrorKind.TOOL_FAILURE),
            f"{tool}: {self.message}",
            infrastructure=self.fault in _INFRASTRUCTURE,
        )
