"""Imports an archive: reads its articles part by part, then writes them as a world."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from searchvl_gym.world.format import WorldError
from searchvl_gym.world.sources.atlas.progress import ProgressBar
from searchvl_gym.world.sources.findings import Tally, encode
from searchvl_gym.world.sources.publisher import Publisher, encode_credits
from searchvl_gym.world.sources.zim.archive import ZimArchive
from searchvl_gym.world.sources.zim.assembly import Assembly
from searchvl_gym.world.sources.zim.convert import Converter, Options, Pictures
from searchvl_gym.world.sources.zim.origin import describe_origin
from searchvl_gym.world.sources.zim.staging import VERSION, Staging
from searchvl_gym.world.sources.zim.workers import PartReader, read_parts
from searchvl_gym.world.world import open_world
from searchvl_gym.world.writer import WorldWriter

if TYPE_CHECKING:
    from searchvl_gym.world.world import World


MAX_INDEXED = 50_000
"""Most pictures that are indexed during an import: about 50 ms each."""


def import_zim(
    file: str | Path,
    path: str | Path,
    *,
    pictures: Pictures = "lead",
    limit: int = 0,
    workers: int = 1,
    publisher: Publisher | None = None,
    elsewhere: PartReader | None = None,
    index_pictures: bool = True,
    progress: bool = True,
) -> World:
    """Make a world from a ZIM file, such as an offline Wikipedia of Kiwix.

    Memory stays bounded: about 100 bytes an entry, and the articles of one part. A run that was
    killed goes on where it stopped when it is started again with the same arguments.

    Args:
        file: The archive.
        path: Directory to create.
        pictures: `lead` keeps the first usable picture of each article, `all` up to eight.
        limit: Read only so many entries, in the order of their paths; 0 for all.
        workers: Processes that read articles; the world does not depend on it.
        publisher: Asked for larger pictures by the names of their files, such as
            `live.commons.Commons`; their authors and licences are kept as `picture_credits`.
        elsewhere: Reads the articles instead of this machine, such as `RayImport.read_parts`.
        index_pictures: Whether up to 50,000 pictures are indexed for image search.
        progress: Show progress bars on stderr.

    Raises:
        ValueError: When an argument is out of range.
        WorldError: When the archive cannot be read or holds no articles, or `path` exists.
    """
    if pictures not in ("all", "lead", "none"):
        raise ValueError(f"pictures must be 'all', 'lead' or 'none', got {pictures!r}")
    if limit < 0:
        raise ValueError(f"limit must be at least 0, got {limit}")
    if workers < 1:
        raise ValueError(f"workers must be at least 1, got {workers}")
    path = Path(path).absolute()
    if path.exists():
        raise WorldError(f"{path} exists already; delete it or choose another path")
    archive = ZimArchive(file)
    options = Options(pictures, limit)
    settings = {key: str(value) for key, value in asdict(options).items()}
    published = {} if publisher is None else {"publisher": publisher.name}
    try:
        staging = Staging.open(path, {"archive": archive.identity, **settings})
    except OSError as error:
        raise WorldError(f"cannot write to {path.parent}: {error.strerror}") from error
    with ProgressBar(progress) as bar:
        survey = staging.survey()
        if survey is None:
            _verify(archive, staging)
            survey = archive.survey(
                lambda numbers: bar.track("Surveying entries", numbers, archive.entries)
            )
            staging.keep_survey(survey)
        converter = Converter(archive, survey, options)
        for _ in bar.track(
            "Reading articles", read_parts(converter, staging, workers, elsewhere), converter.parts
        ):
            pass
        assembly = Assembly(archive, survey, staging, converter.parts)
        if not assembly.pages:
            staging.remove()
            raise WorldError(
                f"{archive.path} holds no articles ({_list(assembly.counts) or 'no HTML at all'}); "
                "give an archive of wiki pages"
            )
        origin = describe_origin(archive, assembly.licences, assembly.addresses)
        tally = Tally()
        with WorldWriter(
            path,
            name=origin.name,
            source="zim",
            seed=0,
            licence=origin.licence,
            settings={
                **settings,
                **published,
                **origin.settings,
                "zim_identity": archive.identity,
                "importer_version": VERSION,
                "left_out": _list(assembly.counts),
            },
        ) as writer:
            for batch in bar.track(
                "Writing pages", assembly.batches(origin.address, publisher), assembly.parts
            ):
                writer.add_pages(batch.pages)
                writer.add_facts(batch.facts)
                writer.add_images(batch.images)
                tally.add(batch.pages, batch.facts, batch.images)
            bar.stop()
            writer.add_settings({"found": encode(tally.found(assembly.counts))})
            if publisher is not None:
                writer.add_settings({"picture_credits": encode_credits(assembly.credits)})
            index_pictures = index_pictures and assembly.images <= MAX_INDEXED
            writer.finish(progress=progress, index_pictures=index_pictures)
    staging.remove()
    return open_world(path)


def _verify(archive: ZimArchive, staging: Staging) -> None:
    try:
        archive.verify()
    except WorldError:
        staging.remove()
        raise


def open_imported(
    file: str | Path,
    path: str | Path,
    *,
    pictures: Pictures = "lead",
    limit: int = 0,
    publisher: str = "",
) -> World | None:
    """The world at a path when it was imported from this archive with these arguments, else None.

    Raises:
        WorldError: When the archive cannot be read, or something else is at the path.
    """
    path = Path(path)
    identity = ZimArchive(file).identity
    if not path.exists():
        return None
    world = open_world(path)
    wanted = {
        "zim_identity": identity,
        "pictures": pictures,
        "limit": str(limit),
        "importer_version": VERSION,
    }
    same_publisher = world.info.settings.get("publisher", "") == publisher
    if same_publisher and wanted.items() <= world.info.settings.items():
        return world
    raise WorldError(
        f"{path} was made from another file, with other options or by an older import; give --out"
    )


def _list(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{number:,} {what}" for what, number in sorted(counts.items()))
