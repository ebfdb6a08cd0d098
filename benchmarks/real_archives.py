"""What the import of real archives leaves wrong, counted by other means than the import's own.

    python -m benchmarks.real_archives FILE... [--json FILE]

Every archive is imported into a temporary directory; then its pages are compared with the HTML
that they were made from, which is read here a second time, with lxml alone: grids of tables are
spread by a few lines of our own. Prints a column for every archive; `--json` writes the same.
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from libzim.reader import Archive
from lxml import html as parser

from benchmarks.speed.figures import peak_memory
from searchvl_gym.curation.paths.graph import PathGraph
from searchvl_gym.curation.paths.sampler import PathSampler
from searchvl_gym.curation.settings import PathSettings
from searchvl_gym.world import Page, World
from searchvl_gym.world.sources.zim import import_zim

SIDES = (96, 150, 200, 250, 300, 512)
"""Least sides by which pictures are counted, in pixels."""

_MARK = re.compile(
    r"\[(?:\d{1,3}|[a-z](?=\](?!\w))|(?:note|nb|n|fn) ?\d{1,3}|citation needed|"
    r"clarification needed|when\?|who\?|according to whom\?|dead link|better source needed)\]",
    re.IGNORECASE,
)
_NOTICE = re.compile(
    r"This article is issued from|The text is (?:licensed|available) under|"
    r"dditional terms may apply"
)
_RATINGS = re.compile(r"Review scores|Professional (?:reviews|ratings)|Aggregate scores")
_TORN = re.compile(r":,|,\s*,|\(\s*\)|\(,|^,|\s,")


def main() -> None:
    """Measure the archives that the command line names."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("files", nargs="+", type=Path, metavar="FILE")
    options.add_argument("--json", type=Path, metavar="FILE")
    chosen = options.parse_args()
    figures = {file.stem: measure(file) for file in chosen.files}
    width = max(len(name) for each in figures.values() for name in each)
    for name in dict.fromkeys(name for each in figures.values() for name in each):
        print(f"{name:{width}}", *(f"{each.get(name, '')!s:>24}" for each in figures.values()))
    if chosen.json is not None:
        chosen.json.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n")


def measure(file: Path) -> dict[str, int | float | str]:
    """Import one archive and count what is wrong with what came out."""
    with tempfile.TemporaryDirectory() as directory:
        before = time.process_time()
        world = import_zim(file, Path(directory) / "world", pictures="all", progress=False)
        seconds = time.process_time() - before
        pages = list(world.pages())
        counts = Counter(
            {"pages": len(pages), "links": world.info.counts["links"], "facts linked": 0}
        )
        counts["facts linked"] = world.info.counts["facts"]
        counts["pages with infobox"] = sum(bool(page.infobox) for page in pages)
        for page in pages:
            counts.update(count_on_page(page))
        for page, document in documents(file, world):
            counts.update(compare(page, document))
        return {**counts, **count_pictures(world), **count_anchors(world)} | {
            "licence": world.info.licence[:40],
            "seconds of processor time": round(seconds, 2),
            "peak memory in MiB": peak_memory() >> 20,
        }


def count_on_page(page: Page) -> dict[str, int]:
    """What can be seen to be wrong without the source."""
    return {
        "values with marks of notes": sum(bool(_MARK.search(value)) for _, value in page.infobox),
        "pages with the archive's notice": bool(_NOTICE.search(page.text)),
        "values torn": sum(bool(_TORN.search(value)) for _, value in page.infobox),
        "labels torn": sum("," in label for label, _ in page.infobox),
    }


def documents(file: Path, world: World) -> Iterator[tuple[Page, Any]]:
    """The pages of a world, each with the HTML that it was made from, read by lxml alone."""
    archive = Archive(file)
    for number in range(archive.all_entry_count):
        entry = archive._get_entry_by_id(number)
        if entry.is_redirect or not entry.path.startswith("A/"):
            continue
        found = world.find(str(entry.title).replace("_", " "))
        item = entry.get_item()
        if found is not None and item.mimetype.startswith("text/html"):
            yield world.page(found), parser.document_fromstring(bytes(item.content))


