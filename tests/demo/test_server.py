"""The page's server by its requests, without a browser and without a network."""

import io
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image as Pillow
from starlette.testclient import TestClient

from algos.policies.human import HumanPolicy
from searchvl_gym.demo.guard import Guard
from searchvl_gym.demo.kept import KeptGames
from searchvl_gym.demo.offers import Offers
from searchvl_gym.demo.players import Players
from searchvl_gym.demo.runs import Runs
from searchvl_gym.demo.server import Demo, make_app
from searchvl_gym.rollout import run
from searchvl_gym.rollout.reading import read_trajectories
from searchvl_gym.tasks import TaskSet
from searchvl_gym.world import World
from tests.demo.losing import BROKEN, GONE


@pytest.fixture
def demo(mini_world: World, runs_folder: Path, tmp_path: Path) -> Demo:
    return Demo(
        Offers(["atlas-mini"], ["atlas-mini"]),
        Players(["oracle", "random", "no_tool", BROKEN]),
        Runs([runs_folder]),
        KeptGames(tmp_path / "kept"),
    )


@pytest.fixture
def client(demo: Demo) -> Iterator[TestClient]:
    app = Guard(make_app(demo, warm=False), host="127.0.0.1", token=None)
    with TestClient(app, base_url="http://127.0.0.1:7860") as opened:
        yield opened


def played(client: TestClient, identity: str) -> dict[str, Any]:
    """The state when a policy has ended, as the page's script gets it."""
    state: dict[str, Any] = {"steps": []}
    with client.stream("GET", f"/api/sessions/{identity}/events") as stream:
        for line in stream.iter_lines():
            if line.startswith("data: ") and len(line) > 8:
                news = json.loads(line[6:])
                steps = [*state["steps"][: news["since"]], *news["steps"]]
                state = {**news, "steps": steps}
    assert not state["playing"]
    return state


def begin(client: TestClient, **asked: Any) -> dict[str, Any]:
    reply = client.post("/api/sessions", json={"suite": "atlas-mini", "number": 1, **asked})
    assert reply.status_code == 200, reply.text
    state: dict[str, Any] = reply.json()
    return state


def call(client: TestClient, identity: str, name: str, since: int = 0, **arguments: Any) -> Any:
    body = {"name": name, "arguments": arguments, "since": since}
    return client.post(f"/api/sessions/{identity}/call", json=body)


def test_a_game_from_its_beginning_to_its_score(client: TestClient, suite_tasks: TaskSet) -> None:
    state = begin(client)
    assert state["task"]["question"] == suite_tasks[1].question
    assert suite_tasks[1].answer not in json.dumps(state)
    identity = state["id"]
    state = call(client, identity, "layout_parsing", image="img_1").json()
    assert state["steps"][0]["observation"].startswith("ALL RECOGNIZED TEXT")
    state = call(client, identity, "crop", 1, image="img_1", x=1, y=2, width=90, height=80).json()
    assert [step["picture"] for step in state["steps"]] == ["img_2"] and state["since"] == 1
    assert [each["width"] for each in state["pictures"]][1] == 90
    shown = client.get("/" + state["pictures"][1]["url"] + "&side=45")
    with Pillow.open(io.BytesIO(shown.content)) as picture:
        assert picture.size == (45, 40)
    state = call(client, identity, "answer", text=suite_tasks[1].answer).json()
    assert state["ended"] and state["score"]["right"]
    assert state["score"]["right_answer"] == suite_tasks[1].answer
    assert client.get(f"/api/sessions/{identity}").json()["score"] == state["score"]
    late = call(client, identity, "answer", text="again")
    assert late.status_code == 409 and "over" in late.json()["error"]


def test_a_mistake_is_a_turn_that_can_be_taken_back(client: TestClient) -> None:
    identity = begin(client)["id"]
    call(client, identity, "layout_parsing", image="img_1")
    before = client.get(f"/api/sessions/{identity}").json()
    state = call(client, identity, "crop", image="img_9", x=0, y=0, width=1, height=1).json()
    assert state["steps"][1]["error"] == "bad_arguments"
    back = client.post(f"/api/sessions/{identity}/back", json={"turns": 1}).json()
    assert {**back, "version": 0} == {**before, "version": 0}
    refused = client.post(f"/api/sessions/{identity}/back", json={"turns": 5})
    assert refused.status_code == 409


