"""What a thought claims to have read, and whether that was there to be read.

A rule cannot follow an argument, but it can see a fact that came from nowhere: a quotation, a
name or a number that a thought says was read, and that stands neither in the question nor in any
earlier observation. Plans and guesses (“I search for …”, “perhaps …”) claim nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from difflib import SequenceMatcher
from typing import Any

from searchvl_gym.world.folding import words

CLOSE = 0.8
"""Least resemblance of a name to one that OCR read, since a thought may mend a misreading."""

_SENTENCE_END = re.compile(r"(?<=[.!?;:])\s+|\n+|\s+[–—]\s+")
_QUOTATION = re.compile(r"“([^”]+)”|\"([^\"]+)\"")
_QUOTED = "\x00"
"""Stands for a quotation while sentences are taken apart."""

_NUMBER = re.compile(r"(?<![\w.,])\d[\d,]*(?:\.\d+)?(?: (?:thousand|million|billion)\b)?")
_DIGITS = re.compile(r"(\d[\d,\u00a0\u202f]*(?:\.\d+)?)(?: (thousand|million|billion)\b)?")
_SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9}
_WORD = re.compile(r"[^\W_][\w'’-]*")
_PICTURE_NAME = re.compile(r"\bimg_\d+\b")
_CLAIM = re.compile(
    r"\b(read|reads|says|said|states|stated|shows|showed|shown|lists|listed|gives|gave|names|"
    r"named|mentions|tells|told|found|finds|learned|learnt|confirms|confirmed|according to|"
    r"is given as|turns? up|turned up|stands?|it is written|comes? back)\b",
    re.IGNORECASE,
)
_NO_CLAIM = re.compile(
    r"\b(whether|if|may|might|perhaps|maybe|probably|possibly|presumably|guess|suppose|could|"
    r"should|would|let me|let us|i will|i'll|want to|need to|nothing|not|never|no)\b",
    re.IGNORECASE,
)
_PICTURE = re.compile(r"\b(picture|image|photo|photograph|img_\d+)\b", re.IGNORECASE)
_CONNECTORS = frozenset(
    [
        "of",
        "the",
        "de",
        "la",
        "le",
        "da",
        "di",
        "du",
        "del",
        "van",
        "von",
        "der",
        "den",
        "el",
        "al",
        "and",
    ]
)
_OWN_WORDS = frozenset(["i", "ocr", "url", "a", "an"])
_ELLIPSIS = ("…", "...")


@dataclass(frozen=True)
class Claim:
    """A fact that a thought says was read.

    Attributes:
        kind: `quotation`, `name` or `number`.
        text: As it stands in the thought.
    """

    kind: str
    text: str


def find_claims(thought: str, arguments: Mapping[str, Any], *, picture_read: bool) -> list[Claim]:
    """The facts that a thought claims to have read.

    Args:
        thought: What was thought before a call.
        arguments: Of that call; a quotation that is one of them is a plan, no claim.
        picture_read: Whether the last observation is the text of a picture, so that a sentence
            about the picture can be compared with it. Otherwise it tells what eyes saw.

    >>> find_claims("The page says that Ida Ek was born in 1907. Next: Ulm.", {}, picture_read=True)
    [Claim(kind='name', text='Ida Ek'), Claim(kind='number', text='1907')]
    """
    planned = {value for value in arguments.values() if isinstance(value, str)}
    quotations = [(match[1] or match[2]).strip() for match in _QUOTATION.finditer(thought)]
    found = []
    # A quotation is one word of its sentence, whatever stands in it.
    for sentence in _SENTENCE_END.split(_QUOTATION.sub(_QUOTED, thought)):
        here = [quotations.pop(0) for _ in range(sentence.count(_QUOTED))]
        if not _CLAIM.search(sentence) or _NO_CLAIM.search(sentence):
            continue
        if _PICTURE.search(sentence) and not picture_read:
            continue
        found += [
            Claim("quotation", quoted) for quoted in here if quoted not in planned and words(quoted)
        ]
        rest = _PICTURE_NAME.sub(" ", sentence)
        found += [Claim("name", name) for name in _names(rest)]
        found += [Claim("number", number) for number in _NUMBER.findall(rest)]
    return found


class Seen:
    """Everything that was there to be read so far.

    Args:
        question: What was asked.
    """

    def __init__(self, question: str) -> None:
        self._joined = ""
        self._read_from_pictures: list[str] = []
        self._numbers: set[Decimal] = set()
        self.add(question)

    def add(self, text: str, *, from_picture: bool = False) -> None:
        """Add the text of an observation."""
        parts = words(text)
        self._joined += " " + "".join(parts)
        self._numbers |= set(_decimals(text))
        if from_picture:
            self._read_from_pictures += parts

    def supports(self, claim: Claim) -> bool:
        """Whether the fact was there to be read.

        >>> seen = Seen("When was Ida Ek born?")
        >>> seen.add("IDA EK was born on 4 May 1907.")
        >>> [seen.supports(Claim("number", n)) for n in ("1907", "1908")]
        [True, False]
        """
        if claim.kind == "number":
            return all(self.has_number(number) for number in _decimals(claim.text))
        pieces = [claim.text]
        for sign in _ELLIPSIS:
            pieces = [part for piece in pieces for part in piece.split(sign)]
        return all(self.has_words(piece) for piece in pieces)

    def has_words(self, text: str) -> bool:
        """Whether words stand there in this order, up to spaces and what OCR misreads."""
        parts = words(text.replace("'s", "").replace("’s", ""))
        if not parts or "".join(parts) in self._joined or "".join(words(text)) in self._joined:
            return True
        return self._was_misread(parts)

    def _was_misread(self, parts: Sequence[str]) -> bool:
        """Whether a picture was read as something much like these words."""
        read, name = self._read_from_pictures, "".join(parts)
        runs = ("".join(read[at : at + len(parts)]) for at in range(len(read) - len(parts) + 1))
        return any(
            SequenceMatcher(None, run, name, autojunk=False).ratio() >= CLOSE for run in runs
        )

    def has_number(self, number: Decimal) -> bool:
        """Whether a number stands there, or follows from one by rounding or as its decade."""
        if abs(number) < 10 and number == number.to_integral_value():
            return True
        return number in self._numbers or any(number in coarser(seen) for seen in self._numbers)


def coarser(number: Decimal) -> Sequence[Decimal]:
    """What a number is when it is told less exactly: rounded to 1 to 3 digits, decade, century.

    >>> [int(coarse) for coarse in coarser(Decimal(1867))]
    [2000, 1900, 1870, 1860, 1800]
    """
    if not number:
        return ()
    made = []
    for digits in (1, 2, 3):
        step = Decimal(1).scaleb(number.adjusted() - digits + 1)
        made.append((number / step).quantize(Decimal(1), ROUND_HALF_UP) * step)
    if number == number.to_integral_value():
        made += [number // 10 * 10, number // 100 * 100]
    return made


def _names(sentence: str) -> Iterator[str]:
    """Runs of capitalised words; the first word of the sentence is capitalised anyway."""
    run: list[str] = []
    end = -1
    for place, match in enumerate(_WORD.finditer(sentence)):
        word = match[0]
        joined = end >= 0 and not sentence[end : match.start()].strip(" ")
        if run and not joined:
            yield from _as_name(run)
            run = []
        end = match.end()
        capital = word[0].isupper() and word.casefold() not in _OWN_WORDS and place > 0
        if capital or (run and word in _CONNECTORS):
            run.append(word)
        elif run:
            yield from _as_name(run)
            run = []
    yield from _as_name(run)


def _as_name(run: Sequence[str]) -> Iterator[str]:
    kept = list(run)
    while kept and kept[-1] in _CONNECTORS:
        kept.pop()
    if kept:
        yield " ".join(kept)


def _decimals(text: str) -> Iterator[Decimal]:
    for match in _DIGITS.finditer(text):
        try:
            yield Decimal(re.sub(r"[^\d.]", "", match[1])) * _SCALES.get(match[2], 1)
        except InvalidOperation:
            continue
