"""Image search finds spoilt copies, rejects strangers, and is the same for everyone."""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from searchvl_gym.types import Image
from searchvl_gym.world import ImageIndex, ImageRecord, Page, World, WorldError, WorldWriter
from searchvl_gym.world.image_features import LocalFeatures, local_features, normalise
from searchvl_gym.world.image_index_builder import (
    build_image_index,
    from_fixed_point,
    to_fixed_point,
)
from searchvl_gym.world.image_match import align, apply

COUNT = 24
Draw = Callable[[int], Image]


def rotate(pixels: Image) -> Image:
    height, width = pixels.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), 25, 1)
    return cv2.warpAffine(pixels, turn, (width, height))


def tilt(pixels: Image) -> Image:
    height, width = pixels.shape[:2]
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    moved = corners + np.array([(50, 40), (-10, 5), (-60, -30), (5, -45)], np.float32)
    return cv2.warpPerspective(
        pixels, cv2.getPerspectiveTransform(corners, moved.astype(np.float32)), (width, height)
    )


def paste(pixels: Image) -> Image:
    canvas = np.full((500, 640, 3), (90, 120, 70), np.uint8)
    canvas[150:366, 200:488] = cv2.resize(pixels, (288, 216), interpolation=cv2.INTER_AREA)
    return canvas


def squeeze(pixels: Image) -> Image:
    return cv2.imdecode(
        cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, 10])[1], cv2.IMREAD_COLOR
    )


TRANSFORMS: dict[str, Callable[[Image], Image]] = {
    "same": lambda pixels: pixels,
    "crop": lambda pixels: np.ascontiguousarray(pixels[60:310, 100:430]),
    "blur": lambda pixels: cv2.GaussianBlur(pixels, (0, 0), 4),
    "tiny": lambda pixels: cv2.resize(pixels, (48, 36), interpolation=cv2.INTER_AREA),
    "rotation": rotate,
    "perspective": tilt,
    "jpeg": squeeze,
    "inset": paste,
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, draw_scene: Draw) -> ImageIndex:
    path = tmp_path_factory.mktemp("images") / "index"
    build_image_index(
        path, fingerprint="f", pages=[100 + number for number in range(COUNT)], pixels=draw_scene
    )
    return ImageIndex.open(path, "f")


@pytest.mark.parametrize("name", TRANSFORMS)
def test_spoilt_copies_are_found(index: ImageIndex, draw_scene: Draw, name: str) -> None:
    right = 0
    for number in range(0, COUNT, 3):
        hits = index.search(TRANSFORMS[name](draw_scene(number)))
        right += bool(hits) and (hits[0].image, hits[0].page) == (number, 100 + number)
    assert right >= 7, f"{right} of 8"


def test_strangers_are_no_match(index: ImageIndex, draw_scene: Draw) -> None:
    found = [index.search(draw_scene(number)) for number in range(1000, 1015)]
    assert sum(map(bool, found)) <= 1


def test_plain_and_noisy_pictures_are_no_match(index: ImageIndex) -> None:
    rng = np.random.default_rng(0)
    for pixels in (
        np.zeros((400, 400, 3), np.uint8),
        np.full((1, 1, 3), 200, np.uint8),
        np.full((3, 900, 3), 10, np.uint8),
        rng.integers(0, 256, (300, 300, 3), dtype=np.uint8),
    ):
        assert index.search(pixels) == []


def test_scores_lie_in_the_unit_interval_and_a_copy_scores_highest(
    index: ImageIndex, draw_scene: Draw
) -> None:
    copy = index.search(draw_scene(4))[0]
    cropped = index.search(TRANSFORMS["crop"](draw_scene(4)))[0]
    assert 0 < cropped.score < copy.score <= 1
    assert copy.inliers > 40


def test_wrong_arguments_are_refused(index: ImageIndex) -> None:
    with pytest.raises(ValueError, match="top_k"):
        index.search(np.zeros((9, 9, 3), np.uint8), 0)
    with pytest.raises(ValueError, match="uint8 array of shape"):
        index.search(np.zeros((9, 9), np.uint8))


def test_two_builds_are_equal_file_by_file(tmp_path: Path, draw_scene: Draw) -> None:
    for name in ("a", "b"):
        build_image_index(tmp_path / name, fingerprint="f", pages=list(range(5)), pixels=draw_scene)
    first, second = (
        {file.name: file.read_bytes() for file in (tmp_path / name).iterdir()} for name in "ab"
    )
    assert first == second
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]


