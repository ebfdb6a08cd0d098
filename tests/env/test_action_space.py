import json
import warnings

import numpy as np
import pytest
from gymnasium.utils.env_checker import data_equivalence

from searchvl_gym.env import SearchEnv
from searchvl_gym.tools.catalog import default_tools, perception_tools
from searchvl_gym.world import ImageRecord, Page, WorldWriter, open_world
from searchvl_gym.world.pictures import PictureRecipe


@pytest.mark.parametrize("tools", ["release", "perception"])
def test_actions_survive_json(make_env, tools):
    space = make_env(tools=tools).action_space
    space.seed(0)
    sampled = [space.sample() for _ in range(300)]
    assert {int(index) for index, _ in sampled} == set(range(len(space)))
    written = json.loads(json.dumps(space.to_jsonable(sampled)))
    back = space.from_jsonable(written)
    assert all(action in space for action in back)
    assert all(map(data_equivalence, sampled, back))
    assert space.to_jsonable([]) == [] == space.from_jsonable([])


def test_a_built_action_survives_json_with_its_points(make_env):
    env = make_env(tools=default_tools())
    corners = [[0, 0], [9, 0], [9.5, 9], [0, 9]]
    for given in (corners, None):
        action = env.action("perspective_correct", image="img_1", corners=given)
        (back,) = env.action_space.from_jsonable(env.action_space.to_jsonable([action]))
        assert back[0] == action[0] and len(back[1]["corners"]) == len(given or ())
        assert np.array_equal(back[1]["corners"], action[1]["corners"])


def world_without_index(path):
    """A world whose one picture is drawn on demand."""
    recipe = PictureRecipe("map", 1, {"title": "A"}, 512, 512)
    with WorldWriter(path, name="w", source="test", seed=0, licence="CC0-1.0") as writer:
        writer.add_pages([Page(0, "A", "location", "https://a", "A.", images=(0,))])
        writer.add_images([ImageRecord(0, 0, "A map", recipe, 512, 512)])
        writer.finish()
    return open_world(path)


def test_one_warning_where_search_by_picture_cannot_work(tmp_path, small_world, cheap_suite):
    world = world_without_index(tmp_path / "w")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        SearchEnv(world, [], tools=cheap_suite)
        SearchEnv(small_world, [])
    with pytest.warns(UserWarning, match="--index-pictures") as caught:
        SearchEnv(world, [])
        SearchEnv(world, [], tools=perception_tools())
    assert len(caught) == 1


def test_no_warning_once_the_index_is_there(tmp_path):
    world = world_without_index(tmp_path / "indexed")
    assert not world.has_image_index
    world.build_image_index()
    assert world.has_image_index
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        SearchEnv(world, [])
