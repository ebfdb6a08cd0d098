"""Build one world on several simulated machines and compare what comes out.

    python -m benchmarks.exactness [--pages N] [--tasks N] [--python LABEL=PATH ...]
                                   [--library LABEL=FOLDER ...] [--only LABEL ...] [--json FILE]

A machine is a child process in which code for some processors is switched off: in numpy
(`NPY_DISABLE_CPU_FEATURES`), in OpenCV (`OPENCV_CPU_DISABLE`, `OPENCV_IPP`) and in the C library
(`GLIBC_TUNABLES`). `--python` adds another interpreter with its own packages, `--library` a
folder that goes before all others on the path (`pip install --target FOLDER
opencv-python-headless==4.12.0.88`).

Of every machine the table says whether the world's fingerprint is that of the first one, how many
pictures and pixels differ and by how much, how many tasks the oracle solves, and which share of
its trajectories is the same text.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from benchmarks.speed.figures import write_json

ROOT = Path(__file__).parent.parent
_SEED = 3
_NUMPY_OLD = "X86_V3 X86_V4 AVX2 FMA3 AVX512F AVX512CD AVX512_SKX AVX512_CLX AVX512_CNL AVX512_ICL"
_NUMPY_AVX512 = "X86_V4 AVX512F AVX512CD AVX512_SKX AVX512_CLX AVX512_CNL AVX512_ICL AVX512_SPR"
_OPENCV_OLD = "AVX512-SKX,AVX2,FP16,AVX"
_C_LIBRARY_OLD = "glibc.cpu.hwcaps=-AVX512F,-AVX2,-FMA,-FMA4,-AVX"
_ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "OPENCV_FOR_THREADS_NUM": "1"}
MACHINES: dict[str, dict[str, str]] = {
    "this one": {},
    "numpy without AVX-512": {"NPY_DISABLE_CPU_FEATURES": _NUMPY_AVX512},
    "numpy without AVX2": {"NPY_DISABLE_CPU_FEATURES": f"{_NUMPY_OLD} AVX512_SPR"},
    "OpenCV without AVX2": {"OPENCV_CPU_DISABLE": _OPENCV_OLD},
    "OpenCV without IPP": {"OPENCV_IPP": "disabled"},
    "one thread": _ONE_THREAD,
    "many threads": {"OMP_NUM_THREADS": "7", "OPENCV_FOR_THREADS_NUM": "7"},
    "oldest processor": {
        "NPY_DISABLE_CPU_FEATURES": f"{_NUMPY_OLD} AVX512_SPR",
        "OPENCV_CPU_DISABLE": _OPENCV_OLD,
        "OPENCV_IPP": "disabled",
        "GLIBC_TUNABLES": _C_LIBRARY_OLD,
        **_ONE_THREAD,
    },
}
"""Environment variables of each simulated machine; the first is what the others are compared with.

Names that a numpy does not know are left out, for the names changed with numpy 2.4.
"""


@dataclass(frozen=True)
class Machine:
    """One simulated machine: its name, interpreter and environment variables."""

    label: str
    python: str
    variables: dict[str, str]


@dataclass(frozen=True)
class Comparison:
    """One row of the table; shares run from 0 to 1, `largest` is in levels of 255."""

    machine: str
    versions: str
    fingerprint: str
    same_fingerprint: bool
    pictures: int
    pictures_differ: int
    pixels_differ: float
    largest: int
    tasks: int
    solved: int
    same_text: float


def main(arguments: list[str] | None = None) -> int:
    """Run the comparison from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--pages", type=int, default=150, help="pages of the world (%(default)s)")
    parser.add_argument("--tasks", type=int, default=20, help="tasks to play (%(default)s)")
    parser.add_argument("--python", action="append", default=[], metavar="LABEL=PATH")
    parser.add_argument("--library", action="append", default=[], metavar="LABEL=FOLDER")
    parser.add_argument("--only", action="append", default=[], metavar="LABEL")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")
    options = parser.parse_args(arguments)
    rows = compare(_machines(options), options.pages, options.tasks)
    print(table(rows))
    if options.json is not None:
        write_json(options.json, [asdict(row) for row in rows])
    return 0


