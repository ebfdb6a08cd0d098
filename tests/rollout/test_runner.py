import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from rollout_double import ID, Breaking, Telling, Wanderer

from searchvl_gym.rollout import RolloutError, decode_trajectory, run
from searchvl_gym.rollout.player import Job, play

REPOSITORY = Path(__file__).parent.parent.parent


def lines(out: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (out / "trajectories.jsonl").read_text().splitlines()]


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> str:
    out = tmp_path_factory.mktemp("reference")
    return run(ID, Wanderer(), episodes=12, seed=3, out=out).fingerprint


@pytest.mark.parametrize(("workers", "slots"), [(1, 5), (2, 1), (2, 3)])
def test_workers_and_slots_do_not_change_the_result(
    tmp_path: Path, reference: str, workers: int, slots: int
) -> None:
    summary = run(
        ID, Wanderer(), episodes=12, seed=3, workers=workers, slots=slots, out=tmp_path / "run"
    )
    assert summary.fingerprint == reference
    assert sorted(line["episode"] for line in lines(tmp_path / "run")) == list(range(12))


def test_an_episode_depends_only_on_the_seed_and_its_number() -> None:
    forward = {done.episode: done.encoded for done in play(Job(ID, Wanderer(), 3), iter([1, 2, 5]))}
    backward = {done.episode: done.encoded for done in play(Job(ID, Wanderer(), 3), iter([5, 1]))}
    other = {done.episode: done.encoded for done in play(Job(ID, Wanderer(), 4), iter([1]))}
    assert backward == {number: forward[number] for number in (1, 5)}
    assert other[1] != forward[1]
    assert decode_trajectory(forward[5]).task.id == "t5"


def test_another_seed_gives_another_fingerprint(tmp_path: Path, reference: str) -> None:
    assert run(ID, Wanderer(), episodes=12, seed=4, out=tmp_path).fingerprint != reference


def test_a_failing_policy_stops_the_run_and_a_resume_completes_it(
    tmp_path: Path, reference: str
) -> None:
    with pytest.raises(RolloutError, match="the endpoint does not answer") as caught:
        run(ID, Breaking(5), episodes=12, seed=3, out=tmp_path)
    assert "\n" not in str(caught.value)
    assert [line["episode"] for line in lines(tmp_path)] == [0, 1, 2, 3, 4]
    kept = (tmp_path / "trajectories.jsonl").read_bytes()
    assert run(ID, Wanderer(), episodes=12, seed=3, out=tmp_path).fingerprint == reference
    assert (tmp_path / "trajectories.jsonl").read_bytes().startswith(kept)


def test_a_run_that_stops_before_its_first_episode_ends_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    for out, workers in ((tmp_path / "new", 1), (tmp_path / "new", 2), (tmp_path / "mine", 1)):
        with pytest.raises(RolloutError, match="does not answer") as caught:
            run(ID, Breaking(0), episodes=1 + workers, workers=workers, out=out)
        assert "are kept" not in str(caught.value)
        assert [path.name for path in tmp_path.rglob("*")] == ["mine"]


def test_a_failing_policy_in_a_worker_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(RolloutError, match="ConnectionError: the endpoint does not answer"):
        run(ID, Breaking(3), episodes=6, workers=2, out=tmp_path)


