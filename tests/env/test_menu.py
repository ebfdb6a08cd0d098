"""The menu: what is offered, where, what it does, and that classic algorithms can use it."""

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from small_setting import ExactAnswer, picture, png

from searchvl_gym.env import SearchEnv
from searchvl_gym.menu import HashingEncoder, Menu, MenuSizes
from searchvl_gym.menu.actions import PLACE_FEATURES, STATE_FEATURES
from searchvl_gym.tools import ToolSuite
from searchvl_gym.tools.catalog import default_tools
from searchvl_gym.types import Task, TaskImage, ToolCall
from searchvl_gym.world import ImageRecord, Page, WorldWriter, open_world
from searchvl_gym.wrappers import MenuActions

TOOLS = ("crop", "text_search", "image_search", "layout_parsing", "visit")
PAGE = "# Old Mill\nURL: atlas://old-mill\n\nBuilt: 1812\nTown: Ems\n\nOld Mill is a mill."
RESULTS = (
    "[Passage 1] Old Mill\nURL: atlas://old-mill\nA mill.\n\n"
    "[Passage 2] New Mill\nURL: atlas://new-mill\nA new one."
)
READING = "ALL RECOGNIZED TEXT\nOld Mill\nSince 1812\n\nBLOCKS in reading order\n1. …"


def calls(menu, kind):
    start, size = menu.sizes.start(kind), dict(menu.sizes.sections())[kind]
    return [each and each.call for each in menu.places()[start : start + size]]


@pytest.fixture
def menu():
    return Menu(MenuSizes(read=2, match=1, search=4, open=3, answer=8), TOOLS)


def test_an_empty_menu_offers_nothing(menu):
    assert menu.places() == [None] * (2 + 1 + 5 + 4 + 3 + 8)


def test_pictures_are_read_newest_first_and_cut_in_parts(menu):
    menu.add_picture("img_1", 320, 240)
    menu.add_picture("img_2", 101, 1)
    reading = [ToolCall("layout_parsing", {"image": name}) for name in ("img_2", "img_1")]
    assert calls(menu, "read") == reading
    assert calls(menu, "match") == [ToolCall("image_search", {"url": "img_2"})]
    boxes = [call.arguments for call in calls(menu, "crop")]
    assert all(box["image"] == "img_2" for box in boxes)
    assert all(box["x"] + box["width"] <= 101 and box["y"] + box["height"] <= 1 for box in boxes)


def test_what_was_read_can_be_searched_for_and_results_opened(menu):
    menu.add_text(READING)
    assert [call and call.arguments["q"] for call in calls(menu, "search")] == [
        "Old Mill",
        "Since 1812",
        None,
        None,
    ]
    menu.add_text(RESULTS)
    assert [call and call.arguments["url"] for call in calls(menu, "open")] == [
        "atlas://old-mill",
        "atlas://new-mill",
        None,
    ]
    # Newest first, and nothing twice.
    assert [call and call.arguments["q"] for call in calls(menu, "search")] == [
        "Old Mill",
        "New Mill",
        "Since 1812",
        None,
    ]


def test_a_values_place_is_its_labels_whatever_else_the_page_says(menu):
    menu.add_text(PAGE)
    before = {call.arguments["text"]: n for n, call in enumerate(calls(menu, "answer")) if call}
    assert before.keys() == {"1812", "Ems"}
    menu.add_text(PAGE.replace("Built: 1812\n", "Owner: Ann\nBuilt: 1907\n"))
    after = {call.arguments["text"]: n for n, call in enumerate(calls(menu, "answer")) if call}
    assert after.keys() == {"1907", "Ann", "Ems"} and after["1907"] == before["1812"]


def test_more_labels_than_places_drop_the_rest():
    menu = Menu(MenuSizes(answer=3), TOOLS)
    lines = "\n".join(f"Label {n}: {n}" for n in range(9))
    menu.add_text(PAGE.replace("Built: 1812", lines))
    assert len([call for call in calls(menu, "answer") if call]) == 3


def test_what_was_tried_is_marked_and_tools_that_are_missing_are_not_offered(menu):
    menu.add_picture("img_1", 8, 8)
    menu.add_call(ToolCall("layout_parsing", {"image": "img_1"}))
    assert [each.tried for each in menu.places() if each] == [True] + [False] * 6
    bare = Menu(MenuSizes(), ("visit",))
    bare.add_picture("img_1", 8, 8)
    bare.add_text(RESULTS)
    assert {each.call.name for each in bare.places() if each} == {"visit"}


def test_sizes_are_checked():
    for wrong in ({"answer": 0}, {"read": -1}):
        with pytest.raises(ValueError, match="sizes must be at least 0"):
            MenuSizes(**wrong)


@pytest.fixture(scope="module")
def mills(tmp_path_factory):
    path = tmp_path_factory.mktemp("menu") / "mills"
    pages = [
        Page(
            n,
            f"Mill {n}",
            "building",
            f"https://a.example/{n}",
            f"Mill {n} is a mill.",
            images=(n,),
            infobox=(("Built", str(1900 + n)), ("Town", f"Town {n}")),
        )
        for n in range(4)
    ]
    with WorldWriter(
        path, name="mills", source="test", seed=0, licence="CC0-1.0", settings={}, relations=()
    ) as writer:
        writer.add_pages(pages)
        writer.add_images(
            ImageRecord(n, n, "a mill", None, 320, 240, png(picture(n))) for n in range(4)
        )
        writer.finish()
    return open_world(path)


