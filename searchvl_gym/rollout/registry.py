"""Policies and algorithms by name.

Names come from `register` and from the entry-point group `searchvl_gym.algos`, so a package that
is merely installed adds its policies. Entry points are loaded when they are asked for, not before.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from importlib.metadata import EntryPoint, entry_points
from typing import Any

GROUP = "searchvl_gym.algos"
"""The entry-point group."""

Factory = Callable[..., Any]
"""A class or function that makes a policy from keyword arguments."""

_REGISTERED: dict[str, Factory] = {}


def register(name: str, factory: Factory) -> None:
    """Make a policy known under a name in this process.

    Registering a name again replaces it, and a registered name hides an entry point of that
    name: so a notebook cell can be run twice.

    Args:
        name: Letters, digits, `_`, `-` or `.`; starts with a letter or digit.
        factory: Called by `make` with its keyword arguments.

    Raises:
        ValueError: When the name is empty or holds other characters (`:` and `,` separate
            arguments on the command line).
        TypeError: When the factory cannot be called.

    >>> register("doctest_policy", lambda words=1: f"policy of {words}")
    >>> make("doctest_policy", words=2)
    'policy of 2'
    """
    plain = name.replace("_", "").replace("-", "").replace(".", "")
    if not plain.isalnum() or not name[0].isalnum():
        raise ValueError(
            f"policy name {name!r} must be made of letters, digits, '_', '-' and '.', and start "
            "with a letter or digit"
        )
    if not callable(factory):
        raise TypeError(f"the factory of policy {name!r} must be callable, got {factory!r}")
    _REGISTERED[name] = factory


def available() -> tuple[str, ...]:
    """Names that `make` knows, in alphabetical order; nothing is loaded for it."""
    return tuple(sorted(_REGISTERED.keys() | _entry_points().keys()))


def make(name: str, **arguments: Any) -> Any:
    """Make the policy called `name`.

    Args:
        name: One of `available()`.
        **arguments: Handed to its factory.

    Raises:
        ValueError: When there is no such policy, or its factory does not take these arguments;
            the message lists those there are.
        RuntimeError: When the policy's package cannot be imported.
    """
    factory = _find(name)
    try:
        signature = inspect.signature(factory)
    except (TypeError, ValueError):
        return factory(**arguments)
    try:
        signature.bind(**arguments)
    except TypeError as error:
        takes = ", ".join(map(str, signature.parameters.values())) or "no arguments"
        raise ValueError(f"policy {name!r}: {error}; it takes {takes}") from None
    return factory(**arguments)


def _entry_points() -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=GROUP)}


def _find(name: str) -> Factory:
    if name in _REGISTERED:
        return _REGISTERED[name]
    point = _entry_points().get(name)
    if point is None:
        raise ValueError(
            f"there is no policy {name!r}; available: {', '.join(available()) or 'none'}"
        )
    try:
        factory: Factory = point.load()
    except (ImportError, AttributeError) as error:
        raise RuntimeError(
            f"policy {name!r} is registered as {point.value} but cannot be loaded: {error}"
        ) from error
    return factory
