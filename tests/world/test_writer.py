"""A build is all or nothing, and its fingerprint depends on the content only."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchvl_gym.world import (
    Fact,
    Hyperlink,
    ImageRecord,
    Page,
    World,
    WorldError,
    WorldWriter,
    open_world,
)
from searchvl_gym.world.pictures.recipe import PictureRecipe

ARGUMENTS = {"name": "t", "source": "earth", "seed": 0, "licence": "CC0-1.0"}
TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)


def write(path: Path, pages: list[Page], facts: list[Fact] = [], images: list[ImageRecord] = []):  # noqa: B006
    with WorldWriter(path, **ARGUMENTS) as writer:
        writer.add_pages(pages)
        writer.add_facts(facts)
        writer.add_images(images)
        return writer.finish()


def page(number: int, **changes: object) -> Page:
    plain = Page(number, f"Page {number}", "list", f"u://{number}", "Some text.")
    return replace(plain, **changes)


@settings(max_examples=15)
@given(
    st.lists(
        st.tuples(TEXT, st.lists(TEXT, max_size=3), st.lists(st.tuples(TEXT, TEXT), max_size=3)),
        min_size=1,
        max_size=5,
    )
)
def test_pages_come_back_as_they_were(tmp_path_factory: pytest.TempPathFactory, rows) -> None:
    pages = [
        page(
            number,
            text=text,
            aliases=tuple(names),
            redirects=tuple(reversed(names)),
            infobox=tuple(box),
            links=(Hyperlink(0, text, 3),),
        )
        for number, (text, names, box) in enumerate(rows)
    ]
    path = tmp_path_factory.mktemp("round") / "w"
    write(path, pages)
    world = open_world(path)
    assert [world.page(number) for number in range(len(world))] == list(world.pages()) == pages
    world.verify()


def test_facts_and_recipes_come_back_as_they_were(tmp_path: Path) -> None:
    recipe = PictureRecipe("plaque", 3, {"title": "Ærø", "year": "1901"}, 640, 512)
    facts = [Fact(1, "b", "x", 0), Fact(0, "a", "y", None, ("z",)), Fact(1, "a", "v")]
    images = [ImageRecord(0, 1, "A plaque", recipe, 640, 512)]
    info = write(tmp_path / "w", [page(0), page(1)], facts, images)
    world = open_world(tmp_path / "w")
    assert list(world.all_facts()) == facts
    assert world.facts(1) == (facts[0], facts[2])
    assert world.image(0) == images[0]
    assert info == world.info
    assert info.counts["pages"] == 2 and info.counts["facts"] == 3 and info.counts["images"] == 1


def test_more_rows_than_one_batch(tmp_path: Path) -> None:
    pages = [page(number, links=(Hyperlink((number * 7) % 700, "x", 0),)) for number in range(700)]
    facts = [Fact(number % 700, "r", str(number)) for number in range(5000)]
    write(tmp_path / "w", pages, facts)
    world = open_world(tmp_path / "w")
    assert [world.page(number) for number in (0, 255, 256, 511, 512, 699)] == [
        pages[number] for number in (0, 255, 256, 511, 512, 699)
    ]
    assert [fact.value for fact in world.facts(699)] == [str(n) for n in range(699, 5000, 700)]
    assert world.find("page 699") == 699


def test_fingerprint_depends_on_the_content_only(
    tmp_path: Path, build_world: Callable[..., World]
) -> None:
    first = build_world(tmp_path / "a", images=2)
    second = build_world(tmp_path / "b", images=2, name="another name")
    assert first.fingerprint == second.fingerprint
    base = write(tmp_path / "c", [page(0)]).fingerprint
    assert write(tmp_path / "d", [page(0, text="Other text.")]).fingerprint != base
    assert write(tmp_path / "e", [page(0)], [Fact(0, "r", "v")]).fingerprint != base


def image(recipe: PictureRecipe | None, data: bytes | None, made_from: str | None) -> ImageRecord:
    return ImageRecord(0, 0, "A plaque", recipe, 640, 512, data, made_from)


def test_fingerprint_states_what_was_decided_of_a_drawn_picture(tmp_path: Path) -> None:
    recipe = PictureRecipe("bronze_plaque", 4, {"title": "Brymholt"}, 640, 512)
    other = PictureRecipe("bronze_plaque", 5, {"title": "Brymholt"}, 640, 512)
    drawn = [
        image(recipe, b"here", None), image(recipe, b"elsewhere", None), image(recipe, None, None),
        image(other, b"here", None), image(None, b"here", "flag"), image(None, b"there", "flag"),
        image(None, b"here", None), image(None, b"there", None),
    ]  # fmt: skip
    infos = []
    for number, one in enumerate(drawn):
        path = tmp_path / str(number)
        with WorldWriter(path, name="w", source="atlas", seed=0, licence="CC0-1.0") as writer:
            writer.add_pages([page(0)])
            writer.add_images([one])
            infos.append(writer.finish(index_pictures=False))
    same = {n: [m for m, b in enumerate(infos) if a.fingerprint == b.fingerprint] for n, a in
            enumerate(infos)}  # fmt: skip
    assert same == {0: [0, 1], 1: [0, 1], 2: [2], 3: [3], 4: [4, 5], 5: [4, 5], 6: [6], 7: [7]}
    assert infos[0].drawn_files != infos[1].drawn_files
    assert not infos[2].drawn_files
    assert not infos[7].drawn_files
    for n in range(len(drawn)):
        open_world(tmp_path / str(n)).verify()


def test_pictures_of_another_drawing_version_are_not_drawn(tmp_path: Path) -> None:
    recipe = PictureRecipe("bronze_plaque", 4, {"title": "Brymholt"}, 640, 512)
    write(tmp_path / "w", [page(0)], [], [image(recipe, None, None)])
    file = tmp_path / "w" / "world.json"
    content = json.loads(file.read_text())
    content["info"]["drawing_version"] -= 1
    file.write_text(json.dumps(content))
    with pytest.raises(WorldError, match="version 1 of the drawing code, this one is 2; rebuild"):
        open_world(tmp_path / "w").pixels(0)


def test_fingerprint_does_not_depend_on_hash_seeds(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from searchvl_gym.world import *\n"
        "with WorldWriter(Path(sys.argv[1]), name='t', source='earth', seed=0, licence='x') as w:\n"
        "    w.add_pages(Page(i, f'P {i}', 'list', f'u{i}', 'Text.', images=(0,)) "
        "for i in range(3))\n"
        "    w.add_images([ImageRecord(0, 0, 'c', None, 1, 1, b'x')][:0] or "
        "[ImageRecord(0, 0, 'c', PictureRecipe('a', 1, {'x': 'y', 'b': 'c'}), 9, 9)])\n"
        "    print(w.finish().fingerprint)"
    ).replace("*\n", "*; from searchvl_gym.world.pictures.recipe import PictureRecipe\n", 1)
    prints = {
        subprocess.run(
            [sys.executable, "-c", code, str(tmp_path / seed)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(prints) == 1


@pytest.mark.parametrize(
    ("pages", "facts", "images", "message"),
    [
        ([page(1)], [], [], "came when 0 was due"),
        ([page(0, title="  ")], [], [], "no title"),
        ([page(0), page(1, title="Page 0")], [], [], "same title"),
        ([page(0), page(1, url="u://0")], [], [], "same address"),
        ([page(0, images=(4,))], [], [], "shows picture 4"),
        ([page(0)], [Fact(7, "r", "v")], [], "about page 7"),
        ([page(0)], [Fact(0, "r", "v", 9)], [], "leads to page 9"),
        ([page(0)], [], [ImageRecord(0, 0, "c", None, 9, 9)], "neither encoded data nor"),
        ([page(0, text="\ud800")], [], [], "UTF-8|surrogates|utf-8"),
        ([page(0, links=(Hyperlink(8, "x", 0),))], [], [], "leads to page 8"),
    ],
)
def test_broken_rows_are_refused_and_nothing_is_left(
    tmp_path: Path,
    pages: list[Page],
    facts: list[Fact],
    images: list[ImageRecord],
    message: str,
) -> None:
    with pytest.raises(WorldError, match=message):
        write(tmp_path / "w", pages, facts, images)
    assert list(tmp_path.iterdir()) == []


def test_an_unfinished_build_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), WorldWriter(tmp_path / "w", **ARGUMENTS) as writer:
        writer.add_pages([page(0)])
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


def test_a_killed_build_does_not_open_and_is_cleared_by_the_next(tmp_path: Path) -> None:
    code = (
        "import sys; from searchvl_gym.world import *\n"
        "w = WorldWriter(sys.argv[1], name='t', source='earth', seed=0, licence='x')\n"
        "w.add_pages(Page(i, f'P {i}', 'list', f'u{i}', 'Text.') for i in range(900))\n"
        "print('half', flush=True); sys.stdin.read()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "w")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None and process.stdout.readline() == b"half\n"
    process.send_signal(signal.SIGKILL)
    process.wait()
    leftovers = list(tmp_path.iterdir())
    assert len(leftovers) == 1 and leftovers[0].name.startswith(".w.")
    for path in (tmp_path / "w", leftovers[0]):
        with pytest.raises(WorldError):
            open_world(path)
    write(tmp_path / "w", [page(0)])
    assert [path.name for path in tmp_path.iterdir()] == ["w"]


def test_an_existing_path_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "w").mkdir()
    with pytest.raises(WorldError, match="exists already"):
        WorldWriter(tmp_path / "w", **ARGUMENTS)


def test_of_two_builds_at_one_path_the_first_stays(tmp_path: Path) -> None:
    def race(text: str) -> None:
        with WorldWriter(tmp_path / "w", **ARGUMENTS) as slow:
            slow.add_pages([page(0, text=text)])
            if not (tmp_path / "w").exists():
                write(tmp_path / "w", [page(0)])
            slow.finish()

    race("Some text.")
    assert open_world(tmp_path / "w").page(0).text == "Some text."
    (tmp_path / "w").rename(tmp_path / "old")
    with pytest.raises(WorldError, match="another build took"):
        race("Other text.")
