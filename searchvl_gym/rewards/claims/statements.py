"""What of an answer commits itself: without doubts, first guesses, concessions and questions.

"At first I thought of Lyon; the source says Paris" states Paris alone. The rest of an answer,
alternatives and lists of guesses among it, is left to `contradictions`.
"""

from __future__ import annotations

import re

from searchvl_gym.rewards.reading.segments import MAYBE, OTHER, RIGHT

_ABBREVIATIONS = frozenset((
    "st", "mt", "ft", "dr", "mr", "mrs", "ms", "no", "jr", "sr", "vs", "ca", "c", "approx", "prof",
    "gen", "capt", "ave", "blvd", "vol", "e.g", "i.e", "etc", "inc", "ltd", "co", "pt", "nr",
    "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sept", "sep", "oct", "nov", "dec",
))  # fmt: skip
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"')\]]*\s+|\s*\n+\s*|;\s*")
_LAST_WORD = re.compile(r"([\w.]+)\.$")

_CANNOT = (
    r"(?:(?:can|could|do|does|did|was|were|am|is|are|have|has|would)(?:n't|nt)?\s*(?:not|n't)"
    r"|can't|cannot|couldn't|don't|doesn't|didn't|wasn't|isn't|unable|not able|failed|impossible"
    r"|hard|difficult|no way|need|i'm not|not)"
)
_KNOWING = (
    r"(?:tell|know|determine|find|found|confirm|verify|verified|say|said|show|identify|answer"
    r"|decide|check|figure|judge|establish|make out|help|see|count|sure|certain|mention|prove"
    r"|state|support|recogni[sz]e|able)"
)
_IGNORANCE = re.compile(
    rf"\b{_CANNOT}\s+(?:\w+\s+){{0,3}}?{_KNOWING}\b|\bno (?:evidence|proof|sign|indication|hint|"
    r"idea|information|mention)\b|\bwhether\b|\b(?:say|tell|see|know|check|sure) if\b|\bi wonder\b"
    r"|\bsorry\b|\brul(?:e|es|ed|ing) (?:it )?out\b",
    re.IGNORECASE,
)
_CONSIDERED = re.compile(
    r"\bat first\b|\binitially\b|\bmy first (?:guess|idea|thought|impression)\b|\bfirst idea\b"
    r"|\bi (?:had )?(?:first |once )?(?:thought|considered|assumed|suspected|took it|believed)\b"
    r"|\b(?:was|were) (?:planned|considered|intended|proposed|my first|suggested)\b"
    r"|\bused to be\b|\bearlier sources?\b|\bwas\s+\S+(?: \S+)?\s+before\b"
    r"|\bthe (?:previous|next|other) one\b"
    r"|\b(?:some|many|most)(?: people| sources)? (?:say|think|claim|believe|assume|call)\b"
    r"|\bone (?:might|may|could) (?:say|think)\b|\bis tempting\b|\b(?:is|are|looks?) similar\b"
    r"|\b(?:only|just|merely) (?:a|one) (?:guess|candidate|option|possibility)\b|\bone option\b"
    r"|\banother (?:candidate|option|possibility)\b|\b(?:question|caption|text) mentions?\b"
    r"|\bit is said\b|\bis too \w+\b|\btoo \w+\b"
    r"|^\W*wrong\s*:",
    re.IGNORECASE,
)
_CONTRAST = re.compile(
    r"[,;]?\s*\b(?:but|however|yet|nevertheless|nonetheless|and then|later|now)\b,?\s*",
    re.IGNORECASE,
)
_CONCESSION_FIRST = re.compile(
    r"^(?:although|though|even though|even if|while|whereas|despite|in spite of|if|unlike"
    r"|contrary to|based on|judging by|judging from|according to|given|except for)\b[^,]*,\s*",
    re.IGNORECASE,
)
_CONCESSION_LAST = re.compile(
    r"[\s,(]+\b(?:although|though|even though|even if|whereas|while|despite|in spite of|unlike"
    r"|rather than|instead of|as opposed to|other than|contrary to|down from|up from)\b[^.;)]*",
    re.IGNORECASE,
)
_INSTEAD_FIRST = re.compile(r"^(?:instead of|rather than)\b", re.IGNORECASE)
_CONCLUSION = re.compile(
    r"\b(?:the |my )?(?:(?:final|correct|right|best) )?(?:answer|option|choice|conclusion)"
    r"(?: is| was| must be| would be|\s*:)(?!\s+not\b)"
    r"|\bi (?:therefore |thus |would |'d |now )?(?:conclude|say|choose|pick|go with|settle on)\b"
    r"(?: that| for)?(?!\s+(?:if|whether))\s*:?"
    r"|\bi\.e\.,?|\bthat is,|\bnamely\b|\bturn(?:s|ed) out to be\b"
    r"|\bin (?:truth|fact|reality)\b,?|\bactually\b,?|^right\s*:"
    r"|(?:^|[,.;:]\s*)(?:so|therefore|thus|hence)\b,?|\bit must be\b",
    re.IGNORECASE | re.MULTILINE,
)
_NOT_THEN = re.compile(r"^\W*(?:it(?: i|')s |this is |that is )?not\b", re.IGNORECASE)
_TELLING = re.compile(rf"[^\W_{RIGHT}{OTHER}]|[{RIGHT}{OTHER}{MAYBE}]")


