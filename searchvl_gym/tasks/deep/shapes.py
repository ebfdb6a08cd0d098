"""Shapes of deep questions: ways to draw a program of about the wanted depth."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import numpy as np

from searchvl_gym.tasks.deep.evaluate import NoAnswer
from searchvl_gym.tasks.deep.knowledge import Knowledge
from searchvl_gym.tasks.deep.measures import MEASURES, YEARS, number_in, year_in
from searchvl_gym.tasks.deep.program import (
    OPTIONAL,
    Above,
    Anchor,
    AnyMove,
    Clue,
    Difference,
    Follow,
    Keep,
    Lacks,
    Meets,
    Members,
    Only,
    Pick,
    Program,
    Read,
    Total,
)
from searchvl_gym.tasks.deep.wording import MEETINGS

MOST_MEMBERS = 40
"""Largest set: a list shows so many links."""

FEWEST_MEMBERS = 4

_MOST_STAGES = 5
_READ = (
    "nickname", "motto", "artifact_motto", "inscription", "binomial", "heritage_number",
    "catalogue_number", "dialling_code", "map_sheet",
)  # fmt: skip
_LACKED = ("style", "inscription", "rainfall", "holiday", "motto", "season")

Set = tuple[int, str]
"""A country and a noun."""


class Ground:
    """What questions can be drawn from: sets with their lists, measures, and pictures that start.

    Args:
        knowledge: Of the world.
        anchors: By country: pages whose name a picture shows.
    """

    def __init__(self, knowledge: Knowledge, anchors: Mapping[int, Sequence[int]]) -> None:
        self.knowledge = knowledge
        self.anchors = anchors
        self.measures: dict[Set, tuple[str, ...]] = {}
        self.sets: dict[int, list[Set]] = defaultdict(list)
        for key, members in knowledge.members.items():
            if not FEWEST_MEMBERS <= len(members) <= MOST_MEMBERS:
                continue
            if knowledge.list_page(*key) is None:
                continue
            shared = set.intersection(*(set(knowledge.facts(page)) for page in members))
            if found := tuple(name for name in MEASURES if name in shared):
                self.measures[key] = found
                self.sets[key[0]].append(key)

    def size(self, key: Set) -> int:
        """How many members a set has."""
        return len(self.knowledge.members[key])


class Draft:
    """A program under construction.

    Args:
        ground: Where it is drawn from.
        rng: Decides everything.
    """

    def __init__(self, ground: Ground, rng: np.random.Generator) -> None:
        self.ground, self.rng = ground, rng
        self.moves: list[AnyMove] = []
        self.anchors: list[int] = []
        self.pages = 0

    def add(self, move: AnyMove) -> int:
        """Append a move; its number."""
        self.moves.append(move)
        return len(self.moves) - 1

    def choose(self, options: Sequence[object]) -> int:
        """The place of one of some options.

        Raises:
            NoAnswer: When there are none.
        """
        if not options:
            raise NoAnswer("nothing to choose from")
        return int(self.rng.integers(len(options)))

    def start(self, country: int) -> int:
        """Begin with a picture of something that belongs to a country; the country's number."""
        options = self.ground.anchors.get(country, ())
        page = options[self.choose(options)]
        self.anchors.append(page)
        return self.to_country(self.add(Anchor(len(self.anchors))), page)

    def to_country(self, number: int, page: int) -> int:
        """Follow the way from a page to its country."""
        way = self.ground.knowledge.way_to_country(page)
        if way is None:
            raise NoAnswer("there is no way to a country")
        for fact in way:
            number = self.add(Follow(number, fact.relation))
        return number

    def members(self, country: int, key: Set) -> int:
        """Add a set."""
        page = self.ground.knowledge.members[key][0]
        way = self.ground.knowledge.way_to_country(page) or ()
        self.pages += self.ground.size(key)
        return self.add(Members(country, key[1], tuple(fact.relation for fact in way)))

    def set_near(self, country: int, size: float, *, without: Sequence[Set] = ()) -> Set:
        """A set of a country of about a size, drawn among the three nearest."""
        options = [key for key in self.ground.sets.get(country, ()) if key not in without]
        options.sort(key=lambda key: (abs(self.ground.size(key) - size), key))
        return options[self.choose(options[:3])]

    def measure(self, key: Set) -> str:
        """One of the measures of a set."""
        options = self.ground.measures[key]
        return options[self.choose(options)]

    def keep(self, number: int, pages: Sequence[int], clue: Clue) -> tuple[int, tuple[int, ...]]:
        """Narrow a set; its number and members."""
        kept = tuple(page for page in pages if fits(page, clue, self.ground.knowledge))
        if not kept or len(kept) == len(pages):
            raise NoAnswer("the clue parts nothing")
        return self.add(Keep(number, clue)), kept

    def clue(self, pages: Sequence[int]) -> Clue:
        """A clue that parts some pages, on something that was not used yet."""
        knowledge = self.ground.knowledge
        used = [move.clue for move in self.moves if isinstance(move, Keep)]
        told = {clue.relation for clue in used if not isinstance(clue, Meets)}
        shared = set.intersection(*(set(knowledge.facts(page)) for page in pages))
        options: list[Clue] = [
            self.threshold(pages, relation)
            for relation in (*MEASURES, *YEARS)
            if relation in shared - told
        ]
        options += self.meetings(pages)
        known = [relation for page in pages for relation in knowledge.facts(page)]
        for relation in _LACKED:
            if relation not in told and 0 < known.count(relation) < len(pages):
                options.append(Lacks(relation))
        return options[self.choose(options)]

    def meetings(self, pages: Sequence[int]) -> list[Clue]:
        """The clues on ways that meet which part some pages."""
        knowledge = self.ground.knowledge
        found: list[Clue] = []
        for left, right in MEETINGS:
            ways = [way for way in (left, right) for _ in pages]
            known = [
                (way[0] in OPTIONAL and knowledge.fact(page, way[0]) is None)
                or knowledge.way(page, way) is not None
                for way, page in zip(ways, (*pages, *pages), strict=True)
            ]
            if all(known):
                for apart in (False, True):
                    clue = Meets(left, right, apart)
                    if 0 < sum(fits(page, clue, knowledge) for page in pages) < len(pages):
                        found.append(clue)
        return found

    def threshold(self, pages: Sequence[int], relation: str) -> Above:
        """A round number between two neighbouring values, not at the ends."""
        values = sorted(value_of(page, relation, self.ground.knowledge) for page in pages)
        place = int(self.rng.integers(max(1, len(values) // 4), max(2, 3 * len(values) // 4)))
        low, high = values[place - 1], values[min(place, len(values) - 1)]
        return Above(relation, round_between(low, high), bool(self.rng.random() < 0.5))

    def finish(self, shape: str) -> Program:
        """The program."""
        return Program(shape, tuple(self.moves))


def fits(page: int, clue: Clue, knowledge: Knowledge) -> bool:
    """Whether a page fits a clue; False where what the clue needs is missing."""
    match clue:
        case Above(relation, threshold, below):
            value = value_of(page, relation, knowledge)
            return value < threshold if below else value > threshold
        case Meets(left, right, apart):
            one, other = knowledge.way(page, left), knowledge.way(page, right)
            if not one or not other:
                return False
            return (one[-1].target == other[-1].target) is not apart
        case Lacks(relation):
            return knowledge.fact(page, relation) is None


def value_of(page: int, relation: str, knowledge: Knowledge) -> float:
    """A measure, or a year."""
    fact = knowledge.fact(page, relation)
    if fact is None:
        raise NoAnswer(f"nothing is known of {relation}")
    number = year_in(fact.value) if relation in YEARS else number_in(fact.value)
    if number is None:
        raise NoAnswer(f"{relation} is no number")
    return float(number)


def round_between(low: float, high: float) -> float:
    """The roundest number strictly between two.

    >>> round_between(123, 234), round_between(5.2, 5.4)
    (200.0, 5.3)

    Raises:
        NoAnswer: When there is none with one decimal.
    """
    for step in (100_000, 10_000, 1_000, 500, 100, 50, 10, 5, 1, 0.5, 0.1):
        number = round((int(low / step + 1e-9) + 1) * step, 1)
        if low < number < high:
            return float(number)
    raise NoAnswer("the values are too near")


def total(draft: Draft, pages: float) -> Program:
    """The sum over a set, mostly one that clues narrow."""
    key = _set_of_any(draft, pages)
    number = draft.members(draft.start(key[0]), key)
    members = draft.ground.knowledge.members[key]
    for _ in range(int(draft.rng.integers(0, 3))):
        number, members = draft.keep(number, members, draft.clue(members))
    if len(members) < FEWEST_MEMBERS:
        raise NoAnswer("too few are left to add up")
    draft.add(Total(number, draft.measure(key)))
    return draft.finish("total")


def knot(draft: Draft, pages: float) -> Program:
    """The sum over those of a set for which ways through other pages meet, or do not."""
    key = _set_of_any(draft, pages)
    members = draft.ground.knowledge.members[key]
    number = draft.members(draft.start(key[0]), key)
    for _ in range(int(draft.rng.integers(1, 4))):
        options = draft.meetings(members)
        if not options:
            break
        number, members = draft.keep(number, members, options[draft.choose(options)])
    if isinstance(draft.moves[-1], Members) or len(members) < FEWEST_MEMBERS - 1:
        raise NoAnswer("too few are left to add up")
    draft.add(Total(number, draft.measure(key)))
    return draft.finish("knot")


def gap(draft: Draft, pages: float) -> Program:
    """By how much the sums over two sets of one country differ."""
    first = _set_of_any(draft, pages / 2)
    measure = draft.measure(first)
    others = [
        key
        for key in draft.ground.sets[first[0]]
        if key != first and measure in draft.ground.measures[key]
    ]
    others.sort(key=lambda key: abs(draft.ground.size(key) + draft.ground.size(first) - pages))
    second = others[draft.choose(others[:2])]
    country = draft.start(first[0])
    one = draft.add(Total(draft.members(country, first), measure))
    other = draft.add(Total(draft.members(country, second), measure))
    draft.add(Difference(one, other))
    return draft.finish("gap")


def two_pictures(draft: Draft, pages: float) -> Program:
    """The same with the countries of two pictures."""
    first = _set_of_any(draft, pages / 2)
    measure = draft.measure(first)
    others = [
        key
        for keys in draft.ground.sets.values()
        for key in keys
        if key[0] != first[0] and key[1] == first[1] and measure in draft.ground.measures[key]
    ]
    others.sort(
        key=lambda key: (abs(draft.ground.size(key) + draft.ground.size(first) - pages), key)
    )
    second = others[draft.choose(others[:3])]
    one = draft.add(Total(draft.members(draft.start(first[0]), first), measure))
    other = draft.add(Total(draft.members(draft.start(second[0]), second), measure))
    draft.add(Difference(one, other))
    return draft.finish("two_pictures")


def relay(draft: Draft, pages: float) -> Program:
    """One set after another, each found through a page that stands out in the one before."""
    stages = int(draft.rng.integers(2, 2 + max(1, min(_MOST_STAGES - 1, round(pages / 12)))))
    key = _set_of_any(draft, pages / stages)
    number = draft.members(draft.start(key[0]), key)
    used = [key]
    for stage in range(1, stages):
        chosen, page = _stand_out(draft, number, key)
        country, home = leave(draft, chosen, page)
        left = (pages - draft.pages) / (stages - stage)
        key = draft.set_near(home, left, without=used)
        used.append(key)
        number = draft.members(country, key)
    members = draft.ground.knowledge.members[key]
    if draft.rng.random() < 0.5:
        options = draft.meetings(members) or [draft.clue(members)]
        number, members = draft.keep(number, members, options[draft.choose(options)])
    if len(members) < FEWEST_MEMBERS - 1:
        raise NoAnswer("too few are left to add up")
    draft.add(Total(number, draft.measure(key)))
    return draft.finish("relay")


def riddle(draft: Draft, pages: float) -> Program:
    """A page without a name, found by what is true of it alone; then the sum over a set."""
    key = _set_of_any(draft, pages / 2)
    number = draft.members(draft.start(key[0]), key)
    members = draft.ground.knowledge.members[key]
    for _ in range(4):
        if len(members) == 1:
            break
        number, members = draft.keep(number, members, draft.clue(members))
    if len(members) != 1:
        raise NoAnswer("the clues leave several")
    country, home = leave(draft, draft.add(Only(number)), members[0])
    last = draft.set_near(home, pages - draft.pages, without=(key,))
    draft.add(Total(draft.members(country, last), draft.measure(last)))
    return draft.finish("riddle")


def rank(draft: Draft, pages: float) -> Program:
    """What a page states that has a middle rank in a set."""
    key = _set_of_any(draft, pages)
    knowledge, relation = draft.ground.knowledge, draft.measure(key)
    members = knowledge.members[key]
    number = draft.members(draft.start(key[0]), key)
    place = int(draft.rng.integers(4, 9))
    least = bool(draft.rng.random() < 0.5)
    ordered = sorted(
        members, key=lambda page: value_of(page, relation, knowledge), reverse=not least
    )
    if len(ordered) < place + 2:
        raise NoAnswer("the set is too small for a middle rank")
    options = [name for name in _READ if knowledge.fact(ordered[place - 1], name)]
    asked = options[draft.choose(options)]
    chosen = draft.add(Pick(number, relation, place, least))
    draft.add(Read(chosen, asked))
    return draft.finish("rank")


def _set_of_any(draft: Draft, size: float) -> Set:
    """A set of about a size of any country that pictures lead to."""
    options = [
        key
        for country, keys in draft.ground.sets.items()
        if draft.ground.anchors.get(country)
        for key in keys
    ]
    options.sort(key=lambda key: (abs(draft.ground.size(key) - size), key))
    near = [key for key in options if abs(draft.ground.size(key) - size) <= max(2, size / 4)]
    near = near or options[:4]
    return near[draft.choose(near)]


def _stand_out(draft: Draft, number: int, key: Set) -> tuple[int, int]:
    """The page of a set with the first, second or third rank in a measure."""
    relation = draft.measure(key)
    place, least = int(draft.rng.integers(1, 4)), bool(draft.rng.random() < 0.5)
    knowledge = draft.ground.knowledge
    ordered = sorted(
        knowledge.members[key],
        key=lambda page: value_of(page, relation, knowledge),
        reverse=not least,
    )
    return draft.add(Pick(number, relation, place, least)), ordered[place - 1]


def leave(draft: Draft, number: int, page: int) -> tuple[int, int]:
    """Follow a relation to another country; number and page of that country."""
    knowledge = draft.ground.knowledge
    here = knowledge.country(page)
    options = []
    for relation, fact in knowledge.facts(page).items():
        if fact.target is None or knowledge.nouns.get(fact.target) in (None, "country", "sea"):
            continue
        home = knowledge.country(fact.target)
        if not knowledge.can_be_found(fact):
            continue
        if home is not None and home != here and draft.ground.sets.get(home):
            options.append((relation, fact.target, home))
    relation, target, home = options[draft.choose(options)]
    return draft.to_country(draft.add(Follow(number, relation)), target), home


SHAPES: Mapping[str, tuple[Callable[[Draft, float], Program], float]] = MappingProxyType(
    {
        "total": (total, 0.2),
        "knot": (knot, 0.15),
        "gap": (gap, 0.1),
        "two_pictures": (two_pictures, 0.15),
        "relay": (relay, 0.25),
        "riddle": (riddle, 0.12),
        "rank": (rank, 0.03),
    }
)
"""Every shape and its share. `rank` has few: half of its pages give a fair guess."""

ONE_SET = ("total", "knot", "rank")


def share(shape: str, depth: int) -> float:
    """The share of a shape at a depth: several sets are for deep tasks."""
    usual = SHAPES[shape][1]
    return usual if shape in ONE_SET else usual * min(1.0, depth / 20) ** 3
