"""A path in one to four sentences, as a person would ask.

Every way to tell a path is a choice of cuts: at a cut a sentence ends that has told of a thing,
and the next one begins with it (`it`, `this bridge`, `there`). Many ways are drawn, the plain ones
are kept: few words, few nested clauses, no chain of `of the … of the …`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from searchvl_gym.language.asking import Asked
from searchvl_gym.language.ends import Anchor, Told
from searchvl_gym.language.nouns import possessive, with_article
from searchvl_gym.language.phrases import (
    Form,
    Step,
    forms,
    name_questions,
    shared,
    statements,
    verbal,
)

_DRAWS, _TASTE = 80, 0.5
"""How many ways are drawn, and how far the choice may be from the cheapest, in words."""

_NESTED, _WORDS = 2, 44
"""Most relative clauses one within another, and most words that are told when there is a choice."""

_BREATH, _STEPS = 13, 2
"""Words that a sentence may have, and things that it may tell, before it is read twice.

Of 100 blind-read questions about Atlas whose longest sentence had fewer than 12 words all 37 were
understood at once, of those with 15 and more 19 of 27.
"""

_LINKS = 2
"""Most steps in one noun phrase, that from the picture to its thing among them."""

_SUBJECT, _HEAVIEST = 6, 6
"""Words that a subject may have before it is heavy, and how many more it may have at all."""

_LONG = 5
"""A phrase of more words stands at the end of what it stands in."""

_MANY = 3
"""From so many steps on, two sentences may stand between that of the picture and the question."""

_DIRECTIVES = ("Find {x}.", "Take {x}.", "Consider {x}.", "First find {x}.")
_OPENINGS = {"Give": 4.0, "Name": 3.0, "Find": 3.0, "Take": 3.0, "First": 4.0, "Consider": 3.0}
"""What a sentence costs that begins with a request, in words: people ask rather than command."""

_INTRODUCED, _STATED, _ASKED_BY_STEP, _SHARED = 0.45, 0.65, 0.75, 0.7
"""Chances: the picture has a sentence of its own; a cut is a statement rather than a request; the
last step is part of a question for a name; what two things share is said with `the same`."""

_CUT_CHANCES: Mapping[int, Mapping[int, tuple[float, ...]]] = {
    1: {1: (0.8, 0.2), 2: (0.5, 0.5), 3: (0.1, 0.9), 4: (0.0, 1.0)},
    2: {1: (0.7, 0.3, 0.0), 2: (0.35, 0.6, 0.05), 3: (0.05, 0.55, 0.4), 4: (0.0, 0.3, 0.7)},
}
"""Chances of 0, 1, 2 cuts by how many are allowed and how many steps there are."""

_Item = TypeVar("_Item")
_SPACES = re.compile(r"\s+")
_CHAIN = re.compile(r"\bof the\b")
_CLUMSY = re.compile(
    r"\bthat that\b|['’]s [\w -]+['’]s\b|\bits [\w -]+['’]s\b"
    r"|\bwhose ([\w -]+?) (?:is|was) (?:the |its |[\w -]+['’]s )\1\b"
)
"""Words that no way of telling may lead to: `that that bridge`, `its architect's birthplace's`."""


@dataclass(frozen=True)
class _Said:
    """What a thing is called at some point: its words, and the clauses that are nested there."""

    words: str
    noun: str = ""
    clauses: int = 0
    steps: int = 0
    place: bool = False
    same: bool = False
    owned: bool = False
    told: int = 0

    @property
    def pronoun(self) -> bool:
        return self.words == "it"

    @property
    def long(self) -> bool:
        return len(self.words.split()) > _LONG or self.clauses > 0


def tell(
    anchor: Anchor,
    steps: Sequence[Step],
    asked: Asked,
    rng: np.random.Generator,
    *,
    keep: int = 4,
    nested: int = _NESTED,
) -> list[Told]:
    """Ways to tell a path, the best first.

    Args:
        anchor: Where it begins.
        steps: How it goes on; the last one leads to what is asked about.
        asked: What is asked.
        rng: Draws the ways.
        keep: How many to give at most.
        nested: How many relative clauses may stand one within another.
    """
    drawn: dict[str, tuple[float, Told]] = {}
    # Short paths have few ways, which would all come out as the shortest.
    words = [_Words(forms(step), statements(step), name_questions(step)) for step in steps]
    asks = asked.templates()
    taste = _TASTE + 2.5 * max(0, 2 - len(steps))
    for _ in range(_DRAWS):
        way = _Way(anchor, steps, words, asked, asks, rng, nested).told()
        if way is not None and way[1].text not in drawn:
            drawn[way[1].text] = (way[0] + rng.gumbel(0.0, taste), way[1])
    ranked = sorted(drawn.values(), key=lambda pair: pair[0])
    return [told for _, told in ranked[:keep]]


@dataclass(frozen=True)
class _Words:
    """The words that a step has in whatever way it is told."""

    forms: list[Form]
    statements: list[str]
    name_questions: list[str]


class _Way:
    """One drawn way to tell a path."""

    def __init__(
        self,
        anchor: Anchor,
        steps: Sequence[Step],
        words: Sequence[_Words],
        asked: Asked,
        asks: Sequence[str],
        rng: np.random.Generator,
        nested: int,
    ) -> None:
        self._anchor, self._steps, self._asked, self._rng = anchor, steps, asked, rng
        self._words, self._asks = words, asks
        self._nested = nested
        # Where much may be nested there is no other way: a long phrase may stand anywhere.
        self._patient = nested > _NESTED
        self._sentences: list[str] = []
        self._templates: list[str] = []
        self._expression = ""
        self._deepest = 0
        self._nouns = [anchor.noun]
        self._asking = ""
        self._heavy = 0
        self._crowded = 0
        self._same: Form | None = None

    def told(self) -> tuple[float, Told] | None:
        """The way with its cost, or None where the draws do not fit together."""
        last = len(self._steps)
        said = self._begin()
        cuts = self._cuts(last)
        for number, (step, words) in enumerate(zip(self._steps, self._words, strict=True), 1):
            ends = number == last and self._asked.name
            if number < last and self._rng.random() < _SHARED:
                self._same = shared(step, self._steps[number])
            if ends and (question := self._ask_by_step(step, words, said)):
                return self._finish(question, step)
            if number in cuts and self._same is None:
                following = self._cut(step, words, said)
            else:
                following = self._nest(step, words, said)
            if following is None:
                return None
            if said.same and number in cuts:
                return None
            said = following
            self._nouns.append(step.noun)
        asked = self._ask(said)
        return None if asked is None else self._finish(asked, None)

    def _cuts(self, last: int) -> frozenset[int]:
        """After which steps a sentence ends."""
        if last == 0:
            return frozenset()
        most = 1 if self._sentences and last < _MANY else 2
        chances = np.cumsum(_CUT_CHANCES[most][min(last, 4)])
        wanted = int(np.searchsorted(chances, self._rng.random(), "right"))
        places = np.arange(1, last + 1)
        return frozenset(self._rng.permutation(places)[:wanted].tolist())

    def _begin(self) -> _Said:
        anchor = self._anchor
        if anchor.sentences and self._rng.random() < _INTRODUCED:
            sentence = self._choose(anchor.sentences)
            self._expression = sentence
            self._sentences.append(f"{sentence}.")
            return self._refer(anchor.noun, anchor.place, pronoun=not anchor.person, again=False)
        phrase = self._choose(anchor.phrases)
        self._expression = phrase
        nested = int(" whose " in phrase or " that " in phrase)
        return _Said(phrase, anchor.noun, nested, steps=1, told=1)

    def _nest(self, step: Step, words: _Words, said: _Said) -> _Said | None:
        """The thing after a step, as a phrase with the one before in it."""
        options = [
            form
            for form in words.forms
            if (form.pronoun or not said.pronoun)
            and not (said.pronoun and "{x's}" not in form.template)
            and not said.owned
            and (form.open or not said.long or self._patient)
            and form.clauses + said.clauses <= self._nested
            and _may_own(form.template, said)
            and (not said.same or verbal(form))
        ]
        told_apart = step.adjective or step.wording.role
        if step.noun in self._nouns and not told_apart:
            options = []  # `the city served by this city's airport` might be the same one
        if self._same is not None and not said.pronoun:
            options = [self._same]
        if not options or said.steps >= (self._nested + 2 if self._patient else _LINKS):
            return None
        form = self._choose(options)
        self._heavy += 2 * step.pair
        same, self._same = form is self._same, None
        self._templates.append(form.template)
        clauses = form.clauses + said.clauses
        self._deepest = max(self._deepest, clauses)
        put = _put(form.template, said)
        told = said.told + 1 + bool(step.adjective) + len(step.facts)
        owned = said.pronoun
        return _Said(put, step.noun, clauses, said.steps + 1, same=same, owned=owned, told=told)

    def _cut(self, step: Step, words: _Words, said: _Said) -> _Said | None:
        """A sentence that tells of a step, and what its thing is called in the next one."""
        # `was explored by an explorer` says nothing.
        verbs = [verb for verb in words.statements if not _echoes(step.noun, verb)]
        known = step.noun in self._nouns
        if verbs and self._rng.random() < _STATED:
            verb = self._choose(verbs)
            if known:
                verb = verb.replace(with_article(step.called), f"another {step.called}", 1)
            heavy = len(said.words.split()) - _SUBJECT
            if heavy > _HEAVIEST and not self._patient:
                return None
            self._heavy += max(0, heavy)
            self._end(said.told + 1 + len(step.facts))
            self._templates.append(f"{{x}} {verb}")
            self._deepest = max(self._deepest, said.clauses + bool(step.clauses))
            self._sentences.append(f"{said.words} {verb}.")
            return self._refer(step.role or step.noun, step.place, again=known and not step.role)
        following = self._nest(step, words, said)
        if following is None:
            return None
        self._end(following.told)
        directives = _DIRECTIVES[: 3 if self._sentences else 4]
        self._sentences.append(self._choose(directives).replace("{x}", following.words))
        return self._refer(step.role or step.noun, step.place, again=known and not step.role)

    def _refer(self, noun: str, place: bool, *, again: bool, pronoun: bool = False) -> _Said:
        """What a thing is called that the sentence before has told of.

        `It` would be unclear after a sentence that has told of several things.
        """
        if again:
            return _Said(f"that other {noun}", noun, place=place)
        options = [f"this {noun}", f"that {noun}"]
        if pronoun:
            options.append("it")
        return _Said(self._choose(options), noun, place=place)

    def _ask(self, said: _Said) -> str | None:
        """The question about the last thing, with its words."""
        options = [
            template
            for template in self._asks
            if (not said.long or self._patient or _ends_open(template))
            and not (said.pronoun and _needs_name(template, said))
            and _may_own(template, said)
        ]
        if not options:
            return None
        template = self._choose(options)
        self._end(said.told + 1)
        self._asking = _there(template, said) or template
        return _put(self._asking, said)

    def _ask_by_step(self, step: Step, words: _Words, said: _Said) -> str | None:
        """A question for the name of the thing that a step leads to, or None."""
        options = [
            template
            for template in words.name_questions
            if (template.endswith("{x}?") or not said.long)
            and not (said.same and not template.endswith("{x}?"))
            and not (said.pronoun and re.search(r"\b(?:of|in) \{x\}", template))
        ]
        if not options or self._rng.random() > _ASKED_BY_STEP:
            return None
        self._end(said.told + 1 + bool(step.adjective) + len(step.facts))
        template = self._choose(options)
        if step.noun in self._nouns:
            template = template.replace(f"Which {step.noun} ", f"Which other {step.noun} ", 1)
        self._templates.append(template.rstrip("?"))
        self._asking = template
        return _put(template, said)

    def _finish(self, question: str, step: Step | None) -> tuple[float, Told] | None:
        sentences = [capital(_SPACES.sub(" ", said)) for said in (*self._sentences, question)]
        text = " ".join(sentences)
        if self._deepest > self._nested or _CLUMSY.search(text):
            return None
        words = len(text.split())
        chains = sum(max(0, len(_CHAIN.findall(sentence)) - 2) for sentence in sentences)
        cost = (
            words
            + 4.0 * max(0, self._deepest - 1)
            + 3.0 * chains
            + 1.0 * self._heavy
            + 2.5 * self._crowded
            + 1.0 * sum(max(0, len(sentence.split()) - _BREATH) for sentence in sentences)
            + 1.0 * (len(sentences) - 1)
            + sum(_OPENINGS.get(sentence.split(" ", 1)[0], 0.0) for sentence in sentences)
            + 2.0 * max(0, words - _WORDS)
        )
        told = Told(text, self._expression, tuple(self._templates), self._asking)
        return cost, told

    def _end(self, told: int) -> None:
        """Count what a sentence tells beyond what is understood at once."""
        self._crowded += max(0, told - _STEPS)

    def _choose(self, options: Sequence[_Item]) -> _Item:
        return options[int(self._rng.integers(len(options)))]


def capital(sentence: str) -> str:
    """A sentence with a capital at its beginning."""
    return sentence[:1].upper() + sentence[1:]


def _put(template: str, said: _Said) -> str:
    return template.replace("{x's}", possessive(said.words)).replace("{x}", said.words)


def _there(template: str, said: _Said) -> str | None:
    """The question with `there` for a place just told of, where that fits."""
    if said.place and not said.long and " in {x}?" in template:
        return template.replace(" in {x}?", " there?")
    return None


def _needs_name(template: str, said: _Said) -> bool:
    """Whether `it` would sound odd in a question: `the height of it`, `live in it`."""
    inside = " in {x}" in template and _there(template, said) is None
    return inside or re.search(r"\bof \{x\}", template) is not None


def _ends_open(template: str) -> bool:
    """Whether nothing follows `{x}` that a long phrase would part from its beginning."""
    return re.search(r"\{x\}[.?]$|\{x\}, ", template) is not None


def _may_own(template: str, said: _Said) -> bool:
    """Whether a phrase is short enough for a genitive, where the template has one."""
    return "{x's}" not in template or (len(said.words.split()) <= 3 and not said.clauses)


def _echoes(noun: str, verb: str) -> bool:
    """Whether a verb phrase says the noun over again: `was explored by an explorer`."""
    words = verb.replace(with_article(noun), "").split()
    return any(word[:5] == noun[:5] for word in words if len(word) > 4)
