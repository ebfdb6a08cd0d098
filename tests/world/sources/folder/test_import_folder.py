"""A folder of one's own documents becomes a world that can be searched and read."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from searchvl_gym.cli import main
from searchvl_gym.world import Page, World, WorldError
from searchvl_gym.world.sources.folder import import_folder
from tests.world.sources.folder.conftest import pdf, picture

pytestmark = pytest.mark.needs("pypdf", "markdown_it", "lxml")


@pytest.fixture
def world(notes: Path, tmp_path: Path) -> World:
    return import_folder(notes, tmp_path / "world", progress=False)


def page(world: World, name: str) -> Page:
    found = world.find(name)
    assert found is not None, name
    return world.page(found)


def test_every_document_is_a_page(world: World) -> None:
    assert {found.title: found.kind for found in world.pages()} == {
        "All notes": "article",
        "Ada Field": "person",
        "Kel Bridge": "building",
        "Kel": "location",
        "Survey": "article",
    }
    world.verify()
    left_out = world.info.settings["left_out"]
    assert "1 files of the kind .csv" in left_out and "1 files without text" in left_out


def test_texts_are_what_a_reader_reads(world: World) -> None:
    assert page(world, "Ada Field").text == (
        "Ada Field drew the Kel Bridge. She lived in the town.\n"
        "Year | Work\n1921 | Kel Bridge\n[[not a link]]"
    )
    assert page(world, "Kel").text == "Kel is a town on the Sarn.\n\n== Market ==\nOn Fridays."
    assert page(world, "Kel Bridge").text.startswith("The Kel Bridge crosses the Sarn at Kel, as")
    assert page(world, "Survey").text == (
        "The bridge stands on two piers.\n\n== Page 2 ==\nIt was paint-"
    )


def test_links_by_path_and_by_name(world: World) -> None:
    def links(title: str) -> list[tuple[str, str]]:
        return [(link.anchor, world.page(link.target).title) for link in page(world, title).links]

    assert links("Ada Field") == [("Kel Bridge", "Kel Bridge"), ("the town", "Kel")]
    assert links("All notes") == [("Ada", "Ada Field"), ("Kel", "Kel")]
    assert ("Kel", "Kel") in links("Kel Bridge")
    for found in world.pages():
        for link in found.links:
            assert found.text[link.start :].startswith(link.anchor)


def test_what_stands_before_a_note_is_its_infobox(world: World) -> None:
    ada = page(world, "Ada Field")
    assert ada.infobox == (("Born", "4 May 1893"), ("Birthplace", "Kel"))
    assert set(ada.aliases) == {"A. Field", "Ada of Kel"}
    assert world.find("Ada of Kel") == ada.id
    facts = [(f.relation, world.page(f.target or 0).title) for f in world.facts(ada.id)]
    assert facts == [("Birthplace", "Kel")]
    bridge = [(f.relation, f.target) for f in world.facts(page(world, "Kel Bridge").id)]
    assert bridge == [("Architect", ada.id)]


def test_pictures_are_those_shown_and_those_of_the_same_name(world: World) -> None:
    shown = {
        found.title: [world.image(image).caption for image in found.images]
        for found in world.pages()
        if found.images
    }
    assert shown == {"Ada Field": ["At her desk"], "Kel Bridge": ["The span"], "Kel": ["Kel"]}
    image = page(world, "Kel").images[0]
    hit = world.image_index.search(np.array(world.pixels(image)))
    assert hit[0].page == page(world, "Kel").id


def test_search_finds_words_of_every_format(world: World) -> None:
    for words, title in {
        "market on Fridays": "Kel", "two piers": "Survey", "drew": "Ada Field",
    }.items():  # fmt: skip
        assert world.page(world.text_index.search(words)[0].page).title == title


def test_the_same_folder_gives_the_same_fingerprint(
    notes: Path, world: World, tmp_path: Path
) -> None:
    again = import_folder(notes, tmp_path / "again", progress=False)
    assert again.fingerprint == world.fingerprint
    assert world.page(0).url == "folder://notes/bridges/kel.html"


def locked(data: bytes) -> bytes:
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
    writer.encrypt("secret", algorithm="RC4-128")
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "make", "words"),
    [
        ("secret.pdf", lambda: locked(pdf(["Hidden words"])), "is locked with a password"),
        ("torn.pdf", lambda: pdf(["Some words"])[:200], "is damaged"),
        ("scan.pdf", lambda: pdf([""]), "holds no text"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_line(
    notes: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    name: str,
    make: Callable[[], bytes],
    words: str,
) -> None:
    (notes / name).write_bytes(make())
    out = tmp_path / "out"
    assert main(["world", "import-folder", str(notes), "--out", str(out), "--json"]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1 and name in lines[0] and words in lines[0]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["notes"]
    arguments = ["--out", str(out), "--json", "--skip-unreadable"]
    assert main(["world", "import-folder", str(notes), *arguments]) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert told["pages"] == 5 and told["left_out"]["unreadable files"] == 1


def test_a_folder_without_a_document(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "a.jpg").write_bytes(picture(200, 200))
    for folder, words in (
        (tmp_path / "pictures", "no readable document"),
        (tmp_path / "none", "does not exist"),
        (tmp_path / "pictures" / "a.jpg", "is a file"),
    ):
        out = str(tmp_path / "out")
        assert main(["world", "import-folder", str(folder), "--out", out, "--json"]) == 1
        lines = capsys.readouterr().err.splitlines()
        assert len(lines) == 1 and words in lines[0]
    assert [path.name for path in tmp_path.iterdir()] == ["pictures"]


def test_documents_of_one_title_are_told_apart(tmp_path: Path) -> None:
    for number in (1, 2):
        (tmp_path / f"notes{number}").mkdir()
        (tmp_path / f"notes{number}" / "a.txt").write_text("Same title\n\nBut other words.")
    (tmp_path / "notes1" / "b").mkdir()
    (tmp_path / "notes1" / "b" / "c.txt").write_text("Same title\n\nMore words.")
    world = import_folder(tmp_path / "notes1", tmp_path / "world", progress=False)
    assert [found.title for found in world.pages()] == ["Same title", "Same title (b/c.txt)"]
    with pytest.raises(WorldError, match="exists already"):
        import_folder(tmp_path / "notes2", tmp_path / "world", progress=False)
