"""Compute: a number that has to be worked out of values of two pages.

Days between two dates, ratios, sums in other units, densities, all to the last digit: what a
program does and a head does not.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from searchvl_gym.tasks.paths import hop_of
from searchvl_gym.tasks.perception.goals import Compute, Goal
from searchvl_gym.tasks.perception.site import Site, choose
from searchvl_gym.types import Hop
from searchvl_gym.world.records import Fact, Page

_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_ISO = re.compile(r"^(\d{4})-(\d{2})-(\d{2})$")


_EVENTS = {
    "birth_date": "the birth of {x}",
    "death_date": "the death of {x}",
    "opened": "the opening of {x}",
    "presented": "the first presentation of {x}",
}
"""How questions speak of what happened on a day."""

CONVERSIONS: Mapping[str, tuple[str, str, float]] = MappingProxyType({
    "metres": ("feet", "foot", 0.3048),
    "kilometres": ("miles", "mile", 1.609344),
    "square kilometres": ("square miles", "square mile", 2.589988),
    "centimetres": ("inches", "inch", 2.54),
    "millimetres": ("inches", "inch", 25.4),
    "grams": ("ounces", "ounce", 28.349523),
    "minutes": ("hours", "hour", 60.0),
})  # fmt: skip
"""Units of the pages: what they are converted to, in the plural and the singular, and how many of
them make one of those."""


@dataclass(frozen=True)
class Sum:
    """Something to compute.

    Attributes:
        question: Asks for it.
        goals: What has to be found first, then the computation.
        hops: The facts that go in.
        answer: The result as text.
    """

    question: str
    goals: tuple[Goal, ...]
    hops: tuple[Hop, ...]
    answer: str


def number_of(text: str) -> float | None:
    """The first number of a value.

    >>> number_of("1,240 metres")
    1240.0
    """
    found = _NUMBER.search(text)
    return None if found is None else float(found[0].replace(",", ""))


def unit_of(text: str) -> str:
    """What a quantity is counted in; "" for a bare number.

    >>> unit_of("1,240 metres")
    'metres'
    """
    return _NUMBER.sub("", text, count=1).strip()


def day_of(fact: Fact) -> datetime.date | None:
    """The day of a fact that states one; None for a mere year."""
    for text in (fact.value, *fact.aliases):
        found = _ISO.match(text)
        if found is not None:
            return datetime.date(int(found[1]), int(found[2]), int(found[3]))
    return None


def days_between(
    site: Site, page: Page, phrase: str, other: Page, other_phrase: str, rng: np.random.Generator
) -> Sum | None:
    """How many days lie between a date of one page and a date of another."""
    first = choose(rng, [f for f in site.paths.single_facts(page.id) if day_of(f) is not None])
    second = choose(rng, [f for f in site.paths.single_facts(other.id) if day_of(f) is not None])
    if first is None or second is None:
        return None
    a, b = day_of(first), day_of(second)
    assert a is not None and b is not None
    days = abs((b - a).days)
    if days < 400:
        return None
    code = (
        "import datetime\n"
        f"print(abs((datetime.date({b.year}, {b.month}, {b.day}) - "
        f"datetime.date({a.year}, {a.month}, {a.day})).days))"
    )
    estimate = str(round(abs(b.year - a.year) * 365.25))
    question = (
        f"How many days lie between {_spoken(site, first, phrase)} and "
        f"{_spoken(site, second, other_phrase)}?"
    )
    return _sum(site, question, (first, second), code, str(days), estimate)


def ratio(
    site: Site, page: Page, phrase: str, other: Page, other_phrase: str, rng: np.random.Generator
) -> Sum | None:
    """How many times a quantity of one page holds a like one of the other, to two decimals."""
    pair = choose(rng, _like(site, page, other))
    if pair is None:
        return None
    first, second = pair
    a, b = _amount(first), _amount(second)
    if a < b:
        (first, a, phrase), (second, b, other_phrase) = (
            (second, b, other_phrase),
            (first, a, phrase),
        )
    if b <= 0 or a / b < 1.3 or (a / b) % 1 == 0:
        return None
    question = (
        f"How many times {_spoken(site, second, other_phrase)} is {_spoken(site, first, phrase)}? "
        "Give two decimals."
    )
    code = f"print(f'{{{a!r} / {b!r}:.2f}}')"
    return _sum(site, question, (first, second), code, f"{a / b:.2f}", f"{a / b:.0f}")


def total(
    site: Site, page: Page, phrase: str, other: Page, other_phrase: str, rng: np.random.Generator
) -> Sum | None:
    """Two like quantities of two pages, added up in another unit, to two decimals."""
    pairs = [pair for pair in _like(site, page, other) if unit_of(pair[0].value) in CONVERSIONS]
    pair = choose(rng, pairs)
    if pair is None:
        return None
    a, b = map(_amount, pair)
    unit = unit_of(pair[0].value)
    many, one, factor = CONVERSIONS[unit]
    question = (
        f"How many {many} do {_spoken(site, pair[0], phrase)} and "
        f"{_spoken(site, pair[1], other_phrase)} make together, at {factor} {unit} to the {one}? "
        "Give two decimals."
    )
    code = f"print(f'{{({a!r} + {b!r}) / {factor}:.2f}}')"
    result = (a + b) / factor
    return _sum(site, question, pair, code, f"{result:.2f}", f"{float(f'{result:.2g}'):.0f}")


def density(
    site: Site, page: Page, phrase: str, other: Page, other_phrase: str, rng: np.random.Generator
) -> Sum | None:
    """Inhabitants of the second page's place for each square kilometre, to two decimals."""
    facts = {fact.relation: fact for fact in site.paths.single_facts(other.id)}
    people, area = facts.get("population"), facts.get("area")
    if people is None or area is None or unit_of(area.value) != "square kilometres":
        return None
    a, b = _amount(people), _amount(area)
    if a % b == 0:
        return None
    question = f"How many people live on a square kilometre of {other_phrase}? Give two decimals."
    code = f"print(f'{{{a!r} / {b!r}:.2f}}')"
    return _sum(site, question, (people, area), code, f"{a / b:.2f}", f"{a / b:.0f}")


