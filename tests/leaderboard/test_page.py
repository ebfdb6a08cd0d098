"""The page as text: it holds all that it needs, and nothing that came from outside is markup."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchvl_gym.leaderboard import page_episodes
from searchvl_gym.leaderboard.board import Board, BoardRow, SuiteBoard
from searchvl_gym.leaderboard.page import render_page, write_page
from searchvl_gym.leaderboard.page_episodes import PictureBook, episodes_json
from searchvl_gym.leaderboard.page_tables import percent
from searchvl_gym.rollout.reading import read_trajectories
from searchvl_gym.types import Trajectory
from searchvl_gym.world import World
from tests.leaderboard.boards import EPISODES, HOSTILE, POLICIES, play


class Elements(HTMLParser):
    """Tags with their attributes, in order, and the text of scripts that hold data."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.data: dict[str, Any] = {}
        self._island = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._island = str(dict(attrs).get("id", "")) if tag == "script" else ""

    def handle_data(self, data: str) -> None:
        if self._island:
            self.data[self._island] = json.loads(data)
            self._island = ""


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory, mini_world: World) -> Board:
    return play(mini_world, tmp_path_factory.mktemp("runs"))


@pytest.fixture(scope="module")
def page(board: Board, tmp_path_factory: pytest.TempPathFactory) -> str:
    return write_page(board, tmp_path_factory.mktemp("page")).read_text(encoding="utf-8")


def episodes_of(folder: Path) -> list[tuple[Path, Trajectory]]:
    return [(folder, each) for each in read_trajectories(folder)]


def test_it_needs_nothing_from_outside(page: str) -> None:
    found = Elements(page)
    for _, attributes in found.tags:
        for name in ("src", "href", "action", "data"):
            assert (attributes.get(name) or "data:").startswith(("data:", "#"))
    assert not re.search(r"@import|url\(|fetch\(", page)
    policy = next(a for _, a in found.tags if a.get("http-equiv") == "Content-Security-Policy")
    assert (policy["content"] or "").startswith("default-src 'none'; img-src data:;")


def test_nothing_from_outside_is_markup(page: str) -> None:
    assert HOSTILE not in page and page.count("&lt;img src=x") >= 3
    images = [a for tag, a in Elements(page).tags if tag == "img"]
    assert images == []  # no plots, and pictures of episodes are made by the script


def test_every_trajectory_is_in_it(page: str, board: Board) -> None:
    data = Elements(page).data
    assert [run["policy"] for run in data["runs"].values()] == list(POLICIES)
    for row, run in zip(board.suites[0].rows, data["runs"].values(), strict=True):
        [folder] = row.runs
        trajectories = read_trajectories(folder)
        assert run["of"] == len(run["episodes"]) == EPISODES
        for trajectory, shown in zip(trajectories, run["episodes"], strict=True):
            assert shown["question"] == trajectory.task.question
            assert shown["answer"] == trajectory.answer
            assert len(shown["turns"]) == len(trajectory.steps)
            assert shown["outcome"] == ("right" if row.policy == "knows" else "wrong")
            for _, key in shown["pictures"]:
                assert data["pictures"][key]["url"].startswith("data:image/webp;base64,")
    keys = {key for run in data["runs"].values() for each in run["episodes"]
            for _, key in each["pictures"]}  # fmt: skip
    assert len(keys) <= EPISODES  # policies share their pictures
    openers = [a["data-run"] for tag, a in Elements(page).tags if a.get("class") == "open"]
    assert set(openers) == set(data["runs"])


def test_measured_and_reported_are_told_apart_and_bold_is_rare(page: str) -> None:
    rows = re.findall(r'<tr class="row .*?</tr>', page, re.DOTALL)
    assert len(rows) == 6
    for row in rows:
        reported = "GPT-5" in row or "Qwen3" in row
        assert (">reported<" in row) == reported and (">measured here<" in row) != reported
        assert ("<strong>" in row) == ("Bold" in row)
        assert ('class="interval"' in row) != reported
    assert "κ = 0.81" in page and "a bound, not a competitor" in page
    order = [row for row in rows if "GPT-5" in row or "Qwen3" in row or "Bold" in row]
    assert "Bold" in order[0] and "GPT-5" in order[1]  # the best first


def test_comparisons_say_what_is_chance(page: str) -> None:
    pairs = re.findall(r'<th scope="row">(\w+) over (\w+)</th>', page)
    assert len(pairs) == 3 and ("knows", "no_tool") in pairs
    assert page.count("may be chance") + page.count("more than chance</small>") == 3


def test_what_was_judged_later_wins_over_the_trajectory(board: Board, tmp_path: Path) -> None:
    [knows, *_] = board.suites[0].rows
    [folder] = knows.runs
    unsure = replace(knows.rulings[0], rule=None, right=False, reasoning="Myanmar?")
    lost = replace(knows.rulings[1], by="", right=None, reasoning="no reply")
    model = replace(knows.rulings[2], by="llm", right=False, reasoning="Not the year.")
    rulings = [unsure, lost, model]
    shown = episodes_json(episodes_of(folder), rulings, PictureBook())
    assert [each["outcome"] for each in shown] == ["wrong", "unscored", "wrong", "right"]
    assert [each["judge"] for each in shown] == ["rules", "", "model", ""]
    assert shown[0]["reason"] == "unsure, counted as wrong: Myanmar?"


def test_a_large_board_stays_small(board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    [knows, *_] = board.suites[0].rows
    [folder] = knows.runs
    episodes = episodes_of(folder)
    book = PictureBook(limit=1)
    shown = episodes_json(episodes, (), book)
    assert len(book.pictures) == 1  # the limit was passed by it
    assert ["img_1", ""] in [picture for each in shown for picture in each["pictures"]]
    monkeypatch.setattr(page_episodes, "MAX_EPISODES", 2)
    monkeypatch.setattr(page_episodes, "MAX_TEXT", 10)
    short = episodes_json(episodes, (), PictureBook())
    assert len(short) == 2
    assert all(len(turn["call"]) < 50 for each in short for turn in each["turns"])


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=30), st.floats(0, 1), st.booleans())
def test_any_row_can_be_shown(name: str, accuracy: float, best: bool) -> None:
    row = BoardRow(name, accuracy, reported=name, detail=name, best=best, figures={name: name})
    text = render_page(Board([SuiteBoard(name, name, [row])], name, name, {name: name}))
    found = Elements(text)
    assert found.data == {"runs": {}, "pictures": {}}
    assert sum(tag == "tr" for tag, _ in found.tags) == 2
    assert f">{percent(accuracy)}<" in text


def test_a_row_without_a_figure() -> None:
    row = BoardRow("p", None, unscored=3, unsure=2, tools_off=0.25)
    text = render_page(Board([SuiteBoard("s", "", [row, BoardRow("q", 0.5)])], "f"))
    assert "3 unscored; 2 unsure, counted as wrong" in text and ">25.0<" in text
    assert text.index(">q<") < text.index(">p<")
