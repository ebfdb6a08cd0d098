"""Joining a Ray cluster, or starting one on this machine; needs the extra `ray`."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from searchvl_gym.rollout.errors import RolloutError

_STARTS = 3
"""How often a cluster is started: on a busy machine Ray loses patience after half a minute."""


def join_cluster(workers: int) -> tuple[Any, bool]:
    """The module `ray`, connected.

    Joins the cluster that is running, or that `RAY_ADDRESS` names, or starts one here.

    Args:
        workers: CPUs of a cluster that is started.

    Returns:
        The module, and whether the cluster was started and is to be ended by the caller.

    Raises:
        RolloutError: When Ray is not installed or does not start.
    """
    try:
        ray = import_module("ray")
    except ImportError:
        raise RolloutError(
            "--engine ray needs Ray: pip install 'searchvl-gym[ray]' (or use --engine local)"
        ) from None
    if ray.is_initialized():
        return ray, False
    own = {} if "RAY_ADDRESS" in os.environ else {"num_cpus": workers}
    for left in reversed(range(_STARTS)):
        try:
            with _same_modules():
                ray.init(log_to_driver=False, include_dashboard=False, logging_level="error", **own)
            break
        except Exception as error:  # Ray raises all sorts, a bare Exception among them
            ray.shutdown()
            if not left:
                reason = " ".join(str(error).split())
                raise RolloutError(f"Ray did not start: {reason}") from error
    return ray, True


@contextmanager
def _same_modules() -> Iterator[None]:
    """Let the workers of a cluster that is started here import what this process can."""
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
    try:
        yield
    finally:
        if before is None:
            del os.environ["PYTHONPATH"]
        else:
            os.environ["PYTHONPATH"] = before
