"""Tests of `searchvl_gym.world.picture_cache`."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from searchvl_gym.types import Image
from searchvl_gym.world.picture_cache import PictureCache


def picture(number: int) -> Image:
    return np.full((10, 10, 3), number, np.uint8)


def test_threads_that_want_one_picture_make_it_once() -> None:
    made: list[int] = []
    barrier = threading.Barrier(8)

    def make(number: int) -> Image:
        made.append(number)
        return picture(number)

    cache = PictureCache(10_000)

    def get(_: int) -> Image:
        barrier.wait()
        return cache.get(7, make)

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(get, range(8)))
    assert made == [7]
    assert all(each is found[0] for each in found)
    assert not found[0].flags.writeable


def test_the_oldest_picture_makes_room() -> None:
    made: list[int] = []

    def make(number: int) -> Image:
        made.append(number)
        return picture(number)

    cache = PictureCache(2 * picture(0).nbytes)
    for number in (0, 1, 0, 2, 0, 1):
        assert cache.get(number, make)[0, 0, 0] == number
    assert made == [0, 1, 2, 1]


def test_a_picture_that_fails_can_be_asked_for_again() -> None:
    cache = PictureCache(1_000)

    def fail(number: int) -> Image:
        raise ValueError("torn")

    with pytest.raises(ValueError, match="torn"):
        cache.get(1, fail)
    assert cache.get(1, picture)[0, 0, 0] == 1


def test_a_picture_that_somebody_holds_is_found_again() -> None:
    made: list[int] = []

    def make(number: int) -> Image:
        made.append(number)
        return picture(number)

    cache = PictureCache(picture(0).nbytes)
    held = cache.get(0, make)
    cache.get(1, make)
    assert cache.get(0, make) is held and made == [0, 1]
    del held
    cache.get(2, make)
    cache.get(0, make)
    assert made == [0, 1, 2, 0]
