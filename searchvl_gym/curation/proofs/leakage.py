"""Does a question give away a name or the answer?

Compared are the words after Unicode folding, with look-alike letters of other scripts, invisible
characters and digraphs (ü, ue) evened out, names written apart or together, and with English
endings. A single telling word of a name leaks as well.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from searchvl_gym.curation.facts.fact_base import FactBase
from searchvl_gym.curation.records import Question
from searchvl_gym.world.folding import fold, words
from searchvl_gym.world.records import Page

MIN_TELLING = 4
"""Shorter words of a name tell nothing by themselves."""

_MAX_ENDING = 4
"""Longest ending that makes an inflection: `Sarn`, `Sarnians` (`ians`)."""

_MIN_STEM = 4
_PARENTHESES = re.compile(r"\s*\([^()]*\)\s*$")

_LOOKALIKES = str.maketrans(
    "аеорсухіјѕһԁкмтвнαεικμνορτυχϲ",
    "aeopcyxijshdkmtbhaeikmvoptuxc",
)
"""Cyrillic and Greek letters that look like Latin ones."""

_DIGRAPHS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})

_FUNCTION_WORDS = """
about after also among another because been before being both called could does each from give
given gives have here image into itself just known last look name named names number once only
other over picture pictures please recorded same shown shows since some source sources such than
that their them then there these they this those through under until were what when where which
while whom whose will with without would your whole year years
"""


class LeakDetector:
    """Finds names and answers in questions.

    Args:
        generic: Folded words that belong to the language of the questions (of the schema, of
            common nouns); one of them alone gives nothing away.

    >>> detector = LeakDetector({"bridge"})
    >>> detector.find("How high is the söderqvistian bridge?", ["Söderqvist Bridge"], [])
    'soderqvistian, of “Söderqvist Bridge”'
    >>> detector.find("How high is the bridge?", ["Söderqvist Bridge"], [])
    """

    def __init__(self, generic: Iterable[str]) -> None:
        self._generic = frozenset(generic) | set(_FUNCTION_WORDS.split())

    def find(self, text: str, names: Iterable[str], answers: Iterable[str]) -> str | None:
        """The first thing that a text gives away, or None.

        Args:
            text: The question.
            names: Titles, aliases and redirects; see `names_of`.
            answers: Right answers, which leak only as a whole.
        """
        versions = [_Words(words(version)) for version in _versions(text)]
        for answer in answers:
            if any(version.contain(form) for form in _forms(answer) for version in versions):
                return f"the answer “{answer}”"
        for name in names:
            for form in _forms(name):
                for version in versions:
                    if version.contain(form):
                        return f"“{name}”"
                    telling = self._telling(form, version)
                    if telling is not None:
                        return f"{telling}, of “{name}”"
        return None

    def _telling(self, name: tuple[str, ...], text: _Words) -> str | None:
        """A word of the text that is a telling word of the name, or an inflection of it."""
        for own in name:
            if len(own) < MIN_TELLING or own in self._generic or own.isdigit():
                continue
            if _stem(own) not in text.joined:
                continue
            for word in text.words:
                if word not in self._generic and _inflects(own, word):
                    return word
        return None


class _Words:
    """A text as folded words, ready to be searched many times."""

    def __init__(self, parts: list[str]) -> None:
        self.words = parts
        self.joined = "".join(parts)

    def contain(self, name: tuple[str, ...]) -> bool:
        """Whether a name stands there as whole words, together or apart, also with an ending."""
        joined = "".join(name)
        if _stem(joined) not in self.joined:
            return False
        for first, word in enumerate(self.words):
            run, last = word, first + 1
            while len(run) < len(joined) and last < len(self.words):
                run += self.words[last]
                last += 1
            if _inflects(joined, run):
                return True
        return False


def names_of(page: Page) -> tuple[str, ...]:
    """Every name of a page: title, aliases, redirects."""
    return tuple(dict.fromkeys((page.title, *page.aliases, *page.redirects)))


def mask(text: str, names: Iterable[str]) -> str:
    """A text without the names that it may still give.

    >>> mask("Who designed Kel Bridge in Kel?", ["Kel Bridge"])
    'Who designed … in Kel?'
    """
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, "…")
    return text


def find_leak(
    leaks: LeakDetector,
    facts: FactBase,
    question: Question,
    pages: Sequence[int],
    hidden: Sequence[str] = (),
) -> str | None:
    """What a question gives away of some pages and of its answer, or None.

    Args:
        leaks: The detector.
        facts: Gives the pages' names.
        question: Its text and answer are looked at.
        pages: Page ids whose names must not be found.
        hidden: Names that the question may still give; they may share words with the others.
    """
    answer = question.answer
    names = [name for page in pages for name in names_of(facts.page(page))]
    answers = dict.fromkeys((answer.text, answer.value, *answer.aliases))
    return leaks.find(mask(question.text, hidden), names, answers)


def _versions(text: str) -> Iterator[str]:
    """Ways to read a text: as it is, with digraphs, with look-alikes."""
    if text.isascii():
        yield fold(text)
        return
    text = "".join(sign for sign in text if unicodedata.category(sign) != "Cf")
    lowered = unicodedata.normalize("NFC", text).lower()
    folded = fold(text)
    yield from dict.fromkeys(
        (folded, fold(lowered.translate(_DIGRAPHS)), folded.translate(_LOOKALIKES))
    )


@lru_cache(maxsize=100_000)
def _forms(name: str) -> tuple[tuple[str, ...], ...]:
    """The words of a name in every version, also without what tells it from namesakes."""
    spellings = [name]
    for shorter in (_PARENTHESES.sub("", name), name.split(", ")[0]):
        if shorter != name and any(len(word) >= MIN_TELLING for word in words(shorter)):
            spellings.append(shorter)
    forms = [tuple(words(version)) for spelling in spellings for version in _versions(spelling)]
    return tuple(form for form in dict.fromkeys(forms) if form)


@lru_cache(maxsize=100_000)
def _stem(word: str) -> str:
    """What every inflection of a word begins with; the word itself when it is short."""
    stem = word.rstrip("aeiouy")
    return word if word.isdigit() or len(stem) < _MIN_STEM else stem


def _inflects(word: str, form: str) -> bool:
    """Whether `form` is `word` or a word made from it: `Sarn`, `Sarnian`; `Wolia`, `Woliers`."""
    if form == word:
        return True
    if word.isdigit() or len(word) < _MIN_STEM:
        return False
    stem = _stem(word)
    return form.startswith(stem) and len(form) - len(stem) <= _MAX_ENDING
