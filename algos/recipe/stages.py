"""The stages of the laptop recipe, each resumed where it stopped.

demonstrations → tokenizer and tiny Qwen3-VL → SFT → GRPO → evaluation → report
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from accelerate import PartialState

from algos.configs import Config
from algos.fatal_grpo import GRPOConfig, play_tasks
from algos.fatal_grpo import train as train_grpo
from algos.models import Checkpoint, build_tiny_checkpoint, load_checkpoint, train_tokenizer
from algos.recipe.copying import count_copying
from algos.recipe.demonstrator import HASTE
from algos.recipe.renaming import FreshDemonstrations
from algos.recipe.setting import WIRE_FORMAT, Setting
from algos.rollouts.figures import summarise_rollouts
from algos.sft import train as train_sft
from algos.tokens.conversation import Conversation
from algos.training.demonstrations import corpus, read_demonstrations
from algos.training.run_directory import SETTINGS, TrainingError
from algos.training.trained_worlds import note_worlds
from searchvl_gym.rollout import StoredPictures, is_right, run
from searchvl_gym.tasks import TaskSet
from searchvl_gym.tools import Faults
from searchvl_gym.wrappers import find_wire_format

Progress = Callable[[int, int, dict[str, float]], None]

TITLES = 30
"""How often the titles of a world are shown to the tokenizer; each less often where there are many
worlds."""


@dataclass(frozen=True)
class Sizes:
    """How much of everything.

    Attributes:
        demonstrations: Training tasks that the demonstrator plays.
        train: Training tasks for GRPO.
        validation: Tasks of the curves.
        test: Test tasks, played once at the end.
    """

    demonstrations: int = 1024
    train: int = 1024
    validation: int = 64
    test: int = 200


def play_demonstrations(
    setting: Setting,
    tasks: TaskSet,
    out: Path,
    *,
    workers: int = 2,
    faults: Faults | None = None,
    **habits: float,
) -> Path:
    """Let the demonstrator play each task once; a run that was stopped goes on.

    Args:
        setting: Worlds, tools.
        tasks: What it plays.
        out: Directory of its run.
        workers: Processes.
        faults: Which calls fail; by default none.
        habits: Of `Demonstrator`; `haste` is `HASTE` where it is not given.

    Returns:
        `out`.
    """
    environment = setting.environment(tasks, faults=faults)
    del environment["wire_format"], environment["lenient"]
    run(
        "SearchVL/Atlas-v0",
        "demonstrator",
        episodes=len(tasks),
        seed=setting.seed,
        workers=workers,
        out=out,
        env_kwargs=environment,
        policy_kwargs={"haste": HASTE} | habits,
    )
    return out


def warm_start(
    setting: Setting,
    config: Config,
    demonstrations: Path,
    out: Path,
    progress: Progress | None,
    *,
    renaming: bool = True,
) -> Checkpoint:
    """Train the tokenizer, build the model and imitate the demonstrations.

    Args:
        setting: Worlds, tasks, tools.
        config: Settings of the model and of SFT.
        demonstrations: Directory of their run.
        out: Directory of the training run; a run that was stopped there is resumed.
        progress: Called after each step.
        renaming: Whether names are other ones each time that a demonstration is drawn.

    Raises:
        TrainingError: When it ended after another number of steps.
        DemonstrationError: When there is no demonstration of these worlds.
    """
    if is_finished(out, config.sft.steps):
        return load_checkpoint(out / "model")
    form = find_wire_format(WIRE_FORMAT)
    prompt = setting.system_prompt()
    worlds = setting.worlds()
    opened = [worlds.at(place) for place in range(len(worlds))]
    names = {world.fingerprint: name for world, name in zip(opened, worlds.names, strict=True)}
    # The hasty and wrong ones as well: what pays is for reinforcement learning to find out.
    trajectories = read_demonstrations(demonstrations, worlds=names, only_right=False)
    # Names that are few tokens are copied in few steps, so the tokenizer learns mostly names.
    titles = [page.title for world in opened for page in world.pages()]
    texts = [*corpus(trajectories, form, prompt), *titles * max(1, TITLES // len(worlds))]
    tokenizer = train_tokenizer(texts, config.model.vocabulary)
    checkpoint = build_tiny_checkpoint(tokenizer, seed=config.sft.seed)
    checkpoint.card = {"wire_format": form.name, "system_prompt": prompt}
    note_worlds(checkpoint.card, names, names)
    conversation = Conversation(checkpoint)
    fresh = FreshDemonstrations(
        trajectories, StoredPictures(demonstrations), titles, conversation, form, prompt
    )
    augment = fresh if renaming else None
    return train_sft(checkpoint, fresh.plain(), config.sft, out, augment=augment, progress=progress)


def reinforce(
    setting: Setting,
    config: GRPOConfig,
    model: Path,
    out: Path,
    sizes: Sizes,
    *,
    faults: Faults | None,
    progress: Progress | None = None,
) -> Checkpoint:
    """Train a checkpoint by GRPO in the faulty environment; curves come from one without."""
    if is_finished(out, config.steps):
        return load_checkpoint(out / "model")
    return train_grpo(
        load_checkpoint(model),
        config,
        setting.environment(setting.tasks("train", sizes.train), faults=faults),
        out,
        evaluation=setting.environment(setting.tasks("validation", sizes.validation)),
        progress=progress,
    )


def is_finished(out: Path, steps: int | None) -> bool:
    """Whether a training run has come to its end.

    Raises:
        TrainingError: When it ended after another number of steps: what was measured since would
            be taken for that of the new one.
    """
    if not (out / "model").is_dir():
        return False
    trained = json.loads((out / SETTINGS).read_text(encoding="utf-8"))["steps"]
    if trained != steps:
        raise TrainingError(
            f"{out} was trained for {trained} steps, not {steps}; choose another --out"
        )
    return True


def measure(
    setting: Setting,
    config: GRPOConfig,
    model: Path,
    sizes: Sizes,
    out: Path,
    *,
    seed: int = 0,
) -> dict[str, Any]:
    """Play the test tasks without faults, sampled as in training and greedily.

    Args:
        setting: World, tasks, tools.
        config: Temperature of training, and budgets.
        model: Directory of the checkpoint.
        sizes: How many test tasks.
        out: Where `evaluation.json` is kept; if it is there already, it is read.
        seed: Of the sampling.

    Returns:
        For `sampled` and `greedy` the figures of `summarise_rollouts`, for each task in order
        whether it was `right` and its `turns_taken`, and how many `names` were written and how
        many of those were `slips` of copying.
    """
    file = out / "evaluation.json"
    if file.is_file():
        found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        return found
    # On the device that trained it.
    checkpoint = load_checkpoint(model, device=PartialState().device)
    tests = setting.environment(setting.tasks("test", sizes.test))
    found = {}
    for name, temperature in (("sampled", config.temperature), ("greedy", 0.0)):
        given = replace(config, evaluation_temperature=temperature)
        rollouts = play_tasks(checkpoint, given, tests, seed=seed * len(tests["tasks"]))
        played = [rollout.trajectory for rollout in rollouts]
        copying = count_copying(played)
        found[name] = summarise_rollouts(rollouts) | {
            "names": copying.names,
            "slips": copying.slips,
            "right": [int(is_right(each)) for each in played],
            "turns_taken": [len(each.steps) for each in played],
        }
    out.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    return found
