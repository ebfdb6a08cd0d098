"""The environment as TRL wants one, by hand and without TRL's trainer."""

from typing import Any

import pytest
from transformers.utils import get_json_schema

from algos.trl_adapter.environment import (
    ENDED,
    episode_rewards,
    make_environment_factory,
    steps_of_turns,
    task_dataset,
)
from algos.trl_adapter.tools import tool_method
from searchvl_gym.tools import Faults, ToolSuite
from tests.algos.trl_adapter.trl_setting import build_settings


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return build_settings(tmp_path_factory.mktemp("worlds") / "tiny")


def test_tools_are_shown_as_the_suite_describes_them() -> None:
    for schema in ToolSuite().schemas():
        wanted, shown = schema["function"], get_json_schema(tool_method(schema["function"]))
        assert (shown["function"]["name"], shown["function"]["description"]) == (
            wanted["name"],
            wanted["description"],
        )
        found = shown["function"]["parameters"]
        assert found["required"] == wanted["parameters"]["required"]
        for key, value in wanted["parameters"]["properties"].items():
            argument = found["properties"][key]
            assert argument["description"] == value["description"]
            assert argument.get("enum") == value.get("enum")
            if "type" in value:
                assert argument["type"] == value["type"]


def test_an_environment_by_hand(settings: dict[str, Any]) -> None:
    environment = make_environment_factory(**settings)()
    picture_block, question = environment.reset(task="mill-1", prompt=[])
    assert picture_block["image"].size == (320, 240)
    assert question == {"type": "text", "text": "When did this mill open?"}
    cut, said = environment.crop(image="img_1", x=0, y=0, width=50, height=40)
    assert cut["image"].size == (50, 40) and "img_2" in said["text"]
    assert "1901" in environment.text_search(q="Mill 1")
    assert "bad_arguments" in environment.crop(image="img_1")
    assert environment.answer(text="1901") == ENDED
    assert environment.text_search(q="Mill 1") == ENDED
    assert episode_rewards([[]], [environment]) == [1.0]


def test_episodes_follow_from_the_seed(settings: dict[str, Any]) -> None:
    def errors(seed: int) -> list[bool]:
        faulty = {**settings, "faults": Faults(rate=0.5)}
        environment = make_environment_factory(**faulty, seed=seed, max_steps=40, k=40)()
        environment.reset(task="mill-0")
        return ["again" in environment.text_search(q="Mill") for _ in range(30)]

    assert errors(0) == errors(0) != errors(1)


def test_what_cannot_be_scored_is_left_out(settings: dict[str, Any]) -> None:
    environment = make_environment_factory(**settings)()
    environment.reset(task="mill-0")
    said = [{"role": "assistant", "content": "unscorable"}]
    assert episode_rewards([said], [environment]) == [None]


def test_the_step_of_a_turn_with_several_calls() -> None:
    turns = [
        {"role": "assistant", "tool_calls": [{}]},
        {"role": "tool"},
        {"role": "assistant", "tool_calls": [{}, {}, {}]},
        {"role": "tool"},
        {"role": "assistant", "content": "late"},
    ]
    assert steps_of_turns(turns, 5) == [0, 3, 4]
    # The episode ended with the third call; what was said later is no step of it.
    assert steps_of_turns(turns, 3) == [0, 2, 3]


def test_a_row_without_a_task_is_refused(settings: dict[str, Any]) -> None:
    environment = make_environment_factory(**settings)()
    with pytest.raises(ValueError, match="column 'task'; it has prompt"):
        environment.reset(prompt=[])


def test_the_data_set_has_a_row_a_task(settings: dict[str, Any]) -> None:
    rows = task_dataset(settings["tasks"], rules="Be brief.")
    assert rows["task"] == ["mill-0", "mill-1"]
    assert rows[1]["prompt"] == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": ""},
    ]


@pytest.mark.parametrize(
    ("context", "message"),
    [
        ("references+recent", "TRL trains one token sequence a rollout, and the context ref"),
        ("long", "context must be one of whole, recent"),
    ],
)
def test_contexts_that_change_the_past_are_refused_in_one_line(
    settings: dict[str, Any], context: str, message: str
) -> None:
    with pytest.raises(ValueError, match=message) as seen:
        make_environment_factory(**settings, context=context)
    assert "\n" not in str(seen.value)
    assert make_environment_factory(**settings, context="whole")
