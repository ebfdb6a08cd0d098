"""Settings of GRPO, and what is refused before anything is played."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, get_args

from accelerate import Accelerator
from accelerate.utils import DistributedType

from algos.credit import CREDITS
from algos.fatal_variants import FATAL_SOURCES
from algos.models import Checkpoint
from algos.objectives import Aggregation, Deviation, Estimator
from algos.run_directory import TrainingError
from searchvl_gym.vector import SearchVectorEnv


@dataclass(frozen=True)
class GRPOConfig:
    """Settings of GRPO; the defaults are the paper's.

    Attributes:
        variant: One of `algos.credit.CREDITS`.
        fatal_source: Whose cascades are masked and clamped: `any`, `model` or `infrastructure`.
        steps: Batches of rollouts.
        prompts: Tasks a step, over all processes.
        group_size: Rollouts a task.
        epochs: Passes over a step's rollouts.
        minibatches: Updates a pass.
        learning_rate: Of AdamW.
        muon_learning_rate: Of Muon on the decoder's matrices, or None.
        weight_decay: Of both.
        clip: Largest norm of the gradient.
        estimator: `grpo`, `rloo` or `mean_only`.
        std: `population` or `sample`.
        aggregation: Of the tokens' losses.
        clip_low: ε_low.
        clip_high: ε_high.
        beta: Weight of the divergence from the initial policy; needs a second model if above 0.
        hop_weight: Share of the gold hops in the credit of `hop_anchored`.
        temperature: Of the sampling.
        turn_tokens: Most tokens of a turn.
        episode_tokens: Most tokens of an episode.
        tokens: Most tokens of one forward pass, padding included.
        freeze: Beginnings of the names of parameters that stay as they are.
        evaluate_every: Steps between evaluations; 0 for none but the last.
        evaluation_temperature: None for that of training.
        checkpoint_every: Steps between saved states.
        seed: Of tasks, faults and sampling.
        tracker: A tracker of accelerate, or None.
    """

    variant: str = "fatal_aware"
    fatal_source: str = "any"
    steps: int = 200
    prompts: int = 256
    group_size: int = 8
    epochs: int = 1
    minibatches: int = 4
    learning_rate: float = 1e-6
    muon_learning_rate: float | None = None
    weight_decay: float = 0.0
    clip: float = 1.0
    estimator: str = "grpo"
    std: str = "population"
    aggregation: str = "sequence_mean"
    clip_low: float = 0.2
    clip_high: float = 0.28
    beta: float = 0.0
    hop_weight: float = 0.3
    temperature: float = 0.7
    turn_tokens: int = 4_096
    episode_tokens: int = 74_096
    tokens: int = 74_096
    freeze: tuple[str, ...] = ()
    evaluate_every: int = 10
    evaluation_temperature: float | None = None
    checkpoint_every: int = 10
    seed: int = 0
    tracker: str | None = None


def check_sharding(accelerator: Accelerator) -> None:
    """Refuse launches whose processes hold a part of the model each: it could not be sampled.

    Raises:
        TrainingError: Which launch it is.
    """
    plugin = getattr(accelerator.state, "deepspeed_plugin", None)
    stage = 0 if plugin is None else plugin.zero_stage
    if stage == 3 or accelerator.distributed_type == DistributedType.FSDP:
        raise TrainingError(
            "rollouts cannot be sampled from a model that is sharded by FSDP or ZeRO-3; launch "
            "with whole copies (--multi_gpu, or ZeRO-1 or 2)"
        )


def check_settings(
    config: GRPOConfig, checkpoint: Checkpoint, environment: dict[str, Any], processes: int
) -> None:
    """Refuse what cannot work before anything is played.

    Raises:
        TrainingError: Which setting is wrong and what it must be.
    """
    choices = {
        "variant": tuple(CREDITS),
        "fatal_source": FATAL_SOURCES,
        "estimator": get_args(Estimator),
        "std": get_args(Deviation),
        "aggregation": get_args(Aggregation),
    }
    for name, known in choices.items():
        value = getattr(config, name)
        if value not in known:
            raise TrainingError(f"{name} must be one of {', '.join(known)}; got {value!r}")
    if config.prompts < 1 or config.prompts % processes:
        raise TrainingError(
            f"prompts must be a multiple of the number of processes ({processes}), got "
            f"{config.prompts}"
        )
    rollouts = config.prompts * config.group_size // processes
    if config.group_size < 2 or config.minibatches < 1 or rollouts % config.minibatches:
        raise TrainingError(
            f"group_size must be at least 2 and minibatches divide the {rollouts} rollouts of a "
            f"step; got {config.group_size} and {config.minibatches}"
        )
    if not 0 < config.temperature <= 5:
        raise TrainingError(f"temperature must be above 0 to explore, got {config.temperature}")
    if min(config.steps, config.epochs, config.tokens, config.checkpoint_every) < 1:
        raise TrainingError("steps, epochs, tokens and checkpoint_every must be at least 1")
    if config.beta > 0:
        raise TrainingError("beta above 0 needs a reference model; this trainer holds none")
    if not len(environment["tasks"]):
        raise TrainingError("there is no task to train on")
    form = environment["wire_format"]
    trained_with = checkpoint.card.get("wire_format", form)
    if trained_with != form:
        raise TrainingError(f"the checkpoint talks {trained_with}, the environment {form}")
    probe = SearchVectorEnv(1, **environment)
    world = probe.envs[0].get_wrapper_attr("world").fingerprint
    block = probe.envs[0].get_wrapper_attr("system_prompt")
    probe.close()
    known = checkpoint.card.get("system_prompt")
    if known is not None and known != block:
        raise TrainingError(
            "the environment's tool block differs from the one that the checkpoint was trained "
            f"with ({len(block)} characters here, {len(known)} there); use the same tools in SFT "
            "and RL, or train anew"
        )
    trained_in = checkpoint.card.get("world", world)
    if trained_in != world:
        raise TrainingError(
            f"the checkpoint was trained in the world {trained_in[:12]}, this one is {world[:12]}"
        )
