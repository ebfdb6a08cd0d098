"""What a program takes from the text of an observation: pictures, lines, results, statements."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from searchvl_gym.world.folding import fold, words

_NEW_PICTURE = re.compile(r"\b(img_[0-9]+)\b.*?([0-9]+)x([0-9]+) pixels", re.DOTALL)
_BLOCK = re.compile(
    r"^[0-9]+\. \[[a-z ]+\] \(x=(-?[0-9]+), y=(-?[0-9]+), width=([0-9]+), height=([0-9]+)\) (.*)$",
    re.MULTILINE,
)
_RESULT = re.compile(
    r"^\[(?:Passage|Match) [0-9]+\] ([^\n]+)\n(?:URL|Source): (\S+)\n?(.*?)(?=\n\n\[|\Z)",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class ReadBlock:
    """A block of recognised text and its box: left, top, width, height in pixels."""

    text: str
    box: tuple[int, int, int, int]


@dataclass(frozen=True)
class SearchResult:
    """One result of a text or image search."""

    title: str
    url: str
    text: str


def new_picture(text: str) -> tuple[str, tuple[int, int]] | None:
    """Name and (width, height) of the picture that an observation announces, or None.

    >>> new_picture("img_2: img_1 cropped to 80x60 pixels at (0, 0).")
    ('img_2', (80, 60))
    """
    if not text.startswith("img_"):
        return None
    found = _NEW_PICTURE.match(text)
    return None if found is None else (found[1], (int(found[2]), int(found[3])))


def first_size(observation: Mapping[str, Any]) -> tuple[int, int]:
    """Width and height of `img_1` at full size, from the first observation.

    The picture itself may be a reduced copy, and then the text says how large it is.
    """
    announced = new_picture(str(observation.get("text", "")))
    if announced is not None and announced[0] == "img_1":
        return announced[1]
    image = np.asarray(observation["image"])
    return (int(image.shape[1]), int(image.shape[0])) if image.ndim == 3 else (64, 64)


def read_lines(text: str) -> list[str]:
    r"""Lines of an observation of `layout_parsing`, in reading order.

    >>> read_lines("ALL RECOGNIZED TEXT\nHarbour\nBridge\n\nBLOCKS in reading order\n1. …")
    ['Harbour', 'Bridge']
    """
    header, _, rest = text.partition("\n")
    if not header.startswith("ALL RECOGNIZED TEXT"):
        return []
    lines = rest.split("\n\n", 1)[0].split("\n")
    return [cell.strip() for line in lines for cell in line.split(" | ") if cell.strip()]


def read_blocks(text: str) -> list[ReadBlock]:
    """Blocks with boxes of an observation of `layout_parsing`."""
    return [
        ReadBlock(found[4], (int(found[0]), int(found[1]), int(found[2]), int(found[3])))
        for found in _BLOCK.findall(text)
    ]


def search_results(text: str) -> list[SearchResult]:
    r"""Results of an observation of `text_search` or `image_search`.

    >>> search_results("[Match 1] Old Mill\nSource: atlas://old-mill\nMatch score: 0.9")
    [SearchResult(title='Old Mill', url='atlas://old-mill', text='Match score: 0.9')]
    """
    return [SearchResult(*found) for found in _RESULT.findall(text)]


def page_links(text: str) -> list[tuple[str, str]]:
    r"""Links of an observation of `visit`: the words of each, and its address.

    >>> page_links("# Kel\nA town.\n\nLinks:\n- Ulm: https://a.example/ulm-4")
    [('Ulm', 'https://a.example/ulm-4')]
    """
    found = []
    for line in text.splitlines():
        anchor, separator, url = line.removeprefix("- ").partition(": ")
        if line.startswith("- ") and separator:
            found.append((anchor, url))
    return found


def states(text: str, value: str) -> bool:
    """Whether a value stands in a text as whole words, after folding."""
    wanted = words(value)
    return bool(wanted) and f" {' '.join(wanted)} " in f" {' '.join(words(text))} "


def same_name(first: str, second: str) -> bool:
    """Whether two names are the same after folding."""
    return fold(first) == fold(second)
