import copy
import json
import pickle

import numpy as np
import pytest
from gymnasium.spaces import Dict, Sequence
from gymnasium.spaces.utils import flatten_space
from gymnasium.vector.utils import batch_space, concatenate, iterate
from hypothesis import given
from hypothesis import strategies as st

from searchvl_gym.spaces import Image, SharedImage, Unicode, share

SPACES = [
    Unicode(),
    Unicode(min_length=1, max_length=5),
    Unicode(pattern="^img_[0-9]$", examples=("img_1", "img_2")),
    Image(max_pixels=10_000),
    Image(max_pixels=1),
    Dict({"text": Unicode(), "images": Sequence(Image(max_pixels=500))}),
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


def test_a_shared_picture_cannot_be_changed_by_anyone():
    own = np.full((3, 4, 3), 7, np.uint8)
    shared = share(own)
    own[:] = 0
    assert (np.asarray(shared) == 7).all()
    with pytest.raises(ValueError, match="read-only"):
        shared[0, 0, 0] = 1
    with pytest.raises(ValueError):
        shared.flags.writeable = True
    copied = np.array(shared)
    copied[:] = 1
    assert (np.asarray(shared) == 7).all()


def test_a_shared_picture_is_not_copied_again():
    shared = share(np.zeros((3, 4, 3), np.uint8))
    assert share(shared) is shared
    assert copy.deepcopy({"image": shared})["image"] is shared
    again = pickle.loads(pickle.dumps(shared))
    assert isinstance(again, SharedImage) and np.array_equal(again, shared)
    assert not again.flags.writeable


def test_writable_memory_is_reported_as_shared():
    shared = share(np.zeros((3, 4, 3), np.uint8))
    own = shared.copy()
    assert np.shares_memory(own, own[1:])
    assert np.shares_memory(np.asarray(shared), np.asarray(shared))
    assert not np.shares_memory(shared, shared)
