"""From the label of an infobox row to words: `Directed by`, `Producer(s)`, `Released`, `Length`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from searchvl_gym.language.prose_relations import prose_wording, simple_past
from searchvl_gym.language.wording import Wording

_PLURAL = re.compile(r"\((?:s|es)\)$")
_NOUN = re.compile(r"[A-Z]?[a-z]+(?:-[a-z]+)?(?: [a-z]+(?:-[a-z]+)?){0,2}|[A-Z]{2,5}|[A-Z]-[a-z]+")
_BY = re.compile(r"(?P<done>[A-Z]?[a-z]+) by")
_NO_NOUNS = frozenset(
    (
        "active", "also", "as", "at", "by", "for", "former", "from", "in", "known", "native",
        "notable", "official", "on", "other", "to", "with",
    )
)  # fmt: skip

_MADE_BY = frozenset(("music", "screenplay", "story", "lyrics", "words", "book", "libretto"))
_MADE: Mapping[str, str] = MappingProxyType(
    {
        "writer": "written", "songwriter": "written", "author": "written", "lyricist": "written",
        "composer": "composed", "producer": "produced", "director": "directed",
        "designer": "designed", "architect": "designed", "founder": "founded",
        "publisher": "published", "performer": "performed", "developer": "developed",
    }
)  # fmt: skip
"""Who makes things, with what they are by them."""

_OWN: Mapping[str, Wording] = MappingProxyType(
    {
        "artist": Wording(
            nouns=("artist",), inverse=("the {t} by {x}",), asks=("Who is the artist of {x}?",)
        ),
        "featuring": Wording(
            subject=("features {y}",), value=("is featured on {x}",),
            asks=("Who is featured on {x}?",),
        ),
        "serves": Wording(subject=("serves {y}",), value=("is served by {x}",), telling=2),
        "borders": Wording(subject=("borders {y}",), value=("borders {x}",), telling=2),
        "independence": Wording(asks=("When did {x} become independent?",), telling=2),
        "years active": Wording(asks=("In which years was {x} active?",), telling=6),
        # A row that may hold a time, a place or both: nobody can ask for it or tell a thing by it.
        "recorded": Wording(telling=6),
    }
)  # fmt: skip
_DATED: Mapping[str, str] = MappingProxyType(
    {
        "released": "was released on {v}",
        "opened": "was opened on {v}",
        "founded": "was founded in {v}",
        "established": "was established in {v}",
        "completed": "was completed in {v}",
        "launched": "was launched on {v}",
        "published": "was published in {v}",
        "born": "was born on {v}",
        "died": "died on {v}",
    }
)


def label_wording(label: str) -> Wording:
    """The wording of a relation of which only its label is known; an empty one when in doubt.

    >>> label_wording("Directed by").asks
    ('Who directed {x}?',)
    >>> label_wording("Producer(s)").nouns, label_wording("Producer(s)").subject
    (('producer',), ('was produced by {y}',))
    >>> label_wording("GDP (nominal, 2014)") == Wording()
    True
    """
    # `Music by – Songs`: what follows the dash tells whose row it is.
    plain = _PLURAL.sub("", label.strip().split(" – ")[0])
    lowered = plain.lower()
    if label == lowered and (told := prose_wording(label)) is not None:
        return told
    if (match := _BY.fullmatch(plain)) is not None:
        done = match["done"].lower()
        if done in _MADE_BY:
            return Wording(
                subject=(f"has {done} by {{y}}",), asks=(f"Who wrote the {done} for {{x}}?",)
            )
        past = simple_past(done)
        if past:
            return Wording(
                subject=(f"was {done} by {{y}}",),
                value=(f"{past} {{x}}",),
                asks=(f"Who {past} {{x}}?",),
            )
        return Wording()
    if lowered in _OWN:
        return _OWN[lowered]
    if lowered in _MADE:
        return _made(lowered, _MADE[lowered])
    if lowered in _DATED:
        verb = "did {x} die" if lowered == "died" else f"was {{x}} {lowered}"
        return Wording(subject=(_DATED[lowered],), asks=(f"When {verb}?",), telling=2)
    if not _NOUN.fullmatch(plain) or _NO_NOUNS & set(lowered.split()):
        return Wording()
    noun = plain if plain[1:2] == "-" or plain.isupper() else plain[0].lower() + plain[1:]
    if lowered.endswith(("ing", "ed")):
        return Wording()
    if lowered.endswith("s") and not lowered.endswith(("ss", "us")):
        return Wording(
            subject=(f"has {{y}} among the {noun}",),
            phrases=(f"the {{t}} among the {noun} of {{x}}",),
            asks=(f"What are the {noun} of {{x}}?",),
            telling=4,
        )
    return Wording(nouns=(noun,), asks=(f"What is the {noun} of {{x}}?",))


def _made(noun: str, done: str) -> Wording:
    """The wording of a maker: `the writer of {x}`, `written by {y}`, `wrote {x}`."""
    past = simple_past(done)
    return Wording(
        nouns=(noun,),
        subject=(f"was {done} by {{y}}",),
        value=(f"{past} {{x}}",),
        asks=(f"Who {past} {{x}}?",),
    )
