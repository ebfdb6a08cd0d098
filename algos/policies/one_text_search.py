"""`one_text_search`: one search with the question as it stands, then an answer."""

from __future__ import annotations

import re

import numpy as np

from algos.policies.no_tool import guess
from searchvl_gym.rollout.policy import Observation, Play, ScriptedPolicy
from searchvl_gym.tools.observations import SearchResult, search_results
from searchvl_gym.types import Task, ToolCall
from searchvl_gym.world.folding import words

_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_YEAR = re.compile(r"\b\d{4}\b")
_NUMBER = re.compile(r"\d[\d,.]*\d|\d")
_ASKS_YEAR = re.compile(r"\b(when|what year|which year|what date|which date)\b", re.IGNORECASE)
_ASKS_NUMBER = re.compile(r"\b(how (many|high|long|large|wide|deep|heavy|far|much))\b", re.I)


def read_off(question: str, results: list[SearchResult]) -> str:
    """The likeliest answer in some search results: a weak reader.

    Takes the sentence that shares most words with the question; for a date or a number the first
    one in it, else the title of the result that it stands in.

    Args:
        question: What was asked.
        results: At least one.

    >>> mill = SearchResult("Old Mill", "atlas://old-mill", "The mill was built in 1907.")
    >>> read_off("When was the mill built?", [mill])
    '1907'
    """
    asked = set(words(question))
    sentences = [
        (result, sentence) for result in results for sentence in _SENTENCE.split(result.text)
    ]
    result, sentence = max(sentences, key=lambda pair: len(asked & set(words(pair[1]))))
    pattern = _YEAR if _ASKS_YEAR.search(question) else None
    if pattern is None and _ASKS_NUMBER.search(question):
        pattern = _NUMBER
    found = None if pattern is None else pattern.search(sentence)
    return result.title if found is None else found[0]


class OneTextSearchPolicy(ScriptedPolicy):
    """Searches for the question's words and answers from the results, or guesses without any."""

    name = "one_text_search"
    blind = True
    """Pictures make no difference to it."""

    def play(self, task: Task, observation: Observation, rng: np.random.Generator) -> Play:
        """See `ScriptedPolicy.play`."""
        question = str(observation["question"])
        observation = yield ToolCall(
            "text_search", {"q": question}, "I search for the question as it stands."
        )
        results = search_results(str(observation["text"]))
        if results:
            thought = "This is the passage that fits the question best."
            yield ToolCall("answer", {"text": read_off(question, results)}, thought)
        else:
            answer = guess(question, rng)
            yield ToolCall("answer", {"text": answer}, "Nothing was found, so I have to guess.")
