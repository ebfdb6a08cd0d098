import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from searchvl_gym.tasks import TaskSet, load_picture, sample_tasks, split_of
from searchvl_gym.tasks.paths import contains_words
from searchvl_gym.tools.image_files import UnreadableImage
from searchvl_gym.types import Degradation, TaskImage
from searchvl_gym.world import World


@pytest.fixture(scope="module")
def tasks(small_world: World) -> TaskSet:
    return sample_tasks(small_world, split="train", n=80, seed=1)


def test_every_hop_is_a_fact_of_the_world(small_world: World, tasks: TaskSet) -> None:
    for task in tasks:
        for hop in task.hops:
            stated = [(f.relation, f.value, f.target) for f in small_world.facts(hop.subject)]
            assert (hop.relation, hop.value, hop.target) in stated
        for hop, following in zip(task.hops, task.hops[1:], strict=False):
            assert hop.target == following.subject
        assert task.answer == task.hops[-1].value
        assert len({hop.subject for hop in task.hops}) == len(task.hops)
        assert task.hops[-1].target not in {hop.subject for hop in task.hops}


def test_anchored_on_the_picture_of_the_first_page(small_world: World, tasks: TaskSet) -> None:
    for task in tasks:
        [image] = task.images
        assert image.world_image is not None
        assert small_world.image(image.world_image).page == task.hops[0].subject
        assert task.world == small_world.fingerprint


def test_questions_name_nothing_of_the_path(small_world: World, tasks: TaskSet) -> None:
    for task in tasks:
        pages = {hop.subject for hop in task.hops} | {hop.target for hop in task.hops}
        for page in [small_world.page(number) for number in pages if number is not None]:
            for name in (page.title, *page.aliases, *page.redirects):
                assert not contains_words(task.question, name), task.question
        assert not contains_words(task.question, task.answer)


def test_guessable_relations_are_not_asked_for(tasks: TaskSet) -> None:
    asked = {task.hops[-1].relation for task in tasks}
    assert "colour" not in asked  # two values only
    assert {"architect", "opened", "population"} <= asked


def test_splits_have_disjoint_anchors(small_world: World) -> None:
    anchors = {
        split: {task.hops[0].subject for task in sample_tasks(small_world, split=split, n=20)}
        for split in ("train", "validation", "test")
    }
    assert not anchors["train"] & anchors["test"]
    assert not anchors["train"] & anchors["validation"]
    assert not anchors["validation"] & anchors["test"]
    titles = [f"Page {number}" for number in range(4_000)]
    shares = Counter(split_of(title, 3) for title in titles)
    assert shares["train"] / 4_000 == pytest.approx(0.8, abs=0.02)
    assert shares["test"] / 4_000 == pytest.approx(0.1, abs=0.02)


def test_fewer_tasks_are_the_beginning_of_more(small_world: World, tasks: TaskSet) -> None:
    assert sample_tasks(small_world, split="train", n=30, seed=1) == tasks[:30]
    assert sample_tasks(small_world, split="train", n=30, seed=2) != tasks[:30]


def test_same_in_another_process(small_world: World, tasks: TaskSet) -> None:
    code = (
        "from searchvl_gym.world.world import open_world; from searchvl_gym.tasks import *;"
        f"print(sample_tasks(open_world({str(small_world.path)!r}), split='train', n=80, seed=1)"
        ".fingerprint)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True,
        env={"PYTHONHASHSEED": "77"},
    )  # fmt: skip
    assert done.stdout.strip() == tasks.fingerprint


def test_hops_and_repairs_follow_the_arguments(small_world: World) -> None:
    tasks = sample_tasks(small_world, split="train", n=60, hops=(2, 3), repair_share=1.0)
    assert {len(task.hops) for task in tasks} == {2, 3}
    assert all(task.repair and task.images[0].degradation for task in tasks)
    only = sample_tasks(small_world, split="train", n=20, hops=(1, 2), hop_weights=(1, 0))
    assert {len(task.hops) for task in only} == {1}
    none = sample_tasks(small_world, split="train", n=20, repair_share=0)
    assert not any(task.repair or task.images[0].degradation for task in none)


def test_aliases_are_right_answers_too(tasks: TaskSet) -> None:
    by_relation = {task.hops[-1].relation: task for task in tasks}
    assert by_relation["opened"].aliases == (f"the year {by_relation['opened'].answer}",)
    architect = by_relation["architect"]
    assert architect.aliases == (architect.answer.replace("Ada", "A."),)
    assert architect.answer_kind == "entity"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"split": "dev"}, "unknown split 'dev'"),
        ({"n": -1}, "n must be at least 0"),
        ({"repair_share": 1.5}, "repair_share must be between 0 and 1"),
        ({"hops": ()}, "hops must be different numbers"),
        ({"hops": (1, 1)}, "hops must be different numbers"),
        ({"hop_weights": (1.0,)}, "hop_weights must be 4 numbers"),
        ({"n": 100_000, "hops": (1,)}, "ask for fewer"),
    ],
)
def test_bad_arguments(small_world: World, arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        sample_tasks(small_world, **{"split": "test", "n": 1, **arguments})


def test_load_picture(small_world: World, tmp_path: Path, sign: Callable[[str], bytes]) -> None:
    own = load_picture(TaskImage(4), small_world)
    assert np.array_equal(own, small_world.pixels(4))
    spoiled = load_picture(TaskImage(4, degradation=Degradation("downsample", 4.0)), small_world)
    assert spoiled.shape == (128, 160, 3)
    path = tmp_path / "sign.png"
    path.write_bytes(sign("Quay 7"))
    assert load_picture(TaskImage(path=str(path)), None).shape == (512, 640, 3)
    with pytest.raises(UnreadableImage, match=r"missing\.png"):
        load_picture(TaskImage(path=str(tmp_path / "missing.png")), None)
    with pytest.raises(ValueError, match="none was given"):
        load_picture(TaskImage(4), None)
    with pytest.raises(ValueError, match="one of a world image, a path and a recipe"):
        load_picture(TaskImage(), small_world)
