from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from searchvl_gym.types import Image
from searchvl_gym.world.format import WorldError
from searchvl_gym.world.image_index import ImageIndex
from searchvl_gym.world.image_index_builder import Views, build_image_index
from searchvl_gym.world.pictures import PictureRecipe, draw
from searchvl_gym.world.view_encoder import BUILT_IN, OnnxEncoder, load_encoder, unit_length
from searchvl_gym.world.view_index import (
    KNOWN_MISSED,
    UNKNOWN_MATCHED,
    Limits,
    ViewIndex,
    find_limits,
)

SUBJECTS = [
    "arms 3 1", "arms 3 2", "portrait 5 1", "portrait 5 2", "bridge 7 1", "flower 2 1", "moth 4 1",
    "bird 6 1", "hall 8 1", "tower 9 1", "flask 1 1", "ship 2 2", "hanging 3 3", "flower 2 9",
]  # fmt: skip


def photograph(subject: str, seed: int) -> Image:
    return draw(PictureRecipe("photograph", seed, {"subject": subject}, 688, 516)).pixels


class Means:
    """An encoder of our own: the mean colour of each quarter."""

    def __init__(self, argument: str) -> None:
        self.name = f"means {argument}"

    def embed(self, pixels: Image) -> np.ndarray:  # type: ignore[type-arg]
        rows, columns = pixels.shape[0] // 2, pixels.shape[1] // 2
        parts = [pixels[:rows, :columns], pixels[rows:, :columns], pixels[:rows, columns:]]
        return unit_length(np.array([p.mean((0, 1)) for p in parts], np.float32).reshape(-1))


OWN = f"{__name__}:Means:v1"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> ImageIndex:
    folder = tmp_path_factory.mktemp("views") / "index"
    pictures = [photograph(subject, seed) for subject in SUBJECTS for seed in (1, 2)]
    build_image_index(
        folder,
        fingerprint="f",
        pages=[number // 2 for number in range(len(pictures))],
        pixels=pictures.__getitem__,
        views=Views(BUILT_IN, lambda image: True),
    )
    return ImageIndex.open(folder, "f")


def test_the_vectors_have_length_one_and_do_not_depend_on_the_size() -> None:
    encoder = load_encoder()
    small = encoder.embed(photograph("arms 3 1", 1))
    assert float(np.linalg.norm(small)) == pytest.approx(1, abs=1e-5)
    large = encoder.embed(np.repeat(np.repeat(photograph("arms 3 1", 1), 2, 0), 2, 1))
    assert float(small @ large) > 0.98


def test_other_photographs_of_most_subjects_are_nearest_to_their_own(index: ImageIndex) -> None:
    found = [
        next((hit.page for hit in index.search(photograph(subject, 77), 5)), -1)
        for subject in SUBJECTS
    ]
    right = sum(page == number for number, page in enumerate(found))
    assert right >= 0.7 * len(SUBJECTS)


def test_a_copy_comes_first_and_says_that_it_is_one(index: ImageIndex) -> None:
    hits = index.search(photograph("hall 8 1", 1), 3)
    assert (hits[0].page, hits[0].same_picture) == (SUBJECTS.index("hall 8 1"), True)
    assert all(not hit.same_picture for hit in hits[1:])
    assert len({hit.page for hit in hits}) == len(hits)


def test_few_unknown_things_match_for_sure_and_few_known_ones_are_missed() -> None:
    rng = np.random.default_rng(0)
    subjects = rng.standard_normal((400, 24)).astype(np.float32)

    def views(which: np.ndarray) -> np.ndarray:  # type: ignore[type-arg]
        seen = which + 0.4 * rng.standard_normal(which.shape).astype(np.float32)
        return np.asarray(seen / np.linalg.norm(seen, axis=1, keepdims=True), np.float32)

    held = np.concatenate([views(subjects[:300]), views(subjects[:300])])
    limits = find_limits(held, np.tile(np.arange(300, dtype=np.int32), 2))
    assert 0 < limits.least <= limits.sure < 1
    unknown = (views(subjects[300:]) @ held.T).max(1)
    known = (views(subjects[:300]) * held[:300]).sum(1)
    assert (unknown >= limits.sure).mean() <= UNKNOWN_MATCHED + 0.06
    assert (known < limits.least).mean() <= KNOWN_MISSED + 0.04


def test_an_encoder_of_ones_own_describes_all_pictures(tmp_path: Path) -> None:
    pictures = [np.full((60, 80, 3), value, np.uint8) for value in (20, 120, 220)]
    pictures[0][:, 40:] = (200, 20, 20)
    build_image_index(
        tmp_path / "index",
        fingerprint="f",
        pages=[0, 1, 2],
        pixels=pictures.__getitem__,
        views=Views(OWN, lambda image: True),
    )
    opened = ImageIndex.open(tmp_path / "index", "f")
    assert opened._views is not None and len(opened._views) == 3


def test_an_index_of_another_encoder_is_told_of(tmp_path: Path) -> None:
    np.save(tmp_path / "views.npy", np.zeros((1, 4), np.float16))
    np.save(tmp_path / "view_images.npy", np.zeros(1, np.int32))
    with pytest.raises(WorldError, match="build it again"):
        ViewIndex.open(tmp_path, OWN, "means v0", Limits(0.5, 0.5))


@pytest.mark.parametrize(
    ("which", "message"),
    [
        ("nowhere.onnx", "cannot be read"),
        ("algos.nothing:Encoder:x", "MODULE:FACTORY:ARGUMENT"),
        ("collections:OrderedDict:", "no name or no embed"),
    ],
)
def test_what_is_no_encoder_is_refused_in_one_line(which: str, message: str) -> None:
    with pytest.raises(WorldError, match=message) as caught:
        load_encoder(which)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_no_model_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "encoder.onnx").write_bytes(b"not a model")
    with pytest.raises(WorldError, match="no ONNX model") as caught:
        OnnxEncoder(tmp_path / "encoder.onnx")
    assert "\n" not in str(caught.value)
