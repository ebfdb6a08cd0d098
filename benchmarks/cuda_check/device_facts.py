"""Which card, driver and versions; how much memory is free."""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterator
from typing import Any

from benchmarks.cuda_check.check import Context
from benchmarks.cuda_check.rows import Figure, Row, Verdict
from searchvl_gym.commands.fault_report import installed

PACKAGES = ("torch", "transformers", "accelerate", "peft", "flash_attn", "numpy", "gymnasium")


def describe_device(device: str) -> dict[str, Any]:
    """The card, the driver and the versions, for the head of the file."""
    import torch

    found: dict[str, Any] = {
        "kind": device,
        "name": platform.machine(),
        "memory_gib": None,
        "python": platform.python_version(),
        "torch": torch.__version__,
        "transformers": installed("transformers"),
    }
    if device == "cuda":
        card = torch.cuda.get_device_properties(0)
        found |= {
            "name": card.name,
            "memory_gib": round(card.total_memory / 2**30, 1),
            "cuda": torch.version.cuda,
            "capability": f"{card.major}.{card.minor}",
        }
    return found


def check_device(context: Context) -> Iterator[Row]:
    """See the module."""
    import torch

    versions: dict[str, Figure] = {name: installed(name) for name in PACKAGES}
    yield Row(
        "device", "versions", Verdict.MEASURED, {"Python": platform.python_version()} | versions
    )
    if context.device != "cuda":
        yield Row("device", "card", Verdict.LACKING, note="a rehearsal on the CPU")
        return
    known = describe_device("cuda")
    free, whole = torch.cuda.mem_get_info()
    yield Row(
        "device",
        known["name"],
        Verdict.MEASURED,
        {
            "capability": known["capability"],
            "CUDA": known["cuda"],
            "driver": driver_version(),
            "free GiB": free / 2**30,
            "of GiB": whole / 2**30,
        },
    )
    # The yardstick for the utilisation of later rows: what this card reaches, not its data sheet.
    side = 8_192
    left = torch.randn(side, side, device="cuda", dtype=torch.bfloat16)
    seconds = min(timed(lambda: left @ left, "cuda")[1] for _ in range(8))
    yield Row(
        "device",
        f"bfloat16 matrix product of {side}",
        Verdict.MEASURED,
        {"TFLOP/s": 2 * side**3 / seconds / 1e12},
    )


def timed(work: Callable[[], Any], device: str) -> tuple[Any, float, float | None]:
    """Do work on a device and wait for it.

    Returns:
        What it gives, wall-clock seconds, and the peak of memory in GiB; None on a CPU.
    """
    import time

    import torch

    cuda = device == "cuda"
    if cuda:
        torch.cuda.synchronize()
        torch.cuda.reset_peak_memory_stats()
    start = time.perf_counter()
    found = work()
    if cuda:
        torch.cuda.synchronize()
    peak = torch.cuda.max_memory_allocated() / 2**30 if cuda else None
    return found, time.perf_counter() - start, peak


def driver_version() -> str | None:
    """The NVIDIA driver's, by its own program; None where that is not at hand."""
    import subprocess

    command = ["nvidia-smi", "--query-gpu=driver_version", "--format=csv,noheader"]
    try:
        made = subprocess.run(command, capture_output=True, text=True, timeout=20, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return made.stdout.strip().split("\n")[0] or None
