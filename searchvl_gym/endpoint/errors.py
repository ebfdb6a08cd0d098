"""What can go wrong with an endpoint."""

from __future__ import annotations


class EndpointError(Exception):
    """An endpoint could not be used; one line that says why and what to do, without the key."""


class RequestTooLong(EndpointError):
    """The endpoint refused a conversation that is longer than its model reads."""
