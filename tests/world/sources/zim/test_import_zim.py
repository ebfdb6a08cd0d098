"""An archive becomes a world, whatever is wrong with the archive."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from searchvl_gym.cli import main
from searchvl_gym.world import Page, World, WorldError
from searchvl_gym.world.sources.zim import import_zim
from searchvl_gym.world.sources.zim.staging import PART_PAGES

MakeZim = Callable[..., Path]


@pytest.fixture(scope="module")
def world(wiki: Path, tmp_path_factory: pytest.TempPathFactory) -> World:
    path = tmp_path_factory.mktemp("imported") / "ulm"
    return import_zim(wiki, path, pictures="all", progress=False)


def page(world: World, name: str) -> Page:
    found = world.find(name)
    assert found is not None, name
    return world.page(found)


def links(world: World, found: Page) -> list[tuple[str, str]]:
    return [(link.anchor, world.page(link.target).title) for link in found.links]


def test_only_articles_become_pages(world: World) -> None:
    assert {found.title: found.kind for found in world.pages()} == {
        "AC/DC": "article",
        "List of churches": "list",
        "Mercury": "disambiguation",
        "Mission: Impossible": "article",
        "Ulm": "location",
        "Ulm (disambiguation)": "disambiguation",
        "Ulm Minster": "building",
        "Ulrich von Ensingen": "article",
        "東京": "article",
    }
    world.verify()


def test_text_is_what_a_reader_reads(world: World) -> None:
    assert page(world, "Ulm Minster").text == (
        "Ulm Minster is a church in Ulm, Germany.\n\n== History ==\n"
        "It was begun by Ulrich von Ensingen in 1377, and a missing page tells more.\n\n"
        "== Bells ==\nBell | Mass\nGloriosa | 4,912 kg"
    )


def test_links_lead_through_redirects_to_pages(world: World) -> None:
    minster = page(world, "Ulm Minster")
    assert links(world, minster) == [
        ("Ulm", "Ulm"),
        ("Ulrich von Ensingen", "Ulrich von Ensingen"),
        ("more", "東京"),
    ]
    assert links(world, page(world, "AC/DC")) == [("Ulm", "Ulm")]
    for found in world.pages():
        for link in found.links:
            assert found.text[link.start :].startswith(link.anchor)


def test_redirects_of_redirects_and_forwarding_pages_are_names(world: World) -> None:
    ulm = page(world, "Ulm")
    assert set(ulm.redirects) == {
        "Ulm an der Donau", "Ulma", "Ulm, Germany", "Danube (Ulm)", "On the Danube",
    }  # fmt: skip
    assert world.find("ulm an der donau") == world.find("On the Danube") == ulm.id
    assert world.find("Lost") is None
    assert world.find("Circle") is None


def test_infobox_is_labels_and_values_with_linked_facts(world: World) -> None:
    minster = page(world, "Ulm Minster")
    assert minster.infobox == (
        ("Architect", "Ulrich, a nobody"),
        ("Location", "Ulm"),
        ("Height – Spire", "161.5 m"),
    )
    facts = world.facts(minster.id)
    assert [(fact.relation, fact.value, world.page(fact.target or 0).title) for fact in facts] == [
        ("Architect", "Ulrich", "Ulrich von Ensingen"),
        ("Location", "Ulm", "Ulm"),
        ("in", "Ulm", "Ulm"),  # it "is a church in Ulm"
    ]


def test_pictures_that_decode_are_kept_with_their_size(world: World) -> None:
    shown = [world.image(image) for image in page(world, "Ulm Minster").images]
    assert [(image.caption, image.width, image.height) for image in shown] == [
        ("The west front", 220, 330),
        ("The organ", 200, 150),
    ]
    for image in shown:
        assert world.pixels(image.id).shape == (image.height, image.width, 3)
    hit = world.image_index.search(np.array(world.pixels(shown[0].id)))
    assert hit[0].page == page(world, "Ulm Minster").id


def test_only_the_lead_picture_or_none(wiki: Path, tmp_path: Path) -> None:
    lead = import_zim(wiki, tmp_path / "lead", progress=False)
    none = import_zim(wiki, tmp_path / "none", pictures="none", progress=False)
    assert (lead.info.counts["images"], none.info.counts["images"]) == (1, 0)
    assert none.info.counts["pages"] == lead.info.counts["pages"]


def test_what_was_left_out_is_told(world: World) -> None:
    left_out = world.info.settings["left_out"]
    for reason in (
        "1 pages in Category:", "1 welcome pages", "1 pages without text",
        "1 forwards to missing pages", "1 missing pictures", "1 pictures: broken",
        "1 pictures: too small", "1 pictures: blank",
    ):  # fmt: skip
        assert reason in left_out


def test_addresses_and_licence_are_those_of_the_source(
    world: World, make_zim: MakeZim, tmp_path: Path
) -> None:
    assert page(world, "東京").url == "https://en.wikipedia.org/wiki/%E6%9D%B1%E4%BA%AC"
    assert world.by_url("https://en.wikipedia.org/wiki/Ulm_Minster") is not None
    assert "CC-BY-SA" in world.info.licence
    assert (world.info.source, world.info.name) == ("zim", "wikipedia_en_ulm")
    file = make_zim(tmp_path / "o.zim", {"A/Ulm": "<p>Ulm.</p>"}, metadata={"License": "CC0-1.0"})
    other = import_zim(file, tmp_path / "other", progress=False)
    assert (other.page(0).title, other.page(0).url) == ("Ulm", "zim://o/Ulm")
    assert other.info.licence == "CC0-1.0"


def test_pages_of_one_title_are_told_apart(make_zim: MakeZim, tmp_path: Path) -> None:
    pages = {"Ulm": "<p>One.</p>", "Ulm_1": "<p>Two.</p>", "Ulm_2": "<p>Three.</p>"}
    file = make_zim(tmp_path / "same.zim", pages, titles=dict.fromkeys(pages, "Ulm Town"))
    world = import_zim(file, tmp_path / "world", progress=False)
    assert [found.title for found in world.pages()] == [
        "Ulm Town", "Ulm Town (Ulm_1)", "Ulm Town (Ulm_2)",
    ]  # fmt: skip


def many_pages(count: int) -> dict[str, str]:
    return {
        f"Page_{number}": f"<p>Page {number}, see <a href='Page_{number * 7 % count}'>it</a>.</p>"
        for number in range(count)
    }


DYING = """
import os, signal, sys
from searchvl_gym.world.sources.zim import import_zim
from searchvl_gym.world.sources.zim.staging import Staging
keep = Staging.keep
def keep_and_die(self, part, *content):
    keep(self, part, *content)
    if part == 1:
        os.kill(os.getpid(), signal.SIGKILL)
