"""A task set tells where it meets other pictures than it was made with, and plays all the same."""

import io
import json
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from searchvl_gym.env import SearchEnv
from searchvl_gym.rollout import run
from searchvl_gym.tasks import OtherPicturesWarning, TaskSet
from searchvl_gym.tasks.drawn import MOST_PICTURES, drawn_files
from searchvl_gym.tools.crop import Crop
from searchvl_gym.types import Task, TaskImage
from searchvl_gym.vector import SearchVectorEnv
from searchvl_gym.world import ImageRecord, Page, World, WorldWriter, open_world
from searchvl_gym.world.pictures import PictureRecipe

Drawn = Callable[[Sequence[int | None]], World]

TOOLS = [Crop()]
"""Tools that need no index, of which these worlds have none."""


def png(level: int) -> bytes:
    stream = io.BytesIO()
    Pillow.fromarray(np.full((8, 8, 3), level, np.uint8)).save(stream, "PNG")
    return stream.getvalue()


@pytest.fixture
def drawn(tmp_path: Path) -> Drawn:
    """Makes worlds of the same recipes whose files a machine drew in the given grey levels."""

    def make(levels: Sequence[int | None]) -> World:
        path = tmp_path / f"world-{len(list(tmp_path.iterdir()))}"
        with WorldWriter(path, name="w", source="atlas", seed=0, licence="CC0-1.0") as writer:
            pages = range(len(levels))
            writer.add_pages(
                Page(n, f"P {n}", "work", f"u:{n}", "Text.", images=(n,)) for n in pages
            )
            writer.add_images(
                ImageRecord(
                    n, n, "c", PictureRecipe("map", n, {"title": f"P {n}"}, 8, 8), 8, 8, data
                )
                for n, data in enumerate(None if level is None else png(level) for level in levels)
            )
            writer.finish(index_pictures=False)
        return open_world(path)

    return make


def make_tasks(world: World) -> TaskSet:
    tasks = [
        Task(f"t{n}", "Which?", "x", images=(TaskImage(n),), world=world.fingerprint)
        for n in range(world.info.counts["images"])
    ]
    return TaskSet(tasks, "set", drawn_files(world, tasks))


def test_other_pictures_are_told_of_with_figures_and_played(drawn: Drawn, tmp_path: Path) -> None:
    there, here = drawn([1, 2, 3, 4]), drawn([1, 9, 3, 9])
    assert there.fingerprint == here.fingerprint
    file = tmp_path / "tasks.jsonl"
    make_tasks(there).save(file)
    with pytest.warns(OtherPicturesWarning) as told:
        env = SearchEnv(here, file, tools=TOOLS)
    files = [world.info.drawn_files[:12] for world in (there, here)]
    assert f"'set' were made where the pictures of w came out otherwise (drawn files {files[0]} " \
        f"there, {files[1]} here): 2 of 4 compared" in str(told[0].message)  # fmt: skip
    assert len(told) == 1
    observation, _ = env.reset(options={"task": "t1"})
    assert observation["image"].max() == 9


def test_the_same_pictures_are_not_told_of(drawn: Drawn, tmp_path: Path) -> None:
    there, here = drawn([1, 2]), drawn([1, 2])
    file = tmp_path / "tasks.jsonl"
    make_tasks(there).save(file)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        SearchEnv(here, file, tools=TOOLS)
        SearchEnv(drawn([None, None]), make_tasks(there), tools=TOOLS)


def test_pictures_drawn_on_demand_leave_nothing_to_compare(drawn: Drawn) -> None:
    assert make_tasks(drawn([None, None])).drawn is None


def test_another_world_is_refused_and_not_warned_of(drawn: Drawn) -> None:
    tasks, other = make_tasks(drawn([1, 2])), drawn([1, 2, 3])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        env = SearchEnv(other, tasks, tools=TOOLS)
    with pytest.raises(ValueError, match="was made from the world"):
        env.reset(options={"task": 0})


def test_it_is_told_once_for_many_environments(drawn: Drawn) -> None:
    there, here = drawn([1, 2]), drawn([9, 9])
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("default")
        SearchVectorEnv(4, world=here, tasks=make_tasks(there), tools=TOOLS).close()
    assert [each.category for each in told] == [OtherPicturesWarning]


def test_it_is_told_once_for_a_run_in_processes(
    drawn: Drawn, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    tasks, here = make_tasks(drawn([1, 2])), drawn([9, 9])
    arguments = {"world": str(here.path), "tasks": tasks}
    with pytest.warns(OtherPicturesWarning):
        run("SearchVL/World-v0", "random", episodes=2, workers=2, out=tmp_path / "run",
            env_kwargs=arguments, progress=False)  # fmt: skip
    assert "OtherPictures" not in capfd.readouterr().err


def test_the_file_keeps_it_outside_the_fingerprint(drawn: Drawn, tmp_path: Path) -> None:
    tasks = make_tasks(drawn([1, 2]))
    tasks.save(tmp_path / "new.jsonl")
    loaded = TaskSet.load(tmp_path / "new.jsonl")
    assert loaded == tasks == TaskSet(tasks, "set")
    assert loaded.drawn == tasks.drawn == loaded[:1].drawn
    header, *lines = (tmp_path / "new.jsonl").read_text().splitlines()
    content = json.loads(header)
    assert list(content.pop("drawn")["pictures"]) == ["0", "1"]
    (tmp_path / "old.jsonl").write_text("\n".join([json.dumps(content), *lines]) + "\n")
    old = TaskSet.load(tmp_path / "old.jsonl")
    assert old == tasks and old.drawn is None
    TaskSet(tasks, "set").save(tmp_path / "again.jsonl")
    assert "drawn" not in json.loads((tmp_path / "again.jsonl").read_text().splitlines()[0])


def test_large_sets_remember_some_pictures(drawn: Drawn) -> None:
    tasks = make_tasks(drawn([1] * 150))
    assert tasks.drawn is not None
    assert MOST_PICTURES // 2 < len(tasks.drawn.pictures) <= MOST_PICTURES
    assert max(tasks.drawn.pictures) > 140
