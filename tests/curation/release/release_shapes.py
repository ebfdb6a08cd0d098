"""Rows as the released SFT file has them."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image


def write_pictures(folder: Path) -> None:
    (folder / "images").mkdir()
    noise = np.random.default_rng(0).integers(0, 256, (48, 64, 3), np.uint8)
    Image.fromarray(noise).save(folder / "images" / "kel.png")
    Image.fromarray(noise[:32, :32]).save(folder / "images" / "cut.png")


def row(**changes: Any) -> dict[str, Any]:
    crop = {"image": "img_1", "x": 0, "y": 0, "width": 32, "height": 32}
    return {
        "conversations": [
            {"from": "human", "value": "<image>\nHow high is this bridge?"},
            {"from": "gpt", "value": _call("I look closer.", "crop", crop)},
            {
                "from": "human",
                "value": "<tool_response>\nimg_2: img_1 cropped to 32x32 pixels.<image>\n"
                "</tool_response>",
            },
            {"from": "gpt", "value": _call("Kel Bridge.", "local_search", {"query": "Kel Bridge"})},
            {
                "from": "observation",
                "value": "<tool_response>\n[Passage 1] Kel Bridge\nIt is 212 m high.\n"
                "</tool_response>",
            },
            {
                "from": "gpt",
                "value": "<think>It says so.</think>\n<response>\\boxed{212 m}</response>",
            },
        ],
        "images": ["images/kel.png", "images/cut.png"],
        "system": "You answer questions.",
        "tools": "[]",
        **changes,
    }


def write_sharegpt(folder: Path, rows: list[Any]) -> Path:
    file = folder / "sft.json"
    file.write_text(json.dumps(rows, ensure_ascii=False, indent=1), encoding="utf-8")
    return file


def _call(thought: str, name: str, arguments: dict[str, Any]) -> str:
    payload = json.dumps({"name": name, "arguments": arguments})
    return f"<think>{thought}</think>\n<tool_call>{payload}</tool_call>"
