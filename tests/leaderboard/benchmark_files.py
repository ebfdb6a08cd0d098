"""Files of the shapes in which the benchmarks are published, with questions of our own."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as parquet
from PIL import Image

from searchvl_gym.leaderboard.suites.encryption import encrypt

CANARY = "mmbrowsecomp:00000000-0000-0000-0000-000000000000"


def picture(colour: int, kind: str = "PNG") -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (24, 16), (colour, 90, 200)).save(stream, kind)
    return stream.getvalue()


def packed(colour: int) -> dict[str, Any]:
    return {"bytes": picture(colour), "path": f"{colour}.png"}


def base64_of(data: bytes) -> str:
    return base64.b64encode(data).decode()


def write_parquet(path: Path, rows: list[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    parquet.write_table(pa.Table.from_pylist(rows), path)


def simplevqa(folder: Path) -> None:
    write_parquet(
        folder / "test-00000-of-00001.parquet",
        [
            {"data_id": 7, "image": base64_of(picture(1)), "language": "CN",
             "question": "图中的建筑在哪个城市？", "answer": "北京",
             "original_category": "building", "source": "made",
             "atomic_question": "图中是什么？", "atomic_fact": "天坛"},
            {"data_id": 8, "image": base64_of(picture(2, "JPEG")), "language": "EN",
             "question": "Which bridge is this?", "answer": "Kessock Bridge",
             "original_category": "bridge", "source": "made",
             "atomic_question": "", "atomic_fact": ""},
        ],
    )  # fmt: skip


def vdr_bench(folder: Path) -> None:
    rows = [
        {"id": "a1", "question": "Who built it?", "answer": "Ada Berg", "image": packed(3)},
        {"id": "a2", "question": "When?", "answer": "1907", "image": packed(4)},
    ]
    write_parquet(folder / "data" / "vdr_testmini.parquet", rows)


def mmsearch(folder: Path) -> None:
    rows = [
        {"sample_id": "s1", "query": "Who won?", "query_image": packed(5), "gt_answer": "Lyon",
         "alternative_gt_answers": ["Olympique Lyonnais"], "area": "news", "subfield": "sports"},
        {"sample_id": "s2", "query": "No picture?", "query_image": None, "gt_answer": "None",
         "alternative_gt_answers": [], "area": "news", "subfield": "finance"},
    ]  # fmt: skip
    write_parquet(folder / "end2end.parquet", rows)


def livevqa(folder: Path) -> None:
    (folder / "img").mkdir(parents=True)
    (folder / "img" / "one.jpg").write_bytes(picture(6, "JPEG"))
    rows = [
        {"id": 1, "question": "What is announced?", "options": ["A. A bridge", "B. A tower"],
         "Ground_Truth": "B", "Ground_Truth_List": ["B", "the tower"], "img_path": "img/one.jpg",
         "topic": "culture", "level": "hard"},
        {"id": 2, "question": "Where?", "options": [], "Ground_Truth": "Basel",
         "Ground_Truth_List": ["Basel", "Bâle"], "img_path": "/data/them/img/one.jpg",
         "topic": "culture", "level": "easy"},
    ]  # fmt: skip
    (folder / "qa.json").write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")


def browsecomp_vl(folder: Path) -> None:
    (folder / "images").mkdir(parents=True)
    for level, indent in ((1, None), (2, 2)):
        (folder / "images" / f"{level}.png").write_bytes(picture(6 + level))
        rows = [
            {"question": f"Which {thing} of level {level}?", "image_path": f"bc/{level}.png",
             "answers": [f"{thing} {level}", f"the {thing}"], "domain": "art"}
            for thing in ("tower", "mill")
        ]  # fmt: skip
        # Level 2 as it is published: objects over several lines, one behind the other.
        text = "".join(json.dumps(row, indent=indent) + ("" if indent else "\n") for row in rows)
        (folder / f"bc_vl_level{level}.jsonl").write_text(text, encoding="utf-8")


def fvqa(folder: Path) -> None:
    rows = [
        {"data_id": "fvqa_test_0", "images": [packed(9)],
         "prompt": [{"role": "user", "content": "<image>Who painted it?"}],
         "reward_model": {"ground_truth": "Ada Berg", "candidate_answers": '["Berg, Ada"]'},
         "category": "search_required"},
    ]  # fmt: skip
    write_parquet(folder / "fvqa_test.parquet", rows)


def infoseek(folder: Path) -> None:
    rows = [
        {"data_id": "infoseek_1", "images": [packed(10)],
         "prompt": [{"role": "system", "content": "Look."},
                    {"role": "user", "content": "Which family is it?"}],
         "reward_model": {"ground_truth": "Fagaceae", "candidate_answers": "[]"}},
    ]  # fmt: skip
    write_parquet(folder / "infoseek_2k.parquet", rows)


def hle(folder: Path) -> None:
    address = "data:image/png;base64," + base64_of(picture(11))
    rows = [
        {"id": "h1", "question": "Name it.", "image": address, "answer": "C",
         "answer_type": "multipleChoice", "category": "Biology", "raw_subject": "Botany"},
        {"id": "h2", "question": "No picture.", "image": "", "answer": "4",
         "answer_type": "exactMatch", "category": "Math", "raw_subject": "Algebra"},
    ]  # fmt: skip
    write_parquet(folder / "test.parquet", rows)


def mmsearch_plus(folder: Path) -> None:
    key = "MMSearch-Plus"
    row = {"question": encrypt("Which poster?", key),
           "answer": [encrypt("Ada", key), encrypt("A. Berg", key)],
           "num_images": 2, "img_1": packed(12), "img_2": packed(13), "img_3": None, "img_4": None,
           "img_5": None, "category": "posters", "difficulty": "difficult", "subtask": "find",
           "arxiv_id": None, "video_url": None}  # fmt: skip
    write_parquet(folder / "test.parquet", [row])


def mm_browsecomp(folder: Path) -> None:
    (folder / "images").mkdir(parents=True)
    (folder / "images" / "51.png").write_bytes(picture(14))
    root = "https://example.org/MMBC_images/"
    with (folder / "MMBrowseComp.jsonl").open("w", encoding="utf-8") as stream:
        for number, names in ((1, ["1.png"]), (51, ["51.png"]), (60, [])):
            row = {"id": number, "images": [root + name for name in names],
                   "question": encrypt(f"Question {number}?", CANARY),
                   "answer": encrypt("Basset Hound", CANARY),
                   "checklist": [encrypt("It is a dog.", CANARY)], "checklist_property": "1",
                   "source": ["https://example.org"], "category": "Media", "subtask": "Video",
                   "level": 1, "canary": CANARY}  # fmt: skip
            stream.write(json.dumps(row) + "\n")


def evaluation_subset(folder: Path) -> None:
    """The combined subsets: the same columns for every benchmark."""
    row = {"id": "x1", "benchmark": "any", "question": "What is it?", "answer": "a mill",
           "images": ["nowhere/1.png"], "image_caption": "A mill.",
           "image_packed": [packed(15)]}  # fmt: skip
    write_parquet(folder / "subset.parquet", [row])


MAKERS: Mapping[str, Callable[[Path], None]] = {
    "simplevqa": simplevqa,
    "vdr-bench": vdr_bench,
    "mmsearch": mmsearch,
    "livevqa": livevqa,
    "browsecomp-vl": browsecomp_vl,
    "fvqa-test": fvqa,
    "infoseek": infoseek,
    "hle-pictures": hle,
    "mmsearch-plus": mmsearch_plus,
    "mm-browsecomp": mm_browsecomp,
}
