"""Paths that nobody would ask along: those that double back, and those with a detour.

`The country of the airport serving this city` is the country of the city, and in `the town near
which the plant on the arms of that town was found` a reader must keep two towns apart.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import combinations, pairwise

from searchvl_gym.curation.facts.fact_base import FactBase
from searchvl_gym.language.nouns import nouns_of, plural, type_noun
from searchvl_gym.language.wording import fitting
from searchvl_gym.world.records import Fact, Page

_FEW = 3
"""So many things are kept apart even where one sort comes twice, or one leads to the last."""


def doubles_back(facts: FactBase, pages: Sequence[Page]) -> str:
    """Why a path doubles back, or "".

    Things of one sort may follow each other once, where the relation has a word for the second
    (`the twin town of a town`). Among three things nobody gets lost, as long as what they share
    makes a superlative: `the highest airport in this airport's country`, but not `the city served
    by the airport nearest to this city`. Things of which no more than the kind is known are all
    alike and are not compared.

    Args:
        facts: All facts.
        pages: What is spoken of, in order.
    """
    if any(alike(*pair) and alike(*rest) for pair, rest in pairwise(pairwise(pages))):
        return "three things of one sort follow each other"
    if len(pages) <= _FEW:
        there_and_back = (
            len(pages) == _FEW
            and alike(pages[0], pages[2])
            and not alike(pages[0], pages[1])
            and all(_states(facts, *pair) for pair in pairwise(pages))
        )
        return f"back from “{pages[1].title}”" if there_and_back else ""
    for first, second in combinations(range(len(pages)), 2):
        earlier, later = pages[first], pages[second]
        if second - first > 1 and _states(facts, earlier, later):
            return f"“{earlier.title}” leads to “{later.title}” without those between"
        if alike(earlier, later) and not (second - first == 1 and _named(facts, earlier, later)):
            return f"“{earlier.title}” and “{later.title}” are of one sort"
    return ""


def asks_back(facts: FactBase, pages: Sequence[Page], asked: Fact) -> bool:
    """Whether a question leads back to something of a sort that was spoken of already.

    `How far is this city from the nearest airport?` is odd of a city that an airport led to.

    Args:
        facts: All facts.
        pages: What is spoken of, in order; the last one is asked about.
        asked: A fact of the last one.
    """
    before, wording = pages[:-1], facts.lexicon[asked.relation]
    if asked.target is not None:
        target = facts.page(asked.target)
        again = before if wording.role else pages
        return any(alike(page, target) for page in again) or any(
            _states(facts, page, target) for page in before
        )
    said = " ".join(fitting(wording.asks, type_noun(pages[-1])))
    nouns = [noun for page in before for noun in _sorts(page)]
    return any(re.search(rf"\b(?:{noun}|{plural(noun)})\b", said) for noun in nouns)


def alike(page: Page, other: Page) -> bool:
    """Whether one noun, other than that of a kind, fits both."""
    return bool(_sorts(page) & _sorts(other))


def _sorts(page: Page) -> frozenset[str]:
    return frozenset(nouns_of(page)[:-1])


def _states(facts: FactBase, page: Page, other: Page) -> bool:
    return any(fact.target == other.id for fact in facts.facts(page.id))


def _named(facts: FactBase, earlier: Page, later: Page) -> bool:
    """Whether the later page has a name of its own by what the earlier one states of it."""
    return any(
        fact.target == later.id and facts.lexicon[fact.relation].role
        for fact in facts.facts(earlier.id)
    )