def test_a_policy_is_watched_turn_by_turn(client: TestClient) -> None:
    state = played(client, begin(client, policy="oracle")["id"])
    assert state["score"]["right"] and state["turns"] == len(state["steps"]) > 2
    assert all(step["thought"] for step in state["steps"])


def test_a_policy_goes_on_after_a_call_of_a_person(client: TestClient) -> None:
    first = played(client, begin(client, policy="oracle")["id"])
    branch = client.post(f"/api/sessions/{first['id']}/branch", json={"turns": 1}).json()
    assert branch["steps"] == first["steps"][:1] and branch["policy"] is None
    box = {"image": "img_1", "x": 0, "y": 0, "width": 50, "height": 50}
    state = call(client, branch["id"], "crop", **box).json()
    assert state["turns"] == 2
    made = client.post(
        f"/api/sessions/{branch['id']}/branch", json={"turns": 2, "policy": "oracle"}
    ).json()
    state = played(client, made["id"])
    assert state["score"]["right"]
    assert [step["tool"] for step in state["steps"]] == [
        first["steps"][0]["tool"], "crop", *[step["tool"] for step in first["steps"][1:]]
    ]  # fmt: skip


def test_a_policy_that_fails_says_so_and_keeps_its_turns(client: TestClient) -> None:
    state = played(client, begin(client, policy=BROKEN)["id"])
    assert state["turns"] == 1 and not state["ended"]
    assert GONE in state["failed"]


def test_a_question_about_a_picture_of_ones_own(client: TestClient) -> None:
    stream = io.BytesIO()
    Pillow.fromarray(np.full((60, 80, 3), 200, np.uint8)).save(stream, "JPEG")
    upload = client.post("/api/pictures", content=stream.getvalue()).json()
    assert (upload["width"], upload["height"]) == (80, 60)
    asked = {"picture": upload["id"], "question": "What is it?", "world": "atlas-mini"}
    state = client.post("/api/sessions", json={**asked, "policy": "no_tool"}).json()
    state = played(client, state["id"])
    assert state["ended"] and state["score"]["right_answer"] == ""


