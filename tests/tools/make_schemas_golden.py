"""Writes `schemas.json`, the golden copy of the tools' schemas: run it after a wanted change."""

import json
from pathlib import Path

from searchvl_gym.tools import ToolSuite

GOLDEN = Path(__file__).with_name("schemas.json")


def render() -> str:
    return json.dumps(ToolSuite().schemas(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    GOLDEN.write_text(render(), encoding="utf-8")
