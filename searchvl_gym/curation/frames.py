"""Sentence frames by family of relations: at least eight for each.

`{x}` is the page that is spoken of, `{n}` a noun of the relation (`town of birth`), `{r}` one
that reads well after `whose`, `{v}` a verb (`designed`), `{l}` the label of the relation, `{t}` a
common noun for the page that is described, with its pronouns `{who}` (who, that), `{whom}` (whom,
which) and `{obj}` (whom, that). A frame is used only when the schema gives all that stands in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_COMMON = (
    "Find the {n} of {x}.",
    "Give the {n} of {x}.",
    "State the {n} of {x}.",
    "Please look up the {n} of {x}.",
    "Can you find out the {n} of {x}?",
    "What do sources give as the {n} of {x}?",
    "What is recorded as the {n} of {x}?",
    "I am looking for the {n} of {x}. What is it?",
)

ASKS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "date": (*_COMMON, "Which entry do sources give as the {n} of {x}?"),
        "number": (
            *_COMMON,
            "Which number is given as the {n} of {x}?",
            "Give the {n} of {x} as a number.",
        ),
        "quantity": (
            *_COMMON,
            "Which figure is given for the {n} of {x}?",
            "Give the {n} of {x} with its unit.",
        ),
        "text": (*_COMMON, "What exactly is the {n} of {x}?", "What is known as the {n} of {x}?"),
        "person": (
            "Find the {n} of {x}.",
            "Name the {n} of {x}.",
            "Can you name the {n} of {x}?",
            "Please identify the {n} of {x}.",
            "Which person is the {n} of {x}?",
            "Who is recorded as the {n} of {x}?",
            "Whom do sources name as the {n} of {x}?",
            "What is the name of the {n} of {x}?",
        ),
        "location": (
            "Find the {n} of {x}.",
            "Name the {n} of {x}.",
            "Can you name the {n} of {x}?",
            "Please identify the {n} of {x}.",
            "Which place is the {n} of {x}?",
            "Which place do sources name as the {n} of {x}?",
            "What is recorded as the {n} of {x}?",
            "What is the name of the {n} of {x}?",
        ),
        "organism": (
            "Find the {n} of {x}.",
            "Name the {n} of {x}.",
            "Can you name the {n} of {x}?",
            "Please identify the {n} of {x}.",
            "Which species is the {n} of {x}?",
            "Which species do sources name as the {n} of {x}?",
            "What is recorded as the {n} of {x}?",
            "What is the name of the {n} of {x}?",
        ),
        "other": (
            "Find the {n} of {x}.",
            "Name the {n} of {x}.",
            "Can you name the {n} of {x}?",
            "Please identify the {n} of {x}.",
            "What is recorded as the {n} of {x}?",
            "What do sources name as the {n} of {x}?",
            "What is known as the {n} of {x}?",
            "What is the name of the {n} of {x}?",
        ),
        "label": (
            "What is given under “{l}” for {x}?",
            "Which entry stands under “{l}” for {x}?",
            "Give the entry under “{l}” for {x}.",
            "Look up “{l}” for {x}. What does it say?",
            "What do sources list under “{l}” for {x}?",
            "Find the entry “{l}” for {x}.",
            "What does the entry “{l}” say for {x}?",
            "Which value is listed under “{l}” for {x}?",
        ),
    }
)
"""Questions for the value of a relation, by the kind of the value; entities by their kind.

`label` is for relations of which only the label is known.
"""

TOPICS = (
    "Consider {x}. {q}",
    "Take {x}. {q}",
    "This is about {x}. {q}",
    "Think of {x}. {q}",
    "Start by identifying {x}. {q}",
)
"""Frames that name the page first; `{q}` is a question of the schema about `this {t}`."""

NAMES = (
    "What is the name of {x}?",
    "Name {x}.",
    "Can you name {x}?",
    "Please identify {x}.",
    "Find {x}. What is the name?",
    "I am looking for {x}. What is the name?",
    "Find out and give the name of {x}.",
    "Which name belongs to {x}?",
)
"""Questions for the name of a page."""

FORWARD = (
    "the {t} {who} is the {r} of {x}",
    "the {t} recorded as the {r} of {x}",
    "the {t} known as the {r} of {x}",
    "the {t} given as the {r} of {x}",
    "the {t} {obj} sources name as the {r} of {x}",
    "the {t} named as the {r} of {x}",
    "the {t} listed as the {r} of {x}",
    "the {t} {obj} sources record as the {r} of {x}",
)
"""Descriptors of a page by what the page before states about it; beside the schema's phrases."""