@pytest.fixture
def make_menu_env(mills):
    suite = ToolSuite([tool for tool in default_tools() if tool.name in TOOLS])
    tasks = [
        Task(
            f"t{n}",
            "When was this mill built?",
            str(1900 + n),
            images=(TaskImage(world_image=n),),
            world=mills.fingerprint,
        )
        for n in range(4)
    ]

    def make(**options):
        settings = {"world": mills, "tasks": tasks, "tools": suite, "reward": ExactAnswer()}
        return MenuActions(SearchEnv(**settings, max_steps=8), **options)

    return make


def place_of(env, name, hint=""):
    return next(
        n
        for n, each in enumerate(env.candidates())
        if each and each.call.name == name and hint in each.hint
    )


def test_an_episode_is_won_from_the_menu(make_menu_env):
    env = make_menu_env()
    features, info = env.reset(seed=3)
    year = env.get_wrapper_attr("task").answer
    for name, hint in (("image_search", ""), ("visit", ""), ("answer", "Built")):
        place = place_of(env, name, hint)
        assert info["action_mask"][place] == 1
        features, reward, terminated, truncated, info = env.step(np.int64(place))
        assert features in env.observation_space and not info["step_error"]
    assert (reward, terminated, truncated) == (1.0, True, False)
    played = env.get_wrapper_attr("trajectory")()
    assert played.answer == year and len(played.steps) == 3


def test_a_place_without_an_offer_is_a_step_error(make_menu_env):
    env = make_menu_env()
    _, info = env.reset(seed=0)
    empty = int(np.flatnonzero(info["action_mask"] == 0)[0])
    for action in (empty, np.array(empty), -1, 10_000, "nonsense", None, 1.5):
        if env.get_wrapper_attr("episode").termination is not None:
            env.reset(seed=0)
        *_, info = env.step(action)
        assert info["step_error"] and not info["infrastructure"]


def test_the_mask_is_the_method_and_only_what_is_offered(make_menu_env):
    env = make_menu_env()
    _, info = env.reset(seed=1)
    assert info["action_mask"].dtype == np.int8
    assert np.array_equal(env.action_masks(), info["action_mask"] == 1)
    offered = {each.call.name for each in env.candidates() if each}
    assert offered == {"layout_parsing", "image_search", "crop"}


def test_the_vector_has_the_announced_parts(make_menu_env):
    env = make_menu_env(sizes=MenuSizes(answer=4), encoder=HashingEncoder(32))
    features, _ = env.reset(seed=0)
    places = env.action_space.n
    assert features.shape == (2 * 32 + STATE_FEATURES + PLACE_FEATURES * places,)
    assert np.array_equal(
        features[:32], HashingEncoder(32).encode(["When was this mill built?"])[0]
    )
    table = features[2 * 32 + STATE_FEATURES :].reshape(places, PLACE_FEATURES)
    assert np.array_equal(table[:, 0] == 1, env.action_masks())


@pytest.mark.parametrize("seed", range(4))
def test_any_choices_play_the_same_twice(make_menu_env, seed):
    env = make_menu_env()
    actions = np.random.default_rng(seed).integers(0, env.action_space.n, 12)
    both = []
    for _ in range(2):
        features, info = env.reset(seed=seed)
        played = [(features.tobytes(), info["action_mask"].tobytes())]
        for number, action in enumerate(actions):
            # Half of the choices are offered ones.
            offered = np.flatnonzero(env.action_masks())
            chosen = offered[action % len(offered)] if number % 2 else action
            features, reward, terminated, truncated, info = env.step(chosen)
            assert features in env.observation_space
            played.append((features.tobytes(), reward, info["action_mask"].tobytes()))
            if terminated or truncated:
                break
        both.append(played)
    assert both[0] == both[1]


@pytest.mark.filterwarnings("ignore:.*different from the unwrapped version")
@pytest.mark.filterwarnings("error")
def test_gymnasiums_checker_is_content(make_menu_env):
    check_env(make_menu_env(), skip_render_check=True)


def test_gymnasiums_own_vectors_carry_it(make_menu_env):
    envs = gymnasium.vector.SyncVectorEnv([make_menu_env] * 2)
    features, infos = envs.reset(seed=0)
    assert features.shape == (2, *envs.single_observation_space.shape)
    assert infos["action_mask"].shape == (2, envs.single_action_space.n)
    *_, infos = envs.step(infos["action_mask"].argmax(axis=1))
    assert infos["step_error"].tolist() == [False, False]
    envs.close()


@given(st.text(max_size=60))
@hypothesis_settings(max_examples=50, deadline=None)
def test_hashed_texts_are_unit_vectors(text):
    vector = HashingEncoder(16).encode([text])[0]
    length = float(np.linalg.norm(vector))
    assert length == pytest.approx(1.0, abs=1e-5) or not any(map(str.isalnum, text))


def test_any_text_can_be_noted():
    menu = Menu(MenuSizes(), TOOLS)
    for text in ("", "# ", "# a\nURL: b", "# a\nURL: b\n\n", "[Passage 1]", "ALL RECOGNIZED TEXT"):
        menu.add_text(text)
    assert menu.places() == [None] * MenuSizes().total
