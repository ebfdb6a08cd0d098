"""The two ends of a story: the thing that it begins with, and what comes out."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Anchor:
    """The thing that the picture stands for.

    Attributes:
        noun: What it is called.
        phrases: Noun phrases that point at it.
        sentences: Sentences that introduce it, without capital and full stop.
        person: Whether it is a person.
        place: Whether one can say `there` of it.
    """

    noun: str
    phrases: tuple[str, ...]
    sentences: tuple[str, ...] = ()
    person: bool = False
    place: bool = False


@dataclass(frozen=True)
class Told:
    """A path in words.

    Attributes:
        text: The question.
        expression: The words that point at the picture, as they stand in it.
        templates: The words of each step, with `{x}` for the thing before.
        ask: The words that ask, with `{x}` for the last thing.
    """

    text: str
    expression: str
    templates: tuple[str, ...]
    ask: str
