"""SFT and GRPO of the tiny preset in two processes, through `accelerate`, beside one.

Two cards talk through NCCL. Where there is one, both processes use it and talk through gloo: slow,
but the same code.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Iterator
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path

import torch
from accelerate import PartialState

from algos import fatal_grpo, sft
from algos.models import Checkpoint, load_checkpoint
from algos.training.run_directory import read_log
from benchmarks.cuda_check.check import Context
from benchmarks.cuda_check.rows import Row, Verdict
from benchmarks.cuda_check.runner import process_context
from benchmarks.cuda_check.setting import TextLengthReward, make_environment, make_world
from benchmarks.cuda_check.training import mean, settings_of, start_of_sft, wait_for

PROCESSES = 2
FIRST = 1e-3
"""Bound on the relative difference of the first update's loss and gradient beside one process."""


def check_processes(context: Context) -> Iterator[Row]:
    """See the module."""
    wait_for(context.folder / "warm")
    make_world(context.folder)
    backend = launch(context, "sft")
    said = f"{PROCESSES} processes through {backend}"
    train_sft(context, "one")
    together, alone = (read_log(context.folder / f"{name}-sft") for name in ("two", "one"))
    apart = max(
        abs(together[0][name] - alone[0][name]) / max(1e-3, abs(alone[0][name]))
        for name in ("loss", "gradient_norm")
    )
    yield Row(
        "processes",
        f"SFT in {said}: one process's first update, the same weights in both",
        Verdict.EQUAL if apart <= FIRST and same_weights(context, "sft") else Verdict.DIFFERS,
        {
            "difference in the first": apart,
            "bound": FIRST,
            "s an update": mean(together[1:] or together, "seconds"),
            "s in one process": mean(alone[1:] or alone, "seconds"),
        },
    )
    launch(context, "grpo")
    log = read_log(context.folder / "two-grpo")
    learnt = max(line["gradient_norm"] for line in log)
    yield Row(
        "processes",
        f"GRPO in {said}: each plays its share of the tasks, the same weights in both",
        Verdict.EQUAL if learnt > 0 and same_weights(context, "grpo") else Verdict.DIFFERS,
        {
            "steps": float(len(log)),
            "s a step": mean(log, "seconds"),
            "largest gradient": learnt,
        },
    )


def launch(context: Context, training: str) -> str:
    """Run a training in two processes; each training leaves its group at the end.

    Returns:
        Through what they talked.

    Raises:
        RuntimeError: When one of them failed, with its error.
    """
    cards = torch.cuda.device_count() if context.device == "cuda" else 0
    backend = "nccl" if cards >= PROCESSES else "gloo"
    receiver, sender = multiprocessing.Pipe(duplex=False)
    made = process_context()
    running = [
        made.Process(target=work, args=(context, training, backend, cards, process, sender))
        for process in range(PROCESSES)
    ]
    for each in running:
        each.start()
    sender.close()
    try:
        for _ in running:
            error = receiver.recv()
            if error is not None:
                raise RuntimeError(f"one of {PROCESSES} processes failed: {error}")
    except EOFError:
        raise RuntimeError(f"one of {PROCESSES} processes ended without a word") from None
    finally:
        # After a failure the other one waits for its fellow.
        for each in running:
            each.join(10)
            each.kill()
    return backend


def work(
    context: Context, training: str, backend: str, cards: int, process: int, sender: Connection
) -> None:
    """One of the processes; sends what went wrong, or None."""
    watch_parent()
    os.environ |= {
        "RANK": str(process),
        "LOCAL_RANK": str(process),
        "WORLD_SIZE": str(PROCESSES),
        "LOCAL_WORLD_SIZE": str(PROCESSES),
        "OMP_NUM_THREADS": "1",
        # Else DistributedDataParallel is told to use the card of the process's own number.
        "ACCELERATE_BYPASS_DEVICE_MAP": "true" if cards == 1 else "false",
    }
    try:
        # The first state of a process decides; the trainers' accelerators share it.
        how = {"cpu": True} if context.device == "cpu" else {"backend": backend}
        met = f"file://{context.folder / f'two-{training}.met'}"
        PartialState(**how, init_method=met, rank=process, world_size=PROCESSES)
        trained = train_grpo(context) if training == "grpo" else train_sft(context, "two", process)
        torch.save(trained.model.state_dict(), weights_of(context, training, process))
        sender.send(None)
    except Exception as error:
        sender.send(f"{type(error).__name__}: {str(error).strip().splitlines()[:1]}")


def watch_parent() -> None:
    """End with the check, which may be killed when its time is over."""
    parent = multiprocessing.parent_process()
    assert parent is not None

    def watch() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def train_sft(context: Context, name: str, process: int = 0) -> Checkpoint:
    """SFT from random weights; all processes of a run name the same directory."""
    checkpoint, rows = start_of_sft(context, f"{name}-{process}")
    config = settings_of(context).sft
    even = replace(config, batch=max(PROCESSES, config.batch - config.batch % PROCESSES))
    return sft.train(checkpoint, rows, even, context.folder / f"{name}-sft")


def train_grpo(context: Context) -> Checkpoint:
    """GRPO from the warm checkpoint, with outages."""
    config = settings_of(context).grpo
    prompts = max(PROCESSES, config.prompts - config.prompts % PROCESSES)
    # Where every rollout dies in its first turns, as an untrained model's may, the other variants
    # mask every token: nothing would be learnt, and equal weights would say nothing.
    even = replace(config, prompts=prompts, variant="vanilla")
    return fatal_grpo.train(
        load_checkpoint(context.folder / "warm" / "model"),
        even,
        # Pays for short turns: without differences within a group nothing would be learnt.
        {**make_environment(make_world(context.folder), faults=True), "reward": TextLengthReward()},
        context.folder / "two-grpo",
    )


def same_weights(context: Context, training: str) -> bool:
    """Whether all processes ended with the same weights, bit for bit."""
    first, *others = (
        torch.load(weights_of(context, training, process), map_location="cpu")
        for process in range(PROCESSES)
    )
    return all(
        torch.equal(weight, other[name]) for other in others for name, weight in first.items()
    )


def weights_of(context: Context, training: str, process: int) -> Path:
    """Where a process leaves its weights."""
    return context.folder / f"two-{training}-{process}.pt"
