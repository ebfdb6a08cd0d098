"""What a page may be called without its name, and the grammar of such nouns.

A noun comes from the page's type (the row `Type` of its infobox), from rows that only one sort of
thing has, from its first sentence (`… is a river in …`), and only then from its kind.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from searchvl_gym.world.folding import fold
from searchvl_gym.world.records import Page

KIND_NOUNS: Mapping[str, str] = MappingProxyType(
    {
        "person": "person",
        "building": "structure",
        "location": "place",
        "organism": "species",
        "artifact": "work",
    }
)
"""What any page of a kind may be called when nothing better is known; others are a `subject`."""

TYPE_LABELS = ("type", "instance of", "kind")
"""Labels of infobox rows that say in a common noun what a page is about."""

_TELLING_LABELS: Mapping[str, str] = MappingProxyType(
    {
        "iata code": "airport",
        "iso 639-3 code": "language",
        "iso number": "currency",
        "inhabitants": "city",
        "countries and territories": "continent",
    }
)
"""Rows that only one sort of thing has; a capital is a city although its article says `capital`."""

_LEAD = re.compile(
    r"(?:(?<=\s)|(?<=\)))(?:is|was|are|were) (?:the|an?|one of the) (?P<rest>[^.;]{2,160})"
)
_STOP = re.compile(
    r"\b(?:of|in|on|at|by|for|from|to|with|that|who|which|where|whose|or|near|based|located"
    r"|written|recorded|released|directed|composed|designed|known|used|native|found|founded|made"
    r"|built|set|starring|produced|published|spoken|situated|held|established|between)\b|[,(–—:]"
)
_LEAD_LETTERS = 400
_FIRST_SENTENCE = re.compile(r"\n|(?<=[a-z0-9)])\. (?=[A-Z])")
_VAGUE = frozenset(
    (
        "first", "second", "third", "last", "largest", "smallest", "oldest", "longest", "member",
        "part", "name", "term", "type", "kind", "set", "group", "one", "number", "series",
        "version", "form", "example", "list", "result", "use", "process", "most", "only",
    )
)  # fmt: skip
_BROADER: Mapping[str, tuple[str, ...]] = MappingProxyType({"territory": ("country",)})
"""What else people call a thing; a noun fits whatever they might call so."""

_IRREGULAR = {"person": "people", "species": "species", "series": "series"}
_SILENT_OR_VOWEL = re.compile(r"(?:[aeio]|u(?!ni|se|k\b)|hour|heir|honou?r)", re.IGNORECASE)


def type_noun(page: Page) -> str:
    """What a page's subject is called in one to three lower-case words, or "".

    >>> type_noun(Page(0, "Sarn", "building", "", "", infobox=(("Type", "railway station"),)))
    'railway station'
    >>> type_noun(Page(0, "Kel", "location", "", "The Kel (2 km) is a small river in Sarn."))
    'river'
    """
    for label, value in page.infobox:
        words = value.split()
        plain = value == value.lower() and all(word.isalpha() for word in words)
        if fold(label) in TYPE_LABELS and plain and 1 <= len(words) <= 3:
            return value
    for label, _ in page.infobox:
        if noun := _TELLING_LABELS.get(fold(label)):
            return noun
    return lead_noun(page.text)


def lead_noun(text: str) -> str:
    """The noun of a first sentence that says what something is, or "".

    >>> lead_noun("Ray is a 2004 American biographical film directed by Taylor Hackford.")
    'film'
    >>> lead_noun("Moscow is the largest.")
    ''
    """
    match = _LEAD.search(_FIRST_SENTENCE.split(text[:_LEAD_LETTERS], maxsplit=1)[0])
    if match is None:
        return ""
    first, _, second = _STOP.split(match["rest"], maxsplit=1)[0].partition(" and ")
    # `an architect and painter` is an architect, `a rhythm and blues song` is a song.
    words = (second if len(second.split()) > 1 else first).split()
    while len(words) > 1 and words[-1].endswith(("ing", "-")):
        words.pop()  # `a film focusing on …`, `a song co-written by …`
    last = words[-1] if words else ""
    plain = last.isascii() and last.isalpha() and last == last.lower() and len(last) > 2
    if not plain or last in _VAGUE or last.endswith("s"):
        return ""
    return "city" if last == "capital" else last


def kind_noun(page: Page) -> str:
    """What any page of its kind may be called."""
    return KIND_NOUNS.get(page.kind, "subject")


def noun_of(page: Page) -> str:
    """The best noun for a page: that of its type, else that of its kind."""
    return type_noun(page) or kind_noun(page)


def nouns_of(page: Page) -> tuple[str, ...]:
    """Every noun that a page fits, its own first.

    >>> nouns_of(Page(0, "Aruba", "location", "", "Aruba is a territory in North America."))
    ('territory', 'country', 'place')
    """
    own = type_noun(page)
    found = (own, *_BROADER.get(own, ()), kind_noun(page))
    return tuple(dict.fromkeys(noun for noun in found if noun))


def with_article(noun: str) -> str:
    """A noun with its indefinite article.

    >>> [with_article(noun) for noun in ("airport", "university", "hour", "bridge")]
    ['an airport', 'a university', 'an hour', 'a bridge']
    """
    return f"{'an' if _SILENT_OR_VOWEL.match(noun) else 'a'} {noun}"


def plural(noun: str) -> str:
    """The plural of a common noun.

    >>> [plural(noun) for noun in ("bridge", "city", "moth", "person", "railway station")]
    ['bridges', 'cities', 'moths', 'people', 'railway stations']
    """
    if noun in _IRREGULAR:
        return _IRREGULAR[noun]
    if re.search(r"[^aeiou]y$", noun):
        return f"{noun[:-1]}ies"
    return f"{noun}es" if re.search(r"(?:s|x|z|ch|sh)$", noun) else f"{noun}s"


def possessive(phrase: str) -> str:
    """A noun phrase in the genitive.

    >>> possessive("this bridge"), possessive("it"), possessive("the species")
    ("this bridge's", 'its', "the species'")
    """
    if phrase == "it":
        return "its"
    return f"{phrase}'" if phrase.endswith("s") else f"{phrase}'s"
