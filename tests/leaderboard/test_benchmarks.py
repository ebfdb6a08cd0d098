"""Other people's benchmarks: their files as they are published, and what can be wrong with them."""

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchvl_gym.leaderboard.errors import LeaderboardError
from searchvl_gym.leaderboard.suites import find_suite, list_suites
from searchvl_gym.leaderboard.suites.adapter import FOLDER, packed_adapters, read_adapter
from searchvl_gym.leaderboard.suites.encryption import decrypt, encrypt
from searchvl_gym.leaderboard.suites.records import read_records
from searchvl_gym.tasks import TaskSet
from searchvl_gym.tasks.pictures import load_picture
from searchvl_gym.world import World
from tests.leaderboard.benchmark_files import MAKERS, evaluation_subset, fvqa, mm_browsecomp

SHARED = Path(__file__).parents[3] / "shared" / "benchmarks" / "mm_browsecomp"
"""The real file, where somebody has put it beside the project."""


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mini_world: World) -> Path:
    """Benchmarks and decoded pictures go to a place of the test's own, the world stays."""
    monkeypatch.setenv("SEARCHVL_BENCHMARKS", str(tmp_path / "benchmarks"))
    cache = "searchvl_gym.leaderboard.suites.benchmark.cache_dir"
    monkeypatch.setattr(cache, lambda: tmp_path / "cache")
    return tmp_path / "benchmarks"


def load(name: str, **arguments: Any) -> TaskSet:
    return find_suite(name).load(arguments, episodes=None)[1]


def seen(tasks: TaskSet) -> list[tuple[Any, ...]]:
    return [
        (task.question, task.answer, task.aliases, len(task.images), task.metadata.get("category"))
        for task in tasks
    ]


EXPECTED = {
    "simplevqa": [
        ("图中的建筑在哪个城市？", "北京", (), 1, "building"),
        ("Which bridge is this?", "Kessock Bridge", (), 1, "bridge"),
    ],
    "vdr-bench": [("Who built it?", "Ada Berg", (), 1, None), ("When?", "1907", (), 1, None)],
    "mmsearch": [("Who won?", "Lyon", ("Olympique Lyonnais",), 1, "news")],
    "livevqa": [
        (
            "What is announced?\nA. A bridge\nB. A tower",
            "B",
            ("the tower", "B. A tower", "A tower"),
            1,
            "culture",
        ),
        ("Where?", "Basel", ("Bâle",), 1, "culture"),
    ],
    "browsecomp-vl": [
        (f"Which {thing} of level {level}?", f"{thing} {level}", (f"the {thing}",), 1, "art")
        for level in (1, 2)
        for thing in ("tower", "mill")
    ],
    "fvqa-test": [("Who painted it?", "Ada Berg", ("Berg, Ada",), 1, "search_required")],
    "infoseek": [("Which family is it?", "Fagaceae", (), 1, None)],
    "hle-pictures": [("Name it.", "C", (), 1, "Biology")],
    "mmsearch-plus": [("Which poster?", "Ada", ("A. Berg",), 2, "posters")],
    "mm-browsecomp": [
        ("Question 51?", "Basset Hound", (), 1, "Media"),
        ("Question 60?", "Basset Hound", (), 0, "Media"),
    ],
}


def test_every_packed_adapter_has_a_file_here() -> None:
    assert {adapter.name for adapter in packed_adapters()} == MAKERS.keys() == EXPECTED.keys()


@pytest.mark.parametrize("name", MAKERS)
def test_files_as_they_are_published(name: str, folders: Path) -> None:
    suite = find_suite(name)
    assert not suite.info().available
    MAKERS[name](folders / name)
    assert suite.info().available
    world, tasks = suite.load({}, episodes=None)
    assert seen(tasks) == EXPECTED[name]
    assert len({task.id for task in tasks}) == len(tasks) and tasks[0].id.startswith(f"{name}:")
    for task in tasks:
        for image in task.images:
            assert load_picture(image, world).shape == (16, 24, 3)
    assert suite.load({}, episodes=1)[1] == tasks[:1]
    again = find_suite(name).load({"path": str(folders / name)}, episodes=None)[1]
    assert again.fingerprint == tasks.fingerprint


@pytest.mark.parametrize("name", sorted(MAKERS.keys() - {"mm-browsecomp", "mmsearch-plus"}))
def test_the_combined_subsets_fit_every_adapter(name: str, folders: Path) -> None:
    evaluation_subset(folders / name)
    assert seen(load(name)) == [("What is it?", "a mill", (), 1, None)]


