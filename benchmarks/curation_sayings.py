"""Which relations some words may mean, for the checker of curated tasks.

The tables of wordings say how a relation is put into words; the patterns here recognise what can be
made of them, in each direction, without the code that makes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from searchvl_gym.language.lexicon import wording_of
from searchvl_gym.world import Relation

FORWARD, INVERSE, ASKS = "forward", "inverse", "asks"
"""A value seen from its subject, a subject seen from its value, a question."""


class Sayings:
    """Which relations some words may mean, by the tables of wordings alone.

    Args:
        relations: The schema.
    """

    def __init__(self, relations: Iterable[Relation]) -> None:
        schema = {relation.name: relation for relation in relations}
        self._patterns = {
            **{(name, FORWARD): _forward(relation) for name, relation in schema.items()},
            **{(name, INVERSE): _inverse(relation) for name, relation in schema.items()},
            **{(name, ASKS): _questions(relation) for name, relation in schema.items()},
        }
        self._names = tuple(schema)
        self._superlative = {
            name
            for name, relation in schema.items()
            for wording in [wording_of(relation)]
            if any(map(_SUPERLATIVE.search, (*wording.phrases, *wording.nouns)))
        }

    def says(self, relation: str, template: str, way: str) -> bool:
        """Whether a template is made of some wording of a relation.

        Args:
            relation: Its name.
            template: The words.
            way: `FORWARD`, `INVERSE` or `ASKS`.
        """
        pattern = self._patterns.get((relation, way))
        return pattern is not None and pattern.search(_without_request(template)) is not None

    def meanings(self, relation: str, template: str, way: str) -> set[str]:
        """A relation, and every other that a template may mean as well.

        Words that tell the relation as a superlative (`the most populous country where {x} is
        spoken`) mean no more than the relation.
        """
        if relation in self._superlative and _SUPERLATIVE.search(template):
            return {relation}
        return {relation, *(name for name in self._names if self.says(name, template, way))}


_SUPERLATIVE = re.compile(r"\b(?:largest|most populous)\b")
_REQUEST = "(?:(?:What|Who) (?:is|was)|Find|Give|Name)"
_SLOT = r"(?:\{x\}|an? [^{}]+|another [^{}]+)"
"""The other thing: what the question called it before, or a thing that it now tells of."""


def _forward(relation: Relation) -> re.Pattern[str]:
    """What the words for a value look like, seen from the subject."""
    wording = wording_of(relation)
    found = [re.escape(f"“{relation.label}”")]
    found += [pattern for verb in wording.value for pattern in _clause(verb)]
    found += [rf"^\{{x\}} {_with_slots(_plain_text(verb))}" for verb in wording.subject]
    found += map(_phrase, wording.phrases)
    for noun in map(re.escape, map(_plain_text, wording.nouns)):
        found.append(rf"the {noun} of \{{x\}}|\{{x's\}} {noun}\b")
    return _either(found)


def _inverse(relation: Relation) -> re.Pattern[str]:
    """What the words for a subject look like, seen from the value."""
    wording = wording_of(relation)
    found = [re.escape(f"“{relation.label}”")]
    found += [pattern for verb in wording.subject for pattern in _clause(verb)]
    found += [rf"^\{{x\}} {_with_slots(_plain_text(verb))}" for verb in wording.value]
    found += map(_phrase, wording.inverse)
    for verb in map(_plain_text, wording.value):
        found.append(rf"that \{{x\}} {re.escape(verb.removesuffix(' {x}'))}$")
    for noun in map(re.escape, map(_plain_text, wording.nouns)):
        found.append(rf"whose {noun} (?:is|was) \{{x\}}")
    return _either(found)


def _clause(verb: str) -> list[str]:
    """A verb phrase after a relative word or `Which …`, or as a participle after a noun."""
    plain = _plain_text(verb)
    # Further facts may follow: `designed by {x} that is 32 metres high`.
    tail = r"(?:\?|$| that .*| who .*| whose .*| and .*| is the .*)"
    found = [rf"\b(?:that|who|and|other|Which [^{{}}]+) {_with_slots(plain)}{tail}"]
    if auxiliary := re.match(r"(?:is|was) ", plain):
        found.append(rf"\b{_with_slots(plain[auxiliary.end() :])}{tail}")
    return found


def _phrase(text: str) -> str:
    """A noun phrase with any noun, and with what may be said of it besides."""
    head, _, rest = _plain_text(text).partition("{t} ")
    if not rest:
        return re.escape(head)
    return rf"{re.escape(head)}[^{{}}]*?\b{_with_slots(rest)}(?:$| that .*| who .*| whose .*)"


def _either(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


def _questions(relation: Relation) -> re.Pattern[str]:
    """What the questions for a relation look like."""
    wording = wording_of(relation)
    asks = [_plain_text(text) for text in wording.asks]
    nouns = {_plain_text(text) for text in wording.nouns}
    for question in asks:
        if match := re.fullmatch(r"(?:What|Who) (?:is|was) the (.+) of \{x\}\?", question):
            nouns.add(match[1])
    found = [re.escape(f"“{relation.label}”")]
    found += [rf"^{re.escape(_without_request(question))}" for question in asks]
    found += [
        rf"^Which (?!is )[^{{}}]+ {_with_slots(_plain_text(verb))}\?" for verb in wording.value
    ]
    for noun in map(re.escape, nouns):
        found.append(rf"^{_REQUEST} (?:the {noun} of \{{x\}}|\{{x's\}} {noun}\b)")
    return _either(found)


def _plain_text(text: str) -> str:
    """A wording without the noun that it is for."""
    return text.split("|")[-1]


def _with_slots(text: str) -> str:
    return _SLOT.join(re.escape(part) for part in re.split(r"\{[xyv]\}", text))


def _without_request(question: str) -> str:
    """A question without what a coarser form changes in it."""
    text = question.replace(" there?", " in {x}?")
    return re.sub(r"^(?:When|On which date|In which year|In which decade) ", "", text)
