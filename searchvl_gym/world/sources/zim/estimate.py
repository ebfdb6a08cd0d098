"""What the import of an archive would take and give, from a sample of its entries."""

from __future__ import annotations

import hashlib
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec
import numpy as np

from searchvl_gym.world.folding import fold
from searchvl_gym.world.records import Fact, Hyperlink, ImageRecord, Page
from searchvl_gym.world.sources.zim.archive import SampledSurvey, ZimArchive
from searchvl_gym.world.sources.zim.convert import Converter, Options, Pictures
from searchvl_gym.world.sources.zim.staging import StagedPage
from searchvl_gym.world.world import open_world
from searchvl_gym.world.writer import WorldWriter

ENTRIES = 4_000
"""Entries whose sort is looked at."""

BLOCKS, BLOCK = 16, 32
"""Runs of neighbouring articles that are read, and how many each has: as an import reads them."""

INDEXED = 24
"""Pictures that are indexed."""

_HASHED = 32 << 20
_BASE_MEMORY, _ENTRY_MEMORY, _WORKER_MEMORY = (150 + 32) << 20, 100, 120 << 20
"""Of an import: with the buffer of the text index, for each entry, for each further process."""


class Estimate(msgspec.Struct, frozen=True):
    """What an import would take and give.

    Attributes:
        entries: Entries of the archive.
        articles: Pages of the world.
        redirects: Entries that only lead to another.
        pictures: Pictures that would be kept.
        processor_hours: Hours of one core for everything but the picture index.
        hours: Hours on so many processes.
        workers: Those processes.
        memory_bytes: Most memory, of all processes.
        world_bytes: Size of the world without the picture index.
        staging_bytes: What lies beside it until the import ends.
        index_hours: Hours of one core that the picture index adds.
        index_bytes: Size of the picture index.
        sampled: Articles that the figures stand on.
    """

    entries: int
    articles: int
    redirects: int
    pictures: int
    processor_hours: float
    hours: float
    workers: int
    memory_bytes: int
    world_bytes: int
    staging_bytes: int
    index_hours: float
    index_bytes: int
    sampled: int

    def lines(self) -> Iterator[tuple[str, str]]:
        """What is told on a terminal."""
        yield "entries", f"{self.entries:,}"
        yield "articles", f"{self.articles:,}"
        yield "redirects", f"{self.redirects:,}"
        yield "pictures", f"{self.pictures:,}"
        yield "processor time", f"{_duration(self.processor_hours)} of one core"
        yield f"time with {self.workers} processes", _duration(self.hours)
        yield "memory, at most", f"{self.memory_bytes / 2**20:,.0f} MiB"
        yield "size of the world", f"{self.world_bytes / 1e6:,.1f} MB"
        yield "beside it during the import", f"{self.staging_bytes / 1e6:,.1f} MB"
        yield "--index-pictures adds", f"{_duration(self.index_hours)} of one core"
        yield "and", f"{self.index_bytes / 1e6:,.1f} MB"
        yield "from a sample of", f"{self.sampled:,} articles"


def estimate(
    file: str | Path, *, pictures: Pictures = "lead", workers: int = 1, limit: int = 0
) -> Estimate:
    """Read a sample of an archive and say what its import would take on this machine.

    Articles are read in runs of neighbours spread over the archive, and written as small worlds of
    two sizes, whose difference gives what an article costs. Nothing is left behind.

    Args:
        file: The archive.
        pictures: As for the import.
        workers: Processes of the import.
        limit: As for the import; 0 for all.

    Raises:
        ValueError: When an argument is out of range.
        WorldError: When the archive cannot be read.
    """
    if workers < 1 or limit < 0:
        raise ValueError("workers must be at least 1 and limit at least 0")
    archive = ZimArchive(file)
    survey = SampledSurvey(archive)
    html, redirects, survey_seconds = _sorts(archive, survey)
    converter = Converter(archive, survey, Options(pictures), candidates=np.zeros(0, np.intp))
    began = time.process_time()
    pages, read = _read(archive, survey, converter)
    read_seconds = (time.process_time() - began) / max(1, read)
    candidates = round(html * archive.entries)
    taken = min(candidates, limit) if limit else candidates
    articles = round(taken * len(pages) / max(1, read))
    names = _redirect_names(archive, survey, redirects / max(html, 1e-9), len(pages))
    with tempfile.TemporaryDirectory() as directory:
        write_seconds, world_bytes, fixed_seconds = _written(Path(directory), pages, names)
        index_seconds, index_bytes = _indexed(Path(directory), pages)
    shown = len({picture.entry for page in pages for picture in page.pictures})
    kept = round(shown * articles / max(1, len(pages)))
    staged = sum(len(msgspec.msgpack.encode(page)) for page in pages) / max(1, len(pages))
    serial = fixed_seconds + _hash_seconds(archive) + survey_seconds * archive.entries
    serial += write_seconds * articles
    reading = read_seconds * taken
    memory = _BASE_MEMORY + _ENTRY_MEMORY * archive.entries
    return Estimate(
        entries=archive.entries,
        articles=articles,
        redirects=round(redirects * archive.entries),
        pictures=kept,
        processor_hours=(serial + reading) / 3600,
        hours=(serial + reading / workers) / 3600,
        workers=workers,
        memory_bytes=memory + (_WORKER_MEMORY * workers if workers > 1 else 0),
        world_bytes=round(world_bytes * articles),
        staging_bytes=round(staged * articles),
        index_hours=index_seconds * kept / 3600,
        index_bytes=round(index_bytes * kept),
        sampled=read,
    )


