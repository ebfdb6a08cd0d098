"""Episodes of a hundred turns: played, kept, read again, shown."""

import json
import re
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchvl_gym.demo.runs import Runs
from searchvl_gym.leaderboard.page_episodes import PictureBook, episodes_json
from searchvl_gym.rollout import (
    Store,
    StoredPictures,
    StoredTrajectories,
    encode_trajectory,
    read_trajectories,
    run,
)
from searchvl_gym.rollout.record import RunRecord, read_record
from searchvl_gym.rollout.report import write_report
from searchvl_gym.rollout.report_pictures import PictureSheet
from searchvl_gym.rollout.summary import summarise
from searchvl_gym.types import Step, Task, Termination, ToolCall, Trajectory
from searchvl_gym.world import World
from tests.long_episode import PICTURES, TURNS, LongPolicy, Shown

RECORD = RunRecord("env", {}, "policy", {}, 0, "w", "t", {})


@pytest.fixture(scope="module")
def played(mini_world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("long") / "run"
    tasks = [Task("t", "Which town?", "Basel", images=_picture(mini_world))]
    run(
        "SearchVL/World-v0",
        LongPolicy(),
        episodes=1,
        out=out,
        env_kwargs={"world": mini_world, "tasks": tasks, "max_steps": TURNS},
        progress=False,
    )
    return out


def _picture(world: World) -> Any:
    from searchvl_gym.types import TaskImage

    return (TaskImage(world_image=0),)


def test_a_hundred_turns_are_kept_and_read_again(played: Path) -> None:
    (trajectory,) = StoredTrajectories(played)
    assert len(trajectory.steps) == TURNS
    assert trajectory.termination is Termination.ANSWER
    assert len(trajectory.images) == PICTURES + 1
    pictures = StoredPictures(played)
    assert all(digest in pictures for digest in trajectory.images)
    assert trajectory == read_trajectories(played)[0]


def test_the_report_shows_little_at_first_and_holds_everything(played: Path) -> None:
    page = Shown((played / "report.html").read_text(encoding="utf-8"))
    for turn in range(TURNS - 1):
        assert f"Part {turn}." in page.words or f"Search {turn}." in page.words
    assert len(page.shown) < 250 < len(page.all)
    assert page.shown.count("summary") >= TURNS / 10
    assert "Search 4." in page.shown_words and "Search 14." not in page.shown_words
    assert "turns 91–100" in page.shown_words


def test_the_page_of_an_episode_keeps_room_for_pictures_that_come_later(played: Path) -> None:
    from searchvl_gym.render.html import episode_html

    (trajectory,) = StoredTrajectories(played)
    pictures = StoredPictures(played)
    html = episode_html(
        trajectory.task,
        trajectory.steps,
        [pictures[digest] for digest in trajectory.images],
        termination=trajectory.termination,
        answer=trajectory.answer,
    )
    page = Shown(html)
    assert page.all.count("img") == PICTURES + 1
    assert page.shown.count("img") <= 10
    tags = re.findall(r"<img [^>]*>", html)
    for tag in tags:
        assert 'loading="lazy"' in tag
        assert re.search(r'width="\d+" height="\d+"', tag)


def test_the_page_that_watches_runs_reads_it(played: Path) -> None:
    runs = Runs([played.parent])
    (line,) = runs.episodes("run")
    assert (line["turns"], line["outcome"]) == (TURNS, "right")
    episode = runs.episode("run", 0)
    assert len(episode["steps"]) == TURNS and len(episode["pictures"]) == PICTURES + 1
    assert all(each["width"] and each["height"] for each in episode["pictures"])
    assert runs.compared("run", "run")[0]["parts"] is None


def test_the_leaderboards_page_holds_it(played: Path) -> None:
    (trajectory,) = StoredTrajectories(played)
    (shown,) = episodes_json([(played, trajectory)], [], PictureBook())
    assert len(shown["turns"]) == TURNS
    assert json.dumps(shown)


def test_a_report_of_many_long_episodes_stops_at_a_number_of_turns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("searchvl_gym.rollout.report.MAX_TURNS", 250)
    with Store(tmp_path, RECORD) as store:
        for number in range(4):
            store.add(number, encode_trajectory(long_trajectory(number, "seen")))
        figures = summarise(
            (each for _, each in store.trajectories(4)), seconds=1.0, world="w", fingerprint="f"
        )
        page = write_report(store, figures, RECORD).read_text(encoding="utf-8")
    assert "The first 2 of 4 episodes are shown" in page
    assert 'id="episode-1"' in page and 'id="episode-2"' not in page


def test_pictures_beyond_the_room_of_a_report_are_named(played: Path) -> None:
    (trajectory,) = StoredTrajectories(played)
    sheet = PictureSheet(played, limit=1)
    first, second = trajectory.images[0], trajectory.images[1]
    assert "<figure>" in sheet.figure("img_1", first)
    assert f"images/{second}.png" in sheet.figure("img_2", second)
    # One that is there already is shown again.
    assert "<figure>" in sheet.figure("img_1", first)


def long_trajectory(number: int, text: str, turns: int = TURNS) -> Trajectory:
    steps = tuple(Step(turn, ToolCall("visit", {"url": str(turn)}), text) for turn in range(turns))
    return Trajectory(Task(f"t{number}", "Who?", "Ada"), number, steps, Termination.MAX_STEPS)


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Forty trajectories of a hundred turns and half a megabyte each, the last one first."""
    out = tmp_path_factory.mktemp("many")
    with Store(out, RECORD) as store:
        for number in reversed(range(40)):
            text = f"{number} " * 2_000
            store.add(number, encode_trajectory(long_trajectory(number, text)))
    yield out


def peak_of(work: Any) -> int:
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_reading_and_resuming_take_the_memory_of_a_few_episodes(many: Path) -> None:
    size = (many / "trajectories.jsonl").stat().st_size
    assert size > 15_000_000

    def read() -> None:
        for number, trajectory in enumerate(StoredTrajectories(many)):
            assert trajectory.seed == number

    def resume() -> None:
        record = read_record(many)
        assert record is not None
        with Store(many, record) as store:
            assert len(store.finished) == 40
            list(map(len, (each.steps for _, each in store.trajectories(40))))
            store.fingerprint(40)

    def watch() -> None:
        runs = Runs([many])
        assert len(runs.episodes(many.name)) == 40
        runs.episode(many.name, 39)

    for work in (read, resume, watch):
        assert peak_of(work) < size / 4, work.__name__


@settings(max_examples=30)
@given(
    order=st.permutations(range(5)),
    turns=st.lists(st.integers(0, 120), min_size=5, max_size=5),
    torn=st.integers(0, 40),
)
def test_a_store_is_read_one_by_one_as_at_once(
    order: list[int], turns: list[int], torn: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    out = tmp_path_factory.mktemp("store")
    kept = [long_trajectory(number, "seen", turns[number]) for number in range(5)]
    with Store(out, RECORD) as store:
        for number in order:
            store.add(number, encode_trajectory(kept[number]))
    with (out / "trajectories.jsonl").open("ab") as stream:
        stream.write(b'{"schema": 1, "episode": 9, "trajectory": {}}'[:torn])
    found = StoredTrajectories(out)
    assert list(found) == kept == read_trajectories(out)
    assert found.episodes == (0, 1, 2, 3, 4) and found[1:3] == kept[1:3]
    assert found[-1] == kept[-1]
    with pytest.raises(IndexError):
        found[5]


def test_a_later_line_of_an_episode_counts(tmp_path: Path) -> None:
    with Store(tmp_path, RECORD) as store:
        store.add(0, encode_trajectory(long_trajectory(0, "first")), "the judge is down")
        store.add(0, encode_trajectory(replace(long_trajectory(0, "then"), reward=1.0)))
    (found,) = StoredTrajectories(tmp_path)
    assert found.reward == 1.0
