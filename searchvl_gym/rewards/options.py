"""Options of a multiple-choice question: `C`, `(C)`, `Option C`, or the text of C."""

from __future__ import annotations

import re
from functools import lru_cache

_LISTED = re.compile(
    r"(?:^|[\s(（\[,，;；:：?？。])\(?([A-H])(?:[.)、．:：]|\s*[-–]\s|\])\s*", re.MULTILINE
)
_GOLD = re.compile(r"\(?([A-H])\)?(?:[.):、：]\s*(?P<text>.+)|\.?)", re.DOTALL)
_SEVERAL = re.compile(r"[A-H](?:\s*(?:,|、|;|&|and|/| )\s*[A-H])+|[A-H]{2,8}")
_LETTER = re.compile(
    r"(?<![A-Za-z0-9'’&+.#-])(?P<open>[(\[])?(?P<letter>[A-H])(?![A-Za-z0-9'’&+#]|-\w)(?P<close>[)\].:、：])?"
)
_NOUN_FOLLOWS = re.compile(r" (?!(?:and|or|is|as|but|because|since|plus)\b)[a-z]")
_LEADING_ARTICLE = re.compile(rf"^\W*A(?={_NOUN_FOLLOWS.pattern}[a-z])")


@lru_cache(maxsize=512)
def listed_options(question: str) -> dict[str, str]:
    """The options that a question lists, by letter; empty when it lists none.

    >>> listed_options("Which? A. a cat B. a dog")
    {'A': 'a cat', 'B': 'a dog'}
    """
    found = list(_LISTED.finditer(question))
    # The letters must come in order, or they are something else.
    start = next((place for place, one in enumerate(found) if one[1] == "A"), None)
    if start is None:
        return {}
    kept: list[re.Match[str]] = []
    for one in found[start:]:
        if one[1] == chr(ord("A") + len(kept)):
            kept.append(one)
    if len(kept) < 2:
        return {}
    ends = [one.start() for one in kept[1:]] + [len(question)]
    return {
        one[1]: question[one.end() : end].strip(" \n.,;，；、")
        for one, end in zip(kept, ends, strict=True)
    }


def right_letters(gold: str, question: str) -> frozenset[str] | None:
    """The letters of the right options; None when the right answer is no option.

    >>> sorted(right_letters("B, D", "A. x B. y C. z D. w")), right_letters("C", "Which vitamin?")
    (['B', 'D'], None)
    """
    options = listed_options(question)
    gold = gold.strip()
    if not options:
        return None
    if _SEVERAL.fullmatch(gold):
        return frozenset(re.findall("[A-H]", gold))
    match = _GOLD.fullmatch(gold)
    if match is not None and match[1] in options:
        return frozenset(match[1])
    same = [letter for letter, text in options.items() if _plain(text) == _plain(gold)]
    return frozenset(same) if len(same) == 1 else None


def chosen_letters(text: str, question: str) -> tuple[frozenset[str], bool]:
    """The letters that an answer chooses, and whether it gives another text with one of them.

    >>> chosen_letters("(B) a dog", "A. a cat B. a dog")
    (frozenset({'B'}), False)
    >>> sorted(chosen_letters("B and C", "A. x B. y C. z")[0])
    ['B', 'C']
    """
    options = listed_options(question)
    bare = text.strip().strip("()[].。 *\"'")
    if len(bare) == 1 and bare.upper() in options:
        return frozenset(bare.upper()), False
    if re.fullmatch("[A-H]{2,8}", bare) and set(bare) <= options.keys():
        return frozenset(bare), False
    for letter, option in options.items():
        if option and _plain(option) == _plain(text):
            return frozenset(letter), False
    text = _LEADING_ARTICLE.sub("", text)
    letters: dict[str, int] = {}
    for match in _LETTER.finditer(text):
        letter = match["letter"]
        article = letter == "A" and _NOUN_FOLLOWS.match(text, match.end())
        if letter in options and not (article and not match["close"]):
            letters.setdefault(letter, match.end())
    if not letters:
        inside = [
            letter
            for letter, option in options.items()
            if option and re.search(rf"(?<!\w){re.escape(_plain(option))}(?!\w)", _plain(text))
        ]
        return frozenset(inside), False
    wrong_text = False
    for letter, end in letters.items():
        said = _plain(text[end:])
        others = [o for o, option in options.items() if o not in letters and _plain(option)]
        own = _plain(options[letter])
        if said and not said.startswith(own):
            wrong_text = wrong_text or any(said.startswith(_plain(options[o])) for o in others)
    return frozenset(letters), wrong_text


def names_other_letter(text: str, gold: str) -> bool:
    """Whether an answer to an unlisted choice names another letter: `Both A and B`.

    >>> names_other_letter("Both A and B", "B"), names_other_letter("A bird: B", "B")
    (True, False)
    """
    if not re.fullmatch("[A-H]", gold):
        return False
    plain = [
        match["letter"]
        for match in _LETTER.finditer(text)
        if match["letter"] != "A" or not _NOUN_FOLLOWS.match(text, match.end())
    ]
    return any(letter != gold for letter in plain)


def leads_with_letter(text: str, gold: str) -> bool:
    """Whether an answer gives the right letter first, where the question lists no options.

    >>> leads_with_letter("B. The red one", "B"), leads_with_letter("B or C", "B")
    (True, False)
    """
    if not re.fullmatch("[A-H]", gold):
        return False
    match = re.match(rf"\W*{gold}\s*[.):：]\s+(?=\S)", text)
    return match is not None and not _LETTER.search(text, match.end())


def _plain(text: str) -> str:
    stripped = re.sub(r"[^\w%°$€£+#-]+", " ", text.lower()).strip()
    return re.sub(r"^(?:the|a|an) ", "", stripped)
