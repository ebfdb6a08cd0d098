"""Episodes by named calls: what all doors are made of."""

import base64
import io
import json

import numpy as np
import pytest
from PIL import Image as Pillow

from searchvl_gym.chat.calling import ENDED
from searchvl_gym.env import SearchEnv
from searchvl_gym.integrations.session import PlaySession, as_png

BOX = {"image": "img_1", "x": 10, "y": 0, "width": 64, "height": 48}


@pytest.fixture
def session(settings):
    return PlaySession(SearchEnv(**settings))


def decoded(picture):
    return np.asarray(Pillow.open(io.BytesIO(base64.b64decode(picture))))


def test_an_episode_with_a_picture_in_a_result(session):
    opening = session.begin("mill-1", seed=3)
    assert opening.text == "When was this mill built?" and len(opening.pictures) == 1
    assert np.array_equal(decoded(opening.pictures[0]), session.env.pictures[0])
    cropped = session.call("crop", BOX)
    assert np.array_equal(decoded(cropped.pictures[0]), session.env.pictures[0][:48, 10:74])
    assert not cropped.error and not cropped.ended
    found = session.call("text_search", {"q": "Mill 1"})
    assert "1901" in found.text and not found.pictures
    last = session.call("answer", {"text": "1901"})
    assert last.ended and last.text == ENDED
    result = session.result()
    assert result == json.loads(json.dumps(result))
    assert (result["reward"], result["right"], result["answer"]) == (1.0, True, "1901")
    assert (result["fatal"], result["fatal_step"], result["steps"]) == (False, -1, 3)
    assert (result["seed"], result["task_id"]) == (3, "mill-1")


def test_mistakes_are_read_and_end_as_everywhere(session):
    session.begin(0, seed=0)
    for name, arguments in (("fly", {}), ("crop", None), ("", None)):
        reply = session.call(name, arguments)
        assert reply.error and reply.text
    assert reply.ended and session.result()["fatal_step"] == 0
    assert session.call("crop", BOX).text == ENDED


def test_an_episode_that_was_left_ends_in_a_cascade(session):
    session.begin(0, seed=0)
    session.call("crop", BOX)
    session.give_up()
    result = session.result()
    assert result["fatal"] and result["fatal_step"] == 1 and result["answer"] is None
    session.give_up()


def test_schemas_name_every_tool_and_the_answer_last(session):
    schemas = session.schemas()
    assert [schema["name"] for schema in schemas] == ["crop", "text_search", "answer"]
    assert all(schema["parameters"]["type"] == "object" for schema in schemas)


def test_an_unknown_task(session):
    with pytest.raises(ValueError, match="mill-9"):
        session.begin("mill-9")


def test_pictures_lose_nothing():
    pixels = np.random.default_rng(0).integers(0, 256, (7, 5, 3), dtype=np.uint8)
    assert np.array_equal(decoded(as_png(pixels)), pixels)
