import copy
import json
import pickle

import numpy as np
import pytest
from gymnasium.spaces import Dict
from gymnasium.spaces.utils import flatten_space
from gymnasium.vector.utils import batch_space, concatenate, iterate
from hypothesis import given
from hypothesis import strategies as st

from searchvl_gym.spaces import Galleries, Gallery, Image, Unicode, freeze

SPACES = [
    Unicode(),
    Unicode(min_length=1, max_length=5),
    Unicode(pattern="^img_[0-9]$", examples=("img_1", "img_2")),
    Image(max_pixels=10_000),
    Image(max_pixels=1),
    Galleries(max_pixels=10_000),
    Dict({"text": Unicode(), "images": Galleries(max_pixels=500)}),
]


@pytest.mark.parametrize("space", SPACES, ids=str)
def test_samples_are_elements_and_survive_json(space):
    space.seed(3)
    samples = [space.sample() for _ in range(30)]
    assert all(sample in space for sample in samples)
    again = space.from_jsonable(json.loads(json.dumps(space.to_jsonable(samples))))
    assert all(
        json.dumps(space.to_jsonable([a])) == json.dumps(space.to_jsonable([b]))
        for a, b in zip(again, samples, strict=True)
    )
    assert all(sample in space for sample in again)


@pytest.mark.parametrize("space", SPACES, ids=str)
def test_a_seed_fixes_the_samples(space):
    def draw():
        space.seed(11)
        return json.dumps(space.to_jsonable([space.sample() for _ in range(5)]))

    assert draw() == draw()


@pytest.mark.parametrize("space", SPACES, ids=str)
def test_copies_are_equal_and_sample_the_same(space):
    space.seed(5)
    for other in (copy.deepcopy(space), pickle.loads(pickle.dumps(space))):
        assert other == space
        drawn = [json.dumps(one.to_jsonable([one.sample()])) for one in (other,)]
        fresh = copy.deepcopy(space)
        assert drawn == [json.dumps(fresh.to_jsonable([fresh.sample()]))]


def test_spaces_differ_by_their_bounds():
    assert Unicode() != Unicode(max_length=5)
    assert Unicode() != Image(max_pixels=5)
    assert Image(max_pixels=5) != Image(max_pixels=6)
    assert hash(Unicode(max_length=5)) == hash(Unicode(max_length=5))


@pytest.mark.parametrize("space", SPACES[:5], ids=str)
def test_they_do_not_flatten_and_take_no_mask(space):
    assert space.is_np_flattenable is False
    with pytest.raises(NotImplementedError):
        flatten_space(space)
    with pytest.raises(ValueError, match="mask"):
        space.sample(mask=np.ones(3, np.int8))


@given(st.text())
def test_any_text_is_unicode(text):
    assert text in Unicode()


@pytest.mark.parametrize("other", [None, 3, b"bytes", ["a"], "\ud800", np.zeros(3)])
def test_what_is_no_text(other):
    assert other not in Unicode()


@pytest.mark.parametrize(
    "other",
    [
        None,
        "img_1",
        [[1]],
        np.zeros((4, 4), np.uint8),
        np.zeros((4, 4, 4), np.uint8),
        np.zeros((4, 4, 3), np.float32),
        np.zeros((0, 4, 3), np.uint8),
        np.zeros((100, 101, 3), np.uint8),
    ],
    ids=str,
)
def test_what_is_no_picture(other):
    assert other not in Image(max_pixels=10_000)


@pytest.mark.parametrize(
    "arguments",
    [
        {"min_length": -1},
        {"min_length": 3, "max_length": 2},
        {"pattern": "a"},
        {"pattern": "^a$", "examples": ("b",)},
    ],
)
def test_contradictory_text_spaces_are_refused(arguments):
    with pytest.raises(ValueError):
        Unicode(**arguments)


def test_an_image_space_needs_room_for_a_pixel():
    with pytest.raises(ValueError, match="max_pixels"):
        Image(max_pixels=0)


def test_batches_are_tuples():
    space = Dict({"text": Unicode(), "image": Image(max_pixels=100)})
    batch = batch_space(space, 3)
    items = [space.sample() for _ in range(3)]
    joined = concatenate(space, items, {"text": None, "image": None})
    assert joined in batch
    assert [item["text"] for item in iterate(batch, joined)] == [item["text"] for item in items]


def test_a_picture_in_a_gallery_cannot_be_changed_by_anyone():
    own = np.full((3, 4, 3), 7, np.uint8)
    gallery = Gallery([own])
    own[:] = 0
    assert (gallery[0] == 7).all()
    with pytest.raises(ValueError, match="read-only"):
        gallery[0][0, 0, 0] = 1
    with pytest.raises(ValueError):
        gallery[0].flags.writeable = True
    copied = np.array(gallery[0])
    copied[:] = 1
    assert (gallery[0] == 7).all()


def test_a_frozen_picture_is_not_copied_again():
    frozen = freeze(np.zeros((3, 4, 3), np.uint8))
    gallery = Gallery([frozen, frozen])
    assert gallery[0] is frozen and gallery[:1][0] is frozen
    assert copy.deepcopy({"images": gallery})["images"] is gallery
    again = pickle.loads(pickle.dumps(gallery))
    assert again == gallery and not again[1].flags.writeable


def test_galleries_compare_by_their_pictures():
    black, white = np.zeros((3, 4, 3), np.uint8), np.full((3, 4, 3), 255, np.uint8)
    assert Gallery([black, white]) == Gallery([black.copy(), white])
    assert Gallery([black]) != Gallery([white])
    assert Gallery([black]) != Gallery([black, black])
    assert Gallery([np.zeros((9, 9, 3), np.uint8)]) not in Galleries(max_pixels=80)
