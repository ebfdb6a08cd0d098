"""Tells a program in words: one short sentence a move, none nested in another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from searchvl_gym.language.nouns import plural
from searchvl_gym.tasks.deep.evaluate import Evaluation
from searchvl_gym.tasks.deep.knowledge import Knowledge
from searchvl_gym.tasks.deep.measures import MEASURES, YEARS
from searchvl_gym.tasks.deep.program import (
    Above,
    Anchor,
    Clue,
    Count,
    Difference,
    Follow,
    Keep,
    Lacks,
    Meets,
    Members,
    Only,
    Pick,
    Program,
    Read,
    Total,
)
from searchvl_gym.world.records import Relation

ORDINALS = ("", "second ", "third ", "fourth ", "fifth ", "sixth ", "seventh ", "eighth ")
"""Before `greatest`, by rank."""

BELONGING = {
    "building": "in {c}",
    "location": "in {c}",
    "artifact": "that were made in {c}",
    "person": "who are or were citizens of {c}",
    "organism": "that are native to {c}",
}
"""How the members of a country are told, by kind of page."""

MEETINGS = {
    (("architect", "birthplace"), ("city",)): "whose architect was born in the very town where "
    "they stand",
    (("architect", "citizenship"), ("city", "country")): "whose architect was a citizen of the "
    "same country",
    (("commissioned_by", "citizenship"), ("city", "country")): "that were commissioned by a "
    "citizen of the same country",
    (("spouse", "birthplace"), ("birthplace",)): "whose spouse was born in the same town as they",
    (("mentor", "citizenship"), ("citizenship",)): "whose teacher had the same citizenship",
    (("mentor", "birthplace"), ("birthplace",)): "whose teacher was born in the same town as they",
    (("death_place",), ("birthplace",)): "who died in the town where they were born",
    (("discoverer", "birthplace"), ("type_locality",)): "whose type locality is the birthplace of "
    "the person who described them",
    (("discoverer", "citizenship"), ("native_to",)): "that were described by a citizen of the "
    "country itself",
    (("creator", "birthplace"), ("made_in",)): "that were made in the town where their creator "
    "was born",
}
"""What it means that two ways from a member end at the same page; by the two ways."""

CLOSING_MEETINGS = {
    (("birthplace",), ("citizenship", "capital")): "who were born in the capital of their country",
    (("death_place",), ("citizenship", "capital")): "who died in the capital of their country",
    (("mentor", "birthplace"), ("citizenship", "capital")): "whose teacher was born in the capital "
    "of their country",
    (("mentor", "death_place"), ("birthplace",)): "whose teacher died in the town where they were "
    "born",
    (("mentor", "death_place"), ("death_place",)): "whose teacher died in the same town as they",
    (("type_locality",), ("native_to", "capital")): "whose type locality is the capital of the "
    "country itself",
    (("discoverer", "birthplace"), ("native_to", "capital")): "that were described by somebody who "
    "was born in the capital of the country itself",
}
"""More of them, of which the shape `web` alone makes use: they close ways with others."""

CONTRARIES = {
    (("birthplace",), ("citizenship", "capital")): "who were born elsewhere than in the capital of "
    "their country",
    (("type_locality",), ("native_to", "capital")): "whose type locality is known and is another "
    "town than the capital of the country itself",
    (("discoverer", "birthplace"), ("native_to", "capital")): "that were described by somebody who "
    "is known and was born elsewhere than in the capital of the country itself",
    (("architect", "birthplace"), ("city",)): "whose architect is known and was born in another "
    "town than the one where they stand",
    (("architect", "citizenship"), ("city", "country")): "whose architect is known and was a "
    "citizen of another country",
    (("commissioned_by", "citizenship"), ("city", "country")): "that are known to have been "
    "commissioned by a citizen of another country",
    (("discoverer", "birthplace"), ("type_locality",)): "that were described by somebody who is "
    "known and was born elsewhere than at their type locality",
    (("discoverer", "citizenship"), ("native_to",)): "that are known to have been described by a "
    "citizen of another country",
    (("creator", "birthplace"), ("made_in",)): "whose creator is known and was born in another "
    "town than the one where they were made",
    (("spouse", "birthplace"), ("birthplace",)): "whose spouse is known and was born in another "
    "town than they",
    (("mentor", "citizenship"), ("citizenship",)): "whose teacher is known and had another "
    "citizenship",
    (("mentor", "birthplace"), ("birthplace",)): "whose teacher is known and was born in another "
    "town than they",
    (("mentor", "birthplace"), ("citizenship", "capital")): "whose teacher is known and was born "
    "elsewhere than in the capital of their country",
    (("mentor", "death_place"), ("birthplace",)): "whose teacher is known and died in another town "
    "than the one where they were born",
    (("mentor", "death_place"), ("death_place",)): "who died in another town than their teacher, "
    "as far as both are known",
    (("death_place",), ("birthplace",)): "who died in another town than the one where they were "
    "born",
    (("death_place",), ("citizenship", "capital")): "who died elsewhere than in the capital of "
    "their country",
}
"""What it means that two ways do not meet though nothing on them is lacking.

