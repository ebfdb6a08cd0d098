"""Reads archives and describes pictures on a Ray cluster; needs the extra `ray`.

What the workers make comes back to this process, which alone writes: nodes need no common disk
for the world. They need the source at the same path: the archive, or the world whose pictures are
described. The result is the same bytes as without a cluster.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from searchvl_gym.rollout.ray_cluster import join_cluster
from searchvl_gym.world.format import WorldError
from searchvl_gym.world.image_index_builder import Described, describe_picture

if TYPE_CHECKING:
    from searchvl_gym.world import World
    from searchvl_gym.world.sources.zim.archive import Survey
    from searchvl_gym.world.sources.zim.convert import Converter, Options

Made = TypeVar("Made")

_PICTURES = 32
"""Pictures that an actor describes at a time."""

_UNDER_WAY = 2
"""Pieces of work that an actor has at most: one that it does and the next one."""


class RayImport:
    """A cluster that an import may use; a context manager.

    Args:
        workers: Number of actors, each of one CPU.

    Raises:
        RolloutError: When Ray is not installed or does not start.
    """

    def __init__(self, workers: int) -> None:
        self._ray, self._started = join_cluster(workers)
        self._workers = workers

    def __enter__(self) -> RayImport:
        return self

    def __exit__(self, *_: object) -> None:
        if self._started:
            self._ray.shutdown()

    def read_parts(
        self, converter: Converter, survey: Survey, parts: Sequence[int]
    ) -> Iterator[tuple[int, bytes, bytes]]:
        """Read parts of an archive; see `zim.workers.PartReader`.

        Raises:
            WorldError: When the archive cannot be read, or a worker was ended.
        """
        where, options = converter.archive.path.absolute(), converter.options
        follow, html = (self._ray.put(np.array(each)) for each in (survey.follow, survey.html))
        yield from self._map(
            _Reader, (str(where), options, follow, html), [(part,) for part in parts]
        )

    def describe_pictures(self, world: World) -> Callable[[int], Iterator[Described]]:
        """What describes the pictures of a world, for `World.build_image_index`."""

        def describe(count: int) -> Iterator[Described]:
            batches = [
                (range(first, min(first + _PICTURES, count)),)
                for first in range(0, count, _PICTURES)
            ]
            made: Iterator[list[Described]] = self._map(
                _Describer, (str(world.path.absolute()),), batches
            )
            for each in made:
                yield from each

        return describe

    def _map(
        self, worker: type, arguments: tuple[Any, ...], work: Sequence[tuple[Any, ...]]
    ) -> Iterator[Any]:
        """The results of `worker(*arguments).do(*item)` for every item, in their order."""
        ray = self._ray
        actor_class = ray.remote(num_cpus=1)(worker)
        actors = [actor_class.remote(*arguments) for _ in range(min(self._workers, len(work)))]
        waiting: deque[Any] = deque()
        try:
            for number, item in enumerate(work):
                waiting.append(actors[number % len(actors)].do.remote(*item))
                if len(waiting) >= _UNDER_WAY * len(actors):
                    yield ray.get(waiting.popleft())
            while waiting:
                yield ray.get(waiting.popleft())
        except ray.exceptions.RayTaskError as error:
            reason = " ".join(str(error.cause or error).split())
            raise WorldError(f"a worker of the cluster failed: {reason}") from None
        except ray.exceptions.RayError as error:
            reason = " ".join(str(error).split())[:200]
            raise WorldError(
                f"a worker of the cluster was lost ({reason}); start the import again to go on"
            ) from None
        finally:
            for actor in actors:
                ray.kill(actor)


class _Reader:
    """Reads parts of one archive."""

    def __init__(self, archive: str, options: Options, follow: Any, html: Any) -> None:
        self._arguments = (archive, options, follow, html)
        self._converter: Converter | None = None

    def do(self, part: int) -> tuple[int, bytes, bytes]:
        """One part, encoded."""
        from searchvl_gym.world.sources.zim.archive import Survey, ZimArchive
        from searchvl_gym.world.sources.zim.convert import Converter
        from searchvl_gym.world.sources.zim.staging import encode_part

        if self._converter is None:  # not before: what fails here is told by its own name
            archive, options, follow, html = self._arguments
            self._converter = Converter(ZimArchive(archive), Survey(follow, html), options)
        return part, *encode_part(*self._converter.read_part(part))


class _Describer:
    """Describes pictures of one world."""

    def __init__(self, world: str) -> None:
        self._path = Path(world)

    def do(self, pictures: range) -> list[Described]:
        """Some pictures, in their order."""
        from searchvl_gym.world import open_world

        world = open_world(self._path)
        return [describe_picture(world.pixels(picture), None) for picture in pictures]
