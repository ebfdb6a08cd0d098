"""The laptop recipe from nothing to a report: `python -m algos.recipe [--out DIR]`.

Run it again to go on where it stopped.
"""

from __future__ import annotations

import argparse
import base64
import html
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from algos.configs import ConfigError, load_config
from algos.models import CheckpointError
from algos.recipe.curves import draw_curves
from algos.recipe.setting import Setting, parse_pages, recipe_faults
from algos.recipe.stages import Sizes, measure, play_demonstrations, reinforce, warm_start
from algos.training.demonstrations import DemonstrationError
from algos.training.progress import print_progress
from algos.training.run_directory import TrainingError, read_log
from searchvl_gym.rollout import RolloutError

SHOWN = ("accuracy", "reward", "turns", "well_formed", "answered", "error_rate", "written")
"""Figures of the report's table."""


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(
        prog="python -m algos.recipe",
        description="Demonstrations, tokenizer, SFT, fatal-aware GRPO, evaluation, report.",
    )
    made.add_argument("--out", type=Path, default=Path("runs/recipe"), help="(%(default)s)")
    made.add_argument("--config", default="cpu-tiny", help="preset or TOML file (%(default)s)")
    made.add_argument("--variant", default="fatal_aware", help="of GRPO (%(default)s)")
    made.add_argument("--seed", type=int, default=0, help="of GRPO (%(default)s)")
    made.add_argument(
        "--pages", type=parse_pages, default=Setting.pages, help="size of the Atlas (%(default)s)"
    )
    made.add_argument(
        "--worlds", type=int, default=1, metavar="N", help="of the seeds 0 to N-1 (%(default)s)"
    )
    made.add_argument(
        "--no-renaming", action="store_true", help="imitate with the names that were played"
    )
    made.add_argument("--demonstrations", type=int, default=1024, help="(%(default)s)")
    made.add_argument("--train", type=int, default=1024, help="training tasks (%(default)s)")
    made.add_argument("--validation", type=int, default=64, help="of the curves (%(default)s)")
    made.add_argument("--test", type=int, default=200, help="test tasks (%(default)s)")
    made.add_argument("--sft-steps", type=int, help="instead of the config's")
    made.add_argument("--grpo-steps", type=int, help="instead of the config's")
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the recipe; returns the exit status."""
    options = parser().parse_args(arguments)
    out: Path = options.out
    began = time.perf_counter()

    def stage(name: str) -> None:
        print(f"==> {name} ({time.perf_counter() - began:.0f} s)", file=sys.stderr, flush=True)

    try:
        config = load_config(options.config)
        if options.sft_steps is not None:
            config = replace(config, sft=replace(config.sft, steps=options.sft_steps))
        grpo = replace(config.grpo, variant=options.variant, seed=options.seed)
        if options.grpo_steps is not None:
            grpo = replace(grpo, steps=options.grpo_steps)
        setting = Setting(pages=options.pages, world_seeds=tuple(range(options.worlds)))
        sizes = Sizes(options.demonstrations, options.train, options.validation, options.test)
        stage("The demonstrator plays")
        play_demonstrations(
            setting, setting.tasks("train", sizes.demonstrations), out / "demonstrations"
        )
        stage("SFT")
        warm_start(
            setting,
            config,
            out / "demonstrations",
            out / "sft",
            print_progress,
            renaming=not options.no_renaming,
        )
        stage("Evaluation after SFT")
        before = measure(setting, grpo, out / "sft" / "model", sizes, out / "sft")
        stage(f"GRPO, {grpo.variant}")
        reinforce(
            setting,
            grpo,
            out / "sft" / "model",
            out / "grpo",
            sizes,
            faults=recipe_faults(),
            progress=print_progress,
        )
        stage("Evaluation after GRPO")
        after = measure(setting, grpo, out / "grpo" / "model", sizes, out / "grpo")
        write_report(out, {"SFT": before, f"GRPO, {grpo.variant}": after})
        stage("Done")
    except (
        ConfigError,
        CheckpointError,
        DemonstrationError,
        RolloutError,
        TrainingError,
        ValueError,
    ) as error:
        print(f"recipe: {error}", file=sys.stderr)
        return 1
    result = {
        "sft": before["sampled"]["accuracy"],
        "grpo": after["sampled"]["accuracy"],
        "well_formed_after_sft": before["sampled"]["well_formed"],
        "seconds": round(time.perf_counter() - began, 1),
        "report": str(out / "report.html"),
    }
    print(json.dumps(result))
    return 0


def write_report(out: Path, evaluations: dict[str, dict[str, Any]]) -> None:
    """One page with the table of evaluations and the curves; needs no network."""
    picture = out / "curves.png"
    draw_curves({"GRPO": [read_log(out / "grpo")]}, picture)
    loss = out / "sft.png"
    draw_curves(
        {"SFT": [read_log(out / "sft")]},
        loss,
        panels=(("loss", "SFT: loss"), ("mean_probability", "SFT: probability of a right token")),
    )
    rows = "".join(
        f"<tr><td>{html.escape(name)}, {how}</td>"
        + "".join(f"<td>{figures[key]:.3f}</td>" for key in SHOWN)
        + "</tr>"
        for name, each in evaluations.items()
        for how, figures in each.items()
    )
    heads = "".join(f"<th>{name.replace('_', ' ')}</th>" for name in SHOWN)
    images = "".join(
        f'<img alt="curves" src="data:image/png;base64,{_base64(file)}">'
        for file in (loss, picture)
    )
    page = f"""<!doctype html><meta charset="utf-8"><title>The laptop recipe</title>
<style>body{{font:15px/1.5 system-ui,sans-serif;max-width:1100px;margin:2rem auto;padding:0 1rem}}
table{{border-collapse:collapse}}
td,th{{padding:.3rem .8rem;border-bottom:1px solid #ddd;text-align:right}}
td:first-child,th:first-child{{text-align:left}}
img{{max-width:100%;margin-top:1.5rem}}</style>
<h1>The laptop recipe</h1>
<p>Test tasks without faults: sampled as in training, and greedily.</p>
<table><tr><th></th>{heads}</tr>{rows}</table>{images}"""
    (out / "report.html").write_text(page, encoding="utf-8")


def _base64(file: Path) -> str:
    return base64.b64encode(file.read_bytes()).decode()


if __name__ == "__main__":
    sys.exit(main())
