"""The words of a text, each in all the spellings in which people write it.

Two words are the same when they share a spelling: `XIV` and `Fourteenth` share `14`, `Zürich` and
`Zuerich` share `zuerich`. Signs that make another word of it stay: `C++`, `C#`, `.NET`, `A-`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from searchvl_gym.rewards.reading.numerals import is_roman, number_of_word, roman_value
from searchvl_gym.world.folding import fold

_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_TOKEN = re.compile(
    rf"(?<!\w)(?i:{_TENS})-(?i:[a-z]+(?:st|nd|rd|th)|one|two|three|four|five|six|seven|eight|nine)\b|"
    r"(?:(?<![\w.])\.(?=[A-Za-z]))?[^\W_]+(?:['’][^\W_]+)*"
    r"(?:[+#]+(?!\w)|(?<=(?<!\w)[A-Z])[-−](?![\w])|(?<=(?<!\w)AB)[-−](?!\w))?|&"
)
_POSSESSIVE = re.compile(r"['’]s?$")

_GERMANIC = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})
_ABBREVIATIONS = {
    "st": ("saint", "street"), "sankt": ("saint",), "ste": ("sainte",), "mt": ("mount",),
    "mtn": ("mountain",), "ft": ("fort",), "ave": ("avenue",), "av": ("avenue",),
    "rd": ("road",), "blvd": ("boulevard",), "sq": ("square",), "jr": ("junior",),
    "sr": ("senior",), "bros": ("brothers",), "co": ("company",), "corp": ("corporation",),
    "inc": ("incorporated",), "ltd": ("limited",), "univ": ("university",), "dept": ("department",),
    "no": ("number",), "nr": ("number",), "vol": ("volume",), "pt": ("part",), "ch": ("chapter",),
    "ep": ("episode",), "intl": ("international",), "natl": ("national",), "assn": ("association",),
    "dr": ("doctor", "drive"), "prof": ("professor",), "gen": ("general",), "capt": ("captain",),
    "pres": ("president",), "gov": ("governor",), "lt": ("lieutenant",), "&": ("and",),
    "bldg": ("building",), "hwy": ("highway",),
}  # fmt: skip
_BRITISH = (
    (re.compile(r"(?<=\w)our(?=s?$|ed$|ing$|ful$|ite$|able$)"), "or"),
    (re.compile(r"is(?=e$|es$|ed$|ing$|ation$|ations$)"), "iz"),
    (re.compile(r"(?<=[bt])re$"), "er"),
    (re.compile(r"grey"), "gray"),
    (re.compile(r"dgement"), "dgment"),
    (re.compile(r"nium$"), "num"),
    (re.compile(r"(?<=\w)ll(?=ed$|ing$|er$)"), "l"),
    (re.compile(r"ae|oe(?=[dst])"), "e"),
    (re.compile(r"ogue$"), "og"),
    (re.compile(r"mme$"), "m"),
    (re.compile(r"(?<=en)ce$"), "se"),
)
_SLAVIC = re.compile(r"(?:sk[iyj]+|[oe]v|[oe]ff|[oe]va|ich|itch|sk[aj]ya|enko|in|[iy]{1,2}|ij)$")
_SLAVIC_STEPS = (
    (re.compile(r"tch|tsch"), "ch"),
    (re.compile(r"ff$"), "v"),
    (re.compile(r"(?<=[oaeu])y(?=[eo])|(?<=[oaeu])i(?=[eo])"), ""),
    (re.compile(r"^ye|^je"), "e"),
    (re.compile(r"iy$|ij$|yi$|yy$|ii$|y$"), "i"),
    (re.compile(r"(?<=[cdgnprstz])y"), "i"),
    (re.compile(r"kh"), "h"),
    (re.compile(r"yo"), "e"),
    (re.compile(r"ks"), "x"),
)
_ARABIC_PARTICLES = frozenset(("bin", "ibn", "ben", "al", "el", "abu", "abd", "abdul", "bint"))
_ARABIC_NAME = re.compile(r"m[ou]h[ae]m+[ae][dt]|ah?med|hus+[ae][iy]n|[ao]smane?|[yj]us+[eu]f")
_VOWELS = str.maketrans({"o": "u", "e": "a", "y": "i", "q": "k"})
_DOUBLE = re.compile(r"(.)\1")


@dataclass(frozen=True)
class Word:
    """A word of a text.

    Attributes:
        start: Index of its first character.
        end: Index after its last character; of `Kern's` after `Kern`.
        text: It as written.
        spellings: All folded spellings.
        number: The number as which it may be read, in digits, or "".
        is_dotted: Whether a full stop follows, as after an initial.
    """

    start: int
    end: int
    text: str
    spellings: frozenset[str]
    number: str = ""
    is_dotted: bool = False

    @property
    def is_capitalised(self) -> bool:
        """Whether it is written like a name."""
        return self.text[:1].isupper()

    def is_(self, other: Word) -> bool:
        """Whether two words share a spelling."""
        return not self.spellings.isdisjoint(other.spellings)


def read_words(text: str) -> list[Word]:
    """The words of a text in order.

    >>> [sorted(word.spellings) for word in read_words("Louis XIV, C++")]
    [['louis'], ['14', 'xiv'], ['c++']]
    >>> one, other = read_words("Zürich Zuerich")
    >>> one.is_(other)
    True
    """
    found: list[Word] = []
    arabic = not _ARABIC_PARTICLES.isdisjoint(fold(text).replace("-", " ").split())
    for match in _TOKEN.finditer(text):
        token, start = match.group(), match.start()
        previous = found[-1] if found else None
        follows_name = previous is not None and previous.is_capitalised
        spellings, number = _spell(token, follows_name, arabic)
        end = match.end()
        if possessive := _POSSESSIVE.search(token):
            end = start + possessive.start()
        found.append(Word(start, end, token, spellings, number, text[end : end + 1] == "."))
    return _join_initials(found, text)


def compact(text: str) -> str:
    """A text without spaces, hyphens and other signs that say nothing: `Spider-Man`, `Spiderman`.

    >>> compact("Spider-Man") == compact("spiderman"), compact("C++") == compact("C")
    (True, False)
    """
    pieces = []
    for match in _TOKEN.finditer(text):
        piece = match.group()
        pieces.append("and" if piece == "&" else fold_word(piece).replace("'", ""))
    return "".join(pieces)


@lru_cache(maxsize=16384)
def fold_word(word: str) -> str:
    """`fold`, remembered: the same words come again and again."""
    return fold(word)


@lru_cache(maxsize=8192)
def _spell(token: str, follows_name: bool, arabic: bool) -> tuple[frozenset[str], str]:
    folded = fold(token)
    spellings = {folded.replace("'", "")}
    if possessive := _POSSESSIVE.search(folded):
        spellings.add(folded[: possessive.start()])
    spellings.update(_ABBREVIATIONS.get(folded.strip("."), ()))
    lowered = token.lower()
    if not token.isascii():
        spellings.add(fold(lowered.translate(_GERMANIC)).replace("'", ""))
    number = number_of_word(folded)
    if number is None and folded.isdigit() and len(folded) < 16:
        number = int(folded)
        if folded != str(number):  # A code with leading zeros is no number.
            number = None
    roman = is_roman(token) or (token in ("I", "V", "X") and follows_name)
    if roman:
        number = roman_value(token)
    if number is not None:
        spellings.add(str(number))
    if folded.isalpha() and len(folded) > 3:
        spelled = folded
        for pattern, written in _BRITISH:
            spelled = pattern.sub(written, spelled)
        spellings.add(spelled)
        if token.islower():
            spellings.update(_singulars(folded))
        elif token[0].isupper():
            spellings.update(_romanisations(folded, arabic))
    return frozenset(spellings), "" if number is None else str(number)


def _singulars(word: str) -> list[str]:
    if word.endswith("ies"):
        return [f"{word[:-3]}y"]
    if word.endswith(("ses", "xes", "ches", "shes")):
        return [word[:-2]]
    if word.endswith("s") and not word.endswith("ss"):
        return [word[:-1]]
    return []


def _romanisations(word: str, arabic: bool) -> list[str]:
    """Keys that the ways to write a Russian or an Arabic name in Latin letters share."""
    keys = []
    if _SLAVIC.search(word):
        key = word
        for pattern, written in _SLAVIC_STEPS:
            key = pattern.sub(written, key)
        keys.append(f"~{key}")
    if arabic or _ARABIC_NAME.fullmatch(word):
        keys.append("~~" + _DOUBLE.sub(r"\1", word.translate(_VOWELS).replace("kh", "h")))
    return keys


def _join_initials(found: Sequence[Word], text: str) -> list[Word]:
    """`J. K.`, `J.K.` and `JK` before a name stay apart here; `U.S.` becomes one word."""
    joined: list[Word] = []
    place = 0
    while place < len(found):
        last = place
        while (
            last + 1 < len(found)
            and len(found[last].text) == 1 == len(found[last + 1].text)
            and found[last].text.isupper()
            and found[last + 1].text.isupper()
            and text[found[last].end : found[last + 1].start] in (".", "", ". ")
        ):
            last += 1
        run = found[place : last + 1]
        tight = len(run) > 1 and ". " not in text[run[0].start : run[-1].end]
        name_follows = (
            last + 1 < len(found)
            and found[last + 1].is_capitalised
            and text[run[-1].end : found[last + 1].start] in (".", ". ", " ")
        )
        if tight and not name_follows:
            written = "".join(word.text for word in run)
            joined.append(Word(run[0].start, run[-1].end, written, frozenset({written.lower()})))
        else:
            joined.extend(run)
        place = last + 1
    return joined
