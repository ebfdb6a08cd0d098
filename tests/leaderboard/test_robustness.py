"""Curves over faults and damage: what is made worse is worse, and nothing else changes."""

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from searchvl_gym.leaderboard.robustness import AXES, Curve, damage, draw_curves, play_curve
from searchvl_gym.rollout.policy import Observation, Play, ScriptedPolicy
from searchvl_gym.tasks import TaskSet, load_picture, sample_tasks
from searchvl_gym.types import Task, ToolCall
from searchvl_gym.world import World

FAULTS = replace(AXES["faults"], levels=(0.0, 0.5, 1.0))


class OneSearch(ScriptedPolicy):
    """Knows the answer, and gives it only when its one search came through."""

    name = "one_search"

    def play(self, task: Task, observation: Observation, rng: np.random.Generator) -> Play:
        """See `ScriptedPolicy.play`."""
        observation = yield ToolCall("text_search", {"q": "bridge", "top_k": 1})
        came = observation["text"].startswith("[Passage 1]")
        yield ToolCall("answer", {"text": task.answer if came else "unknown"})


@pytest.fixture(scope="module")
def tasks(mini_world: World) -> TaskSet:
    return sample_tasks(mini_world, split="test", n=20, repair_share=0.3)


@pytest.fixture(scope="module")
def curve(mini_world: World, tasks: TaskSet, tmp_path_factory: pytest.TempPathFactory) -> Curve:
    out = tmp_path_factory.mktemp("curve")
    return play_curve(FAULTS, OneSearch(), mini_world, tasks, out)


def test_more_faults_leave_fewer_right_answers(curve: Curve) -> None:
    shares = [point.share.value for point in curve.points if point.share is not None]
    assert shares[0] == 1.0 and 0.1 < shares[1] < 0.9 and shares[2] == 0.0
    assert curve.policy == "one_search" and curve.axis == "faults"
    for point in curve.points:
        assert point.share is not None
        assert point.share.low <= point.share.value <= point.share.high
        assert point.share.items == 20 > point.share.clusters


def test_a_second_time_nothing_is_played(
    curve: Curve, mini_world: World, tasks: TaskSet, tmp_path: Path
) -> None:
    first = play_curve(FAULTS, OneSearch(), mini_world, tasks[:4], tmp_path)
    stores = sorted(tmp_path.glob("*/trajectories.jsonl"))
    before = [store.read_bytes() for store in stores]
    assert len(stores) == 3
    assert play_curve(FAULTS, OneSearch(), mini_world, tasks[:4], tmp_path) == first
    assert [store.read_bytes() for store in stores] == before


@settings(max_examples=30)
@given(st.floats(0.05, 6))
def test_damage_changes_pictures_and_what_repairs_them_alone(tasks: TaskSet, level: float) -> None:
    spoiled = damage(tasks, level)
    assert [each.id for each in spoiled] == [each.id for each in tasks]
    for before, after in zip(tasks, spoiled, strict=True):
        [image] = after.images
        assert image.degradation is not None and after.repair
        sound = replace(image, degradation=before.images[0].degradation)
        assert replace(after, images=(sound,), repair=before.repair) == before
    kinds = {each.images[0].degradation.kind for each in spoiled if each.images[0].degradation}
    assert kinds == {"blur", "downsample", "perspective"}


def test_damage_grows_from_none(mini_world: World, tasks: TaskSet) -> None:
    sound = damage(tasks, 0)
    assert all(not each.repair and each.images[0].degradation is None for each in sound)
    levels = (0.5, 1.0, 1.5)
    for number in range(3):
        image = load_picture(sound[number].images[0], mini_world)
        losses = []
        for level in levels:
            spoiled = load_picture(damage(tasks, level)[number].images[0], mini_world)
            if number == 2:  # askew: the more so, the more of the plain ground is seen
                losses.append(float(np.mean(np.all(spoiled == 96, axis=2))))
                continue
            back = Image.fromarray(spoiled).resize(image.shape[1::-1])
            losses.append(float(np.abs(np.asarray(back, float) - image).mean()))
        assert losses == sorted(losses) and losses[0] > 0, (number, losses)
    with pytest.raises(ValueError, match="at least 0"):
        damage(tasks, -1)


@pytest.mark.needs("matplotlib")
def test_the_plot_is_a_picture_and_always_the_same(curve: Curve) -> None:
    picture = draw_curves(FAULTS, [curve, replace(curve, policy="another")])
    with Image.open(io.BytesIO(picture)) as opened:
        assert opened.format == "PNG" and opened.width > 600
        assert np.asarray(opened.convert("L")).std() > 5
    assert draw_curves(FAULTS, [curve, replace(curve, policy="another")]) == picture
    assert draw_curves(FAULTS, [curve]) != picture
    with pytest.raises(ValueError, match="no curves"):
        draw_curves(FAULTS, [])
