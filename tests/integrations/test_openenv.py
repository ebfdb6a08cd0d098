"""The environment through the real OpenEnv package: a server and its client."""

import base64
import io
import socket
import threading
import time

import numpy as np
import pytest
import uvicorn
from PIL import Image as Pillow

from searchvl_gym.integrations.openenv import SearchAction, SearchClient, make_app

BOX = {"image": "img_1", "x": 0, "y": 0, "width": 64, "height": 48}


@pytest.fixture
def url(settings):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(make_app(**settings), port=port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


def call(env, tool, **arguments):
    return env.step(SearchAction(tool=tool, arguments=arguments))


def test_a_scored_episode_with_a_picture_in_a_result(url):
    with SearchClient(base_url=url).sync() as env:
        opening = env.reset(seed=5, task="mill-1").observation
        assert opening.text == "When was this mill built?" and len(opening.pictures) == 1
        assert [tool["name"] for tool in opening.tools] == ["crop", "text_search", "answer"]
        assert "img_1" in opening.rules
        cropped = call(env, "crop", **BOX)
        pixels = np.asarray(
            Pillow.open(io.BytesIO(base64.b64decode(cropped.observation.pictures[0])))
        )
        assert pixels.shape == (48, 64, 3) and not cropped.done
        state = env.state()
        assert (state.step_count, state.task_id, state.fatal) == (1, "mill-1", False)
        last = call(env, "answer", text="1901")
        assert last.done and last.reward == 1.0
        assert last.observation.result["right"] and last.observation.result["seed"] == 5


def test_a_fatal_episode_says_so(url):
    with SearchClient(base_url=url).sync() as env:
        env.reset(seed=0)
        for _ in range(3):
            last = call(env, "fly")
        assert last.done and last.observation.error == "unknown_tool"
        assert last.observation.result["fatal_step"] == 0


def test_sessions_do_not_meet(url):
    with SearchClient(base_url=url).sync() as one, SearchClient(base_url=url).sync() as other:
        one.reset(seed=0, task="mill-0")
        other.reset(seed=0, task="mill-2")
        call(one, "crop", **BOX)
        assert (one.state().task_id, other.state().task_id) == ("mill-0", "mill-2")
        assert call(other, "answer", text="1902").reward == 1.0
        assert call(one, "answer", text="1902").reward == 0.0
