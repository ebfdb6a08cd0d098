"""Wording: how a question points at a picture and tells the hops of its path."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType

import numpy as np

from searchvl_gym.language.asking import Asked
from searchvl_gym.language.ends import Anchor
from searchvl_gym.language.lexicon import wording_of
from searchvl_gym.language.nouns import KIND_NOUNS, noun_of
from searchvl_gym.language.phrases import Step
from searchvl_gym.language.pointing import PHRASES, SENTENCES, Pointing, fill
from searchvl_gym.language.story import tell
from searchvl_gym.world.records import Page, Relation

NOUNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {kind: (noun,) for kind, noun in KIND_NOUNS.items()}
)
"""What a page of a kind may be called when nothing better is known."""

_ARTICLE = re.compile(r"^(an?|the|some)\s+", re.IGNORECASE)
_NESTED = (2, 3, 9)
"""Clauses one within another that are tried: a long phrase for the anchor leaves no choice."""


class NoWords(ValueError):
    """There is no way to tell a path that a person would understand."""


def refer_to_picture(noun: str, style: str, rng: np.random.Generator) -> str:
    """A phrase that points at the page behind a picture without naming it.

    Args:
        noun: What the page is called: `bridge`. A kind of page gives that kind's noun.
        style: Style of the picture, one of `STYLES`; others are called `sign`.
        rng: Chooses the wording.

    >>> refer_to_picture("bridge", "unheard-of", np.random.default_rng(0))[:10]
    'the bridge'
    """
    phrases = PHRASES[Pointing.NAMED]
    phrase = phrases[int(rng.integers(len(phrases)))]
    return fill(phrase, KIND_NOUNS.get(noun, noun), thing_of(style))


def anchor_in_picture(page: Page, style: str) -> Anchor:
    """All that may be said to point at a page whose name a picture of a style shows."""
    noun, thing = noun_of(page), thing_of(style)
    return Anchor(
        noun,
        tuple(fill(phrase, noun, thing) for phrase in PHRASES[Pointing.NAMED]),
        tuple(fill(sentence, noun, thing) for sentence in SENTENCES[Pointing.NAMED]),
        person=page.kind == "person",
        place=page.kind == "location",
    )


def thing_of(style: str) -> str:
    """What bears the name in pictures of a style: `street sign`."""
    from searchvl_gym.world.pictures import STYLES

    return _ARTICLE.sub("", STYLES[style].shows) if style in STYLES else "sign"


def verbalise(
    anchor: str | Anchor,
    relations: Sequence[Relation],
    rng: np.random.Generator,
    *,
    nouns: Sequence[str] = (),
    inverse: Collection[int] = (),
) -> str:
    """One question for a whole path, in one to four sentences.

    Args:
        anchor: What stands for the first page: a phrase, or what is known of it.
        relations: The relation of every hop.
        rng: Chooses among their wordings.
        nouns: What the pages are called, the anchor's first; unknown ones are "". The wordings
            give plainer nouns where they are missing.
        inverse: Numbers of the hops, from 0, whose relation the later page states about the
            earlier one; never the last.

    Raises:
        NoWords: When there are no words for the path.

    >>> by = Relation("architect", "building", "person", "entity", "Architect",
    ...               ("the architect of {x}",), ("Who designed {x}?",))
    >>> born = Relation("born", "person", None, "date", "Born", (), ("When was {x} born?",))
    >>> verbalise("this bridge", [by, born], np.random.default_rng(0))
    'When was the architect of this bridge born?'
    """
    called = [*nouns, *[""] * (len(relations) + 1 - len(nouns))]
    if isinstance(anchor, str):
        anchor = Anchor(called[0], (anchor,))
    steps = [
        step_of(relation, called[number], called[number + 1], inverse=number in inverse)
        for number, relation in enumerate(relations[:-1])
    ]
    last = relations[-1]
    asked = Asked(
        wording_of(last),
        label=last.label,
        subject_noun=called[len(relations) - 1],
        answer_noun=called[len(relations)],
        person=last.target_kind == "person",
        requests=False,
    )
    for nested in _NESTED:
        if told := tell(anchor, steps, asked, rng, keep=1, nested=nested):
            return told[0].text
    names = " → ".join(relation.name for relation in relations)
    raise NoWords(f"there are no words for the path {names}")


def step_of(relation: Relation, earlier: str, later: str, *, inverse: bool = False) -> Step:
    """The step along a relation from a page called `earlier` to one called `later`."""
    kind = (relation.subject_kind if inverse else relation.target_kind) or ""
    wording = wording_of(relation)
    usual = "" if inverse else wording.thing
    return Step(
        wording,
        inverse=inverse,
        noun=later or usual or KIND_NOUNS.get(kind, "subject"),
        subject_noun=later if inverse else earlier,
        person=kind == "person",
        place=kind == "location",
        label=relation.label,
    )
