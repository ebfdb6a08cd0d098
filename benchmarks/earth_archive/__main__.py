"""Write a world as an archive, import it, and compare what comes back with it.

    python -m benchmarks.earth_archive [--world PATH] [--file FILE] [--out DIR] [--pages N]
                                       [--pictures N] [--workers W] [--tasks FILE]
                                       [--json FILE]

Earth is built first where no other world is named. The archive has the shape that the scraper
of Wikipedia gives today: infoboxes, figures at 250 pixels in WebP, spanned tables, notices, marks
of notes in the markup of four generations, navigation, redirects. An archive or an import that is
there already is used again. `--tasks` checks tasks that `searchvl curate` made of the import
against the world that the archive was made of.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.earth_archive.comparing import check_tasks, compare
from benchmarks.earth_archive.packing import pack
from searchvl_gym.tasks import TaskSet
from searchvl_gym.world import open_world
from searchvl_gym.world.catalog import cache_dir


def main() -> None:
    """Run the benchmark."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--world", type=Path, metavar="PATH", help="a world with typed facts")
    options.add_argument("--file", type=Path, default=Path("runs/earth-archive/earth.zim"))
    options.add_argument("--out", type=Path, default=Path("runs/earth-archive/world"))
    options.add_argument("--pages", type=int, metavar="N", help="the first N only")
    options.add_argument("--pictures", type=int, metavar="N", help="the first N only")
    options.add_argument("--workers", type=int, default=os.cpu_count() or 1, metavar="W")
    options.add_argument("--tasks", type=Path, metavar="FILE", help="tasks curated of the import")
    options.add_argument("--json", type=Path, metavar="FILE")
    chosen = options.parse_args()
    if chosen.out.exists() and not (chosen.out / "world.json").is_file():
        options.error(f"{chosen.out} holds no world; name one to come, or an import that is there")
    figures: dict[str, float | int] = {}
    if chosen.world is None:
        from searchvl_gym.world.sources.earth import cached_earth

        origin = cached_earth(cache_dir(), size="full")
    else:
        origin = open_world(chosen.world)
    chosen.file.parent.mkdir(parents=True, exist_ok=True)
    if not chosen.file.exists():
        figures.update(pack(origin, chosen.file, pages=chosen.pages, pictures=chosen.pictures))
    figures["MB of the archive"] = round(chosen.file.stat().st_size / 1e6, 1)
    if not chosen.out.exists():
        before, clock = _processor_time(), time.perf_counter()
        subprocess.run(
            [
                *(sys.executable, "-m", "searchvl_gym", "world", "import-zim", str(chosen.file)),
                *("--out", str(chosen.out), "--pictures", "all"),
                *("--workers", str(chosen.workers), "--json"),
            ],
            check=True,
        )
        used = _processor_time() - before
        figures["seconds"] = round(time.perf_counter() - clock, 1)
        figures["seconds of processor time"] = round(used, 1)
        figures["articles a second a core"] = round(len(open_world(chosen.out)) / used, 1)
        figures["peak MiB of the import"] = _peak_of_children()
    world = open_world(chosen.out)
    figures["MB of the world"] = round(
        sum(file.stat().st_size for file in chosen.out.rglob("*") if file.is_file()) / 1e6, 1
    )
    figures.update(compare(origin, world, chosen.pages))
    if chosen.tasks is not None:
        figures.update(check_tasks(origin, world, TaskSet.load(chosen.tasks)))
    figures["share of facts that came back"] = round(
        figures["facts that came back"] / max(1, figures["facts"]), 5
    )
    width = max(map(len, figures))
    for name, figure in figures.items():
        print(f"{name:{width}} {figure:>12,}")
    if chosen.json is not None:
        chosen.json.write_text(json.dumps(figures, indent=1) + "\n")


def _processor_time() -> float:
    """Processor time of processes that this one started and that have ended."""
    used = os.times()
    return used.children_user + used.children_system


def _peak_of_children() -> int:
    """Peak memory in MiB of the largest of those processes."""
    import resource  # not on Windows

    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024


if __name__ == "__main__":
    main()
