"""`layout_parsing`: read the text in a picture and say what is title, text, table, footnote."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, ClassVar

import numpy as np
from msgspec import Meta

from searchvl_gym.tools.base import Arguments, ToolContext
from searchvl_gym.tools.chart_reading import ChartReading, read_chart
from searchvl_gym.tools.fields import ImageName
from searchvl_gym.tools.limits import shorten
from searchvl_gym.tools.text_layout import Block, arrange
from searchvl_gym.tools.text_recognition import Box, read_picture, upright_turns
from searchvl_gym.tools.unreadable_writing import is_greek
from searchvl_gym.types import ToolResult

NO_TEXT = "No text was recognised in the picture."

UNREADABLE = (
    "NOT READ: writing in a script that cannot be read here (only Latin, Greek, Chinese and "
    "Japanese can), or ornament"
)
"""Heads the list of boxes of such writing."""

GREEK_NOTE = "NOTE: Greek letters with accents cannot be read and are missing above."


class LayoutParsingArguments(Arguments, frozen=True):
    """Arguments of `layout_parsing`."""

    image: ImageName
    use_chart_recognition: Annotated[
        bool,
        Meta(description="Also group a chart's lettering into scale, categories and values."),
    ] = False
    use_doc_orientation_classify: Annotated[
        bool,
        Meta(description="First turn a picture that lies on its side or on its head upright."),
    ] = False


class LayoutParsing:
    """Reads text with PP-OCR and arranges it in blocks.

    The text begins with `ALL RECOGNIZED TEXT` and all text in reading order, then lists the
    blocks with label and box (left, top, width, height in pixels of the picture that was read;
    after turning, of the turned one, and the text says so). A picture without text is a normal
    result, `NO_TEXT`, not an error: it tells the agent something about the picture. Writing in a
    script that the recogniser does not know is never read as letters of another one: its boxes are
    listed under `UNREADABLE`, at the end.

    Errors: `bad_arguments` for an unknown picture.
    """

    name: ClassVar[str] = "layout_parsing"
    description: ClassVar[str] = (
        "Read all text in a picture (OCR). Returns the recognised text, then its blocks in reading "
        "order with labels (title, text, table row, footnote) and boxes in pixels."
    )
    arguments: ClassVar[type[Arguments]] = LayoutParsingArguments
    argument_aliases: ClassVar[dict[str, str]] = {}
    bounded: ClassVar[bool] = True

    def run(self, arguments: LayoutParsingArguments, context: ToolContext) -> ToolResult:
        """See `Tool.run`."""
        pixels = context.images.get(arguments.image)
        turns = upright_turns(pixels) if arguments.use_doc_orientation_classify else 0
        reading = read_picture(np.rot90(pixels, turns))
        lines = reading.lines
        parts = []
        if lines:
            blocks = arrange(lines)
            parts.append("ALL RECOGNIZED TEXT\n" + "\n".join(block.text for block in blocks))
            if arguments.use_doc_orientation_classify:
                parts.append(_describe_turns(turns))
            parts.append(_describe_blocks(blocks))
            if arguments.use_chart_recognition:
                parts.append(_describe_chart(read_chart(lines)))
        else:
            parts.append(NO_TEXT)
        if reading.unreadable:
            parts.append(_describe_unreadable(reading.unreadable))
        if any(is_greek(line.text) for line in lines):
            parts.append(GREEK_NOTE)
        return ToolResult(shorten("\n\n".join(parts)))


def _describe_turns(turns: int) -> str:
    if not turns:
        return "ORIENTATION: upright."
    return f"ORIENTATION: turned {90 * turns} degrees anticlockwise before reading."


def _describe_blocks(blocks: list[Block]) -> str:
    listed = [
        f"{number}. [{block.label}] (x={block.box[0]}, y={block.box[1]}, width={block.box[2]}, "
        f"height={block.box[3]}) {block.text.replace(chr(10), ' / ')}"
        for number, block in enumerate(blocks, 1)
    ]
    return "BLOCKS in reading order\n" + "\n".join(listed)


def _describe_unreadable(boxes: Sequence[Box]) -> str:
    listed = [
        f"- (x={left}, y={top}, width={width}, height={height})"
        for left, top, width, height in boxes
    ]
    return "\n".join([UNREADABLE, *listed])


def _describe_chart(chart: ChartReading | None) -> str:
    if chart is None:
        return "CHART: the lettering does not look like a chart's."
    rows = [f"Categories: {', '.join(chart.categories)}"]
    if chart.scale:
        rows.append(f"Scale, top to bottom: {', '.join(chart.scale)}")
    rows += [f"{label}: {value}" for label, value in chart.values]
    if chart.other:
        rows.append(f"Other lettering: {'; '.join(chart.other)}")
    return "CHART\n" + "\n".join(rows)
