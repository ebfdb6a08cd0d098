"""From recognised lines to blocks in reading order: titles, text, table rows, footnotes.

Rules on geometry alone. Rows of several short cells whose edges line up with those of a
neighbouring row are a table. The rest is cut recursively at the widest empty bands into columns
and rows, which gives the reading order; consecutive lines of one size become one block.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from searchvl_gym.tools.text_recognition import Box, RecognisedLine

TITLE_RATIO = 1.35
"""Letters this much higher than the median line make a title."""

FOOTNOTE_RATIO = 0.8
"""Letters this much lower than the median line make a footnote in the lowest part."""

_FOOTNOTE_MARK = re.compile(r"^(?:[*†‡§¹²³]|\(?[1-9]\)|(?:source|note)s?\s*:)", re.IGNORECASE)


@dataclass(frozen=True)
class Block:
    """A piece of a picture's text.

    Attributes:
        label: `title`, `text`, `table row` or `footnote`.
        text: Its lines; the cells of a table row are joined by ` | `.
        box: Left, top, width, height in pixels.
    """

    label: str
    text: str
    box: Box


def arrange(lines: Sequence[RecognisedLine]) -> list[Block]:
    """Group lines into labelled blocks in reading order."""
    if not lines:
        return []
    rows = group_rows(lines)
    tables = _table_rows(rows)
    in_table = {id(line) for row in tables for line in row}
    rest = [line for line in lines if id(line) not in in_table]
    typical = float(np.median([line.height for line in lines]))
    bottom = max(_bottom(line) for line in lines)
    top = min(line.box[1] for line in lines)
    lowest_part = top + 0.7 * (bottom - top)

    pieces: list[list[RecognisedLine]] = [list(row) for row in tables]
    pieces += [[line] for line in rest]
    table_pieces = {id(piece) for piece in pieces[: len(tables)]}
    blocks: list[Block] = []
    for piece in _reading_order(pieces):
        if id(piece) in table_pieces:
            blocks.append(
                Block("table row", " | ".join(line.text for line in piece), _union(piece))
            )
            continue
        label = _label(piece[0], typical, lowest_part, len(lines))
        blocks.append(Block(label, piece[0].text, piece[0].box))
    return _merge(blocks)


def group_rows(lines: Sequence[RecognisedLine]) -> list[list[RecognisedLine]]:
    """Lines that stand side by side, from top to bottom and from left to right."""
    rows: list[list[RecognisedLine]] = []
    for line in sorted(lines, key=lambda line: line.box[1] + line.box[3] / 2):
        if rows and all(_vertical_overlap(line.box, other.box) > 0.5 for other in rows[-1]):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [sorted(row, key=lambda line: line.box[0]) for row in rows]


def _table_rows(rows: Sequence[list[RecognisedLine]]) -> list[list[RecognisedLine]]:
    """Rows of several cells that line up with a neighbouring row's cells."""
    found = []
    for number, row in enumerate(rows):
        if len(row) < 2:
            continue
        neighbours = [rows[other] for other in (number - 1, number + 1) if 0 <= other < len(rows)]
        if any(_aligned(row, other) for other in neighbours):
            found.append(row)
    cells = [len(line.text.split()) for row in found for line in row]
    # Columns of running text line up as well, but their cells are long.
    return found if cells and float(np.median(cells)) <= 4 else []


def _aligned(row: Sequence[RecognisedLine], other: Sequence[RecognisedLine]) -> bool:
    if len(other) < 2:
        return False
    tolerance = 0.8 * max(line.height for line in (*row, *other))
    matches = 0
    for line in row:
        left, _, width, _ = line.box
        edges = np.array([left, left + width / 2, left + width])
        for candidate in other:
            begin, _, length, _ = candidate.box
            if np.abs(edges - [begin, begin + length / 2, begin + length]).min() <= tolerance:
                matches += 1
                break
    return matches >= 2


def _reading_order(pieces: list[list[RecognisedLine]]) -> list[list[RecognisedLine]]:
    """Recursive cuts at empty bands; across the page first, so that rows come before columns."""
    if len(pieces) < 2:
        return pieces
    boxes = np.array([_union(piece) for piece in pieces], dtype=np.float64)
    height = float(np.median([line.height for piece in pieces for line in piece]))
    across, across_gap = _best_cut(boxes[:, 1], boxes[:, 1] + boxes[:, 3])
    along, along_gap = _best_cut(boxes[:, 0], boxes[:, 0] + boxes[:, 2])
    if along is not None and along_gap > height and along_gap > 0.6 * across_gap:
        first = boxes[:, 0] + boxes[:, 2] / 2 < along
    elif across is not None:
        first = boxes[:, 1] + boxes[:, 3] / 2 < across
    elif along is not None:
        first = boxes[:, 0] + boxes[:, 2] / 2 < along
    else:
        return [pieces[index] for index in np.lexsort((boxes[:, 0], boxes[:, 1]))]
    before = [piece for piece, flag in zip(pieces, first, strict=True) if flag]
    after = [piece for piece, flag in zip(pieces, first, strict=True) if not flag]
    return _reading_order(before) + _reading_order(after)


def _best_cut(begins: np.ndarray, ends: np.ndarray) -> tuple[float | None, float]:
    """Middle and width of the widest band that no interval covers."""
    order = np.argsort(begins, kind="stable")
    reached = np.maximum.accumulate(ends[order])[:-1]
    gaps = begins[order][1:] - reached
    widest = int(np.argmax(gaps))
    if gaps[widest] <= 0:
        return None, 0.0
    return float(reached[widest] + gaps[widest] / 2), float(gaps[widest])


def _label(line: RecognisedLine, typical: float, lowest_part: float, count: int) -> str:
    if line.box[1] >= lowest_part and (
        _FOOTNOTE_MARK.match(line.text) or (count > 2 and line.height <= FOOTNOTE_RATIO * typical)
    ):
        return "footnote"
    if count > 1 and line.height >= TITLE_RATIO * typical:
        return "title"
    return "text"


def _merge(blocks: Sequence[Block]) -> list[Block]:
    """Join consecutive lines of one label that stand under each other into one block."""
    merged: list[Block] = []
    heights: list[int] = []
    for block in blocks:
        height = block.box[3]
        if merged and block.label == merged[-1].label and block.label != "table row":
            last = merged[-1]
            gap = block.box[1] - (last.box[1] + last.box[3])
            similar = 0.7 < height / max(heights[-1], 1) < 1.4
            if (
                similar
                and -0.5 * height < gap < 0.9 * height
                and _side_overlap(last.box, block.box)
            ):
                merged[-1] = Block(
                    last.label, f"{last.text}\n{block.text}", _around([last.box, block.box])
                )
                heights[-1] = height
                continue
        merged.append(block)
        heights.append(height)
    return merged


def _bottom(line: RecognisedLine) -> int:
    return line.box[1] + line.box[3]


def _union(lines: Sequence[RecognisedLine]) -> Box:
    return _around([line.box for line in lines])


def _around(boxes: Sequence[Box]) -> Box:
    left, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
    right = max(box[0] + box[2] for box in boxes)
    bottom = max(box[1] + box[3] for box in boxes)
    return left, top, right - left, bottom - top


def _vertical_overlap(first: Box, second: Box) -> float:
    """Shared height as a share of the lower box's height."""
    shared = min(first[1] + first[3], second[1] + second[3]) - max(first[1], second[1])
    return shared / max(min(first[3], second[3]), 1)


def _side_overlap(first: Box, second: Box) -> bool:
    return min(first[0] + first[2], second[0] + second[2]) > max(first[0], second[0])
