"""Configurations, the dry run, and what is refused before anything starts."""

from typing import Any

import pytest
from omegaconf import OmegaConf

from algos.verl_adapter.launch import CONFIGS, compose, main
from algos.verl_adapter.memory_plan import plan_memory


@pytest.mark.parametrize("name", CONFIGS)
def test_a_dry_run_prints_the_configuration_and_a_plan_that_fits(name: str, capsys: Any) -> None:
    assert main([name, "--dry-run"]) == 0
    said = capsys.readouterr().out
    resolved = OmegaConf.create(said[: said.index("\n\n")])
    assert resolved.searchvl.variant == "fatal_aware"
    assert resolved.trainer.v1.trainer_mode == "searchvl"
    assert "updating" in said and "key-value cache" in said


def test_the_papers_settings() -> None:
    config = compose("paper", fill=True)
    group = config.actor_rollout_ref
    assert config.trainer.nnodes * config.trainer.n_gpus_per_node == 64
    assert config.algorithm.adv_estimator == "rloo"
    assert group.actor.loss_agg_mode == "seq-mean-token-sum"
    assert (group.actor.clip_ratio_low, group.actor.clip_ratio_high) == (0.2, 0.28)
    assert (group.rollout.n, config.data.max_response_length) == (8, 70_000)
    assert (config.data.train_batch_size, group.actor.ppo_mini_batch_size) == (256, 64)
    assert (group.actor.optim.lr, group.rollout.temperature) == (1e-6, 0.7)
    assert (config.data.max_prompt_length, config.searchvl.turn_tokens) == (4096, 4096)
    assert group.actor.entropy_coeff == 0 and not group.actor.use_kl_loss


def test_overrides_win() -> None:
    config = compose(
        "one-gpu", ["searchvl.fault_rate=0.2", "data.max_response_length=99"], fill=True
    )
    assert (config.searchvl.fault_rate, config.data.max_response_length) == (0.2, 99)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["two-gpus", "--dry-run"], "there is no configuration 'two-gpus'"),
        (["paper"], "give actor_rollout_ref.model.path="),
        (["paper", "--dry-run", "+searchvl.varient=vanilla"], "searchvl has no setting varient"),
        (["paper", "--dry-run", "searchvl.variant=clamp"], "searchvl: Invalid enum value 'clamp'"),
        (["paper", "--dry-run", "searchvl.context=recent"], "algorithm.adv_estimator=rloo would"),
        (["one-gpu", "--dry-run", "searchvl.context=recent"], "take token-mean or seq-mean-token"),
        (["one-gpu", "--dry-run", "searchvl.context=long"], "context must be one of whole"),
        (["paper", "--dry-run", "trainer.nodes=2"], "trainer.nodes"),
        (
            ["paper", "--dry-run", "actor_rollout_ref.model.path=Llama"],
            "is no directory, and its name has none of",
        ),
    ],
)
def test_mistakes_are_one_line(arguments: list[str], message: str, capsys: Any) -> None:
    assert main(arguments) == 1
    said = capsys.readouterr().err.strip()
    assert message in said and "\n" not in said


def plan(*overrides: str, name: str = "eight-gpus", card: float = 80.0) -> Any:
    config = compose(name, overrides, fill=True)
    return plan_memory(OmegaConf.to_container(config, resolve=True), card)  # type: ignore[arg-type]


def test_a_smaller_card_is_told_what_to_lower() -> None:
    found = plan(card=16.0)
    assert any("ppo_max_token_len_per_gpu" in line for line in found.complaints)
    assert any("gpu_memory_utilization" in line for line in found.complaints)


def test_the_plan_moves_as_the_settings_do() -> None:
    usual = plan()
    assert plan("trainer.nnodes=2").weights == pytest.approx(usual.weights / 2)
    assert plan("actor_rollout_ref.model.use_fused_kernels=false").logits > 10
    kept = plan("actor_rollout_ref.actor.fsdp_config.optimizer_offload=false")
    assert kept.updating > usual.updating and kept.host < usual.host
    assert plan(name="one-gpu").trained < plan(name="one-gpu").parameters / 20
    short = plan("actor_rollout_ref.actor.ulysses_sequence_parallel_size=1")
    assert any("a batch 18,432" in line for line in short.complaints)
