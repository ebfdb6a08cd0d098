"""`searchvl import-release`: take over the data sets that OpenSearch-VL released."""

from __future__ import annotations

import argparse
import json
from typing import Any

from searchvl_gym.commands.options import path


def add_to(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "import-release",
        help="read the released SFT or RL file",
        description="Read SearchVL-SFT-36k (ShareGPT JSON) or SearchVL-RL-8k (parquet). SFT rows "
        "become trajectories for `python -m algos.sft --data DIR`, RL rows a task set.",
    )
    parser.add_argument("file", type=path, metavar="FILE", help=".json, .jsonl or .parquet")
    parser.add_argument("--out", type=path, required=True, metavar="DIR", help="where to write")
    parser.add_argument(
        "--images",
        type=path,
        metavar="DIR",
        help="where relative paths of pictures begin (the folder of FILE)",
    )
    parser.add_argument(
        "--skip-bad",
        action="store_true",
        help="leave out rows that cannot be used, and count why, instead of stopping at the first",
    )
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.set_defaults(run=run_import)


def run_import(options: argparse.Namespace) -> int:
    """Run the command."""
    from searchvl_gym.curation.release.rl import import_rl
    from searchvl_gym.curation.release.sft import import_sft

    kinds = {".json": import_sft, ".jsonl": import_sft, ".parquet": import_rl}
    load = kinds.get(options.file.suffix.lower())
    if load is None:
        raise ValueError(f"FILE must end in {', '.join(kinds)}, got {options.file.name}")
    report = load(options.file, options.out, images=options.images, skip_bad=options.skip_bad)
    if options.json:
        figures = {"kind": report.kind, "imported": report.imported, "skipped": report.skipped}
        print(json.dumps(figures))
        return 0
    what = "trajectories" if report.kind == "sft" else "tasks"
    print(f"{report.imported} {what} in {report.path}")
    if report.skipped:
        reasons = ", ".join(f"{reason} {count}" for reason, count in report.skipped.items())
        print(f"left out: {reasons}")
    return 0
