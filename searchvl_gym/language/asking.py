"""Questions for a value of a thing, or for its name."""

from __future__ import annotations

import re
from dataclasses import dataclass

from searchvl_gym.language.wording import Wording, fitting

_NOUN = re.compile(r"(?:What|Who) (?:is|was) the (?P<noun>[^{}]+?) of \{x\}\?")
_WHEN = re.compile(r"^(?:When|On which date|In which year) ")
_DECADES = ("1560s", "1320s")

NAME_QUESTIONS = (
    "What is the name of {x}?",
    "What is {x} called?",
    "What is {x's} name?",
    "Name {x}.",
    "Can you name {x}?",
    "Which name does {x} bear?",
)
NAMES_OF_PEOPLE = (
    "Who is {x}?",
    "What is the name of {x}?",
    "What is {x's} name?",
    "Name {x}.",
    "Can you name {x}?",
)
"""Questions for a name."""

LABEL_QUESTIONS = (
    "What is given under “{l}” for {x}?",
    "What does the entry “{l}” say for {x}?",
    "Which entry stands under “{l}” for {x}?",
)
"""Questions for a value of which only the label is known."""


@dataclass(frozen=True)
class Asked:
    """What is asked of the last thing.

    Attributes:
        wording: Of the relation that is asked for; None for the name.
        label: Its label.
        subject_noun: What the thing is called that is asked about.
        answer_noun: What the answer is called where it is a thing of its own, or "".
        person: For a name, whether it is a person's.
        form: `year`, `decade` or `rounded` where a coarser answer is asked for, or "".
        answer: The answer in a coarser form, which no example may give.
        requests: Whether it may be a request (`Find the height of {x}.`) rather than a question.
    """

    wording: Wording | None
    label: str = ""
    subject_noun: str = ""
    answer_noun: str = ""
    person: bool = False
    form: str = ""
    answer: str = ""
    requests: bool = True

    @property
    def name(self) -> bool:
        """Whether the name is asked for."""
        return self.wording is None

    def templates(self) -> list[str]:
        """Questions with `{x}` or `{x's}` for the last thing."""
        if self.wording is None:
            return list(NAMES_OF_PEOPLE if self.person else NAME_QUESTIONS)
        found = list(fitting(self.wording.asks, self.subject_noun))
        for match in [_NOUN.fullmatch(question) for question in found]:
            if match is not None and len(match["noun"].split()) < 5:
                found += _of_noun(match["noun"], found[0])
        nouns = fitting(self.wording.nouns, self.subject_noun)
        for noun in nouns:
            found += _of_noun(noun, "Who" if self.person else "What")
        if self.answer_noun:
            verbs = fitting(self.wording.value, self.subject_noun)
            found += [f"Which {self.answer_noun} {verb}?" for verb in verbs]
        if not found:
            found = [question.replace("{l}", self.label) for question in LABEL_QUESTIONS]
        asked = (
            coarsened(question, self.form, self.answer)
            for question in found
            if self.requests or question.endswith("?")
        )
        return list(dict.fromkeys(asked))


def _of_noun(noun: str, question: str) -> list[str]:
    """Ways to ask for what a noun names."""
    word = "Who" if question.startswith("Who") else "What"
    tense = "was" if " was " in question else "is"
    requests = ("Name",) if word == "Who" else ("Give",)
    return [
        f"{word} {tense} the {noun} of {{x}}?",
        f"{word} {tense} {{x's}} {noun}?",
        *(f"{request} the {noun} of {{x}}." for request in requests),
    ]


def coarsened(question: str, form: str, answer: str) -> str:
    """A question for a coarser form of its answer.

    >>> coarsened("When was {x} born?", "year", "1893")
    'In which year was {x} born?'
    >>> coarsened("How many people live in {x}?", "rounded", "680,000")
    'How many people live in {x}? Round to two significant digits.'
    """
    if form == "year":
        if _WHEN.match(question):
            return _WHEN.sub("In which year ", question)
        return f"{question} The year is enough."
    if form == "decade":
        example = next(example for example in _DECADES if example != answer)
        if _WHEN.match(question):
            return f"{_WHEN.sub('In which decade ', question)} Answer in the form “{example}”."
        return f"{question} Give only the decade, in the form “{example}”."
    if form == "rounded":
        return f"{question} Round to two significant digits."
    return question
