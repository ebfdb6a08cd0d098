"""Makes shards on a Ray cluster, through Ray Data; needs the extra `ray`."""

from __future__ import annotations

import logging
from collections.abc import Generator, Sequence
from importlib import import_module
from typing import Any

from searchvl_gym.curation.errors import CurationError
from searchvl_gym.curation.running.shards import ShardJob, ShardMaker
from searchvl_gym.rollout.errors import RolloutError
from searchvl_gym.rollout.ray_cluster import join_cluster


class RayEngine:
    """Maps shard numbers to shards in a pool of Ray actors.

    Joins the cluster that is running (or that `RAY_ADDRESS` names) or starts one on this
    machine. The finished shards come back to this process, so that the nodes need no common
    disk for the output; the world must lie at the same path on each of them.

    Args:
        job: What to make.
        workers: Number of actors, each of one CPU.

    Raises:
        CurationError: When Ray is not installed or does not start.
    """

    def __init__(self, job: ShardJob, workers: int) -> None:
        try:
            self._ray, self._started = join_cluster(workers)
            data = import_module("ray.data")
        except RolloutError as error:
            raise CurationError(str(error)) from error
        except ImportError:
            raise CurationError(
                "--engine ray needs Ray Data: pip install 'searchvl-gym[ray]' (or use --engine "
                "local)"
            ) from None
        self._job, self._workers = job, workers
        logging.getLogger("ray.data").setLevel(logging.ERROR)
        context = data.DataContext.get_current()
        context.enable_progress_bars = False
        context.print_on_execution_start = False

    def make(self, numbers: Sequence[int]) -> Generator[tuple[int, bytes], None, None]:
        """See `Engine.make`."""
        data = import_module("ray.data")
        rows = [{"number": number} for number in numbers]
        shards = data.from_items(rows, override_num_blocks=len(rows)).map(
            _Actor,
            fn_constructor_args=(self._job,),
            num_cpus=1,
            compute=data.ActorPoolStrategy(size=min(self._workers, len(rows))),
        )
        for row in shards.iter_rows():
            yield int(row["number"]), bytes(row["shard"])

    def close(self) -> None:
        """End the cluster that this engine started."""
        if self._started:
            self._ray.shutdown()


class _Actor:
    """One Ray worker."""

    def __init__(self, job: ShardJob) -> None:
        self._maker = ShardMaker(job)

    def __call__(self, row: dict[str, Any]) -> dict[str, Any]:
        number = int(row["number"])
        return {"number": number, "shard": self._maker.make(number)}