def test_an_index_without_pictures_and_one_of_plain_pictures(tmp_path: Path) -> None:
    plain = np.zeros((64, 64, 3), np.uint8)
    for count in (0, 2):
        path = tmp_path / str(count)
        build_image_index(
            path, fingerprint="f", pages=list(range(count)), pixels=lambda number: plain
        )
        assert ImageIndex.open(path, "f").search(plain) == []


def test_missing_torn_and_foreign_indexes_are_refused(tmp_path: Path, draw_scene: Draw) -> None:
    with pytest.raises(WorldError, match="has no image index; build it"):
        ImageIndex.open(tmp_path / "none", "f")
    path = tmp_path / "index"
    build_image_index(path, fingerprint="f", pages=[0], pixels=draw_scene)
    with pytest.raises(WorldError, match="of another world"):
        ImageIndex.open(path, "g")
    (path / "codes.npy").unlink()
    with pytest.raises(WorldError, match=r"codes\.npy is missing"):
        ImageIndex.open(path, "f")
    (path / "index.json").write_text("{")
    with pytest.raises(WorldError, match="is torn"):
        ImageIndex.open(path, "f")


def test_a_failed_build_leaves_nothing(tmp_path: Path) -> None:
    def fail(number: int) -> Image:
        raise RuntimeError("no picture")

    with pytest.raises(RuntimeError, match="no picture"):
        build_image_index(tmp_path / "index", fingerprint="f", pages=[0, 1], pixels=fail)
    assert list(tmp_path.iterdir()) == []


def test_a_world_whose_pictures_are_not_stored_is_indexed_on_request(
    tmp_path: Path, draw_scene: Draw, small_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from searchvl_gym.world.pictures.recipe import PictureRecipe

    with WorldWriter(tmp_path / "w", name="t", source="earth", seed=0, licence="x") as writer:
        writer.add_pages([Page(0, "A", "list", "u", "Text.", images=(0,))])
        writer.add_images([ImageRecord(0, 0, "c", PictureRecipe("any", 3), 480, 360)])
        writer.finish()
    from searchvl_gym.world import open_world

    world = open_world(tmp_path / "w")
    with pytest.raises(WorldError, match="has no image index"):
        _ = world.image_index
    monkeypatch.setattr(world, "_make_pixels", draw_scene)
    assert world.build_image_index().search(draw_scene(0))[0].image == 0
    assert world.build_image_index() is world.image_index
    assert small_world.image_index is not world.image_index


def test_alignment_recovers_a_similarity_among_outliers() -> None:
    rng = np.random.default_rng(0)
    query = np.column_stack(
        [rng.uniform(0, 400, (60, 2)), rng.uniform(3, 20, 60), rng.uniform(0, 6, 60)]
    ).astype(np.float32)
    turn, scale = 0.4, 0.7
    matrix = np.array(
        [
            [scale * np.cos(turn), -scale * np.sin(turn), 30],
            [scale * np.sin(turn), scale * np.cos(turn), -12],
            [0, 0, 1],
        ]
    )
    candidate = query.copy()
    candidate[:, :2] = apply(matrix, query[:, :2].astype(np.float64))
    candidate[:, 2] *= scale
    candidate[:, 3] += turn
    candidate[40:, :2] = rng.uniform(0, 300, (20, 2))
    found = align(query, candidate)
    assert found is not None and found.inliers >= 35
    np.testing.assert_allclose(found.homography / found.homography[2, 2], matrix, atol=0.05)
    assert align(query[:3], candidate[:3]) is None


def test_features_are_capped_repeatable_and_survive_storage(draw_scene: Draw) -> None:
    pixels, factor = normalise(draw_scene(1))
    assert max(pixels.shape) == 400 and factor == 400 / 480
    first: LocalFeatures = local_features(pixels, 100)
    second = local_features(pixels, 100)
    np.testing.assert_array_equal(first.descriptors, second.descriptors)
    assert len(first) == 100
    np.testing.assert_allclose(np.linalg.norm(first.descriptors, axis=1), 1, atol=1e-3)
    stored = from_fixed_point(to_fixed_point(first.points))
    np.testing.assert_allclose(stored[:, :3], first.points[:, :3], atol=0.01)
