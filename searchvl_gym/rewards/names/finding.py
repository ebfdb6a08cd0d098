"""Where an answer names what it should: whole words, in any spelling and any form of the name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from searchvl_gym.rewards.names.forms import NameForms, drop_small, name_forms
from searchvl_gym.rewards.names.persons import find_person
from searchvl_gym.rewards.names.places import is_large_city
from searchvl_gym.rewards.names.regions import past_region
from searchvl_gym.rewards.names.roles import asks_for_person
from searchvl_gym.rewards.reading.spellings import Word, compact, read_words
from searchvl_gym.rewards.reading.spellings import fold_word as fold
from searchvl_gym.rewards.reading.vocabulary import (
    CLAUSE,
    COMPANY_FORMS,
    FILLERS,
    GENERIC,
    NAME_BEGINNINGS,
    NEGATIONS,
    PREPOSITIONS,
)

_ASKED_NOUN = re.compile(r"\b(?:which|what) ([a-z]+)", re.IGNORECASE)
_EDITION = re.compile(r" (?:(?i:pro|max|mini|ultra|lite|neo|xl)|Plus)\b")
"""What makes another product of one: `iPhone 12 mini`."""

_SIDE = re.compile(r"-(?:hand|side)\b")
_BREAK = re.compile(r"[;!?\n|]")
_SHORTEST_COMPACT = 4
_SHORTEST_MISSPELT = 6
_SMALL_WORDS = frozenset({"of", "the", "and", "for", "in", "on", "de", "la", "du", "to", "&"})


@dataclass(frozen=True)
class Named:
    """A place where a text names the right thing, or may name it.

    Attributes:
        start: Index of its first character.
        end: Index after its last character.
        is_sure: Whether no rule had to guess.
    """

    start: int
    end: int
    is_sure: bool = True


def find_named(text: str, accepted: Sequence[str], question: str) -> list[Named]:
    """Where a text names one of the accepted forms, in order, without overlaps.

    >>> [text[one.start:one.end] for text in ["President Obama spoke"]
    ...  for one in find_named(text, ["Barack Obama"], "")]
    ['Obama']
    """
    raw = read_words(text)
    said = drop_small(raw)
    forms = [name_forms(form, question) for form in accepted]
    found: list[Named] = []
    sequences = [sequence for one in forms for sequence in one.sequences]
    for sequence in sorted(sequences, key=len, reverse=True):
        _take(found, [_span(said, place, sequence) for place in _places_of(said, sequence)])
    for form in accepted:
        _take(found, _joined(raw, compact(form)))
    found = [span for span in found if not _is_hyphenated(text, span)]
    found = [span for span in found if not _is_broken(text, span, accepted)]
    found = [span for span in found if not _EDITION.match(text, span.end)]
    for one in forms:
        if one.person:
            people = find_person(text, said, one.person)
            found = [named for named in found if not _is_inside(named, people)]
            _take(found, [Named(*person) for person in people])
        _take(found, _acronyms(raw, one))
        _take(found, [g for g in _gapped(said, one) if not _is_broken(text, g, accepted)])
    regions = [region for form in accepted if (region := form.partition(", ")[2])]
    found = [_extended(text, raw, named, forms, question) for named in found]
    found = [
        Named(one.start, past_region(text, one.start, one.end, regions), one.is_sure)
        for one in found
    ]
    if not any(named.is_sure for named in found):
        _take(found, _doubtful(said, forms, text))
    return sorted(found, key=lambda named: named.start)


def _is_hyphenated(text: str, span: Named) -> bool:
    """Whether a hyphen joins something to a name: `Neo-Gothic`, `Paris-based`."""
    before, after = text[max(0, span.start - 2) : span.start], text[span.end : span.end + 2]
    joined_before = len(before) == 2 and before[1] == "-" and before[0].isalnum()
    joined_after = len(after) == 2 and after[0] == "-" and after[1].isalnum()
    return joined_before or (joined_after and not _SIDE.match(text, span.end))


def _is_broken(text: str, span: Named, accepted: Sequence[str]) -> bool:
    """Whether the end of a sentence stands inside: `a blue bag; the umbrella`."""
    inside = text[span.start : span.end]
    return _BREAK.search(inside) is not None and not any(map(_BREAK.search, accepted))


def _take(found: list[Named], more: Sequence[Named]) -> None:
    for named in more:
        if not any(named.start < one.end and one.start < named.end for one in found):
            found.append(named)


def _is_inside(named: Named, people: Sequence[tuple[int, int, bool]]) -> bool:
    """Whether a fuller name of a person was found around a part of it."""
    return any(start <= named.start and named.end <= end for start, end, _ in people)


def _places_of(said: Sequence[Word], sequence: Sequence[Word]) -> list[int]:
    size = len(sequence)
    return [
        first
        for first in range(len(said) - size + 1)
        if all(said[first + place].is_(word) for place, word in enumerate(sequence))
    ]


def _span(said: Sequence[Word], first: int, sequence: Sequence[Word]) -> Named:
    return Named(said[first].start, said[first + len(sequence) - 1].end)


def _joined(said: Sequence[Word], wanted: str) -> list[Named]:
    """Where words together read as one: `Spider Man`, `WiFi`."""
    found = []
    if len(wanted) < _SHORTEST_COMPACT:
        return []
    pieces = [compact(word.text) for word in said]
    for first in range(len(said)):
        joined = ""
        for last in range(first, len(said)):
            joined += pieces[last]
            if joined == wanted:
                found.append(Named(said[first].start, said[last].end))
            if not wanted.startswith(joined):
                break
    return found


def _acronyms(said: Sequence[Word], forms: NameForms) -> list[Named]:
    found = [
        Named(word.start, word.end)
        for word in said
        if word.text.replace(".", "") in forms.acronyms and word.text[0].isupper()
    ]
    if any("&" in acronym for acronym in forms.acronyms):
        for first in range(len(said) - 2):
            letters = "".join(word.text for word in said[first : first + 3])
            if letters in forms.acronyms:
                found.append(Named(said[first].start, said[first + 2].end))
    if len(forms.letters) > 2:
        found.extend(_spelled_out(said, forms.letters))
    return found


def _spelled_out(said: Sequence[Word], letters: str) -> list[Named]:
    found = []
    for first in range(len(said)):
        place = 0
        for last in range(first, len(said)):
            text = said[last].text
            if place < len(letters) and text[0] == letters[place] and len(text) > 1:
                place += 1
            elif text.lower() not in _SMALL_WORDS or last == first:
                break
            if place == len(letters):
                found.append(Named(said[first].start, said[last].end))
                break
    return found


def _gapped(said: Sequence[Word], forms: NameForms) -> list[Named]:
    """Where one more word stands inside words of no name: `restoring old clocks`."""
    found = []
    for sequence in forms.sequences[:1]:
        if len(sequence) < 2 or any(word.is_capitalised or word.number for word in sequence):
            continue
        for first in range(len(said) - len(sequence)):
            for gap in range(1, len(sequence)):
                inner = said[first + gap]
                lowered = inner.text.lower()
                rest = [*said[first : first + gap], *said[first + gap + 1 :]][: len(sequence)]
                plain = inner.text.islower() and lowered not in CLAUSE | NEGATIONS | PREPOSITIONS
                plain = plain and lowered not in ("and", "or", "but") and len(rest) == len(sequence)
                if plain and all(a.is_(b) for a, b in zip(rest, sequence, strict=True)):
                    found.append(Named(said[first].start, said[first + len(sequence)].end))
    return found


def _extended(
    text: str, said: Sequence[Word], named: Named, forms: Sequence[NameForms], question: str
) -> Named:
    """A name with the words around it that belong to it: a maker, a first name, `Corporation`."""
    start, end = named.start, named.end
    before = [word for word in said if word.end <= start]
    after = [word for word in said if word.start >= end]
    if before and text[before[-1].end : start] in (" ", " the "):
        word = before[-1]
        lowered = word.text.lower()
        plain = word.is_capitalised and lowered not in FILLERS | CLAUSE | NEGATIONS
        named_so = plain and lowered not in NAME_BEGINNINGS and "'" not in word.text
        single_person = any(len(one.person) == 1 for one in forms)
        several = " " in text[named.start : named.end]
        in_city = several and is_large_city(word.text)
        if named_so and (in_city or single_person or any(one.is_model for one in forms)):
            start = word.start
    asked = {fold(noun) for noun in _ASKED_NOUN.findall(question)}
    for count in (1, 2):
        if len(after) < count or text[end : after[0].start] not in (" ", ", "):
            break
        last = after[count - 1]
        lowered = last.text.lower()
        if count == 2 and text[after[0].end : last.start] != " ":
            break
        if lowered in COMPANY_FORMS and all(word.is_capitalised for word in after[:count]):
            end = last.end
            break
        if count == 1 and lowered in asked and not any(one.person for one in forms):
            end = last.end
            break
    several = " " in text[start:end].strip() or all(len(one.person) == 1 for one in forms)
    if after and several and asks_for_person(question) and text[end : after[0].start] == " ":
        # A second family name: Miguel de Cervantes Saavedra.
        lowered = after[0].text.lower()
        known = GENERIC | FILLERS | CLAUSE | NEGATIONS
        if any(one.person for one in forms) and after[0].is_capitalised and lowered not in known:
            end = max(end, after[0].end)
    return Named(start, end, named.is_sure)


def _doubtful(said: Sequence[Word], forms: Sequence[NameForms], text: str) -> list[Named]:
    found: list[Named] = []
    for one in forms:
        for sequence in one.doubtful:
            spans = [_span(said, place, sequence) for place in _places_of(said, sequence)]
            found.extend(Named(span.start, span.end, is_sure=False) for span in spans)
        for sequence in one.sequences[:1]:
            found.extend(_misspelt(said, sequence))
    return found


def _misspelt(said: Sequence[Word], sequence: Sequence[Word]) -> list[Named]:
    found = []
    size = len(sequence)
    for first in range(len(said) - size + 1):
        pairs = list(zip(said[first : first + size], sequence, strict=True))
        wrong = [(one, other) for one, other in pairs if not one.is_(other)]
        if len(wrong) == 1 and _is_slip(fold(wrong[0][0].text), fold(wrong[0][1].text)):
            found.append(Named(said[first].start, said[first + size - 1].end, is_sure=False))
    return found


def _is_slip(one: str, other: str) -> bool:
    """Whether two long words differ by one letter, or by two that changed places."""
    if min(len(one), len(other)) < _SHORTEST_MISSPELT or abs(len(one) - len(other)) > 1:
        return False
    if not (one.isalpha() and other.isalpha()) or one == other:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    left, right = one[start:], other[start:]
    swapped = left[:2] == right[:2][::-1] and left[2:] == right[2:]
    return swapped or left[1:] == right[1:] or left[1:] == right or left == right[1:]
