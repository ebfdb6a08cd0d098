"""Links that a sentence says something about: who made a thing, where it belongs.

Only sentences whose subject is the page's own are read: the first one, and those of the lead that
begin with a pronoun, the title or `The film`. A participle counts where nothing but names, dates
and other participles stand between it and that subject, so that what is said of another noun
(*an album of songs written by …*) is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from searchvl_gym.world.sources.prose.definitions import Definition

_IRREGULAR = (
    "written|co-written|rewritten|sung|made|built|led|held|born|drawn|won|shot|sold|begun|run|"
    "given|taken|spoken|woven|fought|found|bought|brought|overseen|thrown|set"
)
_PART = rf"(?:co-)?(?:[a-z]{{3,}}ed|{_IRREGULAR})"
_ADVERB = r"(?:[a-z]+ly|also|first|later|then|once|itself|both)"
_PARTS = (
    rf"(?P<verbs>(?:{_ADVERB} )?{_PART}(?:(?:,|,? and|,? or) (?:was |were |is |are )?"
    rf"(?:{_ADVERB} )?{_PART})*)"
)
_PREPOSITIONS = "by|for|after|from|in|on|at|to|with|as"
_WHEN = (
    r"(?: (?:first|again|originally))?"
    r"(?: (?:in|on) (?:(?:[A-Z][a-z]+ )?(?:\d{1,2},? )?(?:[A-Z][a-z]+ )?\d{4}))?"
)
_MADE = re.compile(rf"(?:^|(?<=[\s,])){_PARTS}{_WHEN} (?P<how>{_PREPOSITIONS}) ")
_DIRECT = re.compile(r"^\s*,?\s*(?P<how>by|of|from|in|on|for) (?P<between>[^;:()]*)$")
_STATED = re.compile(r"\s+(?:is|was|are|were|has been|have been|had been)\s+")
_PRONOUN = re.compile(r"(?:It|He|She|They)(?=\s)")
_THE_NOUN = re.compile(
    r"(?:The|This) (?:[a-z]+ )??(?P<noun>[a-z]+)(?=\s(?:is|was|are|were|ha[sd]))"
)
_VERB = re.compile(rf"{_PART}")
_TOKEN = re.compile(r"[^\s,]+")
_POSSESSIVE = re.compile(r"(?:['’]s?\b|['’](?=\s)|-)")
_AFTER = re.compile(r"\s+(?P<word>[^\s,.;:()]+)")

_BARRED_WORDS = """
that which who whom whose where when while whereas because although though if than whether
is was are were be been has have had does did do will would can could may might must should
not never possibly probably allegedly supposedly incorrectly wrongly it he she they his her its
their them him about into of by in on at from for to with as after before during since until
"""
_BARRED = frozenset(_BARRED_WORDS.split())
_BARRED_BEFORE = _BARRED - frozenset(
    ["of", "by", "in", "on", "at", "from", "for", "to", "with", "as", "after", "during"]
)
_GO_ON_WORDS = """
and in on at for from with as to by who which that was is were when while after before during or
under featuring of but where via through until since he she it they released
"""
_GO_ON = frozenset(_GO_ON_WORDS.split())
_NO_VERBS = frozenset(
    ["need", "seed", "speed", "indeed", "weed", "hundred", "sacred", "red", "shed", "bed", "naked"]
)
_VAGUE = frozenset(
    ["used", "based", "considered", "regarded", "known", "called", "named", "said", "dedicated",
     "related", "compared", "attributed", "credited", "linked", "married", "set", "given"]
)  # fmt: skip
"""Participles whose preposition alone says too little."""


@dataclass(frozen=True)
class Linked:
    """A relation to what a link leads to.

    Attributes:
        relation: `written by`, `recorded for`, `tributary of`, `by`, `in`.
        anchor: Words of the link.
        start: Index of the anchor in the sentence.
        target: Page that it leads to.
    """

    relation: str
    anchor: str
    start: int
    target: int


def linked(
    sentence: str,
    links: Sequence[tuple[str, int, int]],
    definition: Definition | None,
    subjects: Sequence[str],
) -> Iterator[Linked]:
    """The relations that a sentence states of the page's subject.

    Args:
        sentence: The sentence.
        links: Anchor, place in the sentence and target of its links, in order.
        definition: What the sentence defines, for the first one of an article; else None.
        subjects: What the subject may be called at the beginning of other sentences.

    >>> text = "Busted is a song written by Harlan Howard and recorded by Ray Charles."
    >>> from searchvl_gym.world.sources.prose.definitions import define
    >>> links = (("Harlan Howard", text.index("Harlan"), 1), ("Ray Charles", text.index("Ray"), 2))
    >>> [(each.relation, each.anchor) for each in linked(text, links, define(text), ())]
    [('written by', 'Harlan Howard'), ('recorded by', 'Ray Charles')]
    """
    begin = definition.end if definition is not None else _subject_end(sentence, subjects)
    if begin < 0:
        return
    for anchor, start, target in links:
        if start <= begin or _is_part(sentence, start + len(anchor)):
            continue
        between = sentence[begin:start]
        if definition is not None:
            direct = _DIRECT.match(between)
            if direct and _is_apposition(direct["between"], strict=direct["how"] != "by"):
                yield Linked(_direct(definition, direct["how"]), anchor, start, target)
                continue
        made = max(_MADE.finditer(between), key=lambda found: found.start(), default=None)
        if made is None or not _is_bare(between[: made.start()]):
            continue
        if not _is_apposition(between[made.end() :], strict=made["how"] != "by"):
            continue
        for verb in _VERB.findall(made["verbs"]):
            vague = made["how"] in ("as", "with", "to", "for") and verb in _VAGUE
            if verb not in _NO_VERBS and not vague:
                yield Linked(f"{verb} {made['how']}", anchor, start, target)


def _subject_end(sentence: str, subjects: Sequence[str]) -> int:
    """Where the subject of a sentence ends, when it is the page's own; else -1."""
    end = -1
    if (found := _PRONOUN.match(sentence)) or (
        (found := _THE_NOUN.match(sentence)) and found["noun"] in subjects
    ):
        end = found.end()
    else:
        for name in subjects:
            bare = sentence.lstrip('"“')
            if name and bare.startswith(name):
                end = len(sentence) - len(bare) + len(name)
                if sentence[end : end + 1] in ('"', "”"):
                    end += 1
                break
    if end < 0:
        return -1
    stated = _STATED.match(sentence, end)
    return stated.end() - 1 if stated else -1