@pytest.mark.parametrize("given", [None, "7"])
def test_workers_share_the_cores(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str | None
) -> None:
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    if given is not None:
        monkeypatch.setenv("OMP_NUM_THREADS", given)
    share = given or str(max(1, (os.cpu_count() or 1) // 2))
    with pytest.raises(RolloutError, match=f"threads: {share}$"):
        run(ID, Telling(), episodes=2, workers=2, out=tmp_path)


def test_a_killed_worker_is_noticed_and_nothing_finished_is_lost(
    tmp_path: Path, reference: str
) -> None:
    with pytest.raises(RolloutError, match=r"worker process \d+ was ended by SIGKILL"):
        run(ID, Breaking(8, kill=True), episodes=12, seed=3, workers=2, out=tmp_path)
    assert lines(tmp_path)
    assert run(ID, Wanderer(), episodes=12, seed=3, out=tmp_path).fingerprint == reference


def test_a_killed_run_is_resumed(tmp_path: Path, reference: str) -> None:
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from rollout_double import ID, Breaking\n"
        "from searchvl_gym.rollout import run\n"
        "run(ID, Breaking(7, kill=True), episodes=12, seed=3, out=sys.argv[2])\n"
    )
    arguments = [sys.executable, "-c", code, str(Path(__file__).parent), str(tmp_path)]
    done = subprocess.run(arguments, cwd=REPOSITORY, capture_output=True)
    assert done.returncode == -signal.SIGKILL
    assert len(lines(tmp_path)) == 7
    with (tmp_path / "trajectories.jsonl").open("ab") as stream:
        stream.write(b'{"schema":1,"episode":7,"traj')  # what a kill within a write leaves
    assert run(ID, Wanderer(), episodes=12, seed=3, workers=2, out=tmp_path).fingerprint == (
        reference
    )
    assert len(lines(tmp_path)) == 12


def test_an_interrupt_leaves_a_store_that_resumes(tmp_path: Path, reference: str) -> None:
    class Interrupted(Wanderer):
        def act(self, observations):  # type: ignore[no-untyped-def]
            if len(lines(tmp_path)) == 4:
                os.kill(os.getpid(), signal.SIGINT)
            return super().act(observations)

    # Who starts the tests in the background of a script lets them ignore it.
    inherited = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            run(ID, Interrupted(), episodes=12, seed=3, out=tmp_path)
    finally:
        signal.signal(signal.SIGINT, inherited)
    assert len(lines(tmp_path)) == 4
    assert run(ID, Wanderer(), episodes=12, seed=3, out=tmp_path).fingerprint == reference


def test_finished_episodes_are_not_played_again(tmp_path: Path) -> None:
    first = run(ID, Wanderer(), episodes=6, seed=3, out=tmp_path)
    again = run(ID, Breaking(2), episodes=6, seed=3, out=tmp_path)
    assert again.fingerprint == first.fingerprint
    assert run(ID, Wanderer(), episodes=3, seed=3, out=tmp_path).episodes == 3


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"seed": 4}, "seed: 3 there, 4 here"),
        ({"env_kwargs": {"size": 39}}, "environment_arguments"),
    ],
)
def test_a_store_of_another_run_is_refused(
    tmp_path: Path, change: dict[str, object], message: str
) -> None:
    settings: dict[str, object] = {"episodes": 2, "seed": 3, "out": tmp_path}
    run(ID, Wanderer(), **settings)  # type: ignore[arg-type]
    before = (tmp_path / "trajectories.jsonl").read_bytes()
    with pytest.raises(RolloutError, match=message):
        run(ID, Wanderer(), **{**settings, **change})  # type: ignore[arg-type]
    assert (tmp_path / "trajectories.jsonl").read_bytes() == before


@pytest.mark.parametrize(
    "wrong",
    [
        {"episodes": 0},
        {"seed": -1},
        {"workers": 0},
        {"slots": -2},
        {"episodes": 41},
        {"env_kwargs": {"colour": "red"}},
        {"policy_kwargs": {"x": 1}},
        {"policy": "no_such_policy"},
        {"env_id": "SearchVL/Nowhere-v0"},
    ],
)
def test_wrong_arguments_leave_nothing_behind(tmp_path: Path, wrong: dict[str, object]) -> None:
    settings = {"env_id": ID, "policy": Wanderer(), "episodes": 2, "out": tmp_path / "run", **wrong}
    with pytest.raises(ValueError):
        run(**settings)  # type: ignore[arg-type]
    assert not (tmp_path / "run").exists()


def test_a_policy_that_cannot_travel_is_refused(tmp_path: Path) -> None:
    policy = Wanderer()
    policy.lock = lambda: None  # type: ignore[attr-defined]
    with pytest.raises(RolloutError, match="cannot be sent to another process"):
        run(ID, policy, episodes=2, workers=2, out=tmp_path)
