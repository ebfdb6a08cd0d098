"""How long `super_resolution` takes on real pictures: median, longest, and what is refused.

    python -m benchmarks.speed.enlarging FOLDER [--scale 2] [--count 36] [--json FILE]

Every picture of the folder is enlarged as it is; then, until there are `--count`, they are resized
in turn to areas between 0.1 and 4.6 megapixels, as the pictures of public benchmarks have them.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image as PillowImage

from benchmarks.speed.figures import machine, write_json
from benchmarks.speed.tools import Pictures
from searchvl_gym.tools import ToolContext, ToolSuite
from searchvl_gym.types import Image, ToolCall, ToolError

SUFFIXES = (".jpg", ".jpeg", ".png", ".webp")
MEGAPIXELS = (0.1, 4.6)


@dataclass(frozen=True)
class Enlarged:
    """One call.

    Attributes:
        megapixels: Area of the picture.
        seconds: How long it took.
        refused: What the tool answered instead of a picture; "" where it made one.
    """

    megapixels: float
    seconds: float
    refused: str


def pictures_of(folder: Path, count: int) -> Iterator[Image]:
    """Pictures of a folder as they are, then resized ones; `count` or all of them, if more.

    Raises:
        ValueError: When the folder holds none.
    """
    paths = sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES)
    if not paths:
        raise ValueError(f"{folder} holds no picture ({', '.join(SUFFIXES)})")
    for path in paths:
        with PillowImage.open(path) as opened:
            yield np.asarray(opened.convert("RGB"))
    areas = np.geomspace(*MEGAPIXELS, max(0, count - len(paths))) * 1e6
    for number, area in enumerate(areas.tolist()):
        with PillowImage.open(paths[number % len(paths)]) as opened:
            factor = (area / (opened.width * opened.height)) ** 0.5
            size = (max(1, round(opened.width * factor)), max(1, round(opened.height * factor)))
            yield np.asarray(opened.convert("RGB").resize(size, PillowImage.Resampling.LANCZOS))


def measure(pictures: Iterator[Image], scale: int) -> list[Enlarged]:
    """Enlarge each picture once, the network being loaded already."""
    suite, rows = ToolSuite(), []
    call = ToolCall("super_resolution", {"image": "img_1", "scale": scale})
    first = np.zeros((32, 32, 3), np.uint8)
    suite.run(call, ToolContext(Pictures({"img_1": first})))
    for pixels in pictures:
        context = ToolContext(Pictures({"img_1": pixels}))
        began, refused = time.perf_counter(), ""
        try:
            suite.run(call, context)
        except ToolError as error:
            refused = error.message
        seconds = time.perf_counter() - began
        rows.append(Enlarged(pixels.shape[0] * pixels.shape[1] / 1e6, seconds, refused))
    return rows


def figures(rows: Sequence[Enlarged]) -> dict[str, Any]:
    """Median and longest of the calls that made a picture, and how many were refused."""
    done = [row.seconds for row in rows if not row.refused]
    return {
        "pictures": len(rows),
        "enlarged": len(done),
        "refused": len(rows) - len(done),
        "median_s": round(float(np.median(done)), 2) if done else None,
        "longest_s": round(max(done), 2) if done else None,
        "longest_refusal_s": round(max((r.seconds for r in rows if r.refused), default=0.0), 2),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure a folder of pictures."""
    parser = argparse.ArgumentParser(description="Time super_resolution on real pictures.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--scale", type=int, default=2, choices=(2, 3, 4))
    parser.add_argument("--count", type=int, default=36)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(arguments)
    try:
        rows = measure(pictures_of(options.folder, options.count), options.scale)
    except (ValueError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    for row in rows:
        print(f"{row.megapixels:5.2f} MP  {row.seconds:6.2f} s  {row.refused}")
    found = figures(rows)
    print(found)
    if options.json is not None:
        content = {"machine": machine(), **found, "rows": [asdict(row) for row in rows]}
        write_json(options.json, content)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
