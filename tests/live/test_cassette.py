"""Cassettes: what was recorded is replayed, without key and network, byte for byte."""

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import gymnasium
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.live.environment import ENVIRONMENT, town_tasks
from benchmarks.live.local import KEY, local_web
from benchmarks.live.server import Answer, LocalServer, Request
from benchmarks.live.sites import answer, page_url
from benchmarks.live.walk import WalkPolicy
from searchvl_gym.cli import main
from searchvl_gym.live.cassette import Cassette
from searchvl_gym.live.cassette_tools import diff, inspect, merge, prune
from searchvl_gym.live.entries import CassetteError, Entry, request_key
from searchvl_gym.live.errors import Fault, LiveError
from searchvl_gym.live.settings import LiveSettings
from searchvl_gym.live.web import LiveWeb
from searchvl_gym.rollout import run
from searchvl_gym.types import ToolCall

pytestmark = pytest.mark.needs("serpapi", "tenacity", "protego", "trafilatura")


@pytest.fixture
def recorded(server: LocalServer, tmp_path: Path) -> Iterator[Path]:
    """A cassette with a search, a page, a picture, a search by picture and a failure."""
    path = tmp_path / "web.cassette"
    web = local_web(server.url, LiveSettings(record=str(path), price=0.01))
    web.search("town 5", "en")
    web.read(page_url(5))
    web.picture("http://site5.example/picture/5.png")
    web.search_image(np.zeros((8, 8, 3), np.uint8))
    with pytest.raises(LiveError):
        web.read("http://site5.example/nowhere")
    web.close()
    yield path


def test_rollouts_replay_byte_for_byte(server: LocalServer, tmp_path: Path) -> None:
    path = tmp_path / "web.cassette"
    live = run(
        ENVIRONMENT,
        WalkPolicy(),
        episodes=8,
        slots=4,
        out=tmp_path / "live",
        env_kwargs={"url": server.url, "towns": 8, "record": str(path)},
        progress=False,
    )
    assert live.success_rate == 1.0
    asked = len(server.requests)
    replayed = [
        run(
            "SearchVL/Live-v0",
            WalkPolicy(),
            episodes=8,
            slots=slots,
            out=tmp_path / f"replay-{slots}",
            env_kwargs={
                "tasks": town_tasks(8),
                "replay": str(path),
                "split": "test",
                "tools": "perception",
            },
            progress=False,
        )
        for slots in (1, 4)
    ]
    assert len(server.requests) == asked
    assert {summary.fingerprint for summary in replayed} == {live.fingerprint}
    assert {summary.world for summary in replayed} == {inspect(path).fingerprint}


def test_recording_asks_once(server: LocalServer, recorded: Path) -> None:
    before = len(server.requests)
    web = local_web(server.url, LiveSettings(record=str(recorded)))
    web.search("town 5", "en")
    web.read(page_url(5) + "#part")
    web.search_image(np.zeros((8, 8, 3), np.uint8))
    with pytest.raises(LiveError) as caught:
        web.read("http://site5.example/nowhere")
    assert caught.value.fault is Fault.NOT_FOUND
    assert len(server.requests) == before
    web.search("town 6", "en")
    assert len(server.requests) == before + 1


def test_what_passes_is_asked_again_and_what_was_found_stays(
    server: LocalServer, tmp_path: Path
) -> None:
    path = tmp_path / "web.cassette"
    web = local_web(server.url, LiveSettings(record=str(path)))
    server.script = lambda request: Answer(500)
    with pytest.raises(LiveError):
        web.search("town 5", "en")
    with LiveWebReplay(path) as offline, pytest.raises(LiveError) as caught:
        offline.search("town 5", "en")
    assert caught.value.fault is Fault.SERVER
    server.script = answer
    found = web.search("town 5", "en")
    server.script = lambda request: Answer(500)
    assert web.search("town 5", "en") == found
    with LiveWebReplay(path) as offline:
        assert offline.search("town 5", "en") == found


