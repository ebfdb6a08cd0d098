"""Paths in words: grammar, nesting, and what each way says of itself."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchvl_gym.language import Lexicon, Step, tell
from searchvl_gym.language.asking import Asked
from searchvl_gym.language.ends import Anchor
from searchvl_gym.language.pointing import PHRASES, SENTENCES, Pointing, fill
from searchvl_gym.world.sources.atlas.schema import RELATIONS

LEXICON = Lexicon(RELATIONS)
BAD = re.compile(
    r"[{}|]|\b(\w+) \1\b|  |\ba [aeio]|\ban [bcdfgklmnprstvz]|\bof it\b|^[a-z]|[.?] [a-z]"
)
WAYS = {
    "architect": ("bridge", "engineer", True, False),
    "birthplace": ("engineer", "town", False, True),
    "twin_town": ("town", "town", False, True),
    "landmark": ("town", "museum", False, False),
    "director": ("museum", "composer", True, False),
    "mentor": ("composer", "composer", True, False),
}
"""Relations with subject, value, whether the value is a person, a place."""


def anchor(noun: str, pointing: Pointing = Pointing.NAMED) -> Anchor:
    return Anchor(
        noun,
        tuple(fill(phrase, noun, "poster") for phrase in PHRASES[pointing]),
        tuple(fill(sentence, noun, "poster") for sentence in SENTENCES[pointing]),
    )


def step(name: str, *, inverse: bool = False, **more: object) -> Step:
    subject, value, person, place = WAYS[name]
    noun = subject if inverse else value
    kinds = {"person": person, "place": place}
    if inverse:
        kinds = {"person": noun in ("engineer", "composer"), "place": noun == "town"}
    return Step(LEXICON[name], inverse, noun, subject, label=name, **kinds, **more)  # type: ignore[arg-type]


PATH = [step("architect"), step("birthplace"), step("twin_town"), step("landmark")]


@given(seed=st.integers(0, 10_000), length=st.integers(1, 4))
def test_what_is_told_is_whole_and_plain(seed: int, length: int) -> None:
    steps = PATH[:length]
    asked = Asked(LEXICON["population" if length in (2, 3) else "height"], subject_noun="town")
    if length == 1:
        asked = Asked(LEXICON["nickname"], subject_noun="engineer")
    ways = tell(anchor("bridge"), steps, asked, np.random.default_rng(seed))
    assert ways
    for way in ways:
        assert not BAD.search(way.text), way.text
        assert way.text[-1] in "?." and way.text.count("?") <= 1
        assert len(re.split(r"(?<=[.?]) ", way.text)) <= 4
        assert way.expression.lower() in way.text.lower()
        assert len(way.templates) == length
        for template in (*way.templates, way.ask):
            for piece in re.split(r"\{x(?:'s)?\}", template):
                assert piece.strip().lower() in way.text.lower(), (template, way.text)


def test_the_same_draws_tell_the_same() -> None:
    asked = Asked(LEXICON["population"], subject_noun="town")
    first, again = (
        tell(anchor("bridge"), PATH[:2], asked, np.random.default_rng(7)) for _ in range(2)
    )
    assert first == again


def test_questions_come_in_many_shapes() -> None:
    asked, rng = Asked(LEXICON["population"], subject_noun="town"), np.random.default_rng(0)
    texts = {tell(anchor("bridge"), PATH[:2], asked, rng)[0].text for _ in range(60)}
    assert len(texts) > 20
    lengths = {text.count(".") for text in texts}
    assert len(lengths) > 1, lengths


def test_what_two_things_share_is_said_so() -> None:
    steps = [step("architect"), Step(LEXICON["architect"], True, "tower", "tower")]
    asked, rng = Asked(LEXICON["height"], subject_noun="tower"), np.random.default_rng(1)
    texts = [tell(anchor("bridge"), steps, asked, rng)[0].text for _ in range(30)]
    assert any("the same engineer as" in text for text in texts)
    # Of the second-tallest one it would be unclear whether the first counts.
    second = Step(LEXICON["architect"], True, "bridge", "bridge", adjective="second-tallest")
    ranked = [steps[0], second]
    texts = [tell(anchor("bridge"), ranked, asked, rng)[0].text for _ in range(30)]
    assert not any("the same engineer as" in text for text in texts)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"adjective": "tallest"}, "the tallest bridge designed by"),
        ({"adjective": "taller of the two"}, "the taller of the two bridges designed by"),
        ({"adjective": "with the most windows"}, "the bridge with the most windows designed by"),
        ({"facts": ("has 12 windows",)}, "the bridge with 12 windows"),
        ({"facts": ("is 32 metres high",)}, "the bridge that is 32 metres high and was designed"),
    ],
)
def test_further_facts_stand_by_the_noun(more: dict[str, object], said: str) -> None:
    steps = [Step(LEXICON["architect"], True, "bridge", "bridge", **more)]  # type: ignore[arg-type]
    asked, rng = Asked(LEXICON["cost"], subject_noun="bridge"), np.random.default_rng(2)
    texts = [way.text for _ in range(20) for way in tell(anchor("engineer"), steps, asked, rng)]
    assert any(said in text for text in texts), texts[:5]


def test_a_name_is_asked_for_with_a_verb() -> None:
    asked, rng = Asked(None), np.random.default_rng(3)
    steps = [Step(LEXICON["architect"], True, "bridge", "bridge")]
    texts = [tell(anchor("engineer"), steps, asked, rng)[0].text for _ in range(20)]
    assert any("Which bridge was designed by" in text for text in texts)
    pupils = [step("mentor", inverse=True)]
    texts = [tell(anchor("composer"), pupils, asked, rng)[0].text for _ in range(20)]
    assert any("Which other composer was" in text for text in texts)


def test_there_stands_for_a_place() -> None:
    asked, rng = Asked(LEXICON["population"], subject_noun="town"), np.random.default_rng(4)
    steps = [step("birthplace")]
    texts = [way.text for way in tell(anchor("engineer"), steps, asked, rng, keep=40)]
    for _ in range(9):
        texts += [way.text for way in tell(anchor("engineer"), steps, asked, rng, keep=40)]
    assert any(text.endswith("How many people live there?") for text in texts)