def compare(page: Page, document: Any) -> dict[str, int]:
    """What of a page's source did not come through."""
    counts: Counter[str] = Counter()
    lines = {words(line) for line in page.text.split("\n")}
    raised = {text.strip() for mark in document.iter("sup") for text in [mark.text_content()]}
    marks = {found[0] for found in _MARK.finditer(page.text)}
    counts["pages with marks of notes in the text"] += not marks.isdisjoint(raised)
    for table in document.iter("table"):
        text = table.text_content()
        if _RATINGS.search(text) and not table.xpath(".//table"):
            told = {words(cell.text_content()) for cell in table.iter("td", "th")}
            counts["rows of reviews in infoboxes"] += sum(
                words(label) in told and words(value.split(":")[0]) in {*told, "link"}
                for label, value in page.infobox
            )
        name = table.get("class") or ""
        if "wikitable" in name and "succession-box" not in name and not _RATINGS.search(text):
            for cells, spanned in grid(table):
                if spanned and not table.xpath("ancestor::table"):
                    counts["rows with spanned cells"] += 1
                    counts["rows with cells lost"] += words(" ".join(cells)) not in lines
    return counts


def grid(table: Any) -> Iterator[tuple[list[str], bool]]:
    """The rows of a table with every spanned cell, and whether one came from a row above."""
    held: dict[int, tuple[str, int]] = {}
    for row in table.iter("tr"):
        cells, spanned, column = [], False, 0
        own = list(row.iterchildren("td", "th"))
        alone = len(own) == 1 and not held
        while own or column in held:
            if column in held:
                text, left = held.pop(column)
                if left > 1:
                    held[column] = (text, left - 1)
                cells.append(text)
                spanned, column = True, column + 1
                continue
            cell = own.pop(0)
            for _ in range(int(cell.get("colspan") or 1)):
                if int(cell.get("rowspan") or 1) > 1:
                    held[column] = (readable(cell), int(cell.get("rowspan")) - 1)
                cells.append(readable(cell))
                column += 1
        # A cell as wide as its table is written once.
        yield (cells[:1] if alone else cells), spanned


def readable(cell: Any) -> str:
    """A cell's text without the marks of notes and what is not shown."""
    gone = cell.xpath(
        ".//sup[starts-with(@id,'cite_ref')] | .//*[contains(@class,'reference')] | "
        ".//*[contains(translate(@style,' ',''),'display:none')] | .//style"
    )
    parts = [text for text in cell.itertext()]
    for each in gone:
        for text in each.itertext():
            if text in parts:
                parts.remove(text)
    return " ".join(parts)


def words(text: str) -> str:
    """What is left of a text when only letters and digits count."""
    return "".join(re.findall(r"\w", text)).casefold()


def count_pictures(world: World) -> dict[str, int]:
    """Pictures, and pages with one, by their shorter side."""
    sides: dict[int, int] = {}
    for image in world.images():
        side = min(image.width, image.height)
        sides[image.page] = max(side, sides.get(image.page, 0))
    told = {"pictures": world.info.counts["images"]}
    for least in SIDES:
        told[f"pages with a picture of {least} pixels"] = sum(
            side >= least for side in sides.values()
        )
    return told


def count_anchors(world: World) -> dict[str, int]:
    """Anchors that the preset for small worlds finds."""
    settings = PathSettings.small_world(len(world))
    try:
        sampler = PathSampler(PathGraph.from_world(world, settings), settings, seed=0)
    except ValueError:
        return {"anchors by the preset": 0}
    return {"anchors by the preset": sum(map(len, sampler.anchors.values()))}


if __name__ == "__main__":
    main()
