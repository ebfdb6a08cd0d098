"""Makes shards on a Ray cluster, through Ray Data; needs the extra `ray`."""

from __future__ import annotations

import logging
import os
from collections.abc import Generator, Sequence
from importlib import import_module
from typing import Any

from searchvl_gym.curation.errors import CurationError
from searchvl_gym.curation.shards import ShardJob, ShardMaker

_STARTS = 3
"""How often a cluster is started: on a busy machine Ray loses patience after half a minute."""


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
            ray, data = import_module("ray"), import_module("ray.data")
        except ImportError:
            raise CurationError(
                "--engine ray needs Ray: pip install 'searchvl-gym[ray]' (or use --engine local)"
            ) from None
        self._job, self._workers = job, workers
        self._started = not ray.is_initialized()
        if self._started:
            _start(ray, workers)
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
            import_module("ray").shutdown()


def _start(ray: Any, workers: int) -> None:
    """Join the cluster that there is, or start one."""
    own = {} if "RAY_ADDRESS" in os.environ else {"num_cpus": workers}
    for left in reversed(range(_STARTS)):
        try:
            ray.init(log_to_driver=False, include_dashboard=False, logging_level="error", **own)
            return
        except Exception as error:  # Ray raises all sorts, a bare Exception among them
            ray.shutdown()
            if not left:
                reason = " ".join(str(error).split())
                raise CurationError(f"Ray did not start: {reason}") from error


class _Actor:
    """One Ray worker."""

    def __init__(self, job: ShardJob) -> None:
        self._maker = ShardMaker(job)

    def __call__(self, row: dict[str, Any]) -> dict[str, Any]:
        number = int(row["number"])
        return {"number": number, "shard": self._maker.make(number)}
