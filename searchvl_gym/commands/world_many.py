"""`searchvl world build atlas --seeds`: many worlds at once."""

from __future__ import annotations

import argparse
import os
from collections.abc import Generator, Sequence
from concurrent.futures import as_completed
from contextlib import closing
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from searchvl_gym.world.many.crew import BuildJob, BuiltWorld


def build_many(options: argparse.Namespace) -> int:
    """Build the worlds of `--seeds`; those that are there already are kept.

    Raises:
        ValueError: When an option does not go with `--seeds`.
        WorldError: When a world cannot be built; the finished ones stay.
    """
    from rich.console import Console
    from rich.progress import track

    from searchvl_gym.world.catalog import atlas_path, check_atlas
    from searchvl_gym.world.many import AtlasRange
    from searchvl_gym.world.many.crew import BuildJob

    if options.source != "atlas" or options.encoder is not None or options.index_pictures:
        raise ValueError("--seeds is for atlas only, without --encoder and --index-pictures")
    size = options.size or "mini"
    jobs = []
    for seed in options.seeds:
        check_atlas(size, seed)
        name = atlas_path(size, seed, views=options.views, kinds=options.kinds).name
        path = "" if options.out is None else str(options.out / name)
        jobs.append(BuildJob(size, seed, options.views, path, options.kinds))
    workers = min(options.workers or os.cpu_count() or 1, len(jobs))
    source = _on_ray(jobs, workers) if options.engine == "ray" else _here(jobs, workers)
    with closing(source):
        built = list(track(source, "Building worlds", len(jobs), console=Console(stderr=True)))
    print(f"{len(built)} worlds: {AtlasRange(size, options.seeds, options.views, options.kinds)}")
    print(options.out or os.path.dirname(built[0].path))
    return 0


def _here(jobs: Sequence[BuildJob], workers: int) -> Generator[BuiltWorld, None, None]:
    from searchvl_gym.world.many.crew import BuildCrew

    with BuildCrew(workers) as crew:
        for future in as_completed([crew.submit(job) for job in jobs]):
            yield future.result()


def _on_ray(jobs: Sequence[BuildJob], workers: int) -> Generator[BuiltWorld, None, None]:
    """The same in tasks of a Ray cluster, whose nodes must share the disk that is written to."""
    from searchvl_gym.rollout.ray_cluster import join_cluster
    from searchvl_gym.world import WorldError
    from searchvl_gym.world.many.crew import build_one

    ray, started = join_cluster(workers)
    try:
        build = ray.remote(num_cpus=1)(build_one)
        waiting = [build.remote(job) for job in jobs]
        while waiting:
            (ready, *_), waiting = ray.wait(waiting, num_returns=1)
            try:
                yield ray.get(ready)
            except ray.exceptions.RayError as error:
                cause = getattr(error, "cause", None) or error
                raise WorldError(" ".join(str(cause).split())) from None
    finally:
        if started:
            ray.shutdown()
