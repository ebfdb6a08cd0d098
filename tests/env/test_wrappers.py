import gymnasium
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from searchvl_gym.chat import FORMATS
from searchvl_gym.env import SearchEnv
from searchvl_gym.spaces import Unicode
from searchvl_gym.types import ToolCall
from searchvl_gym.vector import SearchVectorEnv
from searchvl_gym.wrappers import TextActions

CROP = ToolCall("crop", {"image": "img_1", "x": 0, "y": 0, "width": 40, "height": 30}, "Look.")


@pytest.mark.parametrize("name", FORMATS)
def test_text_plays_the_same_episode_as_structured_actions(settings, name):
    form = FORMATS[name]
    text_env, plain_env = TextActions(SearchEnv(**settings), name), SearchEnv(**settings)
    seen, info = text_env.reset(seed=4)
    plain_env.reset(seed=4)
    assert seen in text_env.observation_space and seen["text"] == ""
    answer = ToolCall("answer", {"text": plain_env.task.answer}, "Sure.")
    for call in (CROP, ToolCall("text_search", {"q": "Brücke"}, "Search."), answer):
        turn = form.render_call(call)
        assert turn in text_env.action_space
        seen, reward, terminated, truncated, info = text_env.step(turn)
        other, *flags, plain_info = plain_env.step(call)
        assert flags == [reward, terminated, truncated] and info == plain_info
        expected = other["text"]
        if expected:
            expected = form.render_result(expected, info["new_image"] or None)
        assert seen["text"] == expected and seen in text_env.observation_space
        last = text_env.get_wrapper_attr("trajectory")().steps[-1] if terminated else None
    assert terminated and reward == 1.0
    assert last.text == form.render_call(answer) and last.well_formed


@pytest.mark.parametrize("name", FORMATS)
def test_what_cannot_be_parsed_is_an_error_that_the_model_sees(settings, name):
    env = TextActions(SearchEnv(**settings), name)
    env.reset(seed=0)
    observation, *_, info = env.step("I think the answer is 1904.")
    assert info["step_error"] and info["error_kind"] == "parse" and not info["infrastructure"]
    assert "Error (parse)" in observation["text"]
    env.step(FORMATS[name].render_call(CROP))
    for wrong in ("", "<tool_call>{", None):
        *_, terminated, _, info = env.step(wrong)
    assert terminated and info["fatal_step"] == 2
    steps = env.get_wrapper_attr("trajectory")().steps
    assert steps[0].text == "I think the answer is 1904." and steps[0].call is None
    assert [step.well_formed for step in steps] == [False, True, False, False, False]


@pytest.mark.parametrize("lenient", [True, False])
def test_a_mended_call_is_carried_out_and_not_well_formed(settings, lenient):
    env = TextActions(SearchEnv(**settings), lenient=lenient)
    vector = SearchVectorEnv(1, wire_format="opensearch_vl", lenient=lenient, **settings)
    broken = "<think>Look.</think><tool_call>{'name': 'sharpen', 'arguments': {'image': 'img_1'}}"
    env.reset(seed=0)
    *_, info = env.step(broken + "</tool_call>")
    assert info["step_error"] is not lenient
    assert env.spec is None and env.lenient is lenient
    vector.reset(seed=0)
    *_, infos = vector.step([broken])
    assert bool(infos["step_error"][0]) is not lenient
    vector.close()
    env.step("<think>a</think><response>x</response>")
    steps = env.get_wrapper_attr("trajectory")().steps
    # The release takes the broken turn for well-formed; it is a step error there.
    assert [step.well_formed for step in steps] == [not lenient, True]
    assert [step.error is None for step in steps] == [lenient, True]


@pytest.mark.parametrize("name", FORMATS)
@given(turn=st.text() | st.sampled_from(["\ud800", "x" * 300_000]) | st.none() | st.integers())
@hypothesis_settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_raises(settings, name, turn):
    env = TextActions(SearchEnv(**settings), name)
    env.reset(seed=0)
    observation, *_ = env.step(turn)
    assert observation in env.observation_space


def test_the_system_prompt_names_every_tool(settings):
    env = TextActions(SearchEnv(**settings))
    assert all(name in env.system_prompt for name in settings["tools"].names)


def test_an_unknown_format_is_refused_with_the_known_ones(settings):
    with pytest.raises(ValueError, match="opensearch_vl"):
        TextActions(SearchEnv(**settings), "morse")


def test_it_wraps_wrapped_environments(settings):
    env = TextActions(gymnasium.wrappers.TimeLimit(SearchEnv(**settings), 2))
    env.reset(seed=0)
    turn = env.wire_format.render_call(CROP)
    assert env.step(turn)[3] is False
    assert env.step(turn)[3] is True
    assert isinstance(env.action_space, Unicode)


def test_text_in_the_vector_environment(settings):
    envs = SearchVectorEnv(2, wire_format="compact", **settings)
    alone = TextActions(SearchEnv(**settings), "compact")
    envs.reset(seed=6)
    alone.reset(seed=7)
    turn = FORMATS["compact"].render_call(CROP)
    observations, *_, infos = envs.step([turn, turn])
    assert list(infos["new_image"]) == ["img_2", "img_2"]
    assert observations["text"][1] == alone.step(turn)[0]["text"]
