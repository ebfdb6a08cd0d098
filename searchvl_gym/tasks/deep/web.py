"""The shape `web`: clues on one set that meet so often that the unknowns are of treewidth 3.

Two clues on a person's teacher and one on the person's own town close a complete graph of four
unknowns: the person, the town, the country and the teacher. Such clues come together seldom, so
all sets of a world are searched for them once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations
from types import MappingProxyType

from searchvl_gym.tasks.deep.knowledge import Knowledge
from searchvl_gym.tasks.deep.program import (
    OPTIONAL,
    Anchor,
    AnyMove,
    Difference,
    Keep,
    Meets,
    Members,
    Only,
    Pick,
    Program,
    Total,
    query_graph,
    treewidth,
)
from searchvl_gym.tasks.deep.shapes import Draft, Ground, Set, leave, value_of
from searchvl_gym.tasks.deep.wording import CLOSING_MEETINGS, MEETINGS

WIDEST = 3
"""Treewidth that the shape has."""

Ways = tuple[tuple[str, ...], tuple[str, ...]]
"""Two ways from a page."""

_CLUES = 3
_ONE_SUM = 20.0
"""Up to so many pages that are left for the depth the question ends with one sum, else with two."""


@dataclass(frozen=True)
class Weave:
    """A set and clues on it that meet.

    Attributes:
        key: The set.
        clues: In an order in which each of them parts what is left.
        left: The members that fit all of them.
        absences: Pages that have to be read for what they do not state.
    """

    key: Set
    clues: tuple[Meets, ...]
    left: tuple[int, ...]
    absences: int


@lru_cache(maxsize=2)
def weaves(ground: Ground) -> tuple[Weave, ...]:
    """All weaves of a world's sets."""
    return tuple(weave for key in ground.measures for weave in _weaves_of(ground, key))


def widest(ground: Ground) -> int:
    """The greatest treewidth that clues on the sets of a world close; 1 where none meet."""
    if weaves(ground):
        return WIDEST
    pairs = (
        (_home(ground, key), sides) for key in ground.measures for sides in _all_sides(ground, key)
    )
    return max((_width(home, (sides.ways,)) for home, sides in pairs), default=1)


def web(draft: Draft, pages: float) -> Program:
    """A page found by clues that meet in each other; then a sum that it leads to, or two sums."""
    ground = draft.ground
    options = [
        weave
        for weave in weaves(ground)
        if ground.anchors.get(weave.key[0]) and weave.absences < pages
    ]
    weave = options[draft.choose(options)]
    number = draft.members(draft.start(weave.key[0]), weave.key)
    for clue in weave.clues:
        number = draft.add(Keep(number, clue))
    needed = weave.absences
    if len(weave.left) == 1:
        page, number = weave.left[0], draft.add(Only(number))
    else:
        needed += len(weave.left)
        page, number = _first(draft, number, weave)
    country, home = leave(draft, number, page)
    rest = pages - needed
    size = rest if rest <= _ONE_SUM else rest / 2
    first = draft.set_near(home, size, without=(weave.key,))
    measure = draft.measure(first)
    one = draft.add(Total(draft.members(country, first), measure))
    if rest > _ONE_SUM:
        second = _elsewhere(draft, first, rest, measure)
        other = draft.add(Total(draft.members(draft.start(second[0]), second), measure))
        draft.add(Difference(one, other))
    return draft.finish("web")


def _first(draft: Draft, number: int, weave: Weave) -> tuple[int, int]:
    """The page of those that are left with the greatest or the least value, and its number."""
    relation, knowledge = draft.measure(weave.key), draft.ground.knowledge
    least = bool(draft.rng.random() < 0.5)
    choose = min if least else max
    page = choose(weave.left, key=lambda each: value_of(each, relation, knowledge))
    return page, draft.add(Pick(number, relation, 1, least))


def _elsewhere(draft: Draft, first: Set, size: float, measure: str) -> Set:
    """A set of the same noun in another country, so that both together have about a size."""
    ground = draft.ground
    others = [
        key
        for key, measures in ground.measures.items()
        if key[0] != first[0] and key[1] == first[1] and measure in measures
    ]
    others.sort(key=lambda key: (abs(ground.size(key) + ground.size(first) - size), key))
    return others[draft.choose(others[:3])]


