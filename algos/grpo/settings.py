"""Settings of GRPO, and what is refused before anything is played."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, get_args

from accelerate import Accelerator
from accelerate.utils import DistributedType

from algos.credit import CREDITS
from algos.grpo.curriculum import Curriculum, levels_of
from algos.grpo.group_lessons import Groups
from algos.grpo.reference import ReferenceDevice
from algos.grpo.sampler_correction import Correction
from algos.losses.divergence import Divergence
from algos.losses.importance_sampling import Mode
from algos.losses.surrogates import Ratio, Surrogate
from algos.models import Checkpoint
from algos.objectives import Aggregation, Deviation, Estimator
from algos.rollouts.fatal_variants import FATAL_SOURCES
from algos.tokens.shared_rows import check_causal
from algos.training.run_directory import TrainingError
from searchvl_gym.context import make_context
from searchvl_gym.vector import SearchVectorEnv


@dataclass(frozen=True)
class GRPOConfig:
    """Settings of GRPO; the defaults are the paper's.

    Attributes:
        variant: One of `algos.credit.CREDITS`.
        fatal_source: Which fatal rollouts are masked and clamped: `any`, those whose fault is the
            `model`'s or the `infrastructure`'s, or `cascade` for error cascades of either: an
            episode that ran out of rounds without an answer is then blamed like any other.
        steps: Batches of rollouts.
        prompts: Tasks a step, over all processes.
        group_size: Rollouts a task.
        epochs: Passes over a step's rollouts.
        minibatches: Updates a pass.
        learning_rate: Of AdamW.
        muon_learning_rate: Of Muon on the decoder's matrices, or None.
        weight_decay: Of both.
        warm_up: Share of the steps in which the learning rates rise.
        stable: Share of the steps that then stay at the peak; 1 for no fall.
        eight_bit_moments: Keep AdamW's moments in 8 bits, by bitsandbytes; for small cards.
        clip: Largest norm of the gradient.
        spike_factor: Skip an update whose gradient's norm is more than so many times its running
            median; 0 for never.
        spike_limit: Updates skipped in a row at which the run stops.
        estimator: `grpo`, `rloo` or `mean_only`.
        std: `population`, `sample`, or `batch` for the deviation of all returns of a step.
        groups: What is learnt from: `all` groups; those that are partly right, `mixed`; or
            `redraw`, which plays other tasks until there are as many mixed groups as `prompts`.
        redraws: Most times that other tasks are played in a step.
        curriculum: How tasks are drawn: `none`, each once before any comes again, or by `depth`,
            from what succeeded so far; see `algos.grpo.curriculum`.
        unanswered_cost: Taken off the return of an episode that ended without an answer and
            without an error cascade.
        error_cost: Taken off the return for each error that is the model's.
        ratio: `token` or `sequence`; see `algos.losses.surrogates`.
        surrogate: `clip` or `cispo`.
        dual_clip: Most that a blamed token's ratio counts for; None for no bound.
        aggregation: Of the tokens' losses.
        constant_length: Divisor of the aggregation `constant_length`; None for `episode_tokens`.
        clip_low: ε_low.
        clip_high: ε_high.
        beta: Weight of the divergence from the initial policy; above 0 it needs a reference,
            which costs a copy of the model unless adapters are trained.
        divergence: Its estimator, `k1`, `k2`, `k3` or `weighted_k3`; see `algos.losses.divergence`.
        reference_device: Where that copy is held: beside the `model`, or on the `cpu`.
        sampler_correction: Weigh tokens against a sampler that is not the trainer: `none`, by
            `token` or by `sequence`; costs one more forward pass.
        sampler_cap: Largest weight.
        sampler_mode: What becomes of a larger one: `truncate` or `mask`.
        lag: Steps by which the sampler's weights are old.
        hop_weight: Share of the steps' own credit in the variants that have one: `hop_anchored`,
            `turn_level`, `anchor_state`.
        entropy_bonus: Weight of the policy's entropy in the objective.
        temperature: Of the sampling.
        top_p: Mass of the likeliest tokens that are drawn from, in playing and in evaluations; the
            ratios are those of all tokens, as TRL and verl have it.
        frequency_penalty: Taken off a token's logit for each time that it was written before in
            the same turn; the trainer's ratios know of it. Plays and evaluations have it alike.
        turn_tokens: Most tokens of a turn.
        episode_tokens: Most tokens of an episode.
        tokens: Most tokens of one forward pass, padding included.
        share_prefixes: Read what the rollouts of a group begin with alike once, in playing and in
            updates; see `algos.tokens.prefix_tree`. The same numbers but for rounding.
        freeze: Parts that stay as they are; see `algos.training.optimizers.freeze`.
        evaluate_every: Steps between evaluations; 0 for none but the last.
        evaluation_temperature: None for that of training.
        keep_best: Keep the checkpoint that did best in an evaluation as `OUT/best`.
        checkpoint_every: Steps between saved states.
        seed: Of tasks, faults and sampling.
        tracker: A tracker of accelerate, or None.
        context: What the policy is shown of a long episode, see `searchvl_gym.context`; an episode
            is then several token sequences (`algos.tokens.segments`). `whole` is the paper's.
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
    warm_up: float = 0.0
    stable: float = 1.0
    eight_bit_moments: bool = False
    clip: float = 1.0
    spike_factor: float = 0.0
    spike_limit: int = 5
    estimator: str = "grpo"
    std: str = "population"
    groups: str = "all"
    redraws: int = 3
    curriculum: str = "none"
    unanswered_cost: float = 0.0
    error_cost: float = 0.0
    ratio: str = "token"
    surrogate: str = "clip"
    dual_clip: float | None = None
    aggregation: str = "sequence_mean"
    constant_length: int | None = None
    clip_low: float = 0.2
    clip_high: float = 0.28
    beta: float = 0.0
    divergence: str = "k3"
    reference_device: str = "model"
    sampler_correction: str = "none"
    sampler_cap: float = 2.0
    sampler_mode: str = "truncate"
    lag: int = 0
    hop_weight: float = 0.3
    entropy_bonus: float = 0.0
    temperature: float = 0.7
    top_p: float = 1.0
    frequency_penalty: float = 0.0
    turn_tokens: int = 4_096
    episode_tokens: int = 74_096
    tokens: int = 74_096
    share_prefixes: bool = False
    freeze: tuple[str, ...] = ()
    evaluate_every: int = 10
    evaluation_temperature: float | None = None
    keep_best: bool = False
    checkpoint_every: int = 10
    seed: int = 0
    tracker: str | None = None
    context: str = "whole"


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


