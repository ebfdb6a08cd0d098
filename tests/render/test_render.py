"""What a person sees of an episode: a transcript, a picture, a page."""

import base64
import io
import re
from collections.abc import Sequence
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from searchvl_gym.episode import Episode, EpisodePictures, Rules
from searchvl_gym.render import render
from searchvl_gym.types import ErrorKind, Step, Task, Termination, ToolCall, ToolError

ATTACK = "<script>alert(1)</script><img src=http://evil.example/x.png onerror=alert(2)>"
FAILURE = ToolError(ErrorKind.TIMEOUT, "Too slow.")
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
STYLING = re.compile(r"\x1b\[(?:0|1|2|31|32|34)m")
VOID = {"meta", "img", "br", "link"}


def pictures_of(*shapes: tuple[int, int]) -> EpisodePictures:
    def picture(number: int, shape: tuple[int, int]) -> np.ndarray:
        return np.full((*shape, 3), 40 * number % 256, np.uint8)

    return EpisodePictures(
        [lambda n=n, s=shape: picture(n, s) for n, shape in enumerate(shapes, 1)]
    )


def episode_of(
    *steps: tuple[ToolCall | None, str, dict[str, Any]],
    question: str = "Which town?",
    rules: Rules | None = None,
) -> Episode:
    """An episode of these calls and observations; an answer ends it."""
    episode = Episode(Task("t-1", question, "Basel"), 0, rules or Rules())
    for index, (call, observation, more) in enumerate(steps):
        answer = None
        if call is not None and call.name == "answer" and "error" not in more:
            answer = call.arguments["text"]
        episode.record(Step(index, call, observation, **more), answer=answer)
    return episode


def finished(text: str = "Basel") -> Episode:
    return episode_of(
        (ToolCall("crop", {"image": "img_1", "x": 1}, "Closer."), "made", {"image": "img_2"}),
        (ToolCall("visit", {"url": text}, text), f"Error (timeout): {text}", {"error": FAILURE}),
        (None, text, {"error": FAILURE, "text": text, "well_formed": False}),
        (ToolCall("answer", {"text": text}), "", {}),
        question=text,
    )


