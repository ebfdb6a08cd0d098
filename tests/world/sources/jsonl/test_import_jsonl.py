"""Rows of JSON become a world, those of the published corpora too."""

import base64
import gzip
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchvl_gym.cli import main
from searchvl_gym.world import World
from searchvl_gym.world.sources.documents import Document, DocumentLink
from searchvl_gym.world.sources.documents.links import placed_links
from searchvl_gym.world.sources.jsonl import import_jsonl
from tests.world.sources.folder.conftest import picture


def written(path: Path, rows: Sequence[Mapping[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


ROWS = [
    {
        "title": "Kel Bridge", "text": "The bridge at Kel opened in 1921.", "kind": "building",
        "url": "https://example.org/kel-bridge", "aliases": ["The Span"],
        "infobox": {"Architect": "Ada Field", "Opened": "1921"},
        "images": [{"path": "kel.png", "caption": "The span"}, "https://example.org/x.png"],
        "links": ["Kel", {"target": "Sarn", "anchor": "the river"}, "Nowhere"],
    },
    {"title": "Ada Field", "text": "An architect.", "infobox": [["Born", "1893"]], "links": []},
    {
        "title": "Kel", "text": "A town.",
        "images": "data:image/png;base64," + base64.b64encode(picture(180, 160, "PNG")).decode(),
    },
    {"title": "Sarn", "text": "A river."},
    {"title": "Silence", "text": " "},
]  # fmt: skip


@pytest.fixture
def world(tmp_path: Path) -> World:
    (tmp_path / "kel.png").write_bytes(picture(400, 260, "PNG"))
    file = written(tmp_path / "rows.jsonl", ROWS)
    return import_jsonl(file, tmp_path / "world", licence="CC0-1.0", progress=False)


def test_rows_are_pages_with_all_that_they_say(world: World) -> None:
    bridge = world.page(0)
    assert (bridge.title, bridge.kind, bridge.url) == (
        "Kel Bridge", "building", "https://example.org/kel-bridge",
    )  # fmt: skip
    assert bridge.infobox == (("Architect", "Ada Field"), ("Opened", "1921"))
    assert world.find("The Span") == 0
    assert [world.image(image).caption for image in bridge.images] == ["The span"]
    assert [world.page(fact.target or 0).title for fact in world.facts(0)] == ["Ada Field"]
    assert [found.title for found in world.pages()] == ["Kel Bridge", "Ada Field", "Kel", "Sarn"]
    assert world.page(2).images and world.info.licence == "CC0-1.0"
    left_out = world.info.settings["left_out"]
    assert "1 rows without text" in left_out and "1 pictures that are on the web" in left_out
    assert "1 links to documents that are not there" in left_out
    world.verify()


def test_links_stand_in_the_text_or_at_its_end(world: World) -> None:
    bridge = world.page(0)
    assert [(link.anchor, world.page(link.target).title) for link in bridge.links] == [
        ("Kel", "Kel"), ("the river", "Sarn"), ("Ada Field", "Ada Field"),
    ]  # fmt: skip
    assert bridge.text.endswith("== Related ==\n- the river\n- Ada Field")


def test_the_corpora_of_search_agents_are_read_as_they_are(tmp_path: Path) -> None:
    passages = [
        {"id": "0", "contents": '"Aaron"\nAaron is a prophet.'},
        {"id": "1", "contents": '"Aaron"\nHe was the elder brother of Moses.'},
        {"id": "2", "contents": '"Moses"\nMoses led.'},
    ]
    file = tmp_path / "wiki-18.jsonl.gz"
    file.write_bytes(gzip.compress("".join(json.dumps(row) + "\n" for row in passages).encode()))
    world = import_jsonl(file, tmp_path / "world", progress=False)
    assert [(found.title, found.text) for found in world.pages()] == [
        ("Aaron", "Aaron is a prophet.\nHe was the elder brother of Moses."),
        ("Moses", "Moses led."),
    ]
    assert world.info.name == "wiki-18"


def test_a_column_map_and_a_limit(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = written(tmp_path / "x.jsonl", [{"name": f"T{n}", "body": "words"} for n in range(5)])
    arguments = ["--out", str(tmp_path / "w"), "--column", "title=name", "--limit", "3", "--json"]
    assert main(["world", "import-jsonl", str(file), *arguments]) == 0
    assert json.loads(capsys.readouterr().out)["pages"] == 3


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('{"title": "A", "text": "a"}\n{"text": "b"}\n', "line 2 has no title (its columns: text)"),
        ('{"title": "A", "text": "a"}\n\n{"title": \n', "line 3 is no JSON"),
        ("[1]\n", "line 1 is no JSON object"),
        ("", "no readable document"),
        ('{"title": "A"}\n', "no readable document (1 rows without text)"),
    ],
)
def test_a_bad_row_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str, words: str
) -> None:
    file = tmp_path / "x.jsonl"
    file.write_text(content)
    out = str(tmp_path / "w")
    assert main(["world", "import-jsonl", str(file), "--out", out, "--json"]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1 and words in lines[0]
    assert [path.name for path in tmp_path.iterdir()] == ["x.jsonl"]


WORDS = st.text(st.sampled_from("ab Z.é"), max_size=12)


@given(WORDS, st.lists(st.tuples(st.sampled_from("xyz"), WORDS, st.integers(-1, 14)), max_size=5))
def test_every_link_stands_where_it_says(text: str, links: list[tuple[str, str, int]]) -> None:
    document = Document("k", "K", text, links=tuple(DocumentLink(*link) for link in links))
    shown, placed, lost = placed_links(document, {"x": 0, "y": 1}.get)
    assert shown.startswith(text)
    assert lost == sum(target == "z" for target, _, _ in links)
    assert len(placed) == len(links) - lost
    starts = [link.start for link in placed]
    assert starts == sorted(starts)
    for link in placed:
        assert shown.startswith(link.anchor, link.start)
