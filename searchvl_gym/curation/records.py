"""What passes from stage to stage. Frozen, picklable, and independent of how it was made.

A stage takes a record and gives the next record, or a `Rejection` that says why there is none.
Everything a stage draws comes from `stage_rng(seed, record index, stage)`, so a record's fate
depends neither on the other records nor on the number of workers.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from searchvl_gym.language.pointing import Pointing

LINK = "link"
"""Relation of a descriptor behind which there is a link but no fact."""


class Stage(IntEnum):
    """The stages in their order; part of every seed, so a number is never used again."""

    PATH = 0
    QUESTION = 1
    REWRITING = 2
    GROUNDING = 3
    QUALITY = 4
    FILTERS = 5
    ENHANCEMENT = 6
    EXPERTS = 7
    MERGE = 8


def stage_rng(seed: int, index: int, stage: Stage) -> np.random.Generator:
    """The random numbers of one record at one stage.

    >>> a, b = (stage_rng(0, 7, Stage.QUESTION) for _ in range(2))
    >>> int(a.integers(1000)) == int(b.integers(1000))
    True
    """
    return np.random.default_rng([seed, index, int(stage)])


@dataclass(frozen=True)
class Rejection:
    """A record that a stage dropped.

    Attributes:
        index: Number of the record.
        stage: Which stage dropped it.
        reason: A short identifier, to be counted.
        detail: What exactly was wrong, for a person.
    """

    index: int
    stage: Stage
    reason: str
    detail: str = ""


@dataclass(frozen=True)
class PagePath:
    """A walk over links.

    Attributes:
        index: Number of the record.
        pages: Page ids: the anchor, the bridges, the page that the answer is from.
        attempt: How many walks from this anchor had failed before.
    """

    index: int
    pages: tuple[int, ...]
    attempt: int = 0


@dataclass(frozen=True)
class Qualifier:
    """A fact that narrows a descriptor.

    Attributes:
        relation: The relation that is meant.
        value: Its value for the page as the words give it; "" for a superlative.
        readings: Every relation that the words may mean, the meant one among them. Superlatives
            must hold by each of them.
        form: `is` for the value itself, `year` for its year, `about` for a rounded number, `most`
            or `least` for a superlative.
        rank: 1 for the greatest (or least), 2 for the second, …
        said: The words: a verb phrase, or the adjective of a superlative.
    """

    relation: str
    value: str
    readings: tuple[str, ...]
    form: str = "is"
    rank: int = 1
    said: str = ""


@dataclass(frozen=True)
class Descriptor:
    """How one page is described by the page before it on the path.

    It denotes every page that is reached from the earlier page by one of the `readings` and
    fits the noun and the qualifiers.

    Attributes:
        relation: The relation that is meant.
        inverse: False when the earlier page states it about this one (`the architect of {x}`),
            True when this page states it about the earlier one (`the bridge designed by {x}`).
        template: The words, with `{x}` for the earlier page.
        readings: Every relation that these words may mean, the meant one among them.
        noun: A noun in the words that the page must fit, or "".
        qualifiers: Further facts in the words.
    """

    relation: str
    inverse: bool
    template: str
    readings: tuple[str, ...]
    noun: str = ""
    qualifiers: tuple[Qualifier, ...] = ()


@dataclass(frozen=True)
class Reference:
    """How a question speaks of one page of its path.

    Attributes:
        page: Page id.
        name: Its title as it stands in a sentence.
        descriptor: How it follows from the page before; None for the anchor.
        expression: For the anchor, the visual expression that stands for it once grounded.
        named: Whether the question still gives the name.
    """

    page: int
    name: str
    descriptor: Descriptor | None = None
    expression: str = ""
    named: bool = True


@dataclass(frozen=True)
class Ask:
    """What is asked of the last page.

    Attributes:
        relation: The relation whose value is the answer, or None for the page's name.
        template: The sentences, with `{x}` for the page.
        readings: Every relation that these words may mean; empty for the page's name.
        form: Name of the coarser form that is asked for, or "".
    """

    relation: str | None
    template: str
    readings: tuple[str, ...] = ()
    form: str = ""


@dataclass(frozen=True)
class Answer:
    """The right answer.

    Attributes:
        text: What is right.
        kind: `entity`, `number`, `date`, `quantity` or `text`.
        aliases: Other right forms.
        value: What the page states: `text`, unless a coarser form is asked for.
    """

    text: str
    kind: str
    aliases: tuple[str, ...]
    value: str


@dataclass(frozen=True)
class Rewrite:
    """One accepted step of the rewriting.

    Attributes:
        page: Whose name was taken out.
        text: The question after it.
        tries: How many descriptors had been tried, this one included.
    """

    page: int
    text: str
    tries: int


@dataclass(frozen=True)
class Grounding:
    """The picture that stands for the anchor.

    Attributes:
        image: Id of the world's picture.
        expression: The words that point at it.
        noun: The noun in them.
        shown: The name that is written in the picture, or "" when it only shows its subject.
        score: What the gate said.
        gate: Name of the gate.
        thing: What bears the name: `street sign`.
        pointing: How the words may point at the page.
    """

    image: int
    expression: str
    noun: str
    shown: str
    score: float
    gate: str
    thing: str = "sign"
    pointing: Pointing = Pointing.SHOWN


@dataclass(frozen=True)
class Question:
    """A question at any point between the path and the finished task.

    Attributes:
        path: Where it comes from.
        references: How it speaks of the pages of the path, the anchor first.
        ask: What it asks of the last page.
        answer: The right answer.
        text: The words.
        canonical: The words before the rewriting, all names in them.
        rewrites: The accepted steps of the rewriting.
        grounding: The picture, once there is one.
        engine: Name of the engine that wrote it.
        proof: `exhaustive` when the world's facts prove that it has exactly one answer,
            `infobox` when its infoboxes do, `judged` when a model said so, "" before.
    """

    path: PagePath
    references: tuple[Reference, ...]
    ask: Ask
    answer: Answer
    text: str = ""
    canonical: str = ""
    rewrites: tuple[Rewrite, ...] = ()
    grounding: Grounding | None = None
    engine: str = ""
    proof: str = ""
