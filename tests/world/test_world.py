"""An opened world gives back what was written, from any thread and process."""

import pickle
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytest

from searchvl_gym.types import Image
from searchvl_gym.world import World, WorldError, open_world

Build = Callable[..., World]


def test_find_follows_titles_redirects_and_aliases_after_folding(small_world: World) -> None:
    assert small_world.find("SODERQVIST  bridge") == 1
    assert small_world.find("brucke 7") == 7
    assert small_world.find("old crossing 12") == 12
    assert small_world.find("no such page") is None
    assert small_world.find("") is None
    assert small_world.find("\ud800") is None


def test_by_url_is_exact(small_world: World) -> None:
    assert small_world.by_url("atlas://page/9") == 9
    assert small_world.by_url("ATLAS://page/9") is None


def test_facts_come_by_subject_in_the_given_order(small_world: World) -> None:
    assert [fact.relation for fact in small_world.facts(3)] == ["architect", "opened"]
    assert {fact.subject for fact in small_world.facts(3)} == {3}
    assert len(list(small_world.all_facts())) == 80


def test_pixels_are_exact_read_only_and_cached(
    small_world: World, draw_scene: Callable[[int], Image]
) -> None:
    pixels = small_world.pixels(2)
    np.testing.assert_array_equal(pixels, draw_scene(2))
    assert small_world.pixels(2) is pixels
    with pytest.raises(ValueError, match="read-only"):
        pixels[0, 0, 0] = 1


def test_image_records_leave_the_encoded_bytes_out(small_world: World) -> None:
    assert small_world.image(2).data is None
    assert [image.id for image in small_world.images()] == list(range(6))


def test_ids_out_of_range_say_which_there_are(small_world: World) -> None:
    for read in (small_world.page, small_world.facts):
        for wrong in (-1, 40):
            with pytest.raises(IndexError, match="ids run from 0 to 39"):
                read(wrong)
    for read_image in (small_world.image, small_world.pixels):
        with pytest.raises(IndexError, match="ids run from 0 to 5"):
            read_image(6)


def test_one_instance_a_process_also_after_pickling(small_world: World) -> None:
    assert open_world(small_world.path) is small_world
    assert pickle.loads(pickle.dumps(small_world)) is small_world


def _probe(world: World) -> tuple[str, str, list[tuple[int, float]], list[tuple[int, float]]]:
    text = [(hit.page, hit.score) for hit in world.text_index.search("bridge designed 3")]
    image = [(hit.image, hit.score) for hit in world.image_index.search(world.pixels(3))]
    return world.fingerprint, world.page(5).title, text, image


def test_another_process_sees_the_same(small_world: World) -> None:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        assert pool.submit(_probe, small_world).result() == _probe(small_world)


def test_threads_see_the_same(small_world: World) -> None:
    expected = _probe(small_world)
    with ThreadPoolExecutor(8) as pool:
        assert all(result == expected for result in pool.map(_probe, [small_world] * 16))


def test_verify_accepts_what_was_written_and_names_what_was_altered(
    tmp_path: Path, build_world: Build
) -> None:
    world = build_world(tmp_path / "w", images=1)
    world.verify()
    table = tmp_path / "w" / "pages.arrow"
    content = table.read_bytes()
    table.write_bytes(content.replace(b"designed by Ida", b"designed by Eda"))
    with pytest.raises(WorldError, match=r"pages\.arrow was altered"):
        open_world(tmp_path / "w").verify()


def test_missing_foreign_and_torn_directories_are_refused_with_a_remedy(
    tmp_path: Path, build_world: Build
) -> None:
    with pytest.raises(WorldError, match=r"there is no world at .*searchvl world build"):
        open_world(tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    with pytest.raises(WorldError, match="is not a world"):
        open_world(tmp_path / "empty")
    (tmp_path / "empty" / "world.json").write_text('{"title": "something else"}')
    with pytest.raises(WorldError, match="was not written by SearchVL Gym"):
        open_world(tmp_path / "empty")
    world = build_world(tmp_path / "w", images=1)
    manifest = (world.path / "world.json").read_bytes()
    for content, message in (
        (manifest[:100], "is torn: not valid JSON"),
        (manifest.replace(b'"format_version": 2', b'"format_version": 99'), "format 99"),
        (manifest.replace(b'"fingerprint"', b'"f"'), "is damaged"),
    ):
        (world.path / "world.json").write_bytes(content)
        with pytest.raises(WorldError, match=message):
            open_world(world.path)


@pytest.mark.parametrize("name", ["facts.arrow", "names/names.hashes.npy", "text_index/meta.json"])
def test_a_missing_or_shortened_file_is_refused(
    tmp_path: Path, build_world: Build, name: str
) -> None:
    world = build_world(tmp_path / "w", images=0)
    path = world.path / name
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(WorldError, match=f"is torn: {name} has"):
        _reopen(world)
    path.unlink()
    with pytest.raises(WorldError, match=f"is torn: {name} is missing"):
        _reopen(world)


def _reopen(world: World) -> None:
    """Open a world as a fresh process would."""
    from searchvl_gym.world.format import read_manifest

    read_manifest(world.path)


def test_a_world_built_anew_at_the_same_path_is_opened_anew(
    tmp_path: Path, build_world: Build
) -> None:
    import shutil

    first = build_world(tmp_path / "w", images=0, name="first")
    shutil.rmtree(first.path)
    second = build_world(tmp_path / "w", images=0, name="second!")
    assert (first.info.name, second.info.name) == ("first", "second!")
