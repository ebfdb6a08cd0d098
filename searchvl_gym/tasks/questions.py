"""Wording: how a question points at a picture and nests the hops of its path."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np

from searchvl_gym.world.records import Relation

NOUNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "person": ("person",),
        "building": ("structure", "building or place"),
        "location": ("place", "locality"),
        "organism": ("species", "organism"),
        "artifact": ("work", "object"),
    }
)
"""What a page of a kind may be called without naming it."""

ANCHORS = (
    "the {noun} whose name is on the {thing} in the picture",
    "the {noun} named on the {thing} shown here",
    "the {noun} that the {thing} in the image names",
    "the {noun} whose name can be read on the {thing} in the image",
    "the {noun} identified by the {thing} in this picture",
)
"""Visual referring expressions."""

_ARTICLE = re.compile(r"^(an?|the|some)\s+", re.IGNORECASE)


def refer_to_picture(kind: str, style: str, rng: np.random.Generator) -> str:
    """A phrase that points at the page behind a picture without naming it.

    Args:
        kind: Kind of the page.
        style: Style of the picture, one of `STYLES`; others are called `picture`.
        rng: Chooses the wording.

    >>> refer_to_picture("person", "unheard-of", np.random.default_rng(0))[:10]
    'the person'
    """
    from searchvl_gym.world.pictures import STYLES

    nouns = NOUNS.get(kind, ("subject",))
    noun = nouns[int(rng.integers(len(nouns)))]
    thing = _ARTICLE.sub("", STYLES[style].shows) if style in STYLES else "sign"
    return ANCHORS[int(rng.integers(len(ANCHORS)))].format(noun=noun, thing=thing)


def verbalise(anchor: str, relations: Sequence[Relation], rng: np.random.Generator) -> str:
    """One question for a whole path.

    Args:
        anchor: What stands for the first page.
        relations: The relation of every hop; all but the last need phrases, the last a question.
        rng: Chooses among their wordings.

    >>> by = Relation("architect", "building", "person", "entity", "Architect",
    ...               ("the architect of {x}",), ("Who designed {x}?",))
    >>> born = Relation("born", "person", None, "date", "Born", (), ("When was {x} born?",))
    >>> verbalise("this bridge", [by, born], np.random.default_rng(0))
    'When was the architect of this bridge born?'
    """
    subject = anchor
    for relation in relations[:-1]:
        phrase = relation.phrases[int(rng.integers(len(relation.phrases)))]
        subject = phrase.replace("{x}", subject)
    questions = relations[-1].questions
    question = questions[int(rng.integers(len(questions)))].replace("{x}", subject)
    return question[:1].upper() + question[1:]
