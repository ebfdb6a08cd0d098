import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from msgspec import structs
from PIL import Image

from searchvl_gym.rewards import Composite, EvidenceScore, make_reward
from searchvl_gym.rollout import RolloutError, Store, encode_trajectory
from searchvl_gym.rollout.record import RunRecord, describe
from searchvl_gym.rollout.store import image_path, save_images
from searchvl_gym.types import Task, Termination, Trajectory, image_digest

RECORD = RunRecord("env", {}, "policy", {}, 0, "w", "t", {"numpy": "2"})


def trajectory(number: int) -> Trajectory:
    return Trajectory(Task(f"t{number}", "Zürich?", "1"), number, (), Termination.TIMEOUT)


def test_what_was_added_is_read_back_in_order(tmp_path: Path) -> None:
    with Store(tmp_path, RECORD) as store:
        for number in (2, 0, 1):
            store.add(number, encode_trajectory(trajectory(number)))
        expected = [(number, trajectory(number)) for number in range(3)]
        assert list(store.trajectories(3)) == expected
        fingerprint = store.fingerprint(3)
        with pytest.raises(ValueError, match="stored already"):
            store.add(1, encode_trajectory(trajectory(1)))
    with Store(tmp_path, RECORD) as store:
        assert store.finished == {0, 1, 2}
        assert store.fingerprint(3) == fingerprint
        with pytest.raises(KeyError):
            store.fingerprint(4)


def test_an_unscored_episode_gives_way_to_a_later_one(tmp_path: Path) -> None:
    scored = encode_trajectory(replace(trajectory(0), reward=1.0))
    with Store(tmp_path, RECORD) as store:
        store.add(0, encode_trajectory(trajectory(0)), "the judge is down")
        store.add(1, scored)
        assert (store.finished, dict(store.unscored)) == ({0, 1}, {0: "the judge is down"})
    with Store(tmp_path, RECORD) as store:
        assert dict(store.unscored) == {0: "the judge is down"}
        store.add(0, encode_trajectory(trajectory(0)), "it is still down")
        store.add(0, scored)
        assert store.unscored == {} and store.trajectory(0).reward == 1.0
        with pytest.raises(ValueError, match="stored already"):
            store.add(0, scored)
    with Store(tmp_path, RECORD) as store:
        assert store.unscored == {} and store.trajectory(0).reward == 1.0


def test_a_line_torn_anywhere_is_dropped_and_can_be_added_again(tmp_path: Path) -> None:
    with Store(tmp_path, RECORD) as store:
        store.add(0, encode_trajectory(trajectory(0)))
        store.add(1, encode_trajectory(trajectory(1)))
    file = tmp_path / "trajectories.jsonl"
    whole = file.read_bytes()
    first = whole.index(b"\n") + 1
    for length in range(first, len(whole)):
        file.write_bytes(whole[:length])
        with Store(tmp_path, RECORD) as store:
            assert store.finished == {0}
            store.add(1, encode_trajectory(trajectory(1)))
        assert file.read_bytes() == whole


def test_a_damaged_line_in_the_middle_is_named(tmp_path: Path) -> None:
    with Store(tmp_path, RECORD) as store:
        store.add(0, encode_trajectory(trajectory(0)))
        store.add(1, encode_trajectory(trajectory(1)))
    file = tmp_path / "trajectories.jsonl"
    file.write_bytes(b"x" + file.read_bytes())
    with pytest.raises(RolloutError, match="line 1 is damaged"):
        Store(tmp_path, RECORD)


def test_two_runs_cannot_share_a_store(tmp_path: Path) -> None:
    with Store(tmp_path, RECORD), pytest.raises(RolloutError, match="another run is writing"):
        Store(tmp_path, RECORD)


def test_what_cannot_be_locked_is_not_taken_for_another_run(tmp_path: Path) -> None:
    (tmp_path / ".lock").mkdir()
    with pytest.raises(RolloutError, match=r"cannot write to .*directory; choose another --out"):
        Store(tmp_path, RECORD)


def test_a_run_that_stops_before_its_first_episode_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(KeyError), Store(tmp_path / "run", RECORD):
        raise KeyError
    assert list(tmp_path.iterdir()) == []


def test_a_directory_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RolloutError, match="choose another --out"):
        Store(tmp_path / "file" / "run", RECORD)


def test_a_torn_record_is_refused(tmp_path: Path) -> None:
    Store(tmp_path, RECORD).__exit__(None, None, None)
    (tmp_path / "run.json").write_text('{"environment": ')
    with pytest.raises(RolloutError, match=r"run\.json cannot be read"):
        Store(tmp_path, RECORD)


def test_pictures_are_lossless_and_saved_once(tmp_path: Path) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (20, 30, 3), np.uint8)
    digest = image_digest(pixels)
    Store(tmp_path, RECORD).__exit__(None, None, None)
    save_images(tmp_path, {digest: pixels})
    save_images(tmp_path, {digest: pixels})
    assert [file.name for file in (tmp_path / "images").iterdir()] == [f"{digest}.png"]
    with Image.open(image_path(tmp_path, digest)) as picture:
        assert image_digest(np.asarray(picture)) == digest


def test_secrets_are_not_written(tmp_path: Path) -> None:
    arguments = describe({"model": "m", "api_key": "sk-1", "nested": {"auth_token": "x", "n": 1}})
    assert arguments == {"model": "m", "nested": {"n": 1}}
    assert "sk-1" not in json.dumps(arguments)


def test_a_reward_is_described_by_its_settings() -> None:
    rules = describe(Composite(0.5, query=EvidenceScore(0.25)))
    assert rules == {
        "Composite": {
            "alpha": 0.5,
            "accuracy": {"RuleVerifier": {}},
            "query": {"EvidenceScore": {"efficiency_weight": 0.25}},
        }
    }
    judges = describe(make_reward("llm", base_url="http://x/v1", model="m", api_key="sk-1"))
    assert judges["Composite"]["accuracy"] == {"AccuracyJudge": {"model": "m"}}
    assert judges["Composite"]["query"] == {"QueryJudge": {"model": "m"}}
    assert "sk-1" not in json.dumps(judges)


def test_records_say_where_they_differ() -> None:
    other = structs.replace(RECORD, environment_arguments={"a": {"b": 2, "c": 3}}, seed=1)
    mine = structs.replace(RECORD, environment_arguments={"a": {"b": 1, "c": 3}})
    assert mine.differences(other) == [
        "environment_arguments.a.b: 1 there, 2 here",
        "seed: 0 there, 1 here",
    ]
    assert RECORD.differences(mine) == ['environment_arguments.a: null there, {"b":1,"c":3} here']