class Page(HTMLParser):
    """Every tag, attribute and word of a page; fails when the tags do not nest."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.words = ""
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data


def test_the_transcript_shows_every_turn_and_the_end() -> None:
    shown = STYLING.sub("", render("ansi", finished(), pictures_of((9, 9), (4, 4))))
    for expected in (
        "Basel",
        '  1  crop(image="img_1", x=1)',
        "Closer.",
        "+ img_2",
        '  2  visit(url="Basel")',
        "Error (timeout): Basel",
        "  3  no readable action",
        '  4  answer(text="Basel")',
        "answered",
    ):
        assert expected in shown
    running = episode_of((ToolCall("crop", {}), "made", {}))
    assert "answered" not in render("ansi", running, pictures_of())


def test_errors_are_red_and_answers_green() -> None:
    shown = render("ansi", finished(), pictures_of((9, 9)))
    assert '\x1b[31mvisit(url="Basel")\x1b[0m' in shown
    assert "\x1b[31mno readable action" in shown
    assert '\x1b[32manswer(text="Basel")\x1b[0m' in shown
    assert "\x1b[34mcrop(" in shown


@settings(max_examples=60)
@given(TEXT)
def test_nothing_in_a_transcript_can_steer_the_terminal(text: str) -> None:
    shown = render("ansi", finished(text or "x"), pictures_of())
    plain = STYLING.sub("", shown)
    assert all(sign == "\n" or sign.isprintable() for sign in plain)
    assert "\x1b[2J" not in render("ansi", finished("\x1b[2J\x1b]0;title\x07"), pictures_of())


def test_long_observations_are_cut_and_wrapped() -> None:
    long = "\n".join(f"line {number} " + "word " * 40 for number in range(30))
    shown = STYLING.sub("", render("ansi", episode_of((None, long, {})), pictures_of()))
    assert "line 0" in shown and "line 29" not in shown
    assert re.search(r"… \d+ more lines", shown)
    lines = shown.split("\n")
    assert len(lines) < 20 and max(map(len, lines)) <= 100


@pytest.mark.parametrize(
    ("shapes", "last"),
    [
        ([], None),
        ([(1, 1)], 40),
        ([(3, 4000)], 40),
        ([(4000, 3)], 40),
        ([(60, 80), (300, 200)], 80),
        ([(20, 30)] * 30, 40 * 30 % 256),
    ],
)
def test_a_card_is_always_of_one_size(shapes: list[tuple[int, int]], last: int | None) -> None:
    pictures = pictures_of(*shapes)
    for episode in (episode_of(), finished()):
        card = render("rgb_array", episode, pictures)
        assert card.shape == (720, 1280, 3) and card.dtype == np.uint8
        assert card.flags.writeable
        assert np.array_equal(card, render("rgb_array", episode, pictures))
        if last is not None:
            # The newest picture stands in the middle of the left column, in its own colour.
            column = card[40:560, 40:600].reshape(-1, 3)
            assert (np.abs(column.astype(int) - last).max(axis=1) < 3).sum() >= 4


def test_a_card_shows_that_something_happened() -> None:
    pictures = pictures_of((60, 80))
    first = ToolCall("crop", {"image": "img_1"})
    moments = [
        episode_of(),
        episode_of((first, "made img_2", {})),
        episode_of((first, "made img_3", {})),
        episode_of((first, "made img_2", {"error": FAILURE})),
        episode_of((first, "made img_2", {}), rules=Rules(max_steps=1)),
        episode_of(question="Another question?"),
        finished(),
    ]
    cards = {render("rgb_array", episode, pictures).tobytes() for episode in moments}
    assert len(cards) == len(moments)


@settings(max_examples=15)
@given(TEXT)
def test_a_card_takes_any_text(text: str) -> None:
    card = render("rgb_array", finished(text or "x"), pictures_of((9, 9)))
    assert card.shape == (720, 1280, 3)


def test_a_card_takes_text_without_end() -> None:
    endless = episode_of((ToolCall("visit", {"url": "x" * 3000}), "y" * 20_000, {}))
    assert render("rgb_array", endless, pictures_of((9, 9))).shape == (720, 1280, 3)


def test_a_page_shows_every_turn_and_every_picture_once() -> None:
    pictures = pictures_of((30, 40))
    pictures.add(np.full((16, 20, 3), 200, np.uint8))
    page = Page(render("html", finished(), pictures))
    for expected in (
        "step 1", 'crop(image="img_1", x=1)', "Closer.", "made", "no readable action",
        "Error (timeout): Basel", "answered", "img_1 · 40 × 30", "img_2 · 20 × 16",
    ):  # fmt: skip
        assert expected in page.words
    sources = [value for name, value in page.attributes if name == "src"]
    assert len(sources) == 2
    for source, (width, height) in zip(sources, [(40, 30), (20, 16)], strict=True):
        kind, _, data = source.partition(",")
        assert kind == "data:image/jpeg;base64"
        assert Image.open(io.BytesIO(base64.b64decode(data))).size == (width, height)
    assert page.words.index("img_1 ·") < page.words.index("step 1")
    assert page.words.index("step 1") < page.words.index("img_2 ·") < page.words.index("step 2")


def test_a_page_escapes_what_models_and_pages_wrote() -> None:
    html = render("html", finished(ATTACK), pictures_of((9, 9)))
    page = Page(html)
    assert "<script" not in html and "<img src=http" not in html
    # The question; the call, thought and result of step 2; both texts of step 3; the answer twice.
    assert page.words.count(ATTACK) == 8
    assert page.tags.count("img") == 1 and "script" not in page.tags


@pytest.mark.parametrize("text", ["Basel", ATTACK, '"><link rel=stylesheet href=//evil.example>'])
def test_a_page_fetches_nothing(text: str) -> None:
    html = render("html", finished(text), pictures_of((9, 9)))
    page = Page(html)
    assert not {"script", "link", "iframe", "object", "a", "base", "form"} & set(page.tags)
    assert not [name for name, _ in page.attributes if name.startswith("on") or name == "href"]
    addresses = [value for name, value in page.attributes if name in ("src", "srcset", "data")]
    assert all(address.startswith("data:image/") for address in addresses)
    assert "url(" not in html and "@import" not in html
    assert 'charset="utf-8"' in html and html.startswith("<!doctype html>")


@settings(max_examples=60)
@given(TEXT)
def test_a_page_is_well_formed_for_any_text(text: str) -> None:
    usual = Page(render("html", finished("Basel"), pictures_of((9, 9))))
    page = Page(render("html", finished(text or "x"), pictures_of((9, 9))))
    assert set(page.tags) <= set(usual.tags)


@pytest.mark.parametrize(
    ("ending", "words"),
    [
        (Termination.FATAL, "ended by a run of errors"),
        (Termination.MAX_STEPS, "too many steps"),
        (Termination.BUDGET, "text budget used up"),
    ],
)
@pytest.mark.parametrize("mode", ["ansi", "html"])
def test_other_endings_are_told(mode: str, ending: Termination, words: str) -> None:
    error = {"error": FAILURE} if ending is Termination.FATAL else {}
    rules = Rules(
        max_steps=2 if ending is Termination.MAX_STEPS else 50,
        k=2,
        max_text_chars=12 if ending is Termination.BUDGET else None,
    )
    turns = 1 if ending is Termination.BUDGET else 2
    call = ToolCall("crop", {"image": "img_1"})
    episode = episode_of(*[(call, "It failed.", error)] * turns, rules=rules)
    assert episode.termination is ending
    shown = render(mode, episode, pictures_of((9, 9)))
    assert words in shown
    if mode == "html":
        assert ("fatal from here" in shown) == (ending is Termination.FATAL)


def test_another_mode_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown render mode 'human'"):
        render("human", episode_of(), pictures_of())
