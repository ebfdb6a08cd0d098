"""The environment in TRL's GRPO trainer, with a tiny Qwen3-VL and a tiny world."""

import importlib
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import torch
from trl import GRPOConfig, GRPOTrainer

from algos import trl_adapter
from algos.losses.importance_sampling import importance_weights
from algos.models import Checkpoint, TinySize, build_tiny_checkpoint, train_tokenizer
from algos.objectives import policy_loss
from algos.tokens.scoring import Scorer
from algos.trl_adapter.environment import (
    RULES,
    episode_rewards,
    make_environment_factory,
    task_dataset,
)
from algos.trl_adapter.trainer import FatalAwareGRPOTrainer, make_chat_processor, step_of_token
from searchvl_gym.tools import Faults
from tests.algos.trl_adapter.trl_setting import (
    FATAL,
    RIGHT,
    UNREADABLE,
    WRONG,
    SaysScripts,
    as_token_batch,
    build_settings,
    crop,
    play_group,
    search,
    trajectories,
    turns_of,
)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return build_settings(tmp_path_factory.mktemp("worlds") / "tiny")


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    return train_tokenizer([*RIGHT, *WRONG, *FATAL, *UNREADABLE, RULES] * 2, 600)


@pytest.fixture
def checkpoint(tokenizer: Any) -> Checkpoint:
    size = TinySize(hidden=32, layers=2, feed_forward=64, vision_hidden=32, induction=False)
    return build_tiny_checkpoint(tokenizer, size)


class Scripted(SaysScripts, FatalAwareGRPOTrainer):
    pass


class ScriptedStock(SaysScripts, GRPOTrainer):
    pass


@pytest.fixture
def make_trainer(
    checkpoint: Checkpoint, settings: dict[str, Any], tmp_path: Path
) -> Callable[..., Any]:
    def make(
        kind: Any = Scripted,
        scripts: Sequence[Sequence[str]] = (),
        faults: Faults | None = None,
        rewards: Any = None,
        config: dict[str, Any] | None = None,
        **options: Any,
    ) -> Any:
        arguments = {
            "output_dir": str(tmp_path),
            "use_cpu": True,
            "bf16": False,
            "gradient_checkpointing": False,
            "per_device_train_batch_size": 4,
            "num_generations": 4,
            "max_completion_length": 600,
            "max_steps": 1,
            "learning_rate": 1e-3,
            "loss_type": "grpo",
            "epsilon_high": 0.28,
            "save_strategy": "no",
            "logging_steps": 1,
            "disable_tqdm": True,
        }
        trainer = kind(
            checkpoint.model,
            rewards,
            args=GRPOConfig(**{**arguments, **(config or {})}),
            train_dataset=task_dataset(settings["tasks"]),
            processing_class=make_chat_processor(checkpoint),
            environment_factory=make_environment_factory(**settings, faults=faults),
            **options,
        )
        trainer.scripts = scripts
        return trainer

    return make


def test_a_step_that_samples(make_trainer: Any) -> None:
    trainer = make_trainer(FatalAwareGRPOTrainer, config={"max_completion_length": 6})
    trainer.train()
    assert trainer.state.log_history[0]["completions/max_length"] <= 6
    assert len(trajectories(trainer)) == 4


def test_two_steps_that_learn(make_trainer: Any) -> None:
    scripts = [RIGHT, WRONG, FATAL, UNREADABLE]
    trainer = make_trainer(scripts=scripts, config={"max_steps": 2})
    before = trainer.model.lm_head.weight.detach().clone()
    trainer.train()
    after = trainer.model.lm_head.weight
    assert bool(after.isfinite().all()) and not torch.equal(before, after)
    first = trainer.state.log_history[0]
    assert (first["episodes/fatal_rate"], first["episodes/accuracy"]) == (0.5, 0.25)
    assert first["clamped_share"] == 1 and first["clamp_bias"] > 0


def test_episodes_are_played_through_the_environment(make_trainer: Any) -> None:
    trainer = make_trainer(scripts=[RIGHT, WRONG, FATAL, UNREADABLE])
    batch = play_group(trainer)
    right, wrong, fatal, unreadable = trajectories(trainer)
    assert [step.call.name for step in right.steps] == ["crop", "text_search", "answer"]
    assert (right.answer, right.reward, right.fatal_step) == ("1900", 1.0, None)
    assert (wrong.answer, wrong.reward, wrong.fatal_step) == ("1812", 0.0, None)
    kinds = [step.error and step.error.kind for step in fatal.steps]
    assert kinds == [None, "bad_arguments", "unknown_tool", "bad_arguments"]
    assert (fatal.termination, fatal.fatal_step) == ("consecutive_step_errors", 1)
    assert (unreadable.answer, unreadable.fatal_step) == (None, 1)
    # The pictures that crops made came back to the model, beside the task's own.
    assert batch["num_images"] == [2, 1, 2, 1]
    shown = trainer._tokenizer.batch_decode(batch["completion_ids"])
    assert "Mill 0 opened in 1900" in shown[0] and "<|image_pad|>" in shown[0]
    assert not any("never said" in text for text in shown)