FORWARD_LABEL = (
    "the {t} given under “{l}” for {x}",
    "the {t} listed under “{l}” for {x}",
    "the {t} named under “{l}” for {x}",
    "the {t} entered under “{l}” for {x}",
    "the {t} {obj} sources give under “{l}” for {x}",
    "the {t} {obj} sources list under “{l}” for {x}",
    "the {t} {obj} sources name under “{l}” for {x}",
    "the {t} found under “{l}” for {x}",
)
"""The same, for relations of which only the label is known."""

INVERSE = (
    "the {t} whose {r} is {x}",
    "the {t} whose {r} is recorded as {x}",
    "the {t} whose {r} is given as {x}",
    "the {t} whose {r} is listed as {x}",
    "the {t} whose {r} is known to be {x}",
    "the {t} of {whom} the {r} is {x}",
    "the {t} for {whom} the {r} is given as {x}",
    "the {t} for {whom} the recorded {r} is {x}",
)
"""Descriptors of a page by what it states about the page before. They end with `{x}`, which may
be long."""

INVERSE_VERB = ("the {t} {obj} {x} {v}",)
"""The same with a verb, for a short `{x}`."""

INVERSE_LABEL = (
    "the {t} whose entry under “{l}” is {x}",
    "the {t} whose entry “{l}” is {x}",
    "the {t} whose entry “{l}” names {x}",
    "the {t} whose entry “{l}” gives {x}",
    "the {t} for {whom} the entry under “{l}” is {x}",
    "the {t} for {whom} the entry “{l}” names {x}",
    "the {t} {who} lists under “{l}” {x}",
    "the {t} {who} names under “{l}” {x}",
)
"""The same, for relations of which only the label is known."""

QUALIFIED_FORWARD = (
    "the {t} whose {q} and {who} is the {r} of {x}",
    "the {t} whose {q} and {obj} sources name as the {r} of {x}",
)
QUALIFIED_FORWARD_LABEL = ("the {t} whose {q} and {obj} sources give under “{l}” for {x}",)
QUALIFIED_INVERSE = (
    "the {t} whose {q} and whose {r} is {x}",
    "the {t} whose {q} and whose {r} is given as {x}",
    "the {t} whose {q} and of {whom} the {r} is {x}",
)
QUALIFIED_INVERSE_VERB = ("the {t} whose {q} and {obj} {x} {v}",)
QUALIFIED_INVERSE_LABEL = ("the {t} whose {q} and whose entry under “{l}” is {x}",)
"""Descriptors with facts of the page itself; `{q}` is `height is 32 metres`, and more of them
joined by `and whose`. The facts come first: after a nested `{x}` they would seem to be its."""

REDUNDANT = frozenset({"number", "person", "place", "species", "figure", "name"})
"""Words that must not stand both in a frame and in the noun that fills it."""

VISUAL_NAMED = (
    "the {t} whose name is on the {thing} in the picture",
    "the {t} named on the {thing} shown here",
    "the {t} that the {thing} in the image names",
    "the {t} whose name can be read on the {thing} in the image",
    "the {t} identified by the {thing} in this picture",
    "the {t} whose name the {thing} in the picture bears",
    "the {t} mentioned by name on the {thing} in the image",
    "the {t} whose name appears on the {thing} in this image",
)
"""Expressions for a page whose name can be read in the picture; `{thing}` bears it."""

VISUAL_TITLED = (
    "the {t} named in the title of the {thing} in the picture",
    "the {t} whose name heads the {thing} shown here",
    "the {t} whose name is the heading of the {thing} in the image",
    "the {t} named at the head of the {thing} in the picture",
    "the {t} whose name is the title of the {thing} in this picture",
    "the {t} that gives the {thing} in the image its title",
    "the {t} whose name serves as the title of the {thing} shown here",
    "the {t} named by the heading of the {thing} in this image",
)
"""The same where the picture names other pages of the kind as well."""

VISUAL_SHOWN = (
    "the {t} in the image",
    "the {t} shown in the picture",
    "the {t} pictured here",
    "the {t} that the picture shows",
    "the {t} depicted in the image",
    "the {t} seen in this picture",
    "the {t} in this picture",
    "the {t} that can be seen in the image",
)
"""Expressions for a page that the picture shows without naming it."""

EVERY = tuple(
    frame
    for group in (
        *ASKS.values(), TOPICS, NAMES, FORWARD, FORWARD_LABEL, INVERSE, INVERSE_VERB, INVERSE_LABEL,
        QUALIFIED_FORWARD, QUALIFIED_FORWARD_LABEL, QUALIFIED_INVERSE, QUALIFIED_INVERSE_VERB,
        QUALIFIED_INVERSE_LABEL, VISUAL_NAMED, VISUAL_TITLED, VISUAL_SHOWN,
    )
    for frame in group
)  # fmt: skip
"""All frames, for the words in them."""
