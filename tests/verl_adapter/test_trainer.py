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
from tests.verl_adapter.conftest import Played
from tests.verl_adapter.replay import (
    SCRIPTS,
    ReplayClient,
    answer,
    bound_processor,
    crop,
    make_config,
    search,
)

LOSS = "actor_rollout_ref.actor.loss_agg_mode=token-mean"


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


def put_group(played: Any, scripts: Any, uid: str) -> tuple[list[str], list[dict[str, Any]]]:
    """Keys and tags of a group that verl's worker plays and puts into the queue."""
    kind = AgentLoopWorkerTQ.__ray_metadata__.modified_class
    tokenizer = played.checkpoint.tokenizer
    end = tokenizer.convert_tokens_to_ids("<|im_end|>")
    config = played.config.copy()
    config.actor_rollout_ref.rollout.n = len(scripts)
    worker: Any = kind(config, ReplayClient(scripts, tokenizer, end, by_priority=False))
    worker.processor = bound_processor(played.checkpoint)
    row = {name: values[0] for name, values in played.asked.non_tensor_batch.items()}
    prompt = {**row, "uid": uid, "global_steps": 3}
    place = {"step": 3, "sample_index": 0, "rollout_n": 0, "validate": False}

    async def run() -> None:
        await worker._run_prompt(prompt, {"logprobs": True}, place)

    asyncio.run(run())
    listed = tq.kv_list("train")["train"]
    keys = sorted(key for key in listed if key.startswith(f"{uid}_"))
    return keys, [listed[key] for key in keys]


@pytest.fixture(scope="module")
def stored(played: Any, queue: None) -> tuple[list[str], list[dict[str, Any]]]:
    """Keys and tags of a group that verl's worker has put into the queue."""
    keys, tags = put_group(played, SCRIPTS, "the-group")
    assert len(keys) == len(SCRIPTS)
    return keys, tags


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


LATE = (crop(), *(search(f"Mill {number}") for number in range(5)))
"""So long that the context `recent` has shortened something."""

LONG = (
    (*LATE, answer("1900")),
    (*LATE, answer("1812")),
    (*LATE, "no call at all", "nor here", "nor here", "never said"),
)


@pytest.fixture(scope="module")
def stored_in_parts(
    queue: None, verl_world: Any, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Any, list[str], list[dict[str, Any]]]:
    """Keys and tags of a group whose episodes are several token sequences each."""
    parts = (
        "searchvl.context=recent",
        "searchvl.max_steps=10",
        "data.max_response_length=6000",
        LOSS,
    )
    played = Played(tmp_path_factory.mktemp("parts"), verl_world)
    played.config = make_config(
        Path(played.config.actor_rollout_ref.model.path),
        verl_world,
        Path(played.config.data.train_files),
        *parts,
    )
    return played, *put_group(played, LONG, "the-parts")


@pytest.mark.parametrize("variant", ["fatal_aware", "fatal_mask"])
def test_the_sequences_of_an_episode_have_one_advantage(stored_in_parts: Any, variant: Any) -> None:
    played, keys, tags = stored_in_parts
    episode = [key.rsplit("_", 1)[0] for key in keys]
    assert len(set(episode)) == len(LONG) < len(keys)
    batch = KVBatchMeta(partition_id="train", keys=list(keys), tags=list(tags))
    metrics: dict[str, Any] = {}
    trainer(played, variant, "grpo")._compute_advantage(batch, metrics)
    fields = ["advantages", "response_mask", "rm_scores", "extra_fields"]
    data = tq.kv_batch_get(keys=keys, partition_id="train", select_fields=fields)
    rows = [data[name].unbind() for name in fields[:3]]
    value = {
        name: {
            float(a)
            for key, given, mask in zip(episode, *rows[:2], strict=True)
            if key == name
            for a in given[mask.bool()]
        }
        for name in episode
    }
    assert all(len(found) == 1 for found in value.values())
    # As if each episode were one row: its return, compared with the other two.
    scores = {key: float(row.sum()) for key, row in zip(episode, rows[2], strict=True)}
    fatal = {
        key: dict(extra)["searchvl_fatal"]
        for key, extra in zip(episode, plain_list(data["extra_fields"]), strict=True)
    }
    names = list(scores)
    ours, _ = fatal_aware_advantage(
        torch.tensor([[scores[name]] for name in names]),
        torch.ones(len(names), 1),
        ["g"] * len(names),
        [fatal[name] for name in names],
        variant=variant,
    )
    theirs = torch.tensor([[*value[name]] for name in names])
    assert_close(theirs, ours, rtol=0, atol=2e-6)
    assert metrics["searchvl/fatal_share"] == pytest.approx(1 / 3)
    assert sorted(fatal.values()) == [False, False, True]


def test_it_is_known_to_verl_by_its_name() -> None:
    assert get_trainer_cls("searchvl") is FatalAwareTrainer


def test_padding_of_a_batch_is_no_rollout(played: Any, stored: Any, tmp_path: Path) -> None:
    keys, tags = stored
    marked = [*tags[:-1], {**tags[-1], "is_padding": True}]
    metrics: dict[str, Any] = {}
    batch = KVBatchMeta(partition_id="train", keys=list(keys), tags=marked)
    trainer(played, "fatal_aware", "rloo")._compute_advantage(batch, metrics)
    # Rollouts take their scripts in the order in which they ask, so any may have come last.
    extras = tq.kv_batch_get(keys=keys, partition_id="train", select_fields=["extra_fields"])
    left = [dict(extra)["searchvl_fatal"] for extra in plain_list(extras["extra_fields"])][:-1]
    assert metrics["searchvl/fatal_share"] == pytest.approx(sum(left) / 3)