Staging.keep = keep_and_die
import_zim(sys.argv[1], sys.argv[2], progress=False)
"""


def test_a_killed_import_goes_on(make_zim: MakeZim, tmp_path: Path) -> None:
    file = make_zim(tmp_path / "many.zim", many_pages(2 * PART_PAGES + 40))
    out = tmp_path / "world"
    done = subprocess.run([sys.executable, "-c", DYING, str(file), str(out)])
    assert done.returncode == -signal.SIGKILL
    assert not out.exists()
    staged = tmp_path / ".world.import"
    first = staged / "0000000.pages"
    # What was read is not read again: a word changed in it comes out at the end.
    first.write_bytes(first.read_bytes().replace(b"see it", b"SEE it"))
    world = import_zim(file, out, progress=False)
    whole = import_zim(file, tmp_path / "whole", progress=False)
    assert not staged.exists()
    assert [found.text.replace("SEE", "see") for found in world.pages()] == [
        found.text for found in whole.pages()
    ]
    assert sum("SEE" in found.text for found in world.pages()) == PART_PAGES
    assert len(world) == 2 * PART_PAGES + 40


def test_any_number_of_workers_gives_the_same_world(make_zim: MakeZim, tmp_path: Path) -> None:
    file = make_zim(tmp_path / "many.zim", many_pages(2 * PART_PAGES + 40))
    one = import_zim(file, tmp_path / "one", progress=False)
    two = import_zim(file, tmp_path / "two", workers=2, progress=False)
    assert one.fingerprint == two.fingerprint
    assert len(two) == 2 * PART_PAGES + 40


def test_parts_of_other_options_are_not_used(make_zim: MakeZim, tmp_path: Path) -> None:
    file = make_zim(tmp_path / "many.zim", many_pages(2 * PART_PAGES + 40))
    out = tmp_path / "world"
    subprocess.run([sys.executable, "-c", DYING, str(file), str(out)])
    assert len(import_zim(file, out, limit=10, progress=False)) == 10
    assert sorted(path.name for path in tmp_path.iterdir()) == ["many.zim", "world"]


def test_the_same_archive_gives_the_same_fingerprint(
    wiki: Path, world: World, tmp_path: Path
) -> None:
    code = (
        "import sys; from searchvl_gym.world.sources.zim import import_zim\n"
        "print(import_zim(*sys.argv[1:3], pictures='all', progress=False).fingerprint)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(wiki), str(tmp_path / "again")],
        env={**os.environ, "PYTHONHASHSEED": "7"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == world.fingerprint


def spoil(wiki: Path, path: Path, how: str) -> Path:
    data = wiki.read_bytes()
    if how == "directory":
        path.mkdir()
    elif how != "missing":
        path.write_bytes(
            {"empty": b"", "foreign": b"PK\x03\x04" + data, "torn": data[: len(data) // 2]}[how]
        )
    return path


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("missing", "there is no file"),
        ("directory", "is a directory"),
        ("empty", "is not a ZIM file"),
        ("foreign", "is not a ZIM file"),
        ("torn", "is torn or damaged"),
    ],
)
def test_files_that_are_no_archive(
    wiki: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], how: str, words: str
) -> None:
    file = spoil(wiki, tmp_path / "x.zim", how)
    code = main(["world", "import-zim", str(file), "--out", str(tmp_path / "out")])
    lines = capsys.readouterr().err.splitlines()
    assert code == 1
    assert len(lines) == 1 and words in lines[0] and str(file) in lines[0]
    assert [path.name for path in tmp_path.iterdir()] == (["x.zim"] if how != "missing" else [])


def test_an_archive_without_articles(make_zim: MakeZim, tmp_path: Path) -> None:
    pages = {"Main_Page": "<p>Hello.</p>", "File:A.jpg": "<p>A picture.</p>"}
    file = make_zim(tmp_path / "x.zim", pages)
    with pytest.raises(WorldError, match=r"holds no articles \(1 pages in File:, 1 welcome pages"):
        import_zim(file, tmp_path / "out", progress=False)
    assert [path.name for path in tmp_path.iterdir()] == ["x.zim"]


def test_an_archive_in_parts(wiki: Path, tmp_path: Path) -> None:
    data = wiki.read_bytes()
    (tmp_path / "x.zimaa").write_bytes(data[: len(data) // 2])
    (tmp_path / "x.zimab").write_bytes(data[len(data) // 2 :])
    world = import_zim(tmp_path / "x.zim", tmp_path / "out", pictures="none", progress=False)
    assert len(world) == 9


def test_a_changed_byte_is_noticed(wiki: Path, tmp_path: Path) -> None:
    data = bytearray(wiki.read_bytes())
    data[len(data) // 2] ^= 1
    (tmp_path / "x.zim").write_bytes(bytes(data))
    with pytest.raises(WorldError, match=r"x\.zim does not match the checksum|is torn or damaged"):
        import_zim(tmp_path / "x.zim", tmp_path / "out", progress=False)
    assert [path.name for path in tmp_path.iterdir()] == ["x.zim"]


def test_the_command_uses_what_it_imported_before(
    wiki: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("SEARCHVL_CACHE", str(tmp_path))
    outputs = []
    for _ in range(2):
        assert main(["world", "import-zim", str(wiki)]) == 0
        outputs.append(capsys.readouterr().out)
    assert outputs[0] == outputs[1]
    assert re.search(r"wikipedia_en_ulm: 9 pages, fingerprint [0-9a-f]{64}", outputs[0])
    assert "left out: 1 forwards to missing pages" in outputs[0]
    assert main(["world", "import-zim", str(wiki), "--pictures", "none"]) == 1
    assert "give --out" in capsys.readouterr().err
