"""How deep a task is: the least number of tool calls that can show all of its evidence.

The proof relaxes everything but what is certain. Evidence is what the answer rests on: without one
of these facts another answer would be possible. A fact that no passage of a search can show has to
be read by visiting a page that states it, one page a call; what has to be visited is the smallest
set of pages that hits all such facts. Before any visit one call has to bring an address, since
addresses cannot be guessed. Names in pictures are taken to be read without a call, arithmetic to
be done in the head, and everything that a search might show to be shown by that one search: so no
plan at all needs fewer calls. A plan that was found by searching the world's own index bounds the
number from above; where the two meet, the number is exact.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from searchvl_gym.language.nouns import plural
from searchvl_gym.tasks.deep.evaluate import Evaluation
from searchvl_gym.tasks.deep.knowledge import MOST_RESULTS, Knowledge
from searchvl_gym.tasks.deep.program import Members, Program
from searchvl_gym.tasks.deep.statements import Statements
from searchvl_gym.tools.text_search import SENTENCES
from searchvl_gym.world.folding import words
from searchvl_gym.world.records import Fact
from searchvl_gym.world.summary import extract
from searchvl_gym.world.text_index import MAX_QUERY_WORDS

MOST_LINKS = 40
"""Most links that a visit lists."""

_EXACT_SETS = 14
"""Up to so many facts with several sources the smallest set of pages is found exactly."""


@dataclass(frozen=True)
class Depth:
    """The depth of a task.

    Attributes:
        least_calls: No plan that shows all evidence has fewer tool calls.
        exact: Whether a plan with so many calls was found.
        plan_calls: Calls of the best plan that was found.
        visits: The pages that have to be visited, one smallest set of them.
        evidence: Every fact of the proof and a page that shows it; the page is None where a
            search may show it as well.
    """

    least_calls: int
    exact: bool
    plan_calls: int
    visits: tuple[int, ...]
    evidence: tuple[tuple[Fact, int | None], ...]


def measure_depth(
    program: Program, evaluation: Evaluation, knowledge: Knowledge, statements: Statements
) -> Depth:
    """Prove how many calls a task needs.

    Args:
        program: What is asked.
        evaluation: What it comes to.
        knowledge: Of the world.
        statements: Of the same world.
    """
    needed: list[frozenset[int]] = [frozenset({page}) for page, _ in evaluation.absences]
    where: dict[tuple[int, str], frozenset[int]] = {}
    for key, fact in evaluation.facts.items():
        if fact.target is None:
            sources = statements.sources(fact)
            if not sources.searched and sources.visited:
                where[key] = sources.visited
                needed.append(sources.visited)
    visits, fewest = hit_all(needed)
    evidence = tuple(
        (fact, _shown_at(where.get(key), visits)) for key, fact in evaluation.facts.items()
    )
    least = fewest + 1 if evaluation.facts or fewest else 0
    plan = _Plan(program, evaluation, knowledge, statements, visits).calls()
    return Depth(least, plan == least, max(plan, least), visits, evidence)


def hit_all(needed: Sequence[frozenset[int]]) -> tuple[tuple[int, ...], int]:
    """The smallest set of pages with one of each group, and a lower bound of its size.

    The two sizes differ only where more than a few groups overlap.

    >>> hit_all([frozenset({1}), frozenset({1, 2}), frozenset({2, 3}), frozenset({3, 4})])
    ((1, 3), 2)
    """
    forced = {next(iter(group)) for group in needed if len(group) == 1}
    open_groups = list(dict.fromkeys(group for group in needed if not group & forced))
    if not open_groups:
        return tuple(sorted(forced)), len(forced)
    if len(open_groups) <= _EXACT_SETS:
        more = _smallest(open_groups)
        return tuple(sorted(forced | more)), len(forced) + len(more)
    chosen: set[int] = set()
    apart: list[frozenset[int]] = []
    for group in sorted(open_groups, key=lambda each: (len(each), sorted(each))):
        if all(not group & other for other in apart):
            apart.append(group)
        if not group & chosen:
            chosen.add(min(group))
    return tuple(sorted(forced | chosen)), len(forced) + len(apart)


def _smallest(groups: Sequence[frozenset[int]]) -> frozenset[int]:
    """A smallest set that hits every group, by trying the elements of the first open one."""
    best = frozenset(min(group) for group in groups)

    def search(chosen: frozenset[int]) -> None:
        nonlocal best
        rest = next((group for group in groups if not group & chosen), None)
        if rest is None:
            best = min(best, chosen, key=len)
        elif len(chosen) + 1 < len(best):
            for element in sorted(rest):
                search(chosen | {element})

    search(frozenset())
    return best


def _shown_at(sources: frozenset[int] | None, visits: Sequence[int]) -> int | None:
    return None if sources is None else min(sources.intersection(visits))


@dataclass(frozen=True)
class _Results:
    """What a search brings: pages whose addresses it shows, and facts that its passages state."""

    pages: frozenset[int]
    facts: frozenset[tuple[int, str]]


class _Plan:
    """Looks for a plan with few calls in what the world's own index returns.

    Some of its queries name the very pages that are needed, as no player could know to do; the
    least number is that of all plans, lucky ones included.
    """

    def __init__(
        self,
        program: Program,
        evaluation: Evaluation,
        knowledge: Knowledge,
        statements: Statements,
        visits: Sequence[int],
    ) -> None:
        self._program, self._evaluation = program, evaluation
        self._knowledge, self._statements = knowledge, statements
        self._visits = tuple(visits)
        held = evaluation.facts.items()
        self._seen_anyway = {
            key for key, fact in held if any(self._states(page, fact) for page in visits)
        }

    def calls(self) -> int:
        """Calls of the best plan: visits, what brings their addresses, and what is left to see."""
        lists = tuple(dict.fromkeys(self._list_pages()))
        queries = tuple(dict.fromkeys(self._queries()))
        results = [self._search(query) for query in queries]
        best = self._one_by_one()
        for size in range(1, 4):
            for asked in combinations(results, size):
                for count in range(len(lists) + 1):
                    # More calls than the best plan has cannot better it.
                    if size + count + len(self._visits) < best:
                        for read in combinations(lists, count):
                            best = min(best, self._cost(asked, read) or best)
        return best

    def _cost(self, asked: Sequence[_Results], read: Sequence[int]) -> int | None:
        """Calls with these results and lists; None where an address stays unknown."""
        visited = tuple(dict.fromkeys((*self._visits, *read)))
        reached = {page for results in asked for page in results.pages}
        waiting = visited
        while opened := [page for page in waiting if page in reached]:
            waiting = tuple(page for page in waiting if page not in reached)
            reached.update(link for page in opened for link in self._links(page))
        if waiting:
            return None
        shown = {key for results in asked for key in results.facts} | self._seen_anyway
        unseen = {
            fact.subject
            for key, fact in self._evaluation.facts.items()
            if key not in shown and not any(self._states(page, fact) for page in read)
        }
        # What is not shown yet is read at its subject: one call, or two where its address has to
        # be searched for first.
        calls = len(asked) + len(visited)
        return calls + sum(1 if page in reached else 2 for page in unseen)

    def _one_by_one(self) -> int:
        """One search a page: always possible."""
        pages = {*self._visits, *(fact.subject for fact in self._evaluation.facts.values())}
        return 2 * len(pages)

    def _states(self, page: int, fact: Fact) -> bool:
        """Whether a visit surely shows a fact: at its subject, or from the other side."""
        at_home = page in (fact.subject, fact.target) or fact.target is None
        return at_home and self._statements.states(page, fact)

    def _links(self, page: int) -> Iterable[int]:
        links = self._knowledge.pages[page].links
        return list(dict.fromkeys(link.target for link in links))[:MOST_LINKS]

    def _search(self, query: str) -> _Results:
        hits = self._knowledge.world.text_index.search(query, MOST_RESULTS)
        pages = frozenset(hit.page for hit in hits)
        facts = set()
        for key, fact in self._evaluation.facts.items():
            for page in {fact.subject, fact.target} & pages:
                if page is not None and self._states(page, fact):
                    text = extract(self._knowledge.pages[page].text, query, SENTENCES)
                    if self._statements.says(text, fact):
                        facts.add(key)
        return _Results(pages, frozenset(facts))

    def _sets(self) -> Iterator[tuple[int, str]]:
        for move in self._program.moves:
            if isinstance(move, Members):
                country = self._evaluation.values[move.country]
                assert isinstance(country, int)
                yield country, move.noun

    def _list_pages(self) -> Iterator[int]:
        for country, noun in self._sets():
            page = self._knowledge.list_page(country, noun)
            if page is not None:
                yield page

    def _queries(self) -> Iterator[str]:
        pages = self._knowledge.pages
        for country, noun in self._sets():
            listed = self._knowledge.list_page(country, noun)
            if listed is not None:
                yield pages[listed].title
            yield f"{plural(noun)} {pages[country].title}"
        others = dict.fromkeys(
            fact.subject
            for key, fact in self._evaluation.facts.items()
            if key not in self._seen_anyway
        )
        yield from _naming([pages[page].title for page in (*others, *self._visits)])
        yield from _naming([pages[page].title for page in self._list_pages()])


def _naming(titles: Sequence[str]) -> Iterator[str]:
    """Queries that name pages, as many each as a search reads words."""
    named: list[str] = []
    for title in titles:
        if len(words(" ".join([*named, title]))) > MAX_QUERY_WORDS and named:
            yield " ".join(named)
            named = []
        named.append(title)
    if named:
        yield " ".join(named)