def _machines(options: argparse.Namespace) -> list[Machine]:
    machines = [
        Machine(label, sys.executable, variables)
        for label, variables in MACHINES.items()
        if not options.only or label in (*options.only, "this one")
    ]
    for text in options.python:
        label, _, path = text.partition("=")
        machines.append(Machine(label, path, {}))
    for text in options.library:
        label, _, folder = text.partition("=")
        machines.append(Machine(label, sys.executable, {"PYTHONPATH": folder}))
    return machines


def compare(machines: list[Machine], pages: int, tasks: int) -> list[Comparison]:
    """Build and play on every machine; the first is what the others are compared with."""
    rows: list[Comparison] = []
    with tempfile.TemporaryDirectory() as folder:
        reference: tuple[dict[str, object], list[np.ndarray]] | None = None
        for number, machine in enumerate(machines):
            here = Path(folder, str(number))
            here.mkdir()
            child = ("benchmarks.exactness_machine", "build", str(here), str(pages), str(tasks))
            run_on(machine, *child)
            said = json.loads((here / "said.json").read_text())
            with np.load(here / "pixels.npz") as held:
                pixels = [held[name] for name in sorted(held.files)]
            (here / "pixels.npz").unlink()
            if reference is None:
                reference = (said, pixels)
            rows.append(_row(machine.label, said, pixels, *reference))
            print(table(rows[-1:]).splitlines()[-1], file=sys.stderr, flush=True)
    return rows


def run_on(machine: Machine, module: str, *arguments: str) -> str:
    """Run a module in a child process on a simulated machine; returns what it prints.

    Raises:
        RuntimeError: When the child fails.
    """
    variables = dict(machine.variables)
    path = [variables.get("PYTHONPATH", ""), str(ROOT), os.environ.get("PYTHONPATH", "")]
    environment = {**os.environ, **variables, "PYTHONPATH": os.pathsep.join(filter(None, path))}
    if "NPY_DISABLE_CPU_FEATURES" in variables:
        known = _numpy_features(machine.python)
        wanted = [name for name in variables["NPY_DISABLE_CPU_FEATURES"].split() if name in known]
        environment["NPY_DISABLE_CPU_FEATURES"] = " ".join(wanted)
    done = subprocess.run(
        [machine.python, "-m", module, *arguments],
        env=environment,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"{machine.label}: {module} ended with status {done.returncode}")
    return done.stdout


def _numpy_features(python: str) -> set[str]:
    code = "from numpy._core._multiarray_umath import __cpu_dispatch__ as names; print(*names)"
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def _row(
    label: str,
    said: dict[str, object],
    pixels: list[np.ndarray],
    first: dict[str, object],
    first_pixels: list[np.ndarray],
) -> Comparison:
    distances = [np.abs(a.astype(np.int16) - b) for a, b in zip(pixels, first_pixels, strict=True)]
    total = sum(distance.size // 3 for distance in distances)
    wrong = sum(int(distance.any(axis=-1).sum()) for distance in distances)
    texts, first_texts = said["texts"], first["texts"]
    assert isinstance(texts, list)
    assert isinstance(first_texts, list)
    same = sum(a == b for a, b in zip(texts, first_texts, strict=True))
    return Comparison(
        machine=label,
        versions=str(said["versions"]),
        fingerprint=str(said["fingerprint"]),
        same_fingerprint=said["fingerprint"] == first["fingerprint"],
        pictures=len(distances),
        pictures_differ=sum(bool(distance.any()) for distance in distances),
        pixels_differ=wrong / max(1, total),
        largest=max((int(distance.max()) for distance in distances), default=0),
        tasks=len(texts),
        solved=int(str(said["solved"])),
        same_text=same / max(1, len(texts)),
    )


def table(rows: list[Comparison]) -> str:
    """The rows as a Markdown table."""
    lines = [
        "| machine | versions | fingerprint | pictures that differ | pixels | by up to "
        "| oracle right | same text |",
        "|---|---|---|---:|---:|---:|---:|---:|",
    ]
    for row in rows:
        lines.append(
            f"| {row.machine} | {row.versions} | {row.fingerprint[:12]}"
            f"{'' if row.same_fingerprint else ' (another)'} "
            f"| {row.pictures_differ} of {row.pictures} | {row.pixels_differ:.4%} | {row.largest} "
            f"| {row.solved} of {row.tasks} | {row.same_text:.0%} |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