class LiveWebReplay(LiveWeb):
    """A replay, closed at the end."""

    def __init__(self, path: Path) -> None:
        super().__init__(LiveSettings(replay=str(path)))

    def __enter__(self) -> LiveWeb:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def test_a_miss_is_the_infrastructures(recorded: Path) -> None:
    environment = gymnasium.make(
        "SearchVL/Live-v0", tasks=town_tasks(2), replay=str(recorded), disable_env_checker=True
    )
    environment.reset(seed=0)
    *_, info = environment.step(ToolCall("web_search", {"q": "never asked"}))
    assert (info["error_kind"], info["infrastructure"]) == ("unavailable", True)


def test_a_miss_goes_live_where_that_is_wanted(server: LocalServer, recorded: Path) -> None:
    web = local_web(server.url, LiveSettings(replay=str(recorded), on_miss="live"))
    before = len(server.requests)
    web.search("town 5", "en")
    assert len(server.requests) == before
    assert web.search("town 9", "en")[0].title == "Town 9"
    assert len(server.requests) == before + 1
    assert web.fingerprint != inspect(recorded).fingerprint
    web.close()
    assert sum(inspect(recorded).entries.values()) == 5


def test_info_says_what_is_in_it(recorded: Path) -> None:
    info = inspect(recorded)
    assert info.entries == {"picture": 1, "read": 2, "search": 1, "search_image": 1}
    assert info.failures == {"read": 1}
    assert (info.provider, info.reader) == ("serpapi", "fetch")
    assert info.calls == 2 and info.money == pytest.approx(0.02)
    assert list(recorded.parent.glob("web.cassette*")) == [recorded]


def test_no_key_is_in_it(server: LocalServer, recorded: Path) -> None:
    assert any(KEY in request.target for request in server.requests)
    everything = recorded.read_bytes() + b"".join(
        entry.answer + json.dumps([entry.request, entry.headers]).encode()
        for entry in Cassette(recorded).entries()
    )
    assert KEY.encode() not in everything


def test_a_key_that_an_answer_repeats_is_hidden(server: LocalServer, tmp_path: Path) -> None:
    def echo(request: Request) -> Answer:
        row = {"title": request.target, "link": page_url(1), "snippet": KEY}
        return Answer(200, json.dumps({"organic_results": [row]}).encode())

    server.script = echo
    path = tmp_path / "web.cassette"
    web = local_web(server.url, LiveSettings(record=str(path)))
    web.search("town", "en")
    web.close()
    (entry,) = Cassette(path).entries()
    assert KEY.encode() not in entry.answer and b"<key>" in entry.answer


def test_fingerprint_does_not_depend_on_order_or_time(tmp_path: Path) -> None:
    entries = [Entry("read", {"url": f"u{i}"}, b'"a%d"' % i, recorded=float(i)) for i in range(9)]
    prints = set()
    for number in range(3):
        random.Random(number).shuffle(entries)
        with Cassette(tmp_path / f"{number}", "record") as cassette:
            for entry in entries:
                cassette.put(entry)
            prints.add(cassette.fingerprint)
    assert len(prints) == 1
    with Cassette(tmp_path / "0", "record") as cassette:
        cassette.put(Entry("read", {"url": "new"}, b'"a"'))
        assert cassette.fingerprint not in prints


@given(
    st.dictionaries(
        st.sampled_from("abcdef"),
        st.tuples(st.sampled_from("xyz"), st.sampled_from([0, 1, 2])),
        min_size=1,
    ),
    st.dictionaries(
        st.sampled_from("abcdef"),
        st.tuples(st.sampled_from("xyz"), st.sampled_from([0, 1, 2])),
        min_size=1,
    ),
)
@settings(max_examples=4)
def test_merging_prefers_results_and_then_what_was_first(
    first: dict[str, tuple[str, int]], second: dict[str, tuple[str, int]]
) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder, name) for name in ("one", "two", "all")]
        for path, held in zip(paths, (first, second), strict=False):
            with Cassette(path, "record") as cassette:
                for url, (text, failed) in held.items():
                    cassette.put(Entry("read", {"url": url}, json.dumps(text).encode(), failed))
        merge(paths[2], paths[:2])
        with Cassette(paths[2]) as cassette:
            for url in first.keys() | second.keys():
                choices = [held[url] for held in (first, second) if url in held]
                text, failed = min(choices, key=lambda choice: choice[1])
                entry = cassette.get("read", {"url": url})
                assert entry is not None
                assert (json.loads(entry.answer), entry.failed) == (text, failed)
        same = diff(paths[2], paths[2])
        assert same.same == len(first.keys() | second.keys()) and not same.changed


