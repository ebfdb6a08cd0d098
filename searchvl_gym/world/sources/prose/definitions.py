"""What the first sentence of an article says that its subject is."""

from __future__ import annotations

import re
from dataclasses import dataclass

from searchvl_gym.world.sources.prose.sentences import without_brackets
from searchvl_gym.world.sources.prose.words import (
    BOUNDARY,
    BOUNDARY_BEFORE_MORE,
    KIND_WORDS,
    NO_HEADS,
    is_adjective,
    is_adverb,
    is_participle,
    is_person,
)

_NAME = r"[A-Z][\w.&-]*(?:\s[A-Z][\w.&-]*){0,4}(?:'s|’s|'|’)"
_COPULA = re.compile(
    r"\b(?:is|was|are|were)\s+"
    r"(?:(?:also|generally|usually|often|typically|originally|traditionally|commonly|currently|"
    r"formerly|arguably|primarily|essentially|simply|both)\s+)*"
    r"(?P<determiner>(?:one of (?:the|several|many|two|three|four|five|only)|a|an|the|any|"
    rf"either (?:a|an|the|of)|some of the|several|various|two|three|four|{_NAME})\s+)?"
    r"(?=[\w\"“])"
)
_STOP = re.compile(r"[,;:–—\n]|\.(?=\s|$)|\s-\s")
_WORD = re.compile(r"[^\s,;:]+")
_OF = re.compile(r"\s+of\s+(?:the\s+|an?\s+)?")
_LISTED = re.compile(r"\s*,\s*(?:and\s+|or\s+)?(?:an?\s+)?")
_JOINED = re.compile(r"\s+and\s+(?:an?\s+)(?=[a-z])")
_LIST_GOES_ON = re.compile(r"\s*(?:[,.]|(?:and|or|who|of|from|best|known|whose)\b|$)")
_AND = re.compile(r"\s+(?:and|or)\s+|/")
_QUOTES = "\"“”'’."


@dataclass(frozen=True)
class Definition:
    """What a subject is.

    Attributes:
        nouns: The nouns that name it, as stated: `singer`, `songwriter`; the first is the head of
            the first phrase.
        phrase: The words between the article and the rest: `2004 American biographical film`.
        start: Index of the phrase in the sentence.
        end: Index of what follows it.
    """

    nouns: tuple[str, ...]
    phrase: str
    start: int
    end: int


def define(sentence: str) -> Definition | None:
    """Read a definition.

    Args:
        sentence: The first sentence of an article.

    Returns:
        What it says, or None when it defines nothing in a form that is known.

    >>> ray = define("Ray is a 2004 American biographical film focusing on Ray Charles.")
    >>> ray.phrase, ray.nouns
    ('2004 American biographical film', ('film',))
    >>> define("Ida Ek (born 1907) was a Swedish singer, composer and pianist from Umeå.").nouns
    ('singer', 'composer', 'pianist')
    >>> define("The song was released in 1961.") is None
    True
    """
    plain = without_brackets(sentence)
    found = next((each for each in _COPULA.finditer(plain) if _is_main(plain, each.start())), None)
    if found is None:
        return None
    phrase, end = _phrase(plain, found.end())
    if not phrase:
        return None
    if found["determiner"] is None and not _needs_no_article(found[0], phrase):
        return None
    nouns = _nouns(plain, phrase, end)
    return Definition(nouns, " ".join(phrase.split()), found.end(), end) if nouns else None


def type_of(definition: Definition) -> str:
    """The plain words at the end of a definition: what the subject may be called.

    >>> type_of(define("Ray is a 2004 American biographical film."))
    'biographical film'
    """
    words: list[str] = []
    for word in reversed(definition.phrase.split()):
        superlative = word in ("most", "and", "or", "largest", "first") or word.endswith("est")
        if not word.isalpha() or not word.islower() or len(words) == 3 or superlative:
            break
        words.insert(0, word)
    return " ".join(words)


def _is_main(text: str, place: int) -> bool:
    """Whether a verb belongs to the sentence itself, not to a part that begins with `whose`."""
    part = re.split(r",\s", text[:place])[-1]
    return not re.match(r"(?:whose|which|who|where|that)\b", part)


def _phrase(text: str, start: int) -> tuple[str, int]:
    """The words of a noun phrase, up to what follows its head; and where they end."""
    end = start
    last = ""
    for word in _WORD.finditer(text, start):
        gap = text[end : word.start()]
        if end > start and _STOP.search(gap) and not ("," in gap and is_adjective(last)):
            break
        bare = word[0].strip(_QUOTES)
        following = _WORD.search(text, word.end())
        after = following[0].strip(_QUOTES).casefold() if following else ""
        goes_on = after not in BOUNDARY and bool(after)
        folded = bare.casefold().removeprefix("co-")
        gerund = end == start and folded.endswith("ing") and after == "of"
        if (folded in BOUNDARY and not gerund) or (folded in BOUNDARY_BEFORE_MORE and not goes_on):
            break
        if folded in ("and", "or") and after in ("a", "an", "the", "is", "was", "one", ""):
            break
        turns = is_participle(bare) or is_adverb(bare)
        if turns and end > start and not goes_on and not is_adjective(last):
            break
        end, last = word.end(), bare
        if word[0].endswith(".") and (following is None or word[0][:-1].islower()):
            break
    phrase = text[start:end].rstrip(" .")
    return phrase, start + len(phrase)


def _nouns(text: str, phrase: str, end: int) -> tuple[str, ...]:
    """The head of a phrase, of those joined to it, and behind `type of` the telling one."""
    nouns = _heads(phrase)
    if nouns and nouns[-1].casefold() in KIND_WORDS and (of := _OF.match(text, end)):
        nouns += _heads(_phrase(text, of.end())[0])
    # "American singer, songwriter, pianist, and composer": what follows is of the same kind.
    place = end
    while nouns and (listed := _LISTED.match(text, place)):
        inner, last = _phrase(text, listed.end())
        if not inner or len(inner.split()) > 4 or not inner[0].islower():
            break
        heads = _heads(inner)
        if not heads or not _LIST_GOES_ON.match(text, last) or not all(map(str.islower, heads)):
            break
        nouns += heads
        place = last
    if nouns and (joined := _JOINED.match(text, place)):
        nouns += _heads(_phrase(text, joined.end())[0])
    return tuple(dict.fromkeys(nouns))


def _heads(phrase: str) -> list[str]:
    """The last words of the parts of a phrase; an adjective before *and* is no part of its own."""
    heads = []
    parts = [part for part in _AND.split(phrase) if part.split()]
    for number, part in enumerate(parts):
        head = part.split()[-1].strip(_QUOTES)
        final = number == len(parts) - 1
        plain = any(map(str.isalpha, head)) and not head[:1].isdigit()
        if not plain or head.casefold() in NO_HEADS:
            continue
        if not final and (not head.islower() or is_adjective(head)):
            continue
        heads.append(head)
    return heads


def _needs_no_article(copula: str, phrase: str) -> bool:
    """Whether words without an article can be what a subject is."""
    words = phrase.split()
    last = words[-1]
    if is_participle(last) or is_adverb(last) or is_adjective(last):
        return False
    if copula.startswith(("are", "were")):
        return last.islower() and last.endswith("s")
    return is_person(last) or (len(words) > 1 and last.islower())
