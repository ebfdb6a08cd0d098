"""From what a sentence states to words that state and ask it: `recorded by`, `tributary of`, `in`.

Relations of prose are a participle or a noun with its preposition, or a preposition alone; the
subject is the page whose sentence it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from searchvl_gym.language.nouns import with_article
from searchvl_gym.language.wording import Wording

_RELATION = re.compile(r"(?P<word>[a-z]+(?:-[a-z]+)?) (?P<how>by|for|after|from|in|on|at|to|of)")
_PAST: Mapping[str, str] = MappingProxyType(
    {
        "written": "wrote", "built": "built", "sung": "sang", "made": "made", "led": "led",
        "held": "held", "found": "found", "drawn": "drew", "shot": "shot", "sold": "sold",
        "won": "won", "begun": "began", "run": "ran", "given": "gave", "taken": "took",
        "bought": "bought", "overseen": "oversaw",
    }
)  # fmt: skip
"""Simple past of participles that do not end in `ed`."""

_ALONE: Mapping[str, Wording] = MappingProxyType(
    {
        "by": Wording(
            subject=("is by {y}",),
            phrases=("the {t} whose work {x} is",),
            inverse=("the {t} by {x}",),
            asks=("Who is {x} by?",),
        ),
        "in": Wording(
            phrases=("the {t} in which {x} lies",),
            inverse=("the {t} in {x}",),
            asks=("Where is {x}?",),
            telling=4,
        ),
        "on": Wording(phrases=("the {t} on which {x} is",), inverse=("the {t} on {x}",), telling=4),
        "from": Wording(
            subject=("is from {y}",),
            phrases=("the {t} from which {x} comes",),
            inverse=("the {t} from {x}",),
            asks=("Where is {x} from?",),
            telling=4,
        ),
    }
)


def prose_wording(relation: str) -> Wording | None:
    """The wording of a relation of prose, or None when it is none.

    >>> prose_wording("recorded by").asks
    ('Who recorded {x}?',)
    >>> prose_wording("named after").asks
    ('What was {x} named after?',)
    >>> prose_wording("tributary of").subject
    ('is a tributary of {y}',)
    """
    if relation in _ALONE:
        return _ALONE[relation]
    found = _RELATION.fullmatch(relation)
    if found is None:
        return None
    word, how = found["word"], found["how"]
    if how == "of":
        noun = with_article(word)
        return Wording(
            subject=(f"is {noun} of {{y}}",),
            phrases=(f"the {{t}} of which {{x}} is {noun}",),
            asks=(f"What is {{x}} {noun} of?",),
        )
    past = simple_past(word)
    if not past:
        return None
    if how == "by":
        return Wording(
            subject=(f"was {word} by {{y}}",),
            value=(f"{past} {{x}}",),
            asks=(f"Who {past} {{x}}?",),
        )
    where = how in ("in", "at", "on")
    return Wording(
        subject=(f"was {word} {how} {{y}}",),
        phrases=(f"the {{t}} {'where' if where else f'{how} which'} {{x}} was {word}",),
        asks=(f"Where was {{x}} {word}?" if where else f"What was {{x}} {word} {how}?",),
    )


def simple_past(participle: str) -> str:
    """The simple past of a participle, or "" when it is not known.

    >>> simple_past("co-written"), simple_past("designed"), simple_past("spoken")
    ('co-wrote', 'designed', '')
    """
    before, hyphen, stem = participle.rpartition("-")
    past = _PAST.get(stem, stem if stem.endswith("ed") else "")
    return f"{before}{hyphen}{past}" if past else ""