`Those whose teacher had the same citizenship do not count` would leave open what becomes of those
of whom no teacher is known; they do not fit.
"""

_STARTS = ("Start from {x}.", "Begin with {x}.", "The way begins with {x}.")
_FOLLOWS = ("Go on to {x}.", "From there go to {x}.", "Next comes {x}.", "Take {x}.")
_MEMBERS = ("Consider all {x}.", "Look at all {x}.", "Now think of all {x}.")
_KEEPS = (
    "Keep only those {x}.",
    "Of these, only those {x} count.",
    "Narrow them down to those {x}.",
)
_KEEPS_CONTRARY = ("Keep only those {x}.", "Of these, only those {x} count.")
_PICKS = ("Of these, take the one {x}.", "Find the one {x}.", "Among them, pick the one {x}.")
_NOTES = ("Note the sum of their {x}.", "Add up their {x} and remember the sum.")
_TOTALS = (
    "What is the sum of their {x}?",
    "What do their {x} add up to?",
    "Which sum do you get when you add up their {x}?",
)
_COUNTS = ("How many are they?", "How many are left?")
_DIFFERENCES = ("By how much do the two sums differ?", "What is the difference of the two sums?")
_PICTURES = ("the first picture", "the second picture", "the third picture")


class Teller:
    """Tells programs in a world's words.

    Args:
        knowledge: Of the world.
    """

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._relations = {each.name: each for each in knowledge.world.info.relations}

    def tell(
        self,
        program: Program,
        evaluation: Evaluation,
        things: Sequence[str],
        rng: np.random.Generator,
    ) -> str:
        """The question.

        Args:
            program: What is asked.
            evaluation: What it comes to; pages are called by their nouns.
            things: What bears the name in each picture: `street sign`.
            rng: Chooses among the wordings.
        """
        return " ".join(self._sentences(program, evaluation, things, rng))

    def _sentences(
        self,
        program: Program,
        evaluation: Evaluation,
        things: Sequence[str],
        rng: np.random.Generator,
    ) -> Iterator[str]:
        def say(options: Sequence[str], words: str = "") -> str:
            return options[int(rng.integers(len(options)))].replace("{x}", words)

        last = len(program.moves) - 1
        for number, move in enumerate(program.moves):
            match move:
                case Anchor(picture):
                    noun = self._noun(evaluation, number)
                    where = _PICTURES[picture - 1] if len(things) > 1 else "the picture"
                    thing = things[picture - 1]
                    phrase = f"the {noun} whose name is on the {thing} in {where}"
                    yield say(_STARTS if picture == 1 else ("Then start anew from {x}.",), phrase)
                case Follow(page, relation):
                    phrase = self._relations[relation].phrases[0]
                    if relation == "citizenship":
                        phrase = "the country whose citizen {x} is or was"
                    yield say(
                        _FOLLOWS, phrase.replace("{x}", f"that {self._noun(evaluation, page)}")
                    )
                case Members(country, noun, _):
                    kind = self._kind(evaluation, number)
                    of = BELONGING[kind].replace("{c}", "that country")
                    if self._distance(program, number, country) > 1:
                        of = BELONGING[kind].replace("{c}", "the same country")
                    yield say(_MEMBERS, f"{plural(noun)} {of}")
                case Keep(_, Meets(left, right, True)):
                    yield say(_KEEPS_CONTRARY, CONTRARIES[left, right])
                case Keep(_, clue):
                    yield say(_KEEPS, self._clue(clue))
                case Pick(_, relation, rank, least):
                    measure = MEASURES[relation]
                    words = measure.least if least else measure.most
                    yield say(_PICKS, words.replace("{k}", ORDINALS[rank - 1]))
                case Only(_):
                    yield "Just one is left."
                case Total(_, relation):
                    options = _TOTALS if number == last else _NOTES
                    yield say(options, MEASURES[relation].plural)
                case Count(_):
                    yield say(_COUNTS)
                case Difference():
                    yield say(_DIFFERENCES)
                case Read(page, relation):
                    asked = self._relations[relation].questions
                    yield say(asked).replace("{x}", f"that {self._noun(evaluation, page)}")

    def _clue(self, clue: Clue) -> str:
        match clue:
            case Above(relation, threshold, below):
                number = f"{threshold:g}" if relation in YEARS else f"{threshold:,g}"
                if relation in YEARS:
                    after, before = YEARS[relation]
                    words = f"that were {before if below else after}"
                    if relation == "birth_date":
                        words = words.replace("that", "who")
                else:
                    measure = MEASURES[relation]
                    words = measure.below if below else measure.above
                return words.replace("{n}", number)
            case Meets(left, right, _):
                ways = (left, right)
                return MEETINGS.get(ways) or CLOSING_MEETINGS[ways]
            case Lacks(relation):
                label = self._relations[relation].label.lower()
                return f"of which no {label} is recorded"

    def _noun(self, evaluation: Evaluation, number: int) -> str:
        page = evaluation.values[number]
        assert isinstance(page, int)
        return self._knowledge.nouns.get(page) or "subject"

    def _kind(self, evaluation: Evaluation, number: int) -> str:
        pages = evaluation.values[number]
        assert isinstance(pages, tuple)
        return self._knowledge.pages[pages[0]].kind

    @staticmethod
    def _distance(program: Program, number: int, country: int) -> int:
        """How many sets were told since the country was named."""
        between = program.moves[country + 1 : number]
        return 1 + sum(isinstance(move, Members | Anchor) for move in between)

    def relation(self, name: str) -> Relation:
        """A relation of the world by its name."""
        return self._relations[name]
