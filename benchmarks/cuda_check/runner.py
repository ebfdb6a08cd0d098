"""Runs checks in processes of their own: each has a time box, and the next finds a clean device.

The processes are forked from a server that has imported torch but never touched the GPU, so that
a check starts within a fraction of a second.
"""

from __future__ import annotations

import multiprocessing
import os
import re
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from typing import Any

from benchmarks.cuda_check.check import Check, Context
from benchmarks.cuda_check.rows import Report, Row, Verdict

PRELOAD = ["torch", "transformers", "accelerate", "benchmarks.cuda_check.checks"]


def run_checks(checks: Sequence[Check], context: Context, report: Report, seconds: float) -> None:
    """Run checks in order; what one leaves of its time is the next one's.

    Args:
        checks: In order, each after those that it needs.
        context: What they are given.
        report: Where the rows go.
        seconds: For all of them.
    """
    made = process_context()
    ends = time.monotonic() + seconds
    beside = [Running.start(made, each, context) for each in checks if each.reference]
    try:
        front = [each for each in checks if not each.reference]
        for number, each in enumerate(front):
            left = ends - time.monotonic()
            share = each.share / sum(later.share for later in front[number:])
            box = max(1.0, left * share)
            if left <= 0:
                report.add(Row(each.name, each.does, Verdict.OUT_OF_TIME, note="none was left"))
                continue
            follow(Running.start(made, each, context), box, report)
        for running in beside:
            follow(running, max(0.0, ends - time.monotonic()), report)
    finally:
        for running in beside:
            running.stop()


def process_context() -> Any:
    """How processes are started: not with this one's threads, hence from a server where one is.

    The server of a process is its own, with its own imports: a check that starts processes asks,
    too.
    """
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    made: Any = multiprocessing.get_context("forkserver")
    made.set_forkserver_preload(PRELOAD)
    return made


@dataclass
class Running:
    """A check in its process."""

    check: Check
    process: Any
    rows: Connection

    @classmethod
    def start(cls, made: Any, check: Check, context: Context) -> Running:
        """Start a check."""
        receiver, sender = made.Pipe(duplex=False)
        process = made.Process(target=_work, args=(check, context, sender))
        process.start()
        # Only the check holds the sending end now, so its death ends the stream.
        sender.close()
        return cls(check, process, receiver)

    def stop(self) -> None:
        """End it, if it still runs."""
        self.process.kill()
        self.process.join()
        self.rows.close()


def follow(running: Running, box: float, report: Report) -> None:
    """Take a check's rows until it ends or its time is over."""
    check = running.check
    ends = time.monotonic() + box
    whole = False
    try:
        while True:
            if not running.rows.poll(max(0.0, ends - time.monotonic())):
                note = f"its {box:.0f} s were over; --minutes gives more"
                report.add(Row(check.name, check.does, Verdict.OUT_OF_TIME, note=note))
                return
            row = running.rows.recv()
            if row is None:
                whole = True
                break
            report.add(row)
    except EOFError:
        pass
    finally:
        running.stop() if not whole else running.process.join(10)
    code = running.process.exitcode
    if not whole and not check.dies:
        note = f"its process ended with {code} before it was done"
        report.add(Row(check.name, check.does, Verdict.FAILED, note=note))


def _work(check: Check, context: Context, rows: Connection) -> None:
    """Runs in the check's process."""
    # Where exactness is asked for, cuBLAS needs this before CUDA starts.
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    if check.reference or context.device == "cpu":
        os.environ["CUDA_VISIBLE_DEVICES"] = ""
        os.environ["ACCELERATE_USE_CPU"] = "true"
        context = replace(context, device="cpu")
    try:
        for row in check.run(context):
            rows.send(row)
    except Exception as error:
        rows.send(row_of(check, error))
    rows.send(None)


def row_of(check: Check, error: Exception) -> Row:
    """An exception as a row: what was missing, or what was needed and what lowers it."""
    import torch

    line = str(error).strip().split("\n", 1)[0] or type(error).__name__
    if isinstance(error, torch.OutOfMemoryError):
        return out_of_memory(check.name, check.does, error)
    # What refuses in one line because a package is missing says so in its cause.
    if isinstance(error, ImportError) or isinstance(error.__cause__, ImportError):
        return Row(check.name, check.does, Verdict.LACKING, note=line)
    place = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{os.path.basename(place.filename)}:{place.lineno}"
    note = f"{type(error).__name__} at {where}: {line}"[:500]
    return Row(check.name, check.does, Verdict.FAILED, note=note)


def out_of_memory(check: str, name: str, error: Exception) -> Row:
    """A row of what did not fit: the figure that was needed and the setting that lowers it."""
    return Row(check, name, Verdict.OUT_OF_MEMORY, needed(str(error)), lowers(check))


def needed(message: str) -> dict[str, float | str | None]:
    """How much memory an allocation wanted on top of what was held, from torch's message.

    >>> needed("CUDA out of memory. Tried to allocate 2.50 GiB. GPU 0 has a total capacity of "
    ...        "79.10 GiB of which 1.00 GiB is free. Of the allocated memory 76.00 GiB is "
    ...        "allocated by PyTorch, and 500.00 MiB is reserved by PyTorch but unallocated.")
    {'needed GiB': 78.5, 'asked for GiB': 2.5, 'capacity GiB': 79.1}
    """
    units = {"KiB": 2**-20, "MiB": 2**-10, "GiB": 1.0}

    def find(pattern: str) -> float | None:
        found = re.search(pattern, message)
        return None if found is None else float(found[1]) * units[found[2]]

    size = r"([\d.]+) (KiB|MiB|GiB)"
    asked = find(f"Tried to allocate {size}")
    held = find(f"{size} is allocated by PyTorch")
    capacity = find(f"total capacity of {size}")
    total = None if asked is None or held is None else round(asked + held, 2)
    return {"needed GiB": total, "asked for GiB": asked, "capacity GiB": capacity}


def lowers(name: str) -> str:
    """The settings that lower a check's memory."""
    if name == "sizes":
        return "chunk_size of token_log_probabilities lowers it; the plain way has no setting"
    return (
        "lower it by [model] gradient_checkpointing = true and lora_rank, by [sft] or [grpo] "
        "tokens, and while sampling by [model] rollouts_at_once or [grpo] episode_tokens"
    )
