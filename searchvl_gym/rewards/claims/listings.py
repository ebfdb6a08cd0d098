"""Guesses in a row: parts that say of other values what is said of the answer."""

from __future__ import annotations

from collections.abc import Set

from searchvl_gym.rewards.claims.other_values import Values
from searchvl_gym.rewards.reading.segments import OTHER, RIGHT, Segment
from searchvl_gym.rewards.reading.spellings import fold_word as fold
from searchvl_gym.rewards.reading.vocabulary import FILLERS, PREPOSITIONS

_OPENING = PREPOSITIONS - {"of"}


def says_the_same_of(segment: Segment, own: Segment, known: Set[str], values: Values) -> bool:
    """Whether a part has the words of the answer's own around another value.

    >>> own, other = Segment("", ["born", "in", RIGHT]), Segment(",", ["born", "in", "Rome"])
    >>> says_the_same_of(other, own, frozenset(), Values())
    True
    """
    said, other = own.said_folded, segment.said_folded
    place = said.index(RIGHT)
    before, after = said[:place], said[place + 1 :]
    if before and other[: len(before)] == before:
        rest = segment.said[len(before) :]
    elif not before and after and other[-len(after) :] == after:
        rest = segment.said[: -len(after)]
    else:
        return False
    if not values.words:
        return OTHER in rest[:1]
    named = [fold(token) for token in rest if not values.cased or token[0].isupper()]
    return bool(values.names_in(named, known))


def lists_in_own_words(segment: Segment, asked: Set[str], values: Values) -> bool:
    """Whether the answer's own part is a row of names: `in Lund in Paris in Rome`.

    One name with another preposition is a remark: `in Paris near Lund`.
    """
    groups: list[tuple[str, list[str]]] = [("", [])]
    for token in segment.said:
        word = fold(token)
        if word in _OPENING:
            groups.append((word, []))
        else:
            groups[-1][1].append(token)
    plain = all(
        token == RIGHT or not values.cased or token[0].isupper() or not _is_name(token, values)
        for _, tokens in groups
        for token in tokens
    )
    if not plain:
        return False
    if not groups[0][1]:
        del groups[0]
    place = next(i for i, (_, tokens) in enumerate(groups) if RIGHT in tokens)
    opening = groups[place][0]
    others = [
        (number, word)
        for number, (word, tokens) in enumerate(groups)
        if RIGHT not in tokens and values.names_in([fold(token) for token in tokens], asked)
    ]
    earlier = [number for number, _ in others if number < place]
    alike = any(word == opening for _, word in others)
    return bool(opening) and (alike or len(earlier) > 1)


def _is_name(token: str, values: Values) -> bool:
    return bool(values.names_in([fold(token)], FILLERS))