@pytest.mark.parametrize(
    ("variant", "fatal_turns", "clamped"),
    [
        ("vanilla", FATAL[:4], False),
        ("hard_mask", [], False),
        ("fatal_mask", FATAL[:1], False),
        ("fatal_aware", FATAL[:1], True),
    ],
)
def test_fatal_rollouts_are_masked_and_clamped(
    make_trainer: Any, variant: str, fatal_turns: list[str], clamped: bool
) -> None:
    trainer = make_trainer(scripts=[RIGHT, WRONG, FATAL, WRONG], variant=variant)
    batch = play_group(trainer)
    assert turns_of(trainer, batch) == [RIGHT[:3], WRONG, fatal_turns, WRONG]
    good, wrong, fatal, _ = batch["advantages"].tolist()
    assert good > 0 > wrong
    assert fatal == (0 if clamped else wrong)
    counted = (batch["completion_mask"] * batch["tool_mask"]).sum()
    assert batch["num_items_in_batch"] == counted


def test_a_rollout_without_room_is_fatal_after_its_last_turn(make_trainer: Any) -> None:
    scripts = [[search(f"Mill {number}"), "never said"] for number in range(4)]
    trainer = make_trainer(scripts=scripts, config={"max_completion_length": 60})
    batch = play_group(trainer)
    assert turns_of(trainer, batch) == [script[:1] for script in scripts]
    for trajectory in trajectories(trainer):
        assert (trajectory.answer, trajectory.fatal_step) == (None, 1)
        assert trajectory.steps[0].evidence and trajectory.steps[1].error is not None


@pytest.mark.parametrize(("source", "kept"), [("any", 0), ("infrastructure", 0), ("model", 3)])
def test_the_source_of_the_cascade_counts(make_trainer: Any, source: str, kept: int) -> None:
    scripts = [[search(f"{first} mill")] * 4 for first in ("a", "b", "c", "d")]
    outage = Faults(rate=1.0, kinds=("outage",))
    trainer = make_trainer(scripts=scripts, faults=outage, fatal_source=source)
    turns = turns_of(trainer, play_group(trainer))
    assert [len(row) for row in turns] == [kept] * 4


NOT_FATAL = [
    [search("Mill"), "<think>\nSo.\n</think>\n\n<response>1900</response>"],
    [crop(48), search("Mill 0"), "It was \\boxed{1812}."],
    ["1900"],
    [search("Mill 1"), search("1901"), "1901"],
]


def test_without_fatal_rollouts_the_batch_is_that_of_trl(make_trainer: Any) -> None:
    ours = play_group(make_trainer(scripts=NOT_FATAL))
    theirs = play_group(make_trainer(ScriptedStock, NOT_FATAL, rewards=episode_rewards))
    assert ours.keys() == theirs.keys()
    for batch in (ours, theirs):
        batch["tool_mask"] = batch["tool_mask"] * batch["completion_mask"]
    for name, value in theirs.items():
        assert torch.equal(torch.as_tensor(ours[name]), torch.as_tensor(value)), name
    assert ours["advantages"].unique().numel() == 2


SAME_LOSSES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "grpo": ({}, {}),
    "bnpo": ({"loss_type": "bnpo"}, {"aggregation": "token_mean"}),
    "dr_grpo": (
        {"loss_type": "dr_grpo", "max_completion_length": 600},
        {"aggregation": "constant_length", "length": 600},
    ),
    "gspo": ({"importance_sampling_level": "sequence"}, {"ratio": "sequence"}),
    "dual clip": ({"delta": 1.5}, {"dual_clip": 1.5}),
    "cispo": (
        {"loss_type": "cispo", "epsilon_high": 1.28},
        {"surrogate": "cispo", "aggregation": "token_mean"},
    ),
    "divergence": ({"use_bias_correction_kl": False}, {"beta": 0.3}),
    "weighted divergence": ({}, {"beta": 0.3, "divergence": "weighted_k3"}),
    "another sampler": ({}, {"cap": 1.2}),
    "entropy": (
        {"loss_type": "bnpo", "entropy_coef": 0.3},
        {"aggregation": "token_mean", "entropy_bonus": 0.3},
    ),
}
"""Settings of TRL, and ours for the same loss."""