def _direct(definition: Definition, how: str) -> str:
    return f"{definition.phrase.split()[-1].strip('”’')} of" if how == "of" else how


def _is_apposition(text: str, *, strict: bool) -> bool:
    """Whether only a title, a role or other names stand before a name."""
    words = [word.strip("\"“”'’") for word in _TOKEN.findall(text)]
    if strict and any(word.casefold() not in ("the", "") for word in words):
        return False
    if any(word.casefold() in _BARRED or _VERB.fullmatch(word) for word in words):
        return False
    return len(words) <= 12


def _is_bare(text: str) -> bool:
    """Whether a part between a subject and a participle brings in no other noun of its own."""
    words = [word.strip("\"“”'’") for word in _TOKEN.findall(text)]
    if any(word.casefold() in _BARRED_BEFORE for word in words):
        return False
    # A plain noun in the plural or after a preposition takes what follows for itself.
    return not re.search(r"\b(?:of|with|for|from|on|in|by|as|to) (?:the |an? )?[a-z]{3,}\b", text)


def _is_part(sentence: str, end: int) -> bool:
    """Whether an anchor is only the beginning of a longer name, or owns what follows."""
    if _POSSESSIVE.match(sentence, end):
        return True
    following = _AFTER.match(sentence, end)
    if following is None:
        return False
    word = following["word"].strip('"“”')
    return word.casefold() not in _GO_ON and not word[:1].isdigit()