def test_merge_refuses_another_service(recorded: Path, tmp_path: Path) -> None:
    with Cassette(tmp_path / "other", "record") as other:
        other.note("provider", "serper")
    with pytest.raises(CassetteError, match="serper"):
        merge(recorded, [tmp_path / "other"])


def test_prune_takes_what_was_asked(recorded: Path) -> None:
    assert prune(recorded, failures=True) == 1
    assert prune(recorded, kind="picture") == 1
    assert prune(recorded, before=time.time() + 10) == 3
    assert inspect(recorded).entries == {}
    with pytest.raises(ValueError, match="--failures"):
        prune(recorded)


def test_diff_names_the_requests(tmp_path: Path) -> None:
    for name, texts in (("one", {"a": "1", "b": "2"}), ("two", {"b": "3", "c": "4"})):
        with Cassette(tmp_path / name, "record") as cassette:
            for url, text in texts.items():
                cassette.put(Entry("read", {"url": url}, json.dumps(text).encode()))
    found = diff(tmp_path / "one", tmp_path / "two")
    assert [len(part) for part in (found.only_first, found.only_second, found.changed)] == [1] * 3
    assert found.changed == ['read {"url": "b"}']


def spoil(path: Path, statement: str) -> None:
    store = sqlite3.connect(path)
    with store:
        store.execute(statement)
    store.close()


