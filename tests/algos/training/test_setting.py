from pathlib import Path

import pytest

from algos.training.setting import SETTINGS, make_environments, read_tasks
from searchvl_gym.tasks import TaskSet
from searchvl_gym.types import Task
from searchvl_gym.vector import SearchVectorEnv
from searchvl_gym.world import World, WorldError


def test_the_release_has_ten_tools_and_its_own_words(mini_world: World) -> None:
    training, evaluation = make_environments("release", train=4, validation=3, fault_rate=0.5)
    assert training["world"].at(0).fingerprint == mini_world.fingerprint
    assert (len(training["tasks"]), len(evaluation["tasks"])) == (4, 3)
    assert {task.split for task in evaluation["tasks"]} == {"validation"}
    assert training["faults"].rate == 0.5
    assert evaluation["faults"] is None
    assert training["tools"] is evaluation["tools"]
    places = SearchVectorEnv(1, **training)
    prompt = places.envs[0].get_wrapper_attr("system_prompt")
    places.close()
    assert "super_resolution" in prompt
    assert "<tool_call>" in prompt


def test_a_world_of_ones_own_is_opened_or_refused(mini_world: World) -> None:
    path = str(mini_world.path)
    training, _ = make_environments("release", train=2, validation=1, world=path)
    assert training["world"].at(0).fingerprint == mini_world.fingerprint
    with pytest.raises(WorldError):
        make_environments("release", train=2, validation=1, world="no/world")


def test_the_recipe_has_a_world_of_its_own() -> None:
    assert SETTINGS == ("recipe", "release")
    with pytest.raises(ValueError, match="use --setting release"):
        make_environments("recipe", train=1, validation=1, world="mini")


def test_tasks_of_several_files_are_one_set(tmp_path: Path) -> None:
    for name in ("ten", "twenty"):
        TaskSet([Task(f"{name}-{n}", "?", "1") for n in range(2)], name).save(tmp_path / name)
    read = read_tasks([tmp_path / "ten", tmp_path / "twenty"])
    assert [task.id for task in read] == ["ten-0", "ten-1", "twenty-0", "twenty-1"]
    assert read_tasks([tmp_path / "ten"]) == TaskSet.load(tmp_path / "ten")
    with pytest.raises(ValueError, match="two tasks have the id 'ten-0'"):
        read_tasks([tmp_path / "ten", tmp_path / "ten"])
