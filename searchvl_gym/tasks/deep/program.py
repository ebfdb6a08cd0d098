"""What a deep question asks, as a small program over a world's facts.

A program is a list of moves; each takes what earlier moves gave, by their numbers. A move gives a
page, a set of pages or a number. The words of the question, the exhaustive evaluation, the proof of
depth and the oracle all read the same program.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec

from searchvl_gym.types import Task

OPTIONAL = frozenset({"mentor", "spouse", "death_place"})
"""Relations that a page states, if it has them at all: nobody else does."""


class Move(msgspec.Struct, frozen=True, tag_field="move"):
    """Base of all moves."""


class Anchor(Move, frozen=True, tag="anchor"):
    """The page whose name the task's picture number `picture` (1-based) shows."""

    picture: int


class Follow(Move, frozen=True, tag="follow"):
    """The page that a page names for a relation."""

    page: int
    relation: str


class Members(Move, frozen=True, tag="members"):
    """All pages of a noun (`museum`) from which a way of relations leads to a country."""

    country: int
    noun: str
    way: tuple[str, ...]


class Above(msgspec.Struct, frozen=True, tag="above", tag_field="clue"):
    """A measure or year lies above (or, `below`, below) a threshold."""

    relation: str
    threshold: float
    below: bool = False


class Meets(msgspec.Struct, frozen=True, tag="meets", tag_field="clue"):
    """Two ways from a page end at the same page (or, `apart`, at different ones).

    Where a page lacks the first relation of a way and that is one of `OPTIONAL`, the ways do not
    meet: who has no known teacher had none of the same citizenship.
    """

    left: tuple[str, ...]
    right: tuple[str, ...]
    apart: bool = False


class Lacks(msgspec.Struct, frozen=True, tag="lacks", tag_field="clue"):
    """Nothing is known of a relation."""

    relation: str


Clue = Above | Meets | Lacks


class Keep(Move, frozen=True, tag="keep"):
    """Those pages of a set that fit a clue."""

    pages: int
    clue: Clue


class Pick(Move, frozen=True, tag="pick"):
    """The page of a set whose measure has a rank: 1 is the greatest, or, `least`, the least."""

    pages: int
    relation: str
    rank: int
    least: bool = False


class Only(Move, frozen=True, tag="only"):
    """The page of a set that has just one."""

    pages: int


class Total(Move, frozen=True, tag="total"):
    """The sum of a measure over a set."""

    pages: int
    relation: str


class Count(Move, frozen=True, tag="count"):
    """How many pages a set has."""

    pages: int


class Difference(Move, frozen=True, tag="difference"):
    """By how much the greater of two numbers exceeds the other."""

    first: int
    second: int


class Read(Move, frozen=True, tag="read"):
    """What a page states for an attribute."""

    page: int
    relation: str


AnyMove = (
    Anchor | Follow | Members | Keep | Pick | Only | Total | Count | Difference | Read
)  # fmt: skip

INPUTS = ("page", "country", "pages", "first", "second")
"""Fields of moves that hold numbers of earlier moves."""


class Program(msgspec.Struct, frozen=True):
    """Moves in order; the last one gives the answer.

    Attributes:
        shape: Name of the shape that it was drawn from.
        moves: The moves.
    """

    shape: str
    moves: tuple[AnyMove, ...]


def program_of(task: Task) -> Program | None:
    """The program of a deep task; None for other tasks.

    Raises:
        ValueError: When it is torn.
    """
    raw = task.metadata.get("program")
    if raw is None:
        return None
    try:
        program = msgspec.convert(raw, Program)
        for number, move in enumerate(program.moves):
            if any(not 0 <= given < number for given in inputs(move)):
                raise ValueError(f"move {number} takes what no earlier move gave")
    except (msgspec.ValidationError, ValueError) as error:
        raise ValueError(f"task {task.id}: its program is torn ({error}); make it again") from None
    return program


def as_metadata(program: Program) -> Mapping[str, Any]:
    """A program as it stands in `Task.metadata["program"]`."""
    built: Mapping[str, Any] = msgspec.to_builtins(program)
    return built


def inputs(move: Move) -> tuple[int, ...]:
    """Numbers of the moves that a move takes."""
    return tuple(getattr(move, name) for name in INPUTS if hasattr(move, name))


