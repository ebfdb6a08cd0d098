"""A tiny checkpoint on disk, a world, a group of rollouts that verl's worker has played."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from small_setting import make_world
from verl import DataProto
from verl.experimental.agent_loop.agent_loop import AgentLoopWorker

from algos.models import Checkpoint, TinySize, build_tiny_checkpoint, train_tokenizer
from algos.tokens.conversation import Conversation
from algos.verl_adapter.dataset import write_parquet
from searchvl_gym.chat import FORMATS
from searchvl_gym.tools.catalog import make_suite
from searchvl_gym.world import World
from tests.algos.tiny_setting import make_tasks
from tests.verl_adapter.replay import (
    SCRIPTS,
    ReplayClient,
    bound_processor,
    make_config,
    rows,
    save_for_verl,
)

SIZE = TinySize(hidden=48, layers=2, heads=2, feed_forward=64, vision_hidden=32, induction=False)


def make_checkpoint() -> Checkpoint:
    """Random weights, the same each time; its tokenizer knows the words of the ten tools."""
    prompt = FORMATS["opensearch_vl"].system_prompt(make_suite("release").schemas())
    words = [prompt, *(turn for script in SCRIPTS for turn in script)]
    return build_tiny_checkpoint(train_tokenizer(words * 3, 1500), SIZE)


class Played:
    """A group that verl's worker has played with recorded turns."""

    def __init__(self, folder: Path, world: World, *overrides: str, scripts: Any = SCRIPTS) -> None:
        self.world = world
        self.checkpoint: Checkpoint = make_checkpoint()
        model = save_for_verl(self.checkpoint, folder / "model")
        tasks = [replace(task, aliases=(task.answer,)) for task in make_tasks(world)]
        data = write_parquet(tasks, folder / "train.parquet")
        self.config = make_config(model, world, data, *overrides)
        end = Conversation(self.checkpoint).turn_end
        self.client = ReplayClient(scripts, self.checkpoint.tokenizer, end)
        worker: Any = AgentLoopWorker(self.config, self.client)
        worker.processor = bound_processor(self.checkpoint)
        asked = rows(self.config, worker.tokenizer, worker.processor, 0, len(scripts))
        self.asked = asked.select()
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        try:
            self.batch: DataProto = loop.run_until_complete(worker.generate_sequences(asked))
        finally:
            asyncio.set_event_loop(None)
            loop.close()


@pytest.fixture(scope="session")
def verl_world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return make_world(tmp_path_factory.mktemp("verl") / "world")


@pytest.fixture(scope="session")
def played(verl_world: World, tmp_path_factory: pytest.TempPathFactory) -> Played:
    return Played(tmp_path_factory.mktemp("played"), verl_world)


@pytest.fixture
def play(verl_world: World, tmp_path: Path) -> Any:
    return lambda *overrides, **more: Played(tmp_path, verl_world, *overrides, **more)