def committed(text: str) -> str:
    """The part of an answer by which it stands; "" when there is none.

    >>> committed("At first I thought of Lyon, but it is Paris.")
    'it is Paris.'
    >>> committed("I could not find out whether it is Paris.")
    ''
    >>> committed("Lyon? No, Paris, although some doubt it.")
    'No, Paris.'
    """
    pieces = _sentences(text)
    kept = [(piece, end) for piece, end in pieces if not piece.rstrip().endswith("?")]
    if not kept:
        kept = pieces if len(pieces) == 1 and " or " not in text else []
    states = [(_without_doubt(piece), end) for piece, end in kept]
    states = [(piece, end) for piece, end in states if _TELLING.search(piece)]
    firm = [(piece, end) for piece, end in states if not _CONSIDERED.search(piece)]
    if not firm and len(states) < len(pieces):
        return ""
    joined = "".join(piece + end for piece, end in firm or states).strip()
    return _concluded(joined)


def _sentences(text: str) -> list[tuple[str, str]]:
    """Sentences, each with the space or sign after it."""
    found: list[tuple[str, str]] = []
    start = 0
    for match in _SENTENCE_END.finditer(text):
        before = text[start : match.start()]
        word = _LAST_WORD.search(before)
        if word is not None and match.group().isspace() and "\n" not in match.group():
            last = word[1].lower()
            initial = len(last) == 1 and word[1].isupper() and len(before) > 2
            if last in _ABBREVIATIONS or initial or re.fullmatch(r"(?:\w\.)+\w", last):
                continue
            if last.isdigit() and word.start() == 0:  # The number of an item.
                continue
        if before.strip():
            found.append((before, match.group()))
        start = match.end()
    if text[start:].strip():
        found.append((text[start:], ""))
    return found


def _without_doubt(sentence: str) -> str:
    """A sentence without what it concedes, asks or does not know."""
    sentence = _CONCESSION_FIRST.sub("", sentence.strip())
    if not _INSTEAD_FIRST.match(sentence):
        sentence = _CONCESSION_LAST.sub("", sentence)
    parts = _split_contrast(sentence)
    known = [part for part in parts if not _IGNORANCE.search(part) or _states_before(part)]
    known = [_before_ignorance(part) for part in known]
    if len(known) > 1:
        firm = [part for part in known if not _CONSIDERED.search(part)]
        if firm and len(firm) < len(known):
            known = firm
    return ", but ".join(part for part in known if _TELLING.search(part))


def _split_contrast(sentence: str) -> list[str]:
    parts: list[str] = []
    start = 0
    for match in _CONTRAST.finditer(sentence):
        word = match.group().strip(" ,;").lower()
        if word in ("later", "now", "yet", "and then") and not match.group().lstrip().startswith(
            (",", ";")
        ):
            continue
        if match.start() == 0 and not sentence[: match.start()].strip():
            start = match.end()
            continue
        parts.append(sentence[start : match.start()])
        start = match.end()
    parts.append(sentence[start:])
    return [part for part in parts if part.strip()]


def _states_before(part: str) -> bool:
    """Whether something is stated before what is not known: `Paris, I am not sure`."""
    before = _before_ignorance(part)
    return len(_TELLING.findall(before)) > 0


def _before_ignorance(part: str) -> str:
    match = _IGNORANCE.search(part)
    if match is None:
        return part
    clause = max(part.rfind(sign, 0, match.start()) for sign in (",", ":", " and ", " (", " - "))
    head = part[:clause] if clause > 0 else ""
    tail = re.search(r",\s*(?=(?:so|therefore|it is|it's|the answer)\b)", part[match.end() :])
    return head + (part[match.end() + tail.start() :] if tail else "")


def _concluded(text: str) -> str:
    """What follows the last word of conclusion, if anything does."""
    for match in reversed(list(_CONCLUSION.finditer(text))):
        tail = text[match.end() :].strip(" ,:.")
        if len(_TELLING.findall(tail)) > 0 and tail.lower() not in ("correct", "right", "clear"):
            before = text[: match.start()]
            if re.search(r"\bnot\s*$|n't\s*$", before):
                return text
            return text[match.end() :].strip(" ,:")
    return text
