"""The ways in which one name is written: short forms, other orders, subtitles, acronyms."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from searchvl_gym.rewards.names.places import (
    STATES,
    country_code,
    country_names,
    is_large_city,
    may_hold,
)
from searchvl_gym.rewards.names.roles import asked_nouns, is_personal, is_title
from searchvl_gym.rewards.reading.spellings import Word, read_words
from searchvl_gym.rewards.reading.spellings import fold_word as fold
from searchvl_gym.rewards.reading.vocabulary import COMPANY_FORMS, GENERIC

_ARTICLES = frozenset({"the", "a", "an"})
_NUMBERING = frozenset({"number", "part", "version", "volume", "episode", "issue", "no"})
"""Words that may be left out before a number: `Symphony No. 9`, `Rocky Part 3`."""

_FRONT = frozenset({"lake", "mount", "river", "cape", "gulf", "bay", "mountain", "saint"})
_PARTS = re.compile(r"\s*(?:[:;]|\s[–—-]\s|[–—])\s*(?:or,?\s)?")
_BRACKETS = re.compile(r"\s*\([^()]*\)")
_SMALL_WORDS = frozenset({"of", "the", "and", "for", "in", "on", "de", "la", "du", "a", "an", "to"})


@dataclass(frozen=True)
class NameForms:
    """All forms of a right answer.

    Attributes:
        sequences: Words in order, the longest first; any of them is the name.
        doubtful: Sequences that may be the name or another.
        person: The name as that of a person, titles taken off; empty for other names.
        acronyms: Letters in capitals that stand for it.
        letters: The letters of which it is the acronym, or "".
        is_model: Whether it ends like a product, so that its maker may stand before it.
    """

    sequences: tuple[tuple[Word, ...], ...]
    doubtful: tuple[tuple[Word, ...], ...] = ()
    person: tuple[Word, ...] = ()
    acronyms: frozenset[str] = frozenset()
    letters: str = ""
    is_model: bool = False


def name_words(text: str) -> list[Word]:
    """The words of a name or an answer that tell names apart.

    Articles and words such as `No.` before a number are left out.

    >>> [word.text for word in name_words("The Symphony No. 9")]
    ['Symphony', '9']
    """
    return drop_small(read_words(text))


def drop_small(words: Sequence[Word]) -> list[Word]:
    """As `name_words`, of words that are read already."""
    kept: list[Word] = []
    for place, word in enumerate(words):
        following = words[place + 1] if place + 1 < len(words) else None
        if (
            word.text.lower() in _ARTICLES
            and not word.is_dotted
            and (following is not None or kept)
        ):
            continue
        counts = following is not None and following.number and place > 0
        if counts and not word.spellings.isdisjoint(_NUMBERING):
            continue
        kept.append(word)
    return kept


@lru_cache(maxsize=512)
def name_forms(form: str, question: str) -> NameForms:
    """The forms of a name, as far as the question lets them be read.

    >>> forms = name_forms("Pope John Paul II", "")
    >>> [" ".join(word.text for word in one) for one in forms.sequences]
    ['Pope John Paul II', 'John Paul II', 'II John Paul']
    >>> sorted(name_forms("World Health Organization", "").acronyms)
    ['WHO']
    """
    base = name_words(form)
    if not base:
        return NameForms(())
    sequences = [base]
    doubtful: list[list[Word]] = []
    bare = _without_titles(base)
    sequences.append(bare)
    if len(bare) > 1 and bare[-1].number:
        sequences.append([bare[-1], *bare[:-1]])
    sequences.extend(_shortened(base, question))
    if re.search(r"[+#]", form):
        sequences.append(name_words(form.replace("+", " plus").replace("#", " sharp")))
    if "(" in form:
        sequences.append(name_words(_BRACKETS.sub("", form)))
    subtitles, titles = _subtitles(form)
    sequences.extend(subtitles)
    doubtful.extend(titles)
    sequences.extend(_places(form))
    if len(base) > 1 and base[-1].text.lower() in COMPANY_FORMS:
        sequences.append(base[:-1])
    if "or" in (word.text for word in base):
        sequences.append([word for word in base if word.text != "or"])
    person = tuple(bare) if _may_be_person(bare, form, question) else ()
    if len(person) > 1:
        doubtful.append([person[0]])
        if len(person) == 2:
            sequences.append([person[1], person[0]])
    if _is_species(base, form):
        initial = Word(0, 1, base[0].text[0], frozenset({base[0].text[0].lower()}))
        sequences.append([initial, *base[1:]])
    unique = {tuple(w.spellings for w in one): tuple(one) for one in sequences if one}
    letters = form.replace(".", "").strip()
    return NameForms(
        tuple(sorted(unique.values(), key=len, reverse=True)),
        tuple(tuple(one) for one in doubtful if one),
        person,
        _acronyms(form) | _acronyms(" ".join(word.text for word in bare)),
        letters if re.fullmatch(r"[A-Z]{2,7}", letters) else "",
        _is_model(base),
    )


def _without_titles(words: Sequence[Word]) -> list[Word]:
    first = 0
    while first < len(words) - 1 and is_title(words[first]):
        if words[first].text.lower() in ("st", "saint"):
            break
        first += 1
    return list(words[first:])


def _shortened(base: Sequence[Word], question: str) -> list[list[Word]]:
    """Forms without what the question says anyway, or what a kind of thing may leave out."""
    if len(base) < 2:
        return []
    found = []
    front, last = base[0].text.lower(), base[-1].text.lower()
    fronts = base[0].spellings & _FRONT
    if fronts - {"saint"}:
        found.append([*base[1:], base[0]])
    if "mount" in fronts:
        mountain = Word(0, 0, "Mountain", frozenset({"mountain", "mount"}))
        found += [[*base[1:]], [*base[1:], mountain]]
    if last in _FRONT:
        found.append([base[-1], *base[:-1]])
    asked = asked_nouns(question)
    rest = None
    if last in GENERIC and last in asked:
        rest = list(base[:-1])
    elif front in GENERIC and front in asked:
        rest = list(base[1:])
    if rest and any(word.is_capitalised and word.text.lower() not in GENERIC for word in rest):
        found.append(rest)
    if last == "city" and is_large_city(" ".join(word.text for word in base[:-1])):
        found.append(list(base[:-1]))
    model = base[-1].text
    numbered = len(model) > 2 and re.search(r"\d", model) is not None
    other = re.fullmatch(r"1\d{3}|20\d\d|\d+(?:st|nd|rd|th)", model) is not None
    if len(base) == 2 and numbered and base[0].is_capitalised and not other:
        found.append([base[-1]])
    return found


def _subtitles(form: str) -> tuple[list[list[Word]], list[list[Word]]]:
    parts = [name_words(part) for part in _PARTS.split(form)]
    if len(parts) < 2 or not all(parts):
        return [], []
    found = [parts[-1]] if any(word.text.isalpha() for word in parts[-1]) else []
    if len(parts) > 2:
        found.append([*parts[0], *parts[-1]])
    return found, [parts[0]]


def _places(form: str) -> list[list[Word]]:
    code = country_code(form)
    if code is not None:
        return [words for name in country_names(code) if (words := _capitalised(name))]
    place, comma, region = form.partition(", ")
    if not comma or not (may_hold(region, place) or region in ("D.C.", "DC")):
        return []
    found = [name_words(place)]
    if region in STATES:
        found.append(name_words(f"{place} {STATES[region]}"))
    return found


def _capitalised(name: str) -> list[Word]:
    return name_words(name if name != name.lower() else name.title())


def _may_be_person(words: Sequence[Word], form: str, question: str) -> bool:
    # "Catherine the Great" has no family name, and a name in quotes is a brand's.
    plain = not re.search(r"[\"'&:;,/()]|\bthe\b", re.sub(r",? (?:Jr|Sr)\.?$", "", form))
    return plain and 0 < len(words) <= 6 and is_personal(words, question)


def _is_species(words: Sequence[Word], form: str) -> bool:
    plain = re.fullmatch(r"[A-Z][a-z]+ [a-z]{3,}", form.strip()) is not None
    return plain and len(words) == 2


def _is_model(words: Sequence[Word]) -> bool:
    last = words[-1].text
    digits = re.search(r"\d", last) is not None and not re.fullmatch(r"1\d{3}|20\d\d", last)
    camel = any(re.search(r"[a-z][A-Z]", word.text) for word in words)
    letter = len(words) > 1 and re.fullmatch(r"[A-Z]", last) is not None and not words[-1].number
    return (digits and re.search(r"[a-z]", words[0].text.lower()) is not None) or camel or letter


def _acronyms(form: str) -> frozenset[str]:
    form = re.sub(r",? (?:Jr|Sr|Junior|Senior)\.?$", "", form)
    words = [word for word in re.findall(r"[^\W_]+|&", _BRACKETS.sub("", form))]
    if len(words) < 2:
        return frozenset()
    number = fold(words[-1]) if read_words(form)[-1].number else ""
    if number:
        words = words[:-1]
    main = [word for word in words if fold(word) not in _SMALL_WORDS and word != "&"]
    if not all(word[0].isupper() for word in main):
        return frozenset()
    short = "".join(word[0] for word in main)
    long = "".join(word[0] for word in words)
    found = {fold(one).upper() for one in (short, long) if len(one) > 1 or number}
    if number:
        digits = read_words(form)[-1].number
        found = {f"{one}{end}" for one in found for end in (number.upper(), digits)}
    return frozenset(found)
