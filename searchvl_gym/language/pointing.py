"""Words that point at a picture: noun phrases, and sentences that say what is to be seen."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from searchvl_gym.language.nouns import with_article


class Pointing(StrEnum):
    """What a picture does with the page that is meant."""

    NAMED = "named"
    """Its name is the only one of the kind that can be read."""

    TITLED = "titled"
    """It is one of several that can be read; its name is the title."""

    SHOWN = "shown"
    """It can be seen, without a name."""


PHRASES: Mapping[Pointing, tuple[str, ...]] = MappingProxyType(
    {
        Pointing.NAMED: (
            "the {t} named on this {thing}",
            "the {t} named on the {thing} in the picture",
            "the {t} named on the {thing} shown here",
            "the {t} mentioned on this {thing}",
            "the {t} on this {thing}",
            "the {t} that this {thing} names",
            "the {t} whose name is on this {thing}",
        ),
        Pointing.TITLED: (
            "the {t} named in the title of this {thing}",
            "the {t} named in the title of the {thing} in the picture",
            "the {t} named at the head of this {thing}",
            "the {t} named at the top of the {thing} in the picture",
            "the {t} whose name is the title of this {thing}",
            "the {t} whose name heads the {thing} shown here",
        ),
        Pointing.SHOWN: (
            "the {t} in the picture",
            "the {t} in this picture",
            "the {t} shown here",
            "the {t} in this image",
            "the {t} shown in the picture",
            "the {t} pictured here",
            "the {t} seen in this picture",
            "the {t} that the picture shows",
        ),
    }
)
"""Noun phrases; `{t}` is the page's noun, `{thing}` what bears its name."""

SENTENCES: Mapping[Pointing, tuple[str, ...]] = MappingProxyType(
    {
        Pointing.NAMED: (
            "this {thing} names {a}",
            "this {thing} mentions {a}",
            "{a} is named on this {thing}",
            "the {thing} in the picture names {a}",
        ),
        Pointing.TITLED: (
            "the title of this {thing} is the name of {a}",
            "the {thing} in the picture is headed with the name of {a}",
            "at the top of this {thing} stands the name of {a}",
        ),
        Pointing.SHOWN: (
            "the picture shows {a}",
            "this is a picture of {a}",
            "{a} can be seen in the picture",
            "you can see {a} in this picture",
        ),
    }
)
"""Sentences without their capital and full stop; `{a}` is the noun with its article."""


def fill(template: str, noun: str, thing: str) -> str:
    """A phrase or sentence with its slots filled.

    >>> fill(SENTENCES[Pointing.NAMED][0], "airport", "timetable")
    'this timetable names an airport'
    """
    return (
        template.replace("{thing_a}", with_article(thing))
        .replace("{thing}", thing)
        .replace("{t}", noun)
        .replace("{a}", with_article(noun))
    )
