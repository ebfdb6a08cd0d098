"""Kinds of options that several commands take."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any


def at_least(least: int) -> Callable[[str], int]:
    """A whole number of at least `least`, for `type=` of an option.

    >>> at_least(1)("3")
    3
    """

    def parse(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f"expected a whole number, got {text!r}") from None
        if number < least:
            raise argparse.ArgumentTypeError(f"must be at least {least}, got {number}")
        return number

    return parse


def path(text: str) -> Path:
    """A path, for `type=` of an option; an empty one (a variable that is not set) is refused.

    >>> path("runs/a").name
    'a'
    """
    if not text.strip():
        raise argparse.ArgumentTypeError("expected a path, got an empty one")
    return Path(text)


def key_and_value(text: str) -> tuple[str, Any]:
    """`key=value`; the value is read as JSON where it is JSON, as text otherwise.

    >>> key_and_value("max_steps=10"), key_and_value("model=qwen")
    (('max_steps', 10), ('model', 'qwen'))
    """
    key, equals, value = text.partition("=")
    if not equals or not key.isidentifier():
        raise argparse.ArgumentTypeError(f"expected name=value, got {text!r}")
    try:
        return key, json.loads(value)
    except json.JSONDecodeError:
        return key, value


def as_arguments(option: str, pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """The pairs of a repeated option as keyword arguments.

    Raises:
        ValueError: When a name comes twice.
    """
    arguments: dict[str, Any] = {}
    for key, value in pairs:
        if key in arguments:
            raise ValueError(f"{option} {key} was given twice")
        arguments[key] = value
    return arguments


def add_policy(parser: argparse.ArgumentParser, *, default: str | None) -> None:
    """Add `--policy` and `--policy-arg`."""
    parser.add_argument(
        "--policy",
        default=default,
        required=default is None,
        metavar="NAME",
        help="random, no_tool, one_image_search, oracle, chat or a registered one"
        + (" (%(default)s)" if default else ""),
    )
    parser.add_argument(
        "--policy-arg",
        action="append",
        default=[],
        type=key_and_value,
        metavar="K=V",
        help="an argument of the policy; may be repeated",
    )


def add_judge(parser: argparse.ArgumentParser) -> None:
    """Add `--judge` and `--judge-arg`."""
    parser.add_argument(
        "--judge",
        choices=("rule", "llm", "rule+llm"),
        default="rule",
        help="who scores: rules, a language model behind an endpoint, or the model where the rules "
        "are unsure (%(default)s)",
    )
    parser.add_argument(
        "--judge-arg",
        action="append",
        default=[],
        type=key_and_value,
        metavar="K=V",
        help="an argument of the model that judges (base_url, model, timeout, retries, backoff) "
        "instead of the environment variables SEARCHVL_JUDGE_BASE_URL, …_MODEL, …_API_KEY; may be "
        "repeated",
    )


def add_cassette(parser: argparse.ArgumentParser) -> None:
    """Add `--record` and `--replay`."""
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument(
        "--record",
        type=path,
        metavar="FILE",
        help="live web: keep every answer in this cassette; what it holds is not asked again",
    )
    choice.add_argument(
        "--replay",
        type=path,
        metavar="FILE",
        help="live web: answer from this cassette, without key or network",
    )


def cassette_arguments(options: argparse.Namespace) -> dict[str, str]:
    """What `--record` and `--replay` mean for the environment."""
    given = {"record": options.record, "replay": options.replay}
    return {name: str(file) for name, file in given.items() if file is not None}


def size_in_words(size: int) -> str:
    """Bytes in the unit that people read.

    >>> size_in_words(64), size_in_words(350_000_000), size_in_words(2_140_000_000)
    ('64 B', '350 MB', '2.1 GB')
    """
    for unit, scale in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if size >= scale:
            amount = size / scale
            return f"{amount:.1f} {unit}" if amount < 10 else f"{amount:.0f} {unit}"
    return f"{size} B"
