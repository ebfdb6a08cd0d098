"""The check of CUDA, rehearsed on the CPU in miniature, and what becomes of checks that fail."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from benchmarks.cuda_check.__main__ import main
from benchmarks.cuda_check.check import FULL, MINIATURE, Check, Context
from benchmarks.cuda_check.checks import choose_checks, make_checks
from benchmarks.cuda_check.flops import training_flops
from benchmarks.cuda_check.rows import BAD, Report, Row, Verdict, page_of
from benchmarks.cuda_check.runner import run_checks
from benchmarks.cuda_check.setting import demonstrate, make_checkpoint, make_world
from benchmarks.cuda_check.training import beside_reference, furthest

ROOT = Path(__file__).parents[2]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "benchmarks.cuda_check", *arguments]
    # Tests run side by side: one thread each is faster than two that wait for each other.
    hidden = {**os.environ, "CUDA_VISIBLE_DEVICES": "", "OMP_NUM_THREADS": "1"}
    return subprocess.run(command, cwd=ROOT, env=hidden, capture_output=True, text=True)


def test_without_a_gpu_it_says_what_it_would_do(tmp_path: Path) -> None:
    file, page = tmp_path / "new" / "cuda.json", tmp_path / "cuda.md"
    made = run("--json", str(file), "--page", str(page))
    assert made.returncode == 0, made.stderr
    content = json.loads(file.read_text())
    assert content["finished"] and content["device"]["kind"] == "none"
    rows = {row["check"]: row["verdict"] for row in content["rows"]}
    assert list(rows) == [check.name for check in make_checks(FULL)]
    assert set(rows.values()) == {"planned"}
    assert "Not yet run on a GPU" in page.read_text()


def test_the_rehearsal_on_the_cpu_passes_every_check(tmp_path: Path) -> None:
    file = tmp_path / "cuda.json"
    # On a busy machine the usual eight minutes were once too few for two processes: the boxes are
    # there to end what hangs, not to say how fast this machine is.
    made = run("--device", "cpu", "--json", str(file), "--minutes", "40")
    content = json.loads(file.read_text())
    wrong = [row for row in content["rows"] if row["verdict"] in BAD]
    assert made.returncode == 0, (wrong, made.stderr[-2000:])
    assert content["finished"]
    seen = {row["check"] for row in content["rows"]}
    # The run that dies has no row of its own; `resumed` tells what became of it.
    assert seen == {check.name for check in make_checks(MINIATURE)} - {"reference", "killed"}
    resumed = next(row for row in content["rows"] if row["check"] == "resumed")
    assert resumed["figures"] == {"difference": 0.0, "weights": "bit for bit"}
    lacking = {row["name"] for row in content["rows"] if row["verdict"] == "lacking"}
    assert lacking - {"verl's own class"} == {"card", "flash_attention_2"}


def says(context: Context) -> Iterator[Row]:
    yield Row("says", context.device, Verdict.MEASURED, {"pid": float(os.getpid())})


def runs_out_of_memory(context: Context) -> Iterator[Row]:
    yield Row("large", "small things first", Verdict.MEASURED)
    raise torch.OutOfMemoryError(
        "CUDA out of memory. Tried to allocate 20.00 GiB. GPU 0 has a total capacity of 79.10 GiB "
        "of which 3.10 GiB is free. Of the allocated memory 75.00 GiB is allocated by PyTorch"
    )


def lacks(context: Context) -> Iterator[Row]:
    import no_such_package_at_all  # noqa: F401

    yield from ()


def refuses(context: Context) -> Iterator[Row]:
    try:
        yield from lacks(context)
    except ImportError as error:
        raise RuntimeError("adapters need a package: install it") from error


def fails(context: Context) -> Iterator[Row]:
    raise ValueError("the sum is odd\nand more")
    yield


def hangs(context: Context) -> Iterator[Row]:
    while True:
        time.sleep(60)
    yield


def dies(context: Context) -> Iterator[Row]:
    os.kill(os.getpid(), signal.SIGKILL)
    yield


def rows_of(tmp_path: Path, *checks: Check, seconds: float = 60.0) -> Report:
    report = Report(tmp_path / "rows.json", {})
    run_checks(checks, Context("cpu", MINIATURE, tmp_path), report, seconds)
    kept = json.loads((tmp_path / "rows.json").read_text())
    assert [row["check"] for row in kept["rows"]] == [row.check for row in report.rows]
    return report


def test_what_fails_is_a_row_and_the_next_check_runs(tmp_path: Path) -> None:
    work = {
        "large": runs_out_of_memory,
        "lacks": lacks,
        "refuses": refuses,
        "fails": fails,
        "dies": dies,
        "says": says,
    }
    report = rows_of(tmp_path, *(Check(name, name, run, 1.0) for name, run in work.items()))
    first, large, lacking, refused, failed, dead, last = report.rows
    assert first.verdict == last.verdict == Verdict.MEASURED
    assert large.verdict == Verdict.OUT_OF_MEMORY
    assert large.figures == {"needed GiB": 95.0, "asked for GiB": 20.0, "capacity GiB": 79.1}
    assert "gradient_checkpointing" in large.note
    assert lacking.verdict == refused.verdict == Verdict.LACKING
    assert refused.note == "adapters need a package: install it"
    assert "no_such_package_at_all" in lacking.note
    assert failed.verdict == Verdict.FAILED
    assert "ValueError at test_cuda_check.py" in failed.note
    assert "\n" not in failed.note
    assert dead.verdict == Verdict.FAILED
    assert "ended with -9" in dead.note
    assert last.figures["pid"] != os.getpid()
    assert report.bad == [failed, dead]


def test_a_check_that_hangs_is_ended_and_one_that_is_to_die_is_no_failure(tmp_path: Path) -> None:
    report = rows_of(
        tmp_path,
        Check("hangs", "hangs", hangs, 1.0),
        Check("dies", "dies", dies, 1.0, dies=True),
        Check("says", "says", says, 8.0),
        seconds=40.0,
    )
    assert [(row.check, row.verdict) for row in report.rows] == [
        ("hangs", Verdict.OUT_OF_TIME),
        ("says", Verdict.MEASURED),
    ]


def test_only_brings_what_a_check_needs() -> None:
    chosen = choose_checks(make_checks(FULL), ["resumed"])
    assert [check.name for check in chosen] == ["reference", "grpo", "killed", "resumed"]
    with pytest.raises(ValueError, match="there is no check speed; there are reference, device"):
        choose_checks(make_checks(FULL), ["speed"])


def test_a_wrong_command_ends_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for arguments in (["--minutes", "0"], ["--only", "speed", "--device", "cpu"]):
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        assert ended.value.code == 2
    (tmp_path / "file").touch()
    assert main(["--device", "cpu", "--json", str(tmp_path / "file" / "cuda.json")]) == 2
    assert "cuda_check: cannot write" in capsys.readouterr().err


def test_curves_are_compared_up_to_the_first_other_token(tmp_path: Path) -> None:
    context = Context("cpu", MINIATURE, tmp_path)
    line = {"written": 5.0, "turns": 2.0, "loss": 1.0, "fatal_rate": 0.0, "seconds": 1.0}
    for who, last in (("device", 7.0), ("reference", 6.0)):
        folder = tmp_path / f"{who}-vanilla"
        folder.mkdir()
        lines = [line, line | {"written": last, "loss": last}]
        (folder / "log.jsonl").write_text("".join(json.dumps(each) + "\n" for each in lines))
    row = beside_reference(context, "vanilla")
    assert row.verdict == Verdict.EQUAL
    assert row.figures["steps with the same episodes"] == 1
    assert "up to step 1" in row.note
    assert furthest([line | {"loss": 1.1}], [line]) == pytest.approx(0.1)


def test_operations_are_counted_from_the_shape(tmp_path: Path) -> None:
    world = make_world(tmp_path)
    checkpoint = make_checkpoint(world, MINIATURE.tiny)
    row = demonstrate(world, checkpoint, tmp_path / "shown")[0]
    model: Any = checkpoint.model
    text = model.config.get_text_config()
    layers = model.model.language_model.layers
    matrices = sum(weight.numel() for weight in layers.parameters() if weight.ndim == 2)
    head = model.lm_head.weight.numel()
    vision = sum(
        weight.numel()
        for name, weight in model.model.visual.named_parameters()
        if weight.ndim >= 2 and "embed" not in name
    )
    count, width = len(row), text.num_attention_heads * text.head_dim
    patches = sum(len(each.values) for each in row.pictures)
    forward = 2 * matrices * count + 2 * head * sum(row.generated)
    attention = 2 * len(layers) * width * count * (count + 1)
    expected = forward + attention + 2 * vision * patches
    assert training_flops(model, [row], trained=True) == pytest.approx(3 * expected)
    frozen = 2 * forward + 3 * attention + 2 * vision * patches
    assert training_flops(model, [row], trained=False) == pytest.approx(frozen)


def test_a_page_says_what_it_ran_on(tmp_path: Path) -> None:
    report = Report(
        None,
        {
            "command": "python -m benchmarks.cuda_check",
            "device": {
                "kind": "cuda",
                "name": "Card",
                "memory_gib": 80,
                "torch": "2.11",
                "transformers": "5.24",
                "python": "3.12",
            },
        },
    )
    report.add(Row("sizes", "mask | tokens", Verdict.EQUAL, {"ms": 0.25, "peak GiB": None}))
    page = page_of(report.content(finished=False))
    assert "On one Card (80 GiB), torch 2.11" in page
    assert "did not come to its end" in page
    assert "| sizes | mask \\| tokens | equal | ms 0.25 |  |" in page