def _check_ranges(config: GRPOConfig) -> None:
    least = {
        "beta": 0,
        "lag": 0,
        "redraws": 0,
        "unanswered_cost": 0,
        "error_cost": 0,
        "entropy_bonus": 0,
        "frequency_penalty": 0,
        "spike_limit": 1,
    }
    for name, bound in least.items():
        if not getattr(config, name) >= bound:
            raise TrainingError(f"{name} must be at least {bound}, got {getattr(config, name)!r}")
    if config.spike_factor and not config.spike_factor > 1:
        raise TrainingError(f"spike_factor must be above 1, or 0, got {config.spike_factor!r}")
    if not config.sampler_cap > 0:
        raise TrainingError(f"sampler_cap must be above 0, got {config.sampler_cap!r}")
    if not (0 <= config.warm_up <= 1 and 0 <= config.stable <= 1):
        raise TrainingError(
            f"warm_up and stable are shares of the steps, got {config.warm_up!r} and "
            f"{config.stable!r}"
        )
    if config.dual_clip is not None and (
        config.surrogate != "clip" or not config.dual_clip > 1 + config.clip_high
    ):
        raise TrainingError(
            "dual_clip must be above 1 + clip_high and goes with the surrogate clip; got "
            f"{config.dual_clip!r} with {config.surrogate}"
        )
    try:
        context = make_context(config.context)
    except ValueError as error:
        raise TrainingError(str(error)) from None
    compared = config.beta > 0 or config.sampler_correction != "none"
    if context.name != "whole" and (compared or config.ratio != "token"):
        raise TrainingError(
            f"the context {context.name} makes several sequences of an episode, which beta, "
            "sampler_correction and the ratio sequence do not know of; leave them out"
        )
    if config.share_prefixes and config.frequency_penalty:
        raise TrainingError(
            "share_prefixes does not know what a turn has written before, as frequency_penalty "
            "asks; leave one of them out"
        )
    if config.constant_length is not None and config.constant_length < 1:
        raise TrainingError(f"constant_length must be at least 1, got {config.constant_length}")


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
        "groups": get_args(Groups),
        "curriculum": get_args(Curriculum),
        "ratio": get_args(Ratio),
        "surrogate": get_args(Surrogate),
        "divergence": get_args(Divergence),
        "reference_device": get_args(ReferenceDevice),
        "sampler_correction": get_args(Correction),
        "sampler_mode": get_args(Mode),
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
    if not 0 < config.top_p <= 1:
        raise TrainingError(f"top_p must be above 0 and at most 1, got {config.top_p}")
    if min(config.steps, config.epochs, config.tokens, config.checkpoint_every) < 1:
        raise TrainingError("steps, epochs, tokens and checkpoint_every must be at least 1")
    _check_ranges(config)
    if not len(environment["tasks"]):
        raise TrainingError("there is no task to train on")
    if config.curriculum != "none":
        levels_of(environment["tasks"])
    form = environment["wire_format"]
    trained_with = checkpoint.card.get("wire_format", form)
    if trained_with != form:
        raise TrainingError(f"the checkpoint talks {trained_with}, the environment {form}")
    if config.share_prefixes:
        try:
            check_causal(checkpoint.family)
        except ValueError as error:
            raise TrainingError(str(error)) from None
    probe = SearchVectorEnv(1, **environment)
    block = probe.envs[0].get_wrapper_attr("system_prompt")
    probe.close()
    known = checkpoint.card.get("system_prompt")
    if known is not None and known != block:
        raise TrainingError(
            "the environment's tool block differs from the one that the checkpoint was trained "
            f"with ({len(block)} characters here, {len(known)} there); use the same tools in SFT "
            "and RL, or train anew"
        )
