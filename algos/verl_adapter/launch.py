"""Trains on a cluster with verl, or says what a configuration would do.

    python -m algos.verl_adapter.launch eight-gpus actor_rollout_ref.model.path=Qwen3-VL-8B \
        data.train_files=train.parquet data.val_files=validation.parquet searchvl.world=WORLD
    python -m algos.verl_adapter.launch paper --dry-run

What follows the configuration's name overrides it, in Hydra's way of writing. `--dry-run` prints
the resolved configuration and the memory plan, and needs no GPU.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from algos.verl_adapter.memory_plan import describe_plan, plan_memory
from algos.verl_adapter.settings import check_context, read_settings
from algos.verl_adapter.versions import check_verl

CONFIGS = ("eight-gpus", "one-gpu", "paper")
TRAINER = "algos.verl_adapter.trainer"
MODULES = "VERL_USE_EXTERNAL_MODULES"
EXAMPLES = {
    "actor_rollout_ref.model.path": {
        "one-gpu": "Qwen3-VL-2B",
        "eight-gpus": "Qwen3-VL-8B",
        "paper": "Qwen3-VL-8B",
    },
    "data.train_files": "train.parquet",
    "data.val_files": "validation.parquet",
}
"""What a dry run fills in where it is not given."""


def compose(name: str, overrides: Sequence[str] = (), *, fill: bool = False) -> Any:
    """A configuration with verl's defaults below it.

    Args:
        name: One of `CONFIGS`.
        overrides: In Hydra's way of writing.
        fill: Put names in the place of a model and files that are not given.

    Raises:
        ValueError: When the name is unknown, an override cannot be used, a setting of `searchvl`
            is wrong, or something that must be given is missing; one line says which.
    """
    from hydra import compose as compose_config
    from hydra import initialize_config_module
    from hydra.errors import HydraException
    from omegaconf import OmegaConf
    from omegaconf.errors import OmegaConfBaseException

    if name not in CONFIGS:
        raise ValueError(f"there is no configuration {name!r}; there are {', '.join(CONFIGS)}")
    try:
        with initialize_config_module("algos.verl_adapter.configs", version_base=None):
            config = compose_config(
                name, ["hydra.searchpath=[pkg://verl.trainer.config]", *overrides]
            )
        for key, example in EXAMPLES.items():
            if fill and OmegaConf.select(config, key) is None:
                OmegaConf.update(
                    config, key, example if isinstance(example, str) else example[name]
                )
        loop = Path(__file__).with_name("configs") / "agent_loop.yaml"
        agent = "actor_rollout_ref.rollout.agent.agent_loop_config_path"
        if OmegaConf.select(config, agent) is None:
            OmegaConf.update(config, agent, str(loop))
        missing = [key for key in EXAMPLES if OmegaConf.select(config, key) is None]
    except (HydraException, OmegaConfBaseException) as error:
        raise ValueError(str(error).strip().split("\n", 1)[0]) from error
    if missing:
        raise ValueError(f"give {', '.join(f'{key}=…' for key in missing)}")
    section = OmegaConf.to_container(config.searchvl, resolve=True)
    check_context(read_settings(section), config)  # type: ignore[arg-type]
    return config


def run(config: Any) -> None:
    """Train: start Ray, or join a cluster by `RAY_ADDRESS`, and hand over to verl."""
    from omegaconf import OmegaConf, open_dict

    # Read when verl is imported, here and on every node.
    known = [name for name in os.environ.get(MODULES, "").split(",") if name]
    os.environ[MODULES] = ",".join(dict.fromkeys([*known, TRAINER]))
    with open_dict(config):
        OmegaConf.update(
            config,
            f"ray_kwargs.ray_init.runtime_env.env_vars.{MODULES}",
            os.environ[MODULES],
            force_add=True,
        )
    from verl.trainer.main_ppo import TaskRunnerV1, run_ppo
    from verl.trainer.ppo.utils import need_critic, need_reference_policy
    from verl.utils.config import validate_config

    validate_config(config, need_reference_policy(config), need_critic(config))
    run_ppo(config, task_runner_class=TaskRunnerV1)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(description="Train on a cluster with verl.")
    parser.add_argument("config", help=f"one of {', '.join(CONFIGS)}")
    parser.add_argument("overrides", nargs="*", help="name=value, in Hydra's way of writing")
    parser.add_argument("--dry-run", action="store_true", help="print, do not train")
    parser.add_argument("--card-gib", type=float, default=80.0, help="of a card (%(default)s)")
    options = parser.parse_intermixed_args(arguments)
    try:
        check_verl()
        config = compose(options.config, options.overrides, fill=options.dry_run)
        from omegaconf import OmegaConf

        plan = plan_memory(
            OmegaConf.to_container(config, resolve=True),  # type: ignore[arg-type]
            options.card_gib,
        )
    except (ImportError, ValueError) as error:
        print(f"launch: {error}", file=sys.stderr)
        return 1
    if options.dry_run:
        print(OmegaConf.to_yaml(config, resolve=True))
        print(describe_plan(plan))
        return 1 if plan.complaints else 0
    for line in plan.complaints:
        print(f"launch: a warning: {line}", file=sys.stderr)
    run(config)
    return 0


if __name__ == "__main__":
    sys.exit(main())