def test_levels_and_ids_that_stand_in_no_column(folders: Path) -> None:
    MAKERS["browsecomp-vl"](folders / "browsecomp-vl")
    tasks = load("browsecomp-vl")
    assert [task.metadata["level"] for task in tasks] == ["1", "1", "2", "2"]
    assert [task.id.partition(":")[2] for task in tasks][:2] == ["bc_vl_level1-0", "bc_vl_level1-1"]


def clear(text: str, canary: str) -> str:
    """As the authors of MM-BrowseComp decrypt: byte by byte, the key repeated."""
    key = hashlib.sha256(canary.encode()).digest()
    data = base64.b64decode(text)
    return bytes(byte ^ key[place % len(key)] for place, byte in enumerate(data)).decode().strip()


def test_mm_browsecomp_is_decrypted_in_memory_only(tmp_path: Path) -> None:
    folder = SHARED
    if not folder.is_dir():
        folder = tmp_path / "made"
        mm_browsecomp(folder)
    suite = find_suite("mm-browsecomp")
    _, tasks = suite.load({"path": str(folder)}, episodes=None)
    rows = [json.loads(line) for line in (folder / "MMBrowseComp.jsonl").open(encoding="utf-8")]
    there = {path.name for path in (folder / "images").iterdir()}
    named = [[address.rpartition("/")[2] for address in row["images"]] for row in rows]
    playable = [row for row, names in zip(rows, named, strict=True) if there.issuperset(names)]
    assert len(tasks) == len(playable) < len(rows)
    assert str(len(rows) - len(playable)) in suite.note
    for task, row in zip(tasks, playable, strict=True):
        assert task.id == f"mm-browsecomp:{row['id']}" and len(task.images) == len(row["images"])
        assert task.question == clear(row["question"], row["canary"])
        assert task.answer == clear(row["answer"], row["canary"])
        assert task.metadata["level"] == str(row["level"]) and "canary" not in task.metadata
    assert sum(len(task.images) for task in tasks) >= len(there & {n for ns in named for n in ns})
    written = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert not any(task.question.encode() in content for task in tasks for content in written)


def test_a_missing_file_is_an_instruction(folders: Path) -> None:
    for suite in list_suites():
        if suite.name in MAKERS:
            with pytest.raises(LeaderboardError) as caught:
                suite.load({}, episodes=None)
            said = str(caught.value)
            assert "Download" in said or "Ask for access" in said
            assert str(folders / suite.name) in said and f"{suite.name}:path=" in said


def test_nothing_to_play_is_no_empty_run(folders: Path) -> None:
    mm_browsecomp(folders / "mm-browsecomp")
    only = folders / "mm-browsecomp" / "MMBrowseComp.jsonl"
    only.write_text(only.read_text().splitlines()[0] + "\n")
    with pytest.raises(LeaderboardError, match=r"none of its pictures is there \(such as 1.png\)"):
        load("mm-browsecomp")
    only.write_text('{"id": 1, "query": "Where?"}\n')
    with pytest.raises(LeaderboardError, match="where the adapter looks"):
        load("mm-browsecomp")


