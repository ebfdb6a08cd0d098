"""The trainer's advantage within verl's own TransferQueue, on a local Ray."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import ray
import torch
import transfer_queue as tq
from omegaconf import OmegaConf
from torch.testing import assert_close
from transfer_queue import KVBatchMeta
from verl.trainer.ppo.v1 import get_trainer_cls
from verl.trainer.ppo.v1.agent_loop_tq import AgentLoopWorkerTQ

from algos.verl_adapter import fatal_aware_advantage
from algos.verl_adapter.settings import read_settings
from algos.verl_adapter.trainer import FatalAwareTrainer, plain_list
from tests.verl_adapter.replay import SCRIPTS, ReplayClient, bound_processor


def start_ray(tries: int = 5) -> None:
    """Start a local Ray, which gives up after 30 seconds where others use the processors."""
    for left in reversed(range(tries)):
        try:
            ray.init(num_cpus=2, include_dashboard=False, logging_level="ERROR")
            return
        except Exception:
            ray.shutdown()
            if not left:
                raise


@pytest.fixture(scope="module")
def queue(played: Any) -> Iterator[None]:
    start_ray()
    settings = OmegaConf.create(OmegaConf.to_container(played.config.transfer_queue, resolve=True))
    settings.enable = True
    settings.backend.SimpleStorage.num_data_storage_units = 1
    tq.init(settings)
    yield
    tq.close()
    ray.shutdown()


@pytest.fixture(scope="module")
def stored(played: Any, queue: None) -> tuple[list[str], list[dict[str, Any]]]:
    """Keys and tags of a group that verl's worker has put into the queue."""
    kind = AgentLoopWorkerTQ.__ray_metadata__.modified_class
    tokenizer = played.checkpoint.tokenizer
    end = tokenizer.convert_tokens_to_ids("<|im_end|>")
    config = played.config.copy()
    config.actor_rollout_ref.rollout.n = len(SCRIPTS)
    worker: Any = kind(config, ReplayClient(SCRIPTS, tokenizer, end, by_priority=False))
    worker.processor = bound_processor(played.checkpoint)
    row = {name: values[0] for name, values in played.asked.non_tensor_batch.items()}
    prompt = {**row, "uid": "the-group", "global_steps": 3}
    place = {"step": 3, "sample_index": 0, "rollout_n": 0, "validate": False}

    async def run() -> None:
        await worker._run_prompt(prompt, {"logprobs": True}, place)

    asyncio.run(run())
    listed = tq.kv_list("train")["train"]
    keys = sorted(key for key in listed if key.startswith("the-group_"))
    assert len(keys) == len(SCRIPTS), listed
    return keys, [listed[key] for key in keys]


def trainer(played: Any, variant: str, estimator: str) -> FatalAwareTrainer:
    """A trainer whose advantage can be asked for, without workers or GPUs."""
    made = object.__new__(FatalAwareTrainer)
    made.config = played.config.copy()
    made.config.algorithm.adv_estimator = estimator
    made.config.algorithm.rollout_correction = None
    made.play = read_settings({"variant": variant})
    return made


@pytest.mark.parametrize("estimator", ["grpo", "rloo"])
@pytest.mark.parametrize("variant", ["fatal_aware", "fatal_mask"])
def test_the_clamp_within_verls_trainer(
    played: Any, stored: Any, variant: Any, estimator: Any
) -> None:
    keys, tags = stored
    batch = KVBatchMeta(partition_id="train", keys=list(keys), tags=list(tags))
    metrics: dict[str, Any] = {}
    trainer(played, variant, estimator)._compute_advantage(batch, metrics)
    fields = ["advantages", "returns", "response_mask", "rm_scores", "extra_fields"]
    data = tq.kv_batch_get(keys=keys, partition_id="train", select_fields=fields)
    fatal = [dict(extra)["searchvl_fatal"] for extra in plain_list(data["extra_fields"])]
    padded = {name: data[name].to_padded_tensor(0.0) for name in fields[:3]}
    scores = data["rm_scores"].to_padded_tensor(0.0)
    mask = padded["response_mask"].float()
    ours, _ = fatal_aware_advantage(
        scores, mask, ["g"] * len(keys), fatal, variant=variant, estimator=estimator
    )
    assert sorted(fatal) == [False, False, True, True]
    assert_close(padded["advantages"], ours, rtol=0, atol=2e-6)
    assert torch.equal(padded["advantages"], padded["returns"])
    assert metrics["searchvl/fatal_share"] == 0.5


def test_it_is_known_to_verl_by_its_name() -> None:
    assert get_trainer_cls("searchvl") is FatalAwareTrainer


def test_padding_of_a_batch_is_no_rollout(played: Any, stored: Any, tmp_path: Path) -> None:
    keys, tags = stored
    marked = [*tags[:-1], {**tags[-1], "is_padding": True}]
    metrics: dict[str, Any] = {}
    batch = KVBatchMeta(partition_id="train", keys=list(keys), tags=marked)
    trainer(played, "fatal_aware", "rloo")._compute_advantage(batch, metrics)
    assert metrics["searchvl/fatal_share"] == pytest.approx(1 / 3)
