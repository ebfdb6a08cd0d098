"""Facts that tell a page from others like it, the most telling first.

A person would say `the tallest bridge`, then `the bridge opened in 1843`, and `the bridge with the
monument number D4-7161` only when nothing else helps. One fact is said where one is enough.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np

from searchvl_gym.curation.facts.answers import cleaned, is_one_answer
from searchvl_gym.curation.facts.comparing import is_year, magnitude, ranked, rounded, year_of
from searchvl_gym.curation.facts.fact_base import FactBase
from searchvl_gym.curation.facts.untyped import is_plain
from searchvl_gym.curation.proofs.uniqueness import fits
from searchvl_gym.curation.records import Qualifier
from searchvl_gym.language.wording import Superlative, fitting
from searchvl_gym.world.records import Fact

_FULL_DATE = re.compile(r"\d{1,2} [A-Z][a-z]+|[A-Z][a-z]+ \d{1,2}(?!\d)")
_ORDINALS = {2: "second", 3: "third"}
_SAYABLE = 5
"""Facts that tell less are said of nothing: coordinates, numbers in a register."""

_COUNTED = 100
"""Greater numbers, and all with a unit, are said only rounded or as superlatives."""

_FEW = 60
"""Among more pages only the first ranks are named: nobody counts the rest."""


def narrow(
    facts: FactBase,
    page: int,
    others: Sequence[int],
    noun: str,
    excluded: Sequence[str],
    most: int,
    rng: np.random.Generator,
) -> tuple[Qualifier, ...] | None:
    """The facts that tell a page from others.

    Args:
        facts: All facts.
        page: The page.
        others: Every page that the words fit so far, itself among them.
        noun: What the pages are called.
        excluded: Relations that may not be used.
        most: How many facts may be said.
        rng: Chooses among facts that tell as much.

    Returns:
        The qualifiers, or None when they cannot be told apart.
    """
    options = [
        (cost + rng.random(), qualifier)
        for cost, qualifier in _options(facts, page, others, noun, excluded)
    ]
    options.sort(key=lambda pair: pair[0])
    for _, qualifier in options:
        if most and _singles_out(facts, page, others, (qualifier,)):
            return (qualifier,)
    plain = [q for _, q in options if q.form not in ("most", "least")][:8]
    for count in range(2, most + 1):
        for chosen in combinations(plain, count):
            different = len({qualifier.relation for qualifier in chosen}) == count
            if different and _singles_out(facts, page, others, chosen):
                return chosen
    return None


def _options(
    facts: FactBase, page: int, others: Sequence[int], noun: str, excluded: Sequence[str]
) -> Iterator[tuple[float, Qualifier]]:
    """Facts that may be said, with their costs: the least is the most telling."""
    own = facts.facts(page)
    count = Counter(fact.relation for fact in own)
    for fact in own:
        if fact.target is not None or count[fact.relation] > 1 or fact.relation in excluded:
            continue
        wording = facts.lexicon[fact.relation]
        if not facts.typed and not is_plain(fact):
            continue
        if wording.telling > _SAYABLE or not is_one_answer(fact, facts.lexicon):
            continue
        if wording.superlative is not None and magnitude(fact.value) is not None:
            yield from _superlatives(facts, page, others, fact, wording.superlative)
        readings = facts.lexicon.readings(fact.relation)
        for verb in fitting(wording.subject, noun):
            # A row of an infobox may hold a name that is no page.
            verb = verb.replace("{y}", "{v}")
            if not facts.typed and fact.value.replace(",", "").isdigit():
                # One of the airfields, or how many of them there are.
                verb = verb.replace("{v} among the ", "{v} ")
            yield from _plain(fact, readings, verb, wording.telling)
        if not wording.subject and (facts.typed or (wording.nouns and _has_no_figure(fact))):
            said = _whose(facts, fact, noun)
            yield 8.0, Qualifier(fact.relation, fact.value, readings, said=said)


def _plain(
    fact: Fact, readings: tuple[str, ...], verb: str, telling: int
) -> Iterator[tuple[float, Qualifier]]:
    if year := year_of(fact.value):
        said = verb.replace("on {v}", "in {v}").replace("{v}", year)
        yield telling, Qualifier(fact.relation, year, readings, "year", said=said)
    if coarse := rounded(fact.value):
        said = verb.replace("{v}", f"about {coarse}")
        yield telling + 1.0, Qualifier(fact.relation, coarse, readings, "about", said=said)
    found = magnitude(fact.value)
    exactly = found is not None and (found.unit not in ("", "date") or found.number >= _COUNTED)
    if exactly and not year and not is_year(fact.value):
        return  # Nobody knows a city by its 749,607 inhabitants.
    exact = 1.0 if any(sign.isdigit() for sign in fact.value) else 0.0
    if not year and not _FULL_DATE.search(fact.value):
        verb = verb.replace(" on {v}", " in {v}")
    said = verb.replace("{v}", cleaned(fact.value))
    yield telling + exact, Qualifier(fact.relation, fact.value, readings, said=said)


def _superlatives(
    facts: FactBase, page: int, others: Sequence[int], fact: Fact, words: Superlative
) -> Iterator[tuple[float, Qualifier]]:
    """The superlatives that belong to a page among the others; at most one for each end."""
    readings = (fact.relation, *words.also)
    for form, adjective in (("most", words.most), ("least", words.least)):
        for rank in (1, 2, 3) if adjective else ():
            if rank > 1 and adjective.startswith("with "):
                break
            if len(others) < 2 * rank or (form == "least" and rank > 1 and len(others) > _FEW):
                break
            said = f"{_ORDINALS[rank]}-{adjective}" if rank > 1 else adjective
            if rank > 1 and " " in adjective:
                said = f"{_ORDINALS[rank]} {adjective}"
            qualifier = Qualifier(fact.relation, "", readings, form, rank, said)
            if ranked(facts, others, qualifier) == page:
                pair = words.taller if form == "most" else words.lower
                if len(others) == 2 and pair:
                    both = f"{pair} of the two"
                    qualifier = Qualifier(fact.relation, "", readings, form, 1, both)
                # `The second least populous country` is read twice.
                extra = 1.0 if adjective.startswith("with ") else 0.0
                clumsy = rank - 1.0 if " " in adjective else 0.0
                yield 0.4 + 0.8 * (rank - 1) + extra + clumsy, qualifier
                break


def _has_no_figure(fact: Fact) -> bool:
    return not any(sign.isdigit() for sign in fact.value)


def _whose(facts: FactBase, fact: Fact, noun: str) -> str:
    """A relative clause for a fact for which there is no verb."""
    wording = facts.lexicon[fact.relation]
    label = facts.relations[fact.relation].label
    nouns = fitting(wording.nouns, noun)
    name = nouns[0] if nouns else f"entry under “{label}”"
    quoted = fact.value if magnitude(fact.value) is not None else f"“{fact.value}”"
    return f"whose {name} is {quoted}"


def _singles_out(
    facts: FactBase, page: int, others: Sequence[int], chosen: Sequence[Qualifier]
) -> bool:
    left = list(others)
    for qualifier in chosen:
        if qualifier.form in ("most", "least"):
            first = ranked(facts, left, qualifier)
            left = [] if first is None else [first]
        else:
            left = [other for other in left if fits(facts, other, qualifier)]
    return left == [page]
