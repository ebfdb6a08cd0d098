"""Task sets in the real Inspect, with recorded turns instead of a model."""

import math

import pytest
from inspect_ai import eval as run
from inspect_ai.model import ModelOutput, ModelUsage, get_model

from searchvl_gym.integrations.inspect_ai import suite_task
from searchvl_gym.tasks import TaskSet

BOX = {"image": "img_1", "x": 0, "y": 0, "width": 64, "height": 48}


@pytest.fixture
def play(settings, tmp_path):
    def play(turns, tasks=1):
        said = [
            ModelOutput.from_content("recorded", turn)
            if isinstance(turn, str)
            else ModelOutput.for_tool_call("recorded", *turn)
            for turn in turns
        ]
        for output in said:
            # Otherwise Inspect counts tokens, with a vocabulary that it fetches.
            output.usage = ModelUsage()
        model = get_model("mockllm/model", custom_outputs=said)
        chosen = {**settings, "tasks": TaskSet(settings["tasks"][:tasks], "mills")}
        (log,) = run(suite_task(chosen), model=model, log_dir=str(tmp_path), display="none")
        assert log.status == "success", log.error
        return log

    return play


def test_a_scored_sample_with_a_picture_in_a_result(play):
    log = play([("crop", BOX), ("text_search", {"q": "Mill"}), ("answer", {"text": "1900"})])
    (sample,) = log.samples
    assert sample.scores["episode_score"].value == {
        "right": 1.0,
        "reward": 1.0,
        "fatal": 0.0,
        "steps": 3.0,
    }
    roles = [message.role for message in sample.messages]
    assert roles[:4] == ["system", "user", "assistant", "tool"]
    kinds = [part.type for part in sample.messages[3].content]
    assert kinds == ["image", "text"]
    assert sample.messages[1].content[0].type == "image"
    names = {metric for score in log.results.scores for metric in score.metrics}
    assert {"mean", "stderr"} <= names


def test_mistakes_are_read_and_end_fatally(play):
    log = play([("crop", {**BOX, "image": "img_9"}), ("fly", {}), "I do not know.", "never said"])
    (sample,) = log.samples
    assert sample.scores["episode_score"].value["fatal"] == 1.0
    assert sample.scores["episode_score"].value["steps"] == 3.0
    assert "img_9" in sample.messages[3].error.message


def test_what_inspect_answers_itself_is_a_step_error(play):
    log = play([("fly", {}), ("crop", {**BOX, "x": "left"}), "I do not know.", "never said"])
    (sample,) = log.samples
    value = sample.scores["episode_score"].value
    assert (value["fatal"], value["steps"]) == (1.0, 3.0)
    assert sample.messages[3].error is not None and sample.messages[5].error is not None


def test_an_episode_that_cannot_be_scored_is_no_zero(play):
    log = play([("answer", {"text": "unscorable"})])
    assert math.isnan(log.samples[0].scores["episode_score"].value["reward"])