def png_of_many_pixels(side: int) -> bytes:
    """A small file that claims to be a huge picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = zlib.crc32(kind + data).to_bytes(4, "big")
        return len(data).to_bytes(4, "big") + kind + data + check

    head = side.to_bytes(4, "big") * 2 + bytes([8, 2, 0, 0, 0])
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


@pytest.mark.parametrize("content", [b"", b"no picture", png_of_many_pixels(60_000)])
def test_what_is_no_picture_is_refused_and_not_kept(
    client: TestClient, demo: Demo, content: bytes
) -> None:
    reply = client.post("/api/pictures", content=content)
    assert reply.status_code == 400 and len(reply.json()["error"]) > 10
    assert str(demo.uploads.new_file().parent) not in reply.text
    assert list(demo.uploads.new_file().parent.iterdir()) == []


def test_uploads_go_with_the_page(demo: Demo) -> None:
    app = Guard(make_app(demo, warm=False), host="127.0.0.1", token=None)
    with TestClient(app, base_url="http://127.0.0.1:7860") as client:
        stream = io.BytesIO()
        Pillow.new("RGB", (4, 4)).save(stream, "PNG")
        client.post("/api/pictures", content=stream.getvalue())
        folder = demo.uploads.new_file().parent
        assert len(list(folder.iterdir())) == 1
    assert not folder.exists()


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/api/sessions", {"suite": "atlas-mini", "number": 10_000}, 404),
        ("/api/sessions", {"suite": "atlas-mini", "number": "1"}, 400),
        ("/api/sessions", {"suite": "none", "number": 1}, 404),
        ("/api/sessions", {"suite": "atlas-mini", "number": 1, "policy": "none"}, 400),
        ("/api/sessions", {"question": "", "picture": "x", "world": "atlas-mini"}, 400),
        ("/api/sessions", {"question": "What?", "picture": "x", "world": "atlas-mini"}, 404),
        ("/api/sessions/none/call", {"name": "crop"}, 404),
        ("/api/sessions", [1], 400),
    ],
)
def test_a_bad_request_gets_one_line(client: TestClient, path: str, body: Any, status: int) -> None:
    reply = client.post(path, json=body)
    assert reply.status_code == status
    assert "\n" not in reply.json()["error"]


def test_requests_that_are_no_json(client: TestClient) -> None:
    assert client.post("/api/sessions", content=b"{").status_code == 400
    assert client.post("/api/sessions", content=b"[" * 100_000).status_code == 400
    assert client.post("/api/sessions", content=b" " * (2 << 20)).status_code == 413
    assert client.get("/static/../server.py").status_code == 404
    assert client.get("/static/server.py").status_code == 404


def test_a_game_is_kept_only_with_consent_and_stands_on_the_board(
    client: TestClient, demo: Demo, suite_tasks: TaskSet, mini_world: World, tmp_path: Path
) -> None:
    state = begin(client, number=0)
    address = f"/api/sessions/{state['id']}/keep"
    early = client.post(address, json={"nickname": "Ada", "consent": True})
    assert early.status_code == 409
    call(client, state["id"], "layout_parsing", image="img_1")
    call(client, state["id"], "answer", text=suite_tasks[0].answer)
    for body in ({"nickname": "Ada"}, {"nickname": "../x", "consent": True}, {"consent": True}):
        assert client.post(address, json=body).status_code == 400
    assert demo.kept.folder is not None and not demo.kept.folder.exists()
    kept = client.post(address, json={"nickname": "Ada", "consent": True})
    folder = Path(kept.json()["kept"])
    (stored,) = read_trajectories(folder)
    assert stored.policy == "human Ada" and stored.task == suite_tasks[0]
    twice = client.post(address, json={"nickname": "Ada", "consent": True})
    assert twice.status_code == 409
    again = run(
        "SearchVL/Atlas-v0",
        HumanPolicy(str(folder)),
        episodes=1,
        out=tmp_path / "board",
        env_kwargs={"world": mini_world, "tasks": suite_tasks},
        progress=False,
    )
    assert again.success_rate == 1.0
    (replayed,) = read_trajectories(tmp_path / "board")
    assert replayed.steps == stored.steps


def test_a_policys_episode_is_not_a_persons(client: TestClient) -> None:
    state = played(client, begin(client, policy="no_tool")["id"])
    reply = client.post(
        f"/api/sessions/{state['id']}/keep", json={"nickname": "Ada", "consent": True}
    )
    assert reply.status_code == 400


def test_runs_are_listed_read_and_compared(client: TestClient, suite_tasks: TaskSet) -> None:
    names = {each["name"]: each for each in client.get("/api/runs").json()}
    assert set(names) == {"board/oracle", "quiet"} and names["quiet"]["policy"] == "no_tool"
    lines = client.get("/api/runs/episodes", params={"run": "board/oracle"}).json()
    assert [line["outcome"] for line in lines] == ["right"] * 4
    episode = client.get("/api/runs/episode", params={"run": "board/oracle", "number": 2}).json()
    assert episode["task"]["id"] == suite_tasks[2].id and episode["turns"] == lines[2]["turns"]
    picture = client.get("/" + episode["pictures"][0]["url"] + "&side=100")
    with Pillow.open(io.BytesIO(picture.content)) as shown:
        assert max(shown.size) == 100
    both = client.get(
        "/api/runs/compare", params={"first": "board/oracle", "second": "quiet"}
    ).json()
    assert len(both) == 4 and both[0]["outcomes"] == ["right", "wrong"] and both[0]["parts"] == 0
    same = client.get("/api/runs/compare", params={"first": "quiet", "second": "quiet"}).json()
    assert [line["parts"] for line in same] == [None] * 4


@pytest.mark.parametrize("run", ["..", "board", "/", "none", "board/oracle/../oracle"])
def test_only_listed_runs_can_be_named(client: TestClient, run: str) -> None:
    assert client.get("/api/runs/episodes", params={"run": run}).status_code == 404
    picture = client.get("/api/runs/picture", params={"run": run, "digest": "a" * 64})
    assert picture.status_code == 404


def test_a_digest_is_no_path(client: TestClient) -> None:
    asked = {"run": "quiet", "digest": "../../run"}
    assert client.get("/api/runs/picture", params=asked).status_code == 404
