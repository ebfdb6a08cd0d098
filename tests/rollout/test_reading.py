from pathlib import Path

import numpy as np
import pytest
from real_setting import EPISODES, play

from searchvl_gym.rollout import RolloutError, StoredPictures, read_trajectories
from searchvl_gym.types import image_digest


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("played")
    play(folder, folder / "run")
    return folder / "run"


@pytest.fixture
def run(played: Path, tmp_path: Path) -> Path:
    """A copy of the lines that a test may damage."""
    copy = tmp_path / "run"
    copy.mkdir()
    (copy / "trajectories.jsonl").write_bytes((played / "trajectories.jsonl").read_bytes())
    return copy


def test_trajectories_come_in_order_of_episode(run: Path) -> None:
    found = read_trajectories(run)
    assert len(found) == EPISODES
    lines = (run / "trajectories.jsonl").read_bytes().splitlines(keepends=True)
    (run / "trajectories.jsonl").write_bytes(b"".join(reversed(lines)))
    assert read_trajectories(run) == found


def test_a_torn_last_line_is_left_out(run: Path) -> None:
    found = read_trajectories(run)
    file = run / "trajectories.jsonl"
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(lines[:-1]) + lines[-1][:50])
    kept = read_trajectories(run)
    assert len(kept) == EPISODES - 1
    assert all(each in found for each in kept)


def test_a_damaged_line_is_said_with_its_number(run: Path) -> None:
    file = run / "trajectories.jsonl"
    lines = file.read_bytes().splitlines(keepends=True)
    lines[2] = b'{"schema": 1}\n'
    file.write_bytes(b"".join(lines))
    with pytest.raises(RolloutError, match=r"trajectories.jsonl, line 3 is damaged"):
        read_trajectories(run)


def test_no_run_is_said(tmp_path: Path) -> None:
    with pytest.raises(RolloutError, match=r"there is no run at .*trajectories.jsonl"):
        read_trajectories(tmp_path / "none")


def test_an_empty_run_has_no_trajectory(run: Path) -> None:
    (run / "trajectories.jsonl").write_bytes(b"")
    assert read_trajectories(run) == []


def test_pictures_are_found_by_their_digest(played: Path) -> None:
    pictures = StoredPictures(played)
    wanted = {digest for each in read_trajectories(played) for digest in each.images}
    assert wanted <= set(pictures)
    assert len(pictures) == len(list(pictures))
    for digest in wanted:
        assert digest in pictures
        pixels = pictures[digest]
        assert pixels.dtype == np.uint8
        assert image_digest(pixels) == digest


def test_a_missing_or_damaged_picture_is_a_key_error(played: Path, tmp_path: Path) -> None:
    with pytest.raises(KeyError, match="0000"):
        StoredPictures(played)["0" * 64]
    assert "0" * 64 not in StoredPictures(played)
    assert list(StoredPictures(tmp_path)) == []
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / f"{'1' * 64}.png").write_bytes(b"no picture")
    with pytest.raises(KeyError, match="cannot identify"):
        StoredPictures(tmp_path)["1" * 64]
