"""What the tests of verl share: rows, scripts, a server client that replays recorded turns."""

import json
import types
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers.models.qwen3_vl import Qwen3VLModel
from verl import DataProto
from verl.trainer.ppo.utils import create_rl_dataset
from verl.utils.dataset.rl_dataset import collate_fn
from verl.workers.rollout.replica import TokenOutput

from algos.models import Checkpoint, save_checkpoint
from algos.models.families.qwen3_vl import CHATML
from algos.models.processor import make_processor
from algos.verl_adapter.launch import compose
from searchvl_gym.world import World


def say(name: str, arguments: Any) -> str:
    call = json.dumps({"name": name, "arguments": arguments})
    return f"<think>Next.</think><tool_call>{call}</tool_call>"


def crop(image: str = "img_1", side: int = 64) -> str:
    return say("crop", {"image": image, "x": 0, "y": 0, "width": side, "height": side})


def search(query: str) -> str:
    return say("text_search", {"q": query})


def answer(text: str) -> str:
    return f"<think>So.</think><response>{text}</response>"


RIGHT = (crop(), search("Mill"), answer("1900"))
WRONG = (search("Mill 1"), answer("1812"))
FATAL = (crop(), crop("img_9"), "no call at all", say("fly", {}), "never said")
CASCADE = ("nothing", "nothing again", "and nothing", "never said")
SCRIPTS = (RIGHT, WRONG, FATAL, CASCADE)
"""One group of rollouts of the first task, whose answer is 1900. The last one is fatal at once."""


class ReplayClient:
    """Stands where verl's client of an LLM server stands, and says what was recorded.

    Args:
        scripts: The turns of each rollout, by the priority that verl gives it; rollouts without
            one in the order in which they ask first.
        tokenizer: Of the model.
        end: The token that ends a turn.
        by_priority: Whether verl gives priorities; its TransferQueue does not.
    """

    def __init__(
        self,
        scripts: Sequence[Sequence[str]],
        tokenizer: Any,
        end: int,
        *,
        by_priority: bool = True,
    ) -> None:
        self._scripts = list(scripts)
        self._tokenizer = tokenizer
        self._end = end
        self._by_priority = by_priority
        self._rollout: dict[str, int] = {}
        self._turn: dict[str, int] = {}
        self.requests: list[dict[str, Any]] = []

    async def generate(self, request_id: str, **request: Any) -> TokenOutput:
        rollout = self._rollout.setdefault(
            request_id, request["priority"] if self._by_priority else len(self._rollout)
        )
        self._turn.setdefault(request_id, 0)
        turn = self._turn[request_id]
        self._turn[request_id] += 1
        self.requests.append({"rollout": rollout, "turn": turn, **request})
        tokens = [*self._tokenizer(self._scripts[rollout][turn])["input_ids"], self._end]
        scores = np.random.default_rng([rollout, turn]).uniform(-3, -0.01, len(tokens))
        return TokenOutput(
            token_ids=tokens,
            log_probs=scores.tolist(),
            stop_reason="completed",
            extra_fields={"min_global_steps": 7, "max_global_steps": 7 + turn},
        )


def save_for_verl(checkpoint: Checkpoint, path: Path) -> Path:
    """The checkpoint as a folder that verl loads."""
    checkpoint.tokenizer.chat_template = CHATML
    save_checkpoint(checkpoint, path)
    return path


def bound_processor(checkpoint: Checkpoint) -> Any:
    """The processor as verl makes one of a Qwen3-VL, without torchvision for videos."""
    processor: Any = make_processor(checkpoint, CHATML)
    processor.config = checkpoint.model.config
    processor.get_rope_index = types.MethodType(Qwen3VLModel.get_rope_index, processor)
    if hasattr(Qwen3VLModel, "get_vision_position_ids"):
        found = types.MethodType(Qwen3VLModel.get_vision_position_ids, processor)
        processor.get_vision_position_ids = found
    return processor


def make_config(model: Path, world: World, data: Path, *overrides: str) -> Any:
    """The configuration for one GPU, on a tiny model and world."""
    return compose(
        "one-gpu",
        [
            f"actor_rollout_ref.model.path={model}",
            f"data.train_files={data}",
            f"data.val_files={data}",
            "data.max_prompt_length=3500",
            "data.max_response_length=1500",
            "+actor_rollout_ref.model.override_config.attn_implementation=sdpa",
            f"searchvl.world={world.path}",
            "searchvl.wire_format=opensearch_vl",
            "searchvl.max_steps=6",
            *overrides,
        ],
    )


def rows(config: Any, tokenizer: Any, processor: Any, index: int, count: int) -> DataProto:
    """One task of the data set as a group of rollouts, as verl's trainer hands it on."""
    files = [config.data.train_files]
    dataset = create_rl_dataset(files, config.data, tokenizer, processor)
    batch = DataProto.from_single_dict(collate_fn([dataset[index] for _ in range(count)]))
    batch.non_tensor_batch["uid"] = np.array(["the group"] * count, dtype=object)
    batch.non_tensor_batch["priority"] = np.arange(count)
    batch.meta_info = {"global_steps": 3}
    return batch


def one_row(batch: DataProto, row: int) -> dict[str, Any]:
    """What `transformers` needs for one row of a batch that verl has made."""
    where = batch.batch["position_ids"][row]
    given = {
        "input_ids": batch.batch["input_ids"][row : row + 1],
        "attention_mask": batch.batch["attention_mask"][row : row + 1],
        "position_ids": where.unsqueeze(1),
    }
    pictures = batch.non_tensor_batch["multi_modal_inputs"][row]
    return {**given, **{name: pictures[name] for name in ("pixel_values", "image_grid_thw")}}


def log_probabilities(model: Any, batch: DataProto, temperature: float) -> torch.Tensor:
    """Of each response token, by a plain forward pass over each row; shape (B, T)."""
    width = batch.batch["responses"].shape[1]
    found = []
    for row in range(len(batch)):
        logits = model(**one_row(batch, row), use_cache=False).logits[0, -width - 1 : -1]
        scores = torch.log_softmax(logits.float() / temperature, dim=-1)
        targets = batch.batch["responses"][row].unsqueeze(1)
        found.append(scores.gather(1, targets)[:, 0])
    return torch.stack(found)
