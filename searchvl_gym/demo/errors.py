"""What goes wrong on the page and is meant for whoever sits before it."""

from __future__ import annotations


class DemoError(Exception):
    """A request that cannot be met; the message says why and what to do.

    Args:
        message: For the person.
        status: Status code of the reply.
    """

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


class NotThere(DemoError):
    """There is no such session, run, episode or picture (any more)."""

    def __init__(self, message: str) -> None:
        super().__init__(message, 404)
