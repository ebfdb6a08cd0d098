"""How one relation is said: verbs in both directions, nouns, questions, superlatives.

The `subject` of a relation is the page that states it, its `value` what is stated. A verb phrase
of the subject has `{y}` for the value (`was designed by {y}`), one of the value has `{x}` for the
subject (`designed {x}`). A wording that begins with `noun|` is for subjects of that noun only:
`novel|was written by {y}`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Superlative:
    """Words that compare by a value; what begins with `with` follows the noun.

    Attributes:
        most: For the greatest value: `tallest`, `with the longest coastline`.
        least: For the least value: `lowest`; "" where there is no word.
        taller: Comparative of `most`, or "".
        lower: Comparative of `least`, or "".
        also: Other relations by which a reader may compare; they must agree.
    """

    most: str
    least: str
    taller: str = ""
    lower: str = ""
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Wording:
    """How a relation is said.

    Attributes:
        nouns: What the value is to the subject: `architect`, after `the` and before `of`.
        subject: Verb phrases of the subject, with `{y}`; for an attribute with `{v}`.
        value: Verb phrases of the value, with `{x}`.
        phrases: Noun phrases for the value, with `{t}` for its noun and `{x}`:
            `the {t} where {x} was born`.
        inverse: Noun phrases for the subject, with `{t}` for its noun and `{x}` for the value.
        asks: Whole questions with `{x}`; none where the schema's own are good.
        superlative: How subjects compare by the value.
        telling: How much a person would say about something by it, 1 (first) to 5 (last);
            6 for what nobody would describe a thing by.
        stated: Whether a sentence may state it of something unnamed; that a city `lies in a
            country` goes without saying.
        thing: What the value usually is, where its page is not at hand: `town`.
        role: Whether its noun tells the value from a subject of the same sort, as `twin town` and
            `teacher` do.
        backward: Whether one would go from the value to the subject: nobody describes a city as
            the one whose nearest airport is a given one.
        title: Whether a value is a title or a saying, one thing whatever commas it has.
    """

    nouns: tuple[str, ...] = ()
    subject: tuple[str, ...] = ()
    value: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    inverse: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    superlative: Superlative | None = None
    telling: int = 3
    stated: bool = True
    role: bool = False
    backward: bool = True
    title: bool = False
    thing: str = ""


def fitting(options: tuple[str, ...], noun: str) -> tuple[str, ...]:
    """The wordings for subjects of a noun: its own ones, else those for all.

    >>> fitting(("was created by {y}", "novel|was written by {y}"), "novel")
    ('was written by {y}',)
    >>> fitting(("was created by {y}", "novel|was written by {y}"), "ship")
    ('was created by {y}',)
    """
    own = tuple(
        option.split("|", 1)[1]
        for option in options
        if "|" in option and noun in option.split("|", 1)[0].split("/")
    )
    return own or tuple(option for option in options if "|" not in option)