def relations_of(program: Program) -> tuple[str, ...]:
    """Every relation that a program speaks of, each once."""
    found: dict[str, None] = {}
    for move in program.moves:
        clue = move.clue if isinstance(move, Keep) else None
        ways = [getattr(move, "way", ())]
        ways += [clue.left, clue.right] if isinstance(clue, Meets) else []
        for way in ways:
            found.update(dict.fromkeys(way))
        for holder in (move, clue):
            if relation := getattr(holder, "relation", ""):
                found.setdefault(relation)
    return tuple(found)


def clues(program: Program) -> int:
    """How many statements the question makes: moves that narrow or lead on.

    >>> clues(Program("total", (Anchor(1), Follow(0, "city"), Members(1, "museum", ("city",)))))
    2
    """
    return sum(not isinstance(move, Anchor) for move in program.moves)


def query_graph(program: Program) -> set[tuple[str, str]]:
    """The edges between the unknowns of a question, as pairs of their names.

    A page is a vertex, and so are the unknown member of a set and every page on a way from it;
    relations are edges. Measures and thresholds are attributes of a vertex and make no edge. Where
    a clue says that two ways meet (or that they do not), their ends are one vertex.
    """
    edges: set[tuple[str, str]] = set()
    vertex: dict[int, str] = {}
    same: dict[str, str] = {}

    def walk(start: str, way: Sequence[str]) -> str:
        here = start
        for relation in way:
            edges.add((here, f"{here}.{relation}"))
            here = f"{here}.{relation}"
        return here

    for number, move in enumerate(program.moves):
        match move:
            case Anchor():
                vertex[number] = f"v{number}"
            case Follow(page, relation):
                vertex[number] = walk(vertex[page], (relation,))
            case Members(country, _, way):
                vertex[number] = f"v{number}"
                same[walk(vertex[number], way)] = vertex[country]
            case Keep(pages, clue):
                vertex[number] = vertex[pages]
                if isinstance(clue, Meets):
                    left, right = (walk(vertex[pages], way) for way in (clue.left, clue.right))
                    if _last(left, same) != _last(right, same):
                        same[_last(left, same)] = _last(right, same)
            case Pick(pages) | Only(pages):
                vertex[number] = vertex[pages]
            case _:
                continue
    merged = ((_last(first, same), _last(second, same)) for first, second in edges)
    return {(min(edge), max(edge)) for edge in merged if edge[0] != edge[1]}


def _last(vertex: str, same: Mapping[str, str]) -> str:
    while vertex in same:
        vertex = same[vertex]
    return vertex


def treewidth(edges: Collection[tuple[str, str]]) -> int:
    """The exact treewidth of a small graph, by trying every order of elimination with memory.

    >>> treewidth({("a", "b"), ("b", "c")}), treewidth({("a", "b"), ("b", "c"), ("a", "c")})
    (1, 2)
    """
    neighbours: dict[str, frozenset[str]] = {}
    for first, second in edges:
        neighbours[first] = neighbours.get(first, frozenset()) | {second}
        neighbours[second] = neighbours.get(second, frozenset()) | {first}
    # Vertices with at most one neighbour never raise it above 1: take them away first.
    width = 1 if neighbours else 0
    while leaf := next((v for v in sorted(neighbours) if len(neighbours[v]) < 2), None):
        neighbours = _eliminate(neighbours, leaf)
    return max(width, _least_width(neighbours, {}))


def _least_width(neighbours: dict[str, frozenset[str]], known: dict[frozenset[str], int]) -> int:
    if not neighbours:
        return 0
    # What is left after eliminating a set of vertices does not depend on their order.
    key = frozenset(neighbours)
    if key not in known:
        known[key] = min(
            max(len(around), _least_width(_eliminate(neighbours, vertex), known))
            for vertex, around in neighbours.items()
        )
    return known[key]


def _eliminate(neighbours: dict[str, frozenset[str]], vertex: str) -> dict[str, frozenset[str]]:
    around = neighbours[vertex]
    return {
        other: (found | around) - {vertex, other} if other in around else found
        for other, found in neighbours.items()
        if other != vertex
    }