def _sorts(archive: ZimArchive, survey: SampledSurvey) -> tuple[float, float, float]:
    """Share of entries that are HTML, share that are redirects, seconds that an entry takes."""
    numbers = np.linspace(0, archive.entries - 1, min(ENTRIES, archive.entries)).astype(int)
    began = time.process_time()
    html = redirects = 0
    for number in numbers.tolist():
        redirect = survey.is_redirect(number)
        redirects += redirect
        html += not redirect and bool(survey.html[number])
    seconds = (time.process_time() - began) / len(numbers)
    return html / len(numbers), redirects / len(numbers), seconds


def _read(
    archive: ZimArchive, survey: SampledSurvey, converter: Converter
) -> tuple[list[StagedPage], int]:
    """Articles of runs spread over the archive, and how many entries were tried."""
    pages: list[StagedPage] = []
    tried, seen = 0, set[int]()
    for start in np.linspace(0, archive.entries, BLOCKS, endpoint=False).astype(int).tolist():
        held = 0
        for number in range(start, archive.entries):
            if held == BLOCK or number in seen:
                break
            seen.add(number)
            if survey.is_redirect(number) or not survey.html[number]:
                continue
            held, tried = held + 1, tried + 1
            if isinstance(found := converter.read(number), StagedPage):
                pages.append(found)
    return pages, tried


def _redirect_names(
    archive: ZimArchive, survey: SampledSurvey, share: float, pages: int
) -> list[str]:
    """As many names of redirects as so many pages have."""
    wanted = round(share * pages)
    numbers = np.linspace(0, archive.entries - 1, min(ENTRIES, archive.entries)).astype(int)
    names = [archive.name(number)[1] for number in numbers.tolist() if survey.is_redirect(number)]
    return [names[place % len(names)] for place in range(wanted)] if names else []


def _written(
    directory: Path, pages: Sequence[StagedPage], names: Sequence[str]
) -> tuple[float, float, float]:
    """Seconds and bytes that an article adds to a world, and seconds that any world takes."""
    costs = []
    for part in (max(1, len(pages) // 4), len(pages)):
        path = directory / f"world-{part}"
        began = time.process_time()
        _write(path, pages[:part], names[: round(len(names) * part / max(1, len(pages)))])
        costs.append((part, time.process_time() - began, _size(path)))
    (few, fast, small), (many, slow, large) = costs
    if many == few:
        return slow / max(1, many), large / max(1, many), 0.0
    each = max(0.0, slow - fast) / (many - few)
    return each, max(0, large - small) / (many - few), max(0.0, fast - each * few)


def _write(path: Path, pages: Sequence[StagedPage], names: Sequence[str]) -> None:
    """A world of some articles, whose links lead to each other."""
    count = len(pages)
    each = -(-len(names) // count) if count else 0
    images = 0
    with WorldWriter(path, name="sample", source="zim", seed=0, licence="") as writer:
        for number, staged in enumerate(pages):
            shown = range(images, images + len(staged.pictures))
            images += len(staged.pictures)
            others = (
                (link, (number + 1 + link.target) % count) for link in staged.links if count > 1
            )
            writer.add_pages(
                [
                    Page(
                        number, f"{staged.title} ({number})", staged.kind, f"zim://{number}",
                        staged.text, redirects=tuple(filter(fold, names[number * each :][:each])),
                        infobox=staged.infobox, images=tuple(shown),
                        links=tuple(
                            Hyperlink(target, link.anchor, link.start)
                            for link, target in others if target != number
                        ),
                    )
                ]
            )  # fmt: skip
            writer.add_facts(
                Fact(number, label, words, target % count) for label, words, target in staged.facts
            )
            writer.add_images(
                ImageRecord(
                    image, number, picture.caption, None, picture.width, picture.height,
                    picture.data,
                )
                for image, picture in zip(shown, staged.pictures, strict=True)
            )  # fmt: skip
        writer.finish(index_pictures=False)


def _indexed(directory: Path, pages: Sequence[StagedPage]) -> tuple[float, float]:
    """Seconds and bytes that a picture adds to the index."""
    shown = [page for page in pages if page.pictures][:INDEXED]
    if not shown:
        return 0.0, 0.0
    _write(directory / "pictures", shown, ())
    world = open_world(directory / "pictures")
    before, began = _size(world.path), time.process_time()
    world.build_image_index()
    seconds, pictures = time.process_time() - began, world.info.counts["images"]
    return seconds / pictures, (_size(world.path) - before) / pictures


def _hash_seconds(archive: ZimArchive) -> float:
    """Seconds that comparing the file with its checksum takes."""
    first = archive.path if archive.path.exists() else archive.path.with_name(
        f"{archive.path.name}aa"
    )  # fmt: skip
    with first.open("rb") as stream:
        began = time.process_time()
        data = stream.read(_HASHED)
        hashlib.md5(data, usedforsecurity=False).digest()
    return (time.process_time() - began) * archive.size / max(1, len(data))


def _size(path: Path) -> int:
    return sum(file.stat().st_size for file in path.rglob("*") if file.is_file())


def _duration(hours: float) -> str:
    """A time in the unit that people read.

    >>> _duration(0.0004), _duration(0.5), _duration(30)
    ('1.4 s', '30 min', '30.0 h')
    """
    steps: tuple[tuple[float, Callable[[float], str]], ...] = (
        (1 / 360, lambda value: f"{value * 3600:.1f} s"),
        (1 / 30, lambda value: f"{value * 3600:.0f} s"),
        (2.0, lambda value: f"{value * 60:.0f} min"),
    )
    return next((tell(hours) for most, tell in steps if hours < most), f"{hours:.1f} h")