@pytest.mark.parametrize(
    "spoilt",
    ["missing", "empty", "text", "foreign", "version", "truncated", "altered", "directory"],
)
def test_what_is_no_sound_cassette_is_refused_in_one_line(
    recorded: Path, tmp_path: Path, spoilt: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "spoilt"
    whole = recorded.read_bytes()
    if spoilt == "empty":
        path.write_bytes(b"")
    elif spoilt == "text":
        path.write_text("no database " * 500)
    elif spoilt == "foreign":
        spoil(path, "CREATE TABLE other (x)")
    elif spoilt == "directory":
        path.mkdir()
    elif spoilt != "missing":
        path.write_bytes(whole if spoilt != "truncated" else whole[: len(whole) // 2])
        if spoilt == "version":
            spoil(path, "PRAGMA user_version = 99")
        if spoilt == "altered":
            spoil(path, "UPDATE entries SET failed = 1 WHERE kind = 'search'")
    with pytest.raises(CassetteError) as caught:
        inspect(path)
    message = str(caught.value)
    assert "\n" not in message and "spoilt" in message
    assert main(["cassette", "info", str(path)]) == 1
    error = capsys.readouterr().err
    assert error.count("\n") == 1 and error.startswith("searchvl:")


_BARE = """
import sys
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in (
            "httpcore", "httpx", "serpapi", "trafilatura", "tenacity", "protego", "pypdf", "lxml"
        ):
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Missing())
import socket
def refuse(*arguments):
    raise AssertionError("a replay reached for the network")
socket.socket.connect = socket.getaddrinfo = refuse
import gymnasium, searchvl_gym
from searchvl_gym.types import Task, ToolCall
env = gymnasium.make("SearchVL/Live-v0", tasks=[Task("t", "When?", "1385")], replay=sys.argv[1])
env.reset(seed=0)
for name, arguments in (
    ("web_search", {"q": "town 5"}), ("visit", {"url": sys.argv[2]}), ("answer", {"text": "1385"})
):
    observation, reward, *_, info = env.step(ToolCall(name, arguments))
    print(info["step_error"], "1385" in observation["text"], reward)
"""


def test_a_replay_needs_neither_extra_nor_key_nor_network(recorded: Path) -> None:
    without_key = {name: value for name, value in os.environ.items() if "KEY" not in name}
    done = subprocess.run(
        [sys.executable, "-c", _BARE, str(recorded), page_url(5)],
        capture_output=True,
        text=True,
        env={**without_key, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert done.returncode == 0, done.stderr
    searched, visited, answered = done.stdout.splitlines()
    assert visited == "False True 0.0"
    assert searched.startswith("False") and float(answered.split()[-1]) > 0.5


_WRITER = """
import sys
from searchvl_gym.live.cassette import Cassette
from searchvl_gym.live.entries import Entry
path, name, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
cassette = Cassette(path, "record")
print("ready", flush=True)
for number in range(count):
    cassette.put(Entry("read", {"url": f"{name}/{number}"}, b'"%d"' % number))
    cassette.charge(0.5, None, None)
    print(number, flush=True)
"""


_OPENER = """
import sys
from searchvl_gym.live.cassette import Cassette
from searchvl_gym.live.entries import Entry
path, name, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
for number in range(count):
    with Cassette(path, "record") as cassette:
        cassette.put(Entry("read", {"url": f"{name}/{number}"}, b'"%d"' % number))
        cassette.charge(0.5, None, None)
"""


def writer(path: Path, name: str, count: int, code: str = _WRITER) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", code, str(path), name, str(count)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )


@pytest.mark.parametrize("code", [_WRITER, _OPENER], ids=["kept open", "opened and closed"])
def test_many_processes_write_one_file(tmp_path: Path, code: str) -> None:
    path = tmp_path / "shared"
    writers = [writer(path, name, 25, code) for name in "abc"]
    for each in writers:
        each.communicate()
        assert each.returncode == 0
    assert list(tmp_path.iterdir()) == [path]
    info = inspect(path)
    assert info.entries == {"read": 75}
    assert (info.calls, info.money) == (75, 37.5)


def test_the_file_alone_has_everything_while_a_replay_is_open(tmp_path: Path) -> None:
    path, copy = tmp_path / "shared", tmp_path / "copy"
    with Cassette(path, "record") as recorder:
        replay = Cassette(path)
        recorder.put(Entry("read", {"url": "a"}, b'"1"'))
        assert replay.get("read", {"url": "a"}) is not None
    shutil.copy(path, copy)
    replay.close()
    assert inspect(copy).entries == {"read": 1}


def test_a_kill_leaves_everything_that_was_kept(tmp_path: Path) -> None:
    path = tmp_path / "killed"
    kept = set()
    for attempt in range(3):
        process = writer(path, str(attempt), 100_000)
        assert process.stdout is not None
        for _ in range(40):
            line = process.stdout.readline().strip()
            if line != "ready":
                kept.add(f"{attempt}/{line}")
        process.send_signal(signal.SIGKILL)
        process.communicate()
        with Cassette(path) as cassette:
            known = {str(entry.request["url"]) for entry in cassette.entries()}
        assert kept <= known


def test_summaries_of_a_model_are_recorded(server: LocalServer, tmp_path: Path) -> None:
    path = tmp_path / "web.cassette"
    asked = []

    def summarise(text: str, query: str) -> str:
        asked.append(query)
        return f"{query}: {len(text)} letters"

    live = local_web(
        server.url, LiveSettings(record=str(path), summaries="llm"), summarise=(summarise, "m-1")
    )
    text = live.read(page_url(5)).text
    said = live.summary(text, "founded")
    assert live.summary(text, "founded") == said and asked == ["founded"]
    live.close()
    replayed = LiveWeb(LiveSettings(replay=str(path), summaries="llm"))
    assert replayed.summary(text, "founded") == said
    with pytest.raises(LiveError) as caught:
        replayed.summary(text, "inhabitants")
    assert caught.value.fault is Fault.NOT_RECORDED


def test_the_key_of_a_request_is_its_content() -> None:
    request = {"query": "ä", "language": "en"}
    assert request_key("search", request) == request_key("search", dict(reversed(request.items())))
    assert request_key("search", request) != request_key("search_image", request)
