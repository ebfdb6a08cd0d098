r"""`r_query` from evidence: did the searches turn up what the question needs?

Needs no language model: the steps say which pages their observations showed, and the task says
which pages state the facts of its gold path.

    r_query = coverage · (1 − w · (1 − (novelty + yield + modality) / 3)),   w = 0.5

Only steps before the fatal one count, and a trajectory that never searched scores 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from searchvl_gym.rewards.scoring import kept_steps
from searchvl_gym.types import Step, Task, Trajectory
from searchvl_gym.world.folding import words

if TYPE_CHECKING:
    from searchvl_gym.world import World

TEXT_TOOLS = ("text_search", "web_search", "visit")
"""Tools that look up words."""

IMAGE_TOOLS = ("image_search", "layout_parsing")
"""Tools that get evidence out of pictures."""

SEARCH_TOOLS = ("text_search", "web_search", "image_search", "visit")
"""Tools that are searches; the others prepare them."""

_SAME_QUERY = 0.8


@dataclass(frozen=True)
class QueryParts:
    """What the query score is made of; each from 0 to 1.

    Attributes:
        searches: Number of searches before the fatal step.
        coverage: Share of the gold path's pages that turned up. Where no path is known: whether
            anything turned up at all.
        novelty: Share of the searches that do not repeat an earlier one.
        gain: Share of the searches that turned up a page of the path (any page, where none is
            known) that no search before had shown, or that read such a page.
        modality: 1 when words and pictures were searched, or the task has no picture; 0.5 when
            only one of them.
    """

    searches: int
    coverage: float
    novelty: float
    gain: float
    modality: float


@dataclass(frozen=True)
class EvidenceScore:
    """Scores a search by the evidence that it turned up; see the module's equation.

    Args:
        efficiency_weight: `w`, 0 to 1: how much wasteful searching can cost.

    Raises:
        ValueError: When the weight is out of range.
    """

    efficiency_weight: float = 0.5

    def __post_init__(self) -> None:
        """Check the weight."""
        if not 0 <= self.efficiency_weight <= 1:
            raise ValueError(
                f"efficiency_weight must be between 0 and 1, got {self.efficiency_weight!r}"
            )

    def score(self, trajectory: Trajectory, world: World | None) -> float:
        """See `Scorer.score`."""
        parts = measure_queries(trajectory.task, kept_steps(trajectory))
        efficiency = (parts.novelty + parts.gain + parts.modality) / 3
        return parts.coverage * (1 - self.efficiency_weight * (1 - efficiency))


def measure_queries(task: Task, steps: Sequence[Step]) -> QueryParts:
    """The parts of the query score.

    Args:
        task: Its gold path and pictures are looked at.
        steps: The steps that count.
    """
    searches = [step for step in steps if step.call is not None and step.call.name in SEARCH_TOOLS]
    if not searches:
        return QueryParts(0, 0.0, 0.0, 0.0, 0.0)
    path = {hop.subject for hop in task.hops}
    shown = {page for step in steps for page in step.evidence}
    coverage = len(path & shown) / len(path) if path else float(bool(shown))
    fresh = [_is_new(search, searches[:number]) for number, search in enumerate(searches)]
    return QueryParts(
        len(searches),
        coverage,
        sum(fresh) / len(searches),
        _gain(searches, fresh, path) / len(searches),
        _modality(task, steps),
    )


def _is_new(search: Step, earlier: Sequence[Step]) -> bool:
    """Whether no earlier search of the same tool asked for nearly the same."""
    return not any(_same_search(search, other) for other in earlier)


def _same_search(first: Step, second: Step) -> bool:
    assert first.call is not None and second.call is not None
    if first.call.name != second.call.name:
        return False
    one, other = _asked(first), _asked(second)
    if one == other:
        return True
    if first.call.name in ("image_search", "visit"):
        return False
    common = len(one & other)
    return common > 0 and common / len(one | other) >= _SAME_QUERY


def _asked(search: Step) -> frozenset[str]:
    """What a search asked for: the words of a query, or an address with the goal's words."""
    assert search.call is not None
    arguments = search.call.arguments
    if "url" in arguments:
        return frozenset([f"url:{arguments['url']}", *words(str(arguments.get("goal", "")))])
    return frozenset(words(str(arguments.get("q", arguments.get("query", "")))))


def _gain(searches: Sequence[Step], fresh: Sequence[bool], path: set[int]) -> int:
    """How many searches brought something: a page not shown before, or the text of a wanted one."""
    seen: set[int] = set()
    useful = 0
    for search, is_new in zip(searches, fresh, strict=True):
        assert search.call is not None
        pages = set(search.evidence) & path if path else set(search.evidence)
        reads = search.call.name == "visit" and is_new and bool(pages)
        useful += bool(pages - seen) or reads
        seen |= pages
    return useful


def _modality(task: Task, steps: Sequence[Step]) -> float:
    if not task.images:
        return 1.0
    good = {step.call.name for step in steps if step.call is not None and step.error is None}
    return (bool(good & set(TEXT_TOOLS)) + bool(good & set(IMAGE_TOOLS))) / 2
