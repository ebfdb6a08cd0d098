"""Names of persons: which ways to write one mean the same, and which another person."""

from __future__ import annotations

from collections.abc import Sequence

from searchvl_gym.rewards.names.roles import is_title
from searchvl_gym.rewards.reading.spellings import Word
from searchvl_gym.rewards.reading.vocabulary import (
    ALTERNATIVES,
    CLAUSE,
    CORRECTIONS,
    FILLERS,
    NAME_BEGINNINGS,
    NEGATIONS,
    PARTICLES,
    PERSON_NOUNS,
)

_SUFFIXES = frozenset({"junior", "jr", "senior", "sr", "phd", "md", "esq"})
_STOPS = FILLERS | CLAUSE | NEGATIONS | ALTERNATIVES | CORRECTIONS | PERSON_NOUNS | {"and", "film"}
_MOST_NAMES = 5
_BETWEEN_NAMES = frozenset((" ", "-", ". ", ".", ""))


def without_suffix(name: Sequence[Word]) -> list[Word]:
    """A name without `Jr.` and the like.

    >>> from searchvl_gym.rewards.reading.spellings import read_words
    >>> [word.text for word in without_suffix(read_words("Sammy Davis Jr."))]
    ['Sammy', 'Davis']
    """
    kept = list(name)
    while len(kept) > 1 and not kept[-1].spellings.isdisjoint(_SUFFIXES):
        kept.pop()
    return kept


def given_names(name: Sequence[Word]) -> list[Word]:
    """The words of names before a family name, without titles and particles."""
    return [
        word
        for word in name
        if not is_title(word)
        and (word.text.lower() not in PARTICLES or (len(word.text) == 1 and word.text.isupper()))
    ]


def find_person(
    text: str, said: Sequence[Word], name: Sequence[Word]
) -> list[tuple[int, int, bool]]:
    """Where a text names a person: first index, index after the last, and whether that is sure.

    The family name alone will do; given names and initials beside it must not differ. More
    given names than the right name has are fine.

    Args:
        text: What was said.
        said: Its words.
        name: The person's name, the family name last, without titles.

    >>> from searchvl_gym.rewards.reading.spellings import read_words
    >>> def seen(text, name="George W. Bush"):
    ...     return find_person(text, read_words(text), read_words(name))
    >>> seen("George Walker Bush"), seen("George H. W. Bush"), seen("Bush")
    ([(0, 18, True)], [], [(0, 4, True)])
    """
    plain = without_suffix(name)
    family, given = plain[-1], given_names(plain[:-1])
    junior = plain != list(name)
    found = []
    for place, word in enumerate(said):
        if not word.is_(family) or not (word.is_capitalised or text.islower()):
            continue
        first = _leftmost(text, said, place)
        left = given_names(said[first:place])
        if text[word.end : word.end + 1] == "-" and text[word.end + 1 : word.end + 2].isalnum():
            continue
        if not given and any(one.text.lower() in NAME_BEGINNINGS for one in left):
            continue
        alike = is_compatible(left, given)
        end = word.end
        if not left and (inverted := _inverted(text, said, place, given)):
            end, alike = inverted, True
        following = said[place + 1] if place + 1 < len(said) else None
        if following is not None and following.text in ("bin", "ibn", "van", "von", "da", "di"):
            continue
        if following is not None and not following.spellings.isdisjoint(_SUFFIXES):
            # "Sr." is another person than "Jr."; "Jr." may be left out, but not be put in.
            is_senior = not following.spellings.isdisjoint({"senior", "sr"})
            if is_senior == junior or not junior:
                continue
            end = following.end
        if alike is not False:
            found.append((said[first].start, end, alike is True))
    return found


def is_compatible(said: Sequence[Word], right: Sequence[Word]) -> bool | None:
    """Whether given names may be those of the same person; None when that would be a guess.

    >>> from searchvl_gym.rewards.reading.spellings import read_words
    >>> names = lambda text: read_words(text + " X")[:-1]
    >>> is_compatible(names("J. F."), names("John Fitzgerald"))
    True
    >>> is_compatible(names("Robert F."), names("John F."))
    False
    """
    said, right = _split_initials(said, right), _split_initials(right, said)
    if not said or not right:
        return True
    if not _same_given(said[0], right[0]):
        # The second of two family names: García Márquez.
        tail = right[-len(said) :]
        full = all(len(word.text) > 1 for word in said)
        return (
            full
            and len(said) < len(right)
            and all(one.is_(other) for one, other in zip(said, tail, strict=True))
        )
    mine, theirs = said[1:], right[1:]
    if all(_same_given(one, other) for one, other in zip(mine, theirs, strict=False)):
        return True
    shorter, longer = sorted((mine, theirs), key=len)
    rest = iter(longer)
    all_full = all(len(word.text) > 1 for word in shorter)
    if all_full and all(any(word.is_(other) for other in rest) for word in shorter):
        return None
    return False


def _split_initials(names: Sequence[Word], others: Sequence[Word]) -> list[Word]:
    """`JK` as `J`, `K`, where the other name has at least as many parts."""
    if len(names) == 1 and 2 <= len(names[0].text) <= 3 and names[0].text.isupper():
        word = names[0]
        if len(others) > 1 or not any(word.is_(other) for other in others):
            return [Word(word.start, word.end, c, frozenset({c.lower()})) for c in word.text]
    return list(names)


def _same_given(one: Word, other: Word) -> bool:
    if one.is_(other):
        return True
    if min(len(one.text), len(other.text)) > 1:
        return False
    return one.text[0].lower() == other.text[0].lower()


def _leftmost(text: str, said: Sequence[Word], place: int) -> int:
    """Index of the first word of the name that ends at a place."""
    first = place
    while first > 0 and place - first < _MOST_NAMES:
        before = said[first - 1]
        if text[before.end : said[first].start] not in _BETWEEN_NAMES:
            break
        lowered = before.text.lower()
        particle = lowered in PARTICLES and lowered != "of"
        initial = len(before.text) == 1 and before.text.isupper()
        if not (before.is_capitalised or particle) or (lowered in _STOPS and not initial):
            break
        if text[before.end : said[first].start] == ". " and not (initial or is_title(before)):
            break
        first -= 1
    # A particle belongs to the name only with what stands before it.
    while first < place and said[first].text.lower() in PARTICLES and said[first].text.islower():
        first += 1
    return first


def _inverted(text: str, said: Sequence[Word], place: int, given: Sequence[Word]) -> int | None:
    """Where `Family, Given` ends, or None."""
    if not text.startswith(",", said[place].end) or not given:
        return None
    last = place
    while last + 1 < len(said) and last - place < len(given):
        if not said[last + 1].is_capitalised:
            break
        last += 1
    right = given_names(said[place + 1 : last + 1])
    rest = text[said[last].end :].strip(" .")
    if not right or rest[:1].isalnum() or is_compatible(right, given) is not True:
        return None
    return said[last].end
