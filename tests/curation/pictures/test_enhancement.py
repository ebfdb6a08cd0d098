from dataclasses import replace

import numpy as np
import pytest

from searchvl_gym.curation import Curator, EnhancementSettings, Question
from searchvl_gym.curation.pictures.enhancement import KEPT, LADDERS, Enhancer
from searchvl_gym.tasks import load_picture
from searchvl_gym.tools import ToolSuite
from searchvl_gym.tools.text_recognition import recognise
from searchvl_gym.types import Image, Task, ToolCall
from searchvl_gym.world import World
from searchvl_gym.world.resemblance import most_alike


@pytest.fixture(scope="module")
def tasks(curator: Curator, questions: list[Question]) -> list[Task]:
    return [curator.task(question) for question in questions[:40]]


@pytest.fixture(scope="module")
def enhanced(mini_world: World, tasks: list[Task]) -> list[Task]:
    """Two tasks whose blurred or darkened pictures fit."""
    found = []
    for number, kind in enumerate(("blur", "low_light")):
        enhancer = Enhancer(mini_world, EnhancementSettings(share=1, kinds=(kind,)))
        for task in tasks[4 * number : 4 * number + 4]:
            done = enhancer.enhance(task, np.random.default_rng(number))
            assert done is not None
            if done.tried[-1][1] == KEPT:
                found.append(done.task)
                break
    assert len(found) == 2
    return found


def found(world: World, task: Task, pixels: Image) -> bool:
    hits = world.image_index.search(pixels)
    return bool(hits) and hits[0].page == task.hops[0].subject


def read(task: Task, pixels: Image) -> float:
    return most_alike([line.text for line in recognise(pixels)], task.metadata["shown"])[1]


def repaired(world: World, task: Task, pixels: Image) -> Image:
    from searchvl_gym.episode.pictures import EpisodePictures
    from searchvl_gym.tools import ToolContext

    repair = task.metadata["repair"]
    assert task.repair == (repair["tool"],)
    call = ToolCall(repair["tool"], {"image": "img_1", **repair["arguments"]})
    made = ToolSuite().run(call, ToolContext(EpisodePictures([lambda: pixels]), world)).image
    assert made is not None
    return made


def test_the_damage_defeats_both_and_the_repair_restores_one(
    mini_world: World, enhanced: list[Task]
) -> None:
    for task in enhanced:
        [image] = task.images
        assert image.degradation is not None
        damaged = load_picture(image, mini_world)
        assert not found(mini_world, task, damaged)
        assert read(task, damaged) < 0.75
        again = repaired(mini_world, task, damaged)
        if task.metadata["repair"]["restores"] == "reading":
            assert read(task, again) > 0.9
        else:
            assert found(mini_world, task, again)


def test_the_rest_of_a_task_stays(tasks: list[Task], enhanced: list[Task]) -> None:
    known = {task.id: task for task in tasks}
    for task in enhanced:
        before = known[task.id]
        assert (task.question, task.answer, task.hops) == (
            before.question,
            before.answer,
            before.hops,
        )
        assert task.images[0].world_image == before.images[0].world_image
        assert {key: task.metadata[key] for key in before.metadata} == dict(before.metadata)


def test_the_share_of_the_tasks(mini_world: World, tasks: list[Task]) -> None:
    none = Enhancer(mini_world, EnhancementSettings(share=0))
    assert all(none.enhance(task, np.random.default_rng(0)) is None for task in tasks)


def test_a_task_that_nothing_fits_stays_clean(
    mini_world: World, tasks: list[Task], monkeypatch: pytest.MonkeyPatch
) -> None:
    mild = {**LADDERS, "noise": replace(LADDERS["noise"], strengths=(1.0, 2.0))}
    monkeypatch.setattr("searchvl_gym.curation.pictures.enhancement.LADDERS", mild)
    settings = EnhancementSettings(share=1, kinds=("noise",))
    done = Enhancer(mini_world, settings).enhance(tasks[0], np.random.default_rng(0))
    assert done is not None
    assert done.task is tasks[0]
    assert done.tried == (("noise", "survived"),)


def test_without_an_image_index_only_reading_counts(mini_world: World, tasks: list[Task]) -> None:
    settings = EnhancementSettings(share=1, kinds=("downsample", "low_light"))
    enhancer = Enhancer(mini_world, settings, searchable=False)
    done = enhancer.enhance(tasks[0], np.random.default_rng(0))
    assert done is not None
    assert [kind for kind, _ in done.tried] == ["low_light"]  # the other is not readable again


def test_settings_are_checked() -> None:
    with pytest.raises(ValueError, match="kinds must be some of"):
        EnhancementSettings(kinds=("rain",))
    with pytest.raises(ValueError, match="share"):
        EnhancementSettings(share=1.5)
