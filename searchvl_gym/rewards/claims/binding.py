"""Of several things that an answer says, is the right value said of what was asked?

"It was begun in 1889 and finished in 1891" does not say that it was finished in 1889.
"""

from __future__ import annotations

from collections.abc import Sequence, Set

from searchvl_gym.rewards.claims.other_values import Values
from searchvl_gym.rewards.reading.segments import OTHER, RIGHT, Segment
from searchvl_gym.rewards.reading.vocabulary import CLAUSE, FILLERS, PREPOSITIONS

_STEM = 5
_COPULAS = frozenset({"is", "was", "are", "were"})
_SILENT = (FILLERS | CLAUSE | PREPOSITIONS | {"and", "how", "many", "much", "what"}) - {"yes", "no"}


def says_of_other(
    segments: Sequence[Segment], own: Segment, asked: Set[str], values: Values
) -> bool:
    """Whether another part fits the question better than the one with the right value.

    >>> own = Segment("", ["begun", "in", RIGHT])
    >>> other = Segment("and", ["finished", "in", OTHER])
    >>> says_of_other([own, other], own, {"when", "was", "it", "finished"}, Values(words=False))
    True
    """
    stems = {_stem(word) for word in asked if word not in _SILENT}
    others = [one for one in segments if RIGHT not in one.tokens and not one.is_rejected]
    if not stems:
        return False
    if values.words:
        subject = _subject(own)
        if not subject or not stems.isdisjoint(subject):
            return False
        return any(
            not stems.isdisjoint(_subject(one)) and values.names_in(one.folded, asked)
            for one in others
        )
    mine = _content(own)
    for one in others:
        if OTHER not in one.tokens or one.aside:
            continue
        theirs = _content(one)
        fit, fit_of_own = len(theirs & stems), len(mine & stems)
        if fit > fit_of_own:
            return True
        strange = (mine - stems) and not (theirs - stems)
        if fit and fit == fit_of_own and theirs & stems != mine & stems and strange:
            return True
    return False


def _stem(word: str) -> str:
    return word[:_STEM]


def _content(segment: Segment) -> set[str]:
    return {_stem(word) for word in segment.folded if word.isalpha() and word not in _SILENT}


def _subject(segment: Segment) -> set[str]:
    """Stems of the telling words before `is` or `was`; empty when there are none."""
    folded = segment.folded
    place = next((place for place, word in enumerate(folded) if word in _COPULAS), 0)
    return {_stem(word) for word in folded[:place] if word.isalpha() and word not in _SILENT}