def _weaves_of(ground: Ground, key: Set) -> Iterator[Weave]:
    """The weaves of a set: an order of every three clues that close far enough."""
    knowledge = ground.knowledge
    members = knowledge.members[key]
    home = _home(ground, key)
    for chosen in combinations(_all_sides(ground, key), _CLUES):
        if _width(home, tuple(sorted(each.ways for each in chosen))) < WIDEST:
            continue
        told: set[frozenset[Meets]] = set()
        for weave in _orders(Weave(key, (), members, 0), chosen, ()):
            if frozenset(weave.clues) not in told:
                told.add(frozenset(weave.clues))
                yield weave


def _home(ground: Ground, key: Set) -> tuple[str, ...]:
    """The relations that lead from the members of a set to its country."""
    knowledge = ground.knowledge
    way = knowledge.way_to_country(knowledge.members[key][0]) or ()
    return tuple(fact.relation for fact in way)


def _all_sides(ground: Ground, key: Set) -> list[_Sides]:
    """What is known of a set's members for all ways that may part it."""
    members = ground.knowledge.members[key]
    found = [_Sides.of(members, ways, ground.knowledge) for ways in (*MEETINGS, *CLOSING_MEETINGS)]
    whole = {0, len(members)}
    return [each for each in found if {len(each.meeting), len(each.apart)} != whole]


@dataclass(frozen=True)
class _Sides:
    """On which side of two ways the members of a set are; of the rest nothing is known."""

    ways: Ways
    meeting: frozenset[int]
    apart: frozenset[int]
    lacking: frozenset[int]

    @classmethod
    def of(cls, members: Sequence[int], ways: Ways, knowledge: Knowledge) -> _Sides:
        """Look a set's members up."""
        meeting: set[int] = set()
        apart: set[int] = set()
        lacking: set[int] = set()
        for page in members:
            one, other = (knowledge.way(page, way) for way in ways)
            if any(way[0] in OPTIONAL and not knowledge.fact(page, way[0]) for way in ways):
                lacking.add(page)
            elif one and other:
                (meeting if one[-1].target == other[-1].target else apart).add(page)
        return cls(ways, frozenset(meeting), frozenset(apart), frozenset(lacking))

    def keep(self, left: Sequence[int], apart: bool) -> tuple[int, ...]:
        """Those that fit; () where too little is known of one, or the clue parts nothing.

        Who lacks what the ways begin with fits neither a clue nor its contrary; `CONTRARIES` has
        the words that say so.
        """
        known = self.meeting | self.apart | self.lacking
        side = self.apart if apart else self.meeting
        kept = tuple(page for page in left if page in side)
        return kept if known.issuperset(left) and len(kept) < len(left) else ()


def _orders(weave: Weave, open_sides: Sequence[_Sides], absent: Sequence[int]) -> Iterator[Weave]:
    """Every way to go on with a clue on each of some ways, so that each parts what is left."""
    if not open_sides:
        yield replace(weave, absences=len(set(absent)))
    for number, sides in enumerate(open_sides):
        for apart in (False, True):
            if kept := sides.keep(weave.left, apart):
                yield from _orders(
                    replace(weave, clues=(*weave.clues, Meets(*sides.ways, apart)), left=kept),
                    (*open_sides[:number], *open_sides[number + 1 :]),
                    (*absent, *(page for page in weave.left if page in sides.lacking)),
                )


@lru_cache(maxsize=10_000)
def _width(home: tuple[str, ...], ways: tuple[Ways, ...]) -> int:
    """The treewidth of a set's unknowns with clues on it."""
    moves: list[AnyMove] = [Anchor(1), Members(0, "", home)]
    for left, right in ways:
        moves.append(Keep(len(moves) - 1, Meets(left, right)))
    return treewidth(query_graph(Program("web", tuple(moves))))


DENSE: Mapping[str, tuple[Callable[[Draft, float], Program], float]] = MappingProxyType(
    {"web": (web, 0.2)}
)
"""Shapes that are drawn only where they are asked for, by name or by their treewidth."""