WAYS: tuple[Callable[[Site, Page, str, Page, str, np.random.Generator], Sum | None], ...] = (
    days_between,
    ratio,
    total,
    density,
)
"""What is computed, each as often as it can be had."""


def draw_sum(
    site: Site, page: Page, phrase: str, other: Page, other_phrase: str, rng: np.random.Generator
) -> Sum | None:
    """One try at something to compute from two pages that the question calls by phrases."""
    found = WAYS[int(rng.integers(len(WAYS)))](site, page, phrase, other, other_phrase, rng)
    if found is None or site.named_in(found.question, [page, other]):
        return None
    return found


def _sum(
    site: Site, question: str, facts: tuple[Fact, Fact], code: str, value: str, estimate: str
) -> Sum:
    hops = tuple(map(hop_of, facts))
    goals = tuple(site.fact_goal(hop) for hop in hops)
    last = Compute(tuple(fact.value for fact in facts), code, value, estimate)
    return Sum(question, (*goals, last), hops, value)


def _spoken(site: Site, fact: Fact, phrase: str) -> str:
    """`the population of the town …`, from how the relation is labelled."""
    label = site.relation(fact.relation).label.lower()
    wording = _EVENTS.get(fact.relation, f"the {label} of {{x}}")
    return wording.replace("{x}", phrase)


def _like(site: Site, page: Page, other: Page) -> list[tuple[Fact, Fact]]:
    """Pairs of a fact of each page in the same unit; bare numbers only of the same relation."""
    return [
        (first, second)
        for first in _countable(site, page)
        for second in _countable(site, other)
        if unit_of(first.value) == unit_of(second.value)
        and (unit_of(first.value) or first.relation == second.relation)
    ]


def _amount(fact: Fact) -> float:
    amount = number_of(fact.value)
    assert amount is not None
    return amount


def _countable(site: Site, page: Page) -> list[Fact]:
    kinds = ("number", "quantity")
    facts = [
        f for f in site.paths.single_facts(page.id) if site.relation(f.relation).value_kind in kinds
    ]
    return [fact for fact in facts if number_of(fact.value) is not None]
