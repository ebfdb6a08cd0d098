from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

import algos
from algos.policies.no_tool import guess
from searchvl_gym.tools import ToolSuite
from searchvl_gym.tools.observations import read_lines, search_results, states
from searchvl_gym.types import Task, ToolCall

TASK = Task("t", "When was the structure on the sign in the picture opened?", "1907")
PICTURE = np.zeros((60, 80, 3), np.uint8)
MATCHES = (
    "[Match 1] Old Mill\nSource: atlas://old-mill\nMatch score: 0.91\n\n"
    "[Match 2] New Mill\nSource: atlas://new-mill\nMatch score: 0.40"
)


def seen(text: str) -> dict[str, Any]:
    return {"question": TASK.question, "text": text, "image": PICTURE, "images": ()}


def turns(policy: Any, seed: int, texts: Mapping[str, str], limit: int = 200) -> list[ToolCall]:
    """Let a policy play against fixed observations, one a tool."""
    policy.reset(0, TASK, np.random.default_rng(seed))
    calls = [policy.act({0: seen(TASK.question)})[0]]
    while calls[-1].name != "answer" and len(calls) < limit:
        calls.append(policy.act({0: seen(texts.get(calls[-1].name, "Nothing."))})[0])
    return calls


def test_no_tool_answers_at_once() -> None:
    [call] = turns(algos.make("no_tool"), 0, {})
    assert call.arguments["text"].isdigit()


@pytest.mark.parametrize(
    ("question", "form"),
    [
        ("When was it built?", r"[12]\d{3}"),
        ("How tall is the tower?", r"\d+ m"),
        ("What is the population of the town?", r"\d+"),
        ("Who designed it?", r"[A-Z]\w+ [A-Z]\w+"),
        ("Where does it grow?", r"\D+"),
    ],
)
def test_guesses_have_the_form_of_an_answer(question: str, form: str) -> None:
    import re

    for seed in range(20):
        assert re.fullmatch(form, guess(question, np.random.default_rng(seed)))


def test_one_image_search_answers_with_the_best_match() -> None:
    calls = turns(algos.make("one_image_search"), 0, {"image_search": MATCHES})
    assert [call.name for call in calls] == ["image_search", "answer"]
    assert calls[1].arguments["text"] == "Old Mill"


def test_one_image_search_guesses_without_a_match() -> None:
    calls = turns(algos.make("one_image_search"), 0, {"image_search": "No match: nothing."})
    assert calls[1].arguments["text"].isdigit()


def test_random_calls_are_valid_and_repeatable() -> None:
    suite = ToolSuite()
    used = set()
    for seed in range(40):
        calls = turns(algos.make("random"), seed, {"crop": "img_2: cut to 20x10 pixels at (0, 0)."})
        assert calls == turns(
            algos.make("random"), seed, {"crop": "img_2: cut to 20x10 pixels at (0, 0)."}
        )
        for call in calls[:-1]:
            suite.validate(call)
            used.add(call.name)
        assert calls[-1].name == "answer" and calls[-1].arguments["text"]
    assert used == set(suite.names)


def test_slots_do_not_mix() -> None:
    policy = algos.make("one_image_search")
    policy.reset(0, TASK, np.random.default_rng(0))
    policy.reset(5, TASK, np.random.default_rng(1))
    assert set(policy.act({0: seen(""), 5: seen("")})) == {0, 5}
    done = policy.act({5: seen(MATCHES)})
    assert done[5].arguments == {"text": "Old Mill"}
    policy.reset(5, TASK, np.random.default_rng(1))
    assert policy.act({5: seen("")})[5].name == "image_search"


def test_results_are_taken_apart() -> None:
    results = search_results(MATCHES)
    assert [(result.title, result.url) for result in results] == [
        ("Old Mill", "atlas://old-mill"),
        ("New Mill", "atlas://new-mill"),
    ]
    assert search_results("No results. Try fewer or other words.") == []


def test_lines_are_taken_apart() -> None:
    text = "ALL RECOGNIZED TEXT\nPier | 4\nQuay\n\nBLOCKS in reading order\n1. [text] ..."
    assert read_lines(text) == ["Pier", "4", "Quay"]
    assert read_lines("No text was recognised in the picture.") == []


def test_values_count_as_whole_words_only() -> None:
    assert states("It opened in 1907.", "1907")
    assert not states("It has 19075 lamps.", "1907")
    assert states("by Ada  MÜLLER-Holt", "Muller Holt")
    assert not states("anything", "!")
