"""What the oracle is told: the legs of the gold path, ways to search, the form of the answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from searchvl_gym.curation.instances import INVERSE
from searchvl_gym.curation.questions.obfuscation import coarser
from searchvl_gym.curation.records import Answer
from searchvl_gym.types import Task

_REQUEST = re.compile(r"^(?:Which (?:is the |other )?|the )")
"""What a descriptor begins with and a search does not need."""

_KINDS = {"year": "date", "decade": "date"}
"""Kind of the stated value of a coarser form; a rounded answer has the kind of its value."""


@dataclass(frozen=True)
class Leg:
    """One hop with the names that are needed to play it.

    Attributes:
        title: Title of the page that the hop starts from.
        value: What is to be found: a fact of that page, or the title of the page that states
            the fact when `inverse`.
        label: How an infobox calls the relation.
        inverse: Whether the page that is looked for states the fact about `title`.
        noun: What kind of thing the question calls the page that is looked for, or "".
        wording: The words of the question for this hop, with `{x}` for what it starts from, or "".
        extra: Values of the further facts that the question adds.
        first: Whether it starts from the picture.
    """

    title: str
    value: str
    label: str
    inverse: bool = False
    noun: str = ""
    wording: str = ""
    extra: tuple[str, ...] = ()
    first: bool = False


def legs_of(task: Task) -> list[Leg]:
    """The gold path of a task.

    Raises:
        ValueError: When the task has no gold path with names.
    """
    titles, labels = task.metadata.get("titles"), task.metadata.get("labels")
    if not task.hops or not titles or not labels or "shown" not in task.metadata:
        raise ValueError(f"task {task.id}: the oracle needs hops and the names of their pages")
    descriptors = task.metadata.get("curation", {}).get("descriptors", [])
    legs = []
    for number, hop in enumerate(task.hops):
        said: Mapping[str, Any] = descriptors[number] if number < len(descriptors) else {}
        legs.append(
            Leg(
                title=str(titles[number]),
                value=hop.value,
                label=str(labels[number]),
                inverse=hop.relation.startswith(INVERSE),
                noun=str(said.get("noun", "")),
                wording=str(said.get("template", "")),
                extra=tuple(str(value) for _, value, *_ in said.get("qualifiers", ()) if value),
                first=number == 0,
            )
        )
    return legs


def answer_of(task: Task, value: str) -> tuple[str, str]:
    """What to answer once `value` was read, and the situation of the thought.

    >>> asked = {"curation": {"form": "decade"}}
    >>> answer_of(Task("t", "When?", "1890s", metadata=asked), "4 May 1893")
    ('1890s', 'answer_decade')
    """
    form = task.metadata.get("curation", {}).get("form", "")
    if form:
        kind = _KINDS.get(form, task.answer_kind)
        for coarse in coarser(Answer(value, kind, (), value)):
            if coarse.form == form:
                return coarse.answer.text, f"answer_{form}"
    return value, "answer"


def forward_queries(name: str, leg: Leg, rng: np.random.Generator) -> Iterator[str]:
    """Ways to ask for a fact of a page, the most telling first."""
    label = leg.label.lower()
    yield f"{name} {label}" if rng.random() < 0.7 else f"{label} {name}"
    yield name
    longest = sorted(name.split(), key=len, reverse=True)[:2]
    if len(longest) < len(name.split()):
        yield " ".join(longest)


def inverse_queries(name: str, leg: Leg, wider: int) -> Iterator[tuple[str, int]]:
    """Ways to find the page that states a fact about `name`, with how many results to ask for.

    0 results stand for the tool's own number.
    """
    label, extra = leg.label.lower(), " ".join(leg.extra)
    queries = [
        _REQUEST.sub("", leg.wording.replace("{x's}", f"{name}'s").replace("{x}", name)),
        f"{leg.noun} {label} {name} {extra}",
        f"{name} {leg.noun} {extra}",
    ]
    plain = [" ".join(query.split()) for query in queries]
    for query in dict.fromkeys(query for query in plain if query):
        yield query, 0
    yield plain[1], wider
    yield name, wider