def test_pictures_may_be_elsewhere_and_never_outside(folders: Path, tmp_path: Path) -> None:
    MAKERS["livevqa"](folders / "livevqa")
    (folders / "livevqa" / "img").rename(tmp_path / "elsewhere")
    with pytest.raises(LeaderboardError, match="none of its pictures"):
        load("livevqa")
    assert len(load("livevqa", pictures=str(tmp_path / "elsewhere"))) == 2
    qa = folders / "livevqa" / "qa.json"
    qa.write_text(qa.read_text().replace("img/one.jpg", "../../elsewhere/one.jpg"))
    with pytest.raises(LeaderboardError, match=r"none of its pictures is there \(such as one.jpg"):
        load("livevqa")
    with pytest.raises(LeaderboardError, match="there is no folder"):
        load("livevqa", pictures=str(tmp_path / "nowhere"))


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.parquet", b"PAR1 and no more", "no sound Parquet file"),
        ("a.jsonl", b'{"id": 1}\n{"id": 2', "damaged after 1 records, at line 2"),
        ("a.jsonl", b"\xff\xfe", "no text in UTF-8"),
        ("a.jsonl", b"[1, 2]", "record 1 is int"),
    ],
)
def test_damaged_files_are_told_of(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(LeaderboardError, match=said):
        list(read_records(tmp_path / name))
    with pytest.raises(LeaderboardError, match="fetch it again"):
        list(read_records(tmp_path / "missing.jsonl"))


ROWS = st.lists(
    st.dictionaries(st.sampled_from("abc"), st.text('aé\n"\\{', max_size=5), min_size=1),
    min_size=2,
    max_size=5,
)


@settings(max_examples=40)
@given(rows=ROWS, layout=st.sampled_from(["list", "lines", "joined", "ids"]))
def test_every_layout_of_json_gives_the_same_records(
    rows: list[dict[str, str]], layout: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / "rows.json"
    texts = [json.dumps(row, indent=1 if layout == "joined" else None) for row in rows]
    text = {
        "list": json.dumps(rows),
        "lines": "\n".join(texts) + "\n",
        "joined": "".join(texts),
        "ids": json.dumps({str(number): row for number, row in enumerate(rows)}),
    }[layout]
    path.write_text(text, encoding="utf-8")
    read = [dict(record) for record in read_records(path)]
    if layout == "ids":
        assert [record.pop("id") for record in read] == [str(n) for n in range(len(rows))]
    assert read == rows


def test_tables_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_text("id\tquestion\n1\tWho?\n", encoding="utf-8")
    assert [dict(row) for row in read_records(tmp_path / "a.tsv")] == [
        {"id": "1", "question": "Who?"}
    ]


@given(st.text(), st.text(min_size=1))
def test_what_is_encrypted_comes_back_with_its_canary_only(text: str, canary: str) -> None:
    text = text.encode("utf-8", "replace").decode()
    canary = canary.encode("utf-8", "replace").decode()
    assert decrypt(encrypt(text, canary), canary) == text
    assert decrypt([encrypt(text, canary), 3], canary) == [text, 3]


def test_a_wrong_canary_is_told_of(folders: Path) -> None:
    mm_browsecomp(folders / "mm-browsecomp")
    file = folders / "mm-browsecomp" / "MMBrowseComp.jsonl"
    file.write_text(file.read_text().replace("0000-0000", "0000-0001"))
    with pytest.raises(LeaderboardError, match=r"record 1: question: it is not encrypted"):
        load("mm-browsecomp")


def test_a_benchmark_of_tomorrow_needs_no_code(tmp_path: Path, folders: Path) -> None:
    file = tmp_path / "towers.toml"
    file.write_text(
        'name = "towers"\ntitle = "Towers"\nlicence = "CC0-1.0"\nget = "Ask us"\n'
        'files = ["*.jsonl"]\n[columns]\nquestion = "q"\nanswer = "gold.0"\nheight = "h"\n',
        encoding="utf-8",
    )
    (folders / "towers").mkdir(parents=True)
    (folders / "towers" / "t.jsonl").write_text('{"q": "How high?", "gold": ["3 m"], "h": 3}')
    suite = find_suite("towers", [file])
    _, tasks = suite.load({}, episodes=None)
    assert seen(tasks) == [("How high?", "3 m", (), 0, None)]
    assert tasks[0].metadata == {"benchmark": "Towers", "height": "3"}
    with pytest.raises(ValueError, match="there is no suite 'towers'"):
        find_suite("towers")
    with pytest.raises(ValueError, match="suite towers has no argument size; it has path"):
        suite.load({"size": 3}, episodes=None)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("name =", "is no TOML"),
        ('name = "a"', "lacks columns, files, get, licence, title"),
        ("colour = 1\n", "has unknown colour"),
        ("tasks = true\n", "tasks must be of type int"),
        ("title = 3\n", "title must be of type str"),
    ],
)
def test_a_wrong_adapter_is_told_of(tmp_path: Path, content: str, said: str) -> None:
    sound = 'name = "a"\nlicence = "x"\nget = "x"\nfiles = ["*"]\n'
    if "=" in content.strip().removesuffix("=") and content != 'name = "a"':
        title = "" if "title" in content else 'title = "x"\n'
        content = sound + title + content + "[columns]\n"
    (tmp_path / "a.toml").write_text(content)
    with pytest.raises(LeaderboardError, match=said):
        read_adapter(tmp_path / "a.toml")
    with pytest.raises(LeaderboardError, match="cannot read the adapter"):
        read_adapter(tmp_path / "missing.toml")


def test_adapters_are_short() -> None:
    for path in FOLDER.glob("*.toml"):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 20, path


@pytest.mark.needs("datasets")
def test_a_data_set_of_the_hub(
    tmp_path: Path, folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`datasets` reads a folder as it reads the hub."""
    monkeypatch.setenv("HF_HOME", str(tmp_path / "home"))
    fvqa(tmp_path / "repository")
    file = tmp_path / "hub.toml"
    text = (FOLDER / "fvqa-test.toml").read_text(encoding="utf-8")
    file.write_text(text.replace("lmms-lab/FVQA", (tmp_path / "repository").as_posix()))
    suite = find_suite("fvqa-test", [file])
    world, tasks = suite.load({"path": "hub"}, episodes=None)
    assert seen(tasks) == EXPECTED["fvqa-test"]
    assert np.all(load_picture(tasks[0].images[0], world)[0, 0] == (9, 90, 200))
    with pytest.raises(LeaderboardError, match="is not on the model hub"):
        load("infoseek", path="hub")
