"""The dose–response of fatal-aware GRPO: `python -m benchmarks.dose_response --out runs/dose`.

`docs/results/dose_response/PLAN.md` says what is played and what would refute the prediction. Run
it again to go on; runs whose rows are in `--results` are not played again, on whatever machine they
were played. `--seeds 2 --checkpoints 1` plays a part of the plan,
`--report DIR` only writes rows, summary, tables and figures of what is finished.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from algos.recipe import Setting
from algos.recipe.setting import parse_pages
from algos.training.run_directory import TrainingError
from benchmarks.dose_response.plots import draw
from benchmarks.dose_response.report import PAIR, as_table, read_rows, summarise
from benchmarks.dose_response.runs import Job, Sizes, play, show, warm_up
from benchmarks.dose_response.world import Dose
from benchmarks.fresh_processes import ENGINES, play_and_tell
from searchvl_gym.rollout.errors import RolloutError

MORE = (
    "hard_mask",
    "fatal_mask",
    "fatal_aware:infrastructure",
    "fatal_aware:cascade",
    "hop_anchored",
    "turn_level",
    "anchor_state",
)
"""Further rungs at the most telling dose."""


def jobs_of(options: argparse.Namespace) -> list[Job]:
    """The plan's runs, those that answer the question first."""
    sizes = Sizes(options.demonstrations, options.train, options.test, tuple(sorted(options.marks)))
    tools, announced = (() if options.tools == "all" else ("visit",)), options.tools == "announced"
    doses = [Dose(f"{options.tools}-{rate:g}", rate, tools, announced) for rate in options.rates]
    pairs = [(dose, rung) for dose in doses for rung in PAIR]
    more = [(dose, rung) for dose in doses if dose.rate == options.telling for rung in MORE]
    places = [
        (checkpoint, seed)
        for seed in range(options.seeds)
        for checkpoint in range(options.checkpoints)
    ]
    return [
        Job(options.out, options.config, options.pages, dose, rung, checkpoint, seed, sizes)
        for rungs in (pairs, more)
        for checkpoint, seed in places
        for dose, rung in rungs
    ]


def parser() -> argparse.ArgumentParser:
    """The command line; its defaults are the plan's."""
    made = argparse.ArgumentParser(prog="python -m benchmarks.dose_response")
    made.add_argument("--out", type=Path, default=Path("runs/dose"), help="(%(default)s)")
    made.add_argument("--config", default="cpu-tiny", help="preset or TOML file (%(default)s)")
    made.add_argument("--pages", type=parse_pages, default=Setting.pages, help="(%(default)s)")
    made.add_argument("--rates", type=float, nargs="+", default=[0.0, 0.7, 0.85], help="doses")
    made.add_argument(
        "--tools",
        choices=("visit", "all", "announced"),
        default="visit",
        help="what fails; `announced`: `visit` for whole episodes, and it is said (%(default)s)",
    )
    made.add_argument(
        "--telling", type=float, default=0.85, help="dose of the further rungs (%(default)s)"
    )
    made.add_argument("--checkpoints", type=int, default=3, help="SFT seeds (%(default)s)")
    made.add_argument("--seeds", type=int, default=3, help="runs a checkpoint (%(default)s)")
    made.add_argument("--marks", type=int, nargs="+", default=Sizes.marks, help="(%(default)s)")
    made.add_argument("--demonstrations", type=int, default=1024, help="(%(default)s)")
    made.add_argument("--train", type=int, default=1024, help="training tasks (%(default)s)")
    made.add_argument("--test", type=int, default=500, help="test tasks (%(default)s)")
    made.add_argument("--workers", type=int, default=2, help="runs at a time (%(default)s)")
    made.add_argument(
        "--engine",
        choices=ENGINES,
        default="local",
        help="`ray`: on a cluster whose nodes share the disk of --out (%(default)s)",
    )
    made.add_argument("--results", type=Path, help="also keep rows and report here")
    made.add_argument("--report", type=Path, help="only write the report, into this folder")
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """Play what is missing of the plan; returns the exit status."""
    options = parser().parse_args(arguments)
    if options.report is not None:
        return write_report(options.out / "rows", options.report)
    began = time.perf_counter()
    jobs = unfinished(jobs_of(options), options.results)
    keep = partial(keep_rows, options.out / "rows", options.results)
    try:
        for job in jobs[:1]:
            show(job, options.workers)
        starts = list({job.checkpoint: job for job in jobs}.values())
        for stage, of in ((warm_up, starts), (play, jobs)):
            play_and_tell(stage, of, options.workers, engine=options.engine, since=began, keep=keep)
    except (TrainingError, RolloutError, ValueError) as error:
        print(f"dose_response: {error}", file=sys.stderr)
        return 1
    print(json.dumps({"seconds": round(time.perf_counter() - began)}))
    return write_report(options.out / "rows", options.results or options.out / "report")


def unfinished(jobs: Sequence[Job], results: Path | None) -> list[Job]:
    """The jobs whose rows are neither in the directory of the runs nor among those kept before."""
    return [
        job
        for job in jobs
        if not job.rows.is_file()
        and not (results is not None and (results / "rows" / job.rows.name).is_file())
    ]


def keep_rows(rows: Path, results: Path | None) -> None:
    """Copy the rows of the finished runs, so that a machine that goes does not take them along."""
    if results is not None and rows.is_dir():
        shutil.copytree(rows, results / "rows", dirs_exist_ok=True)


def write_report(rows: Path, target: Path) -> int:
    """Sum up the finished runs, together with those whose rows the report has already."""
    keep_rows(rows, target)
    found = read_rows(target / "rows")
    if not found:
        print(f"dose_response: no finished run in {rows} or {target / 'rows'}", file=sys.stderr)
        return 1
    summary = summarise(found)
    marks = sorted({mark for row in found for mark in row["marks"]}, key=int)
    middle = "50" if "50" in marks else marks[0]
    (target / "summary.json").write_text(json.dumps(summary, indent=1) + "\n", encoding="utf-8")
    tables = "\n".join(as_table(summary, mark) for mark in (middle, marks[-1]))
    text = f"# The dose–response: all figures\n\n{tables}"
    (target / "tables.md").write_text(text, encoding="utf-8")
    draw(summary, (middle, marks[-1]), target)
    print(tables, end="")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