@pytest.mark.parametrize("name", SAME_LOSSES)
def test_our_loss_is_that_of_trl(make_trainer: Any, name: str) -> None:
    config, ours = SAME_LOSSES[name]
    trainer = make_trainer(ScriptedStock, NOT_FATAL, rewards=episode_rewards, config=config)
    trainer.current_gradient_accumulation_steps = 1
    inputs = play_group(trainer)
    mask = (inputs["completion_mask"] * inputs["tool_mask"]).bool()
    batch = as_token_batch(inputs, mask, trainer)
    scores, spread = Scorer(trainer.model, entropy_gradient=name == "entropy")(batch)
    # As if the weights had moved since the sampling, so that ratios are clipped on both sides.
    generator = torch.Generator().manual_seed(0)
    written = batch.generated == 1
    given = scores.detach()[written]
    old, reference, sampler = (
        given + 0.4 * torch.randn(len(given), generator=generator) for _ in range(3)
    )

    def as_ours(values: torch.Tensor) -> torch.Tensor:
        return torch.zeros_like(scores).masked_scatter(written, values)

    def as_theirs(values: torch.Tensor) -> torch.Tensor:
        return torch.zeros(mask.shape).masked_scatter(mask, values)

    settings = dict(ours)
    inputs["old_per_token_logps"] = as_theirs(old)
    inputs["num_items_in_batch"] = mask.sum()
    if "beta" in settings:
        trainer.beta = settings["beta"]
        inputs["ref_per_token_logps"] = as_theirs(reference)
        settings["ref_logp"] = as_ours(reference)
    if "cap" in settings:
        cap = settings.pop("cap")
        trainer.use_vllm = trainer.vllm_importance_sampling_correction = True
        inputs["importance_sampling_ratio"] = as_theirs((old - sampler).exp().clamp_max(cap))
        settings["weights"] = importance_weights(
            as_ours(old), as_ours(sampler), batch.generated, cap=cap
        )
    loss, figures = policy_loss(
        scores,
        as_ours(old),
        inputs["advantages"],
        batch.generated,
        clip_high=0.28,
        entropy=spread,
        **settings,
    )
    theirs = trainer._compute_loss(trainer.model, inputs)
    if name == "grpo":
        assert min(figures["clip_fraction_low"], figures["clip_fraction_high"]) > 0
    assert abs(loss.item() - theirs.item()) < 1e-5
    weights = [weight for weight in trainer.model.parameters() if weight.requires_grad]
    pairs = zip(
        torch.autograd.grad(loss, weights), torch.autograd.grad(theirs, weights), strict=True
    )
    assert max(float((a - b).abs().max()) for a, b in pairs) < 1e-5


def test_tokens_belong_to_steps() -> None:
    written = torch.tensor([[1, 1, 0, 0, 1, 0, 1, 0, 0], [1, 1, 1, 0, 0, 0, 0, 0, 0]])
    found = step_of_token(written, [[0, 3, 4], [0]]).tolist()
    assert found == [[0, 0, 0, 0, 3, 3, 4, 4, 4], [0] * 9]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"variant": "mask"}, "variant must be one of vanilla"),
        ({"fatal_source": "me"}, "fatal_source must be one of any"),
        ({}, "give environment_factory"),
        ({"environment_factory": list, "tools": [print]}, "give tools to the environment"),
    ],
)
def test_wrong_options_are_refused(options: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        FatalAwareGRPOTrainer(None, **options)


def other_trl() -> ModuleType:
    module = ModuleType("trl")
    module.__version__ = "1.15.0"
    module.GRPOTrainer = object
    return module


def test_the_package_gives_what_the_trainer_takes() -> None:
    for name in trl_adapter.__all__:
        assert getattr(trl_adapter, name).__name__ == name
    with pytest.raises(ImportError, match="cannot import name 'Trainer'"):
        from algos.trl_adapter import Trainer  # noqa: F401


@pytest.mark.parametrize(
    ("module", "said"), [(None, "cannot be imported"), (other_trl(), "needs TRL 1.16.0")]
)
def test_another_trl_is_refused(
    monkeypatch: pytest.MonkeyPatch, module: ModuleType | None, said: str
) -> None:
    monkeypatch.setitem(sys.modules, "trl", module)
    monkeypatch.delitem(sys.modules, "algos.trl_adapter.trainer")
    with pytest.raises(ImportError, match=f"{said}.*searchvl-gym\\[trl\\]"):
        importlib.import_module("algos.trl_adapter.trainer")
