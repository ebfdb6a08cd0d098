"""Families that are not Qwen in TRL's trainer: pictures of results, and a loss that is ours."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from trl import GRPOConfig

from algos.models import Checkpoint
from algos.objectives import policy_loss
from algos.tokens.conversation import Patches, Tiles
from algos.tokens.scoring import Scorer, batch_for
from algos.tokens.trajectory import TokenTrajectory
from algos.trl_adapter.environment import RULES, make_environment_factory, task_dataset
from algos.trl_adapter.trainer import FatalAwareGRPOTrainer, make_chat_processor
from tests.algos.models.tiny_families import make_family_checkpoint
from tests.algos.trl_adapter.trl_setting import (
    SaysScripts,
    build_settings,
    play_group,
    trajectories,
)

GLM = (
    "[gMASK]<sop>{% if tools %}<|system|>\n# Tools\n{% for tool in tools %}{{ tool | tojson }}\n"
    "{% endfor %}{% endif %}{% for m in messages %}"
    "{% if m.role == 'tool' %}<|observation|>\n<tool_response>\n{% else %}<|{{ m.role }}|>\n"
    "{% endif %}{% if m.content is string %}{{ m.content }}{% else %}{% for part in m.content %}"
    "{% if part.type == 'image' %}<|begin_of_image|><|image|><|end_of_image|>"
    "{% else %}{{ part.text }}{% endif %}{% endfor %}{% endif %}"
    "{% for call in m.tool_calls or [] %}<tool_call>{{ call.function.name }}\n"
    "{% for key, value in call.function.arguments.items() %}<arg_key>{{ key }}</arg_key>\n"
    "<arg_value>{{ value }}</arg_value>\n{% endfor %}</tool_call>{% endfor %}"
    "{% if m.role == 'tool' %}{{ '\n</tool_response>' }}{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>\n{% endif %}"
)
"""GLM's tool calls and pictures, in short."""


def json_call(name: str, arguments: Mapping[str, Any]) -> str:
    return f"<tool_call>\n{json.dumps({'name': name, 'arguments': arguments})}\n</tool_call>"


def glm_call(name: str, arguments: Mapping[str, Any]) -> str:
    pairs = [
        f"<arg_key>{key}</arg_key>\n<arg_value>{value}</arg_value>\n"
        for key, value in arguments.items()
    ]
    return f"<tool_call>{name}\n{''.join(pairs)}</tool_call>"


MARKS = {
    "gemma3": ("<start_of_turn>model\n", "<end_of_turn>", json_call, None),
    "glm46v": ("<|assistant|>\n", "<|observation|>", glm_call, GLM),
}
"""How a turn begins and ends, how a call is written, and a template with tools."""


def scripts(call: Callable[[str, Mapping[str, Any]], str]) -> list[list[str]]:
    def crop(side: int, image: str = "img_1") -> str:
        return call("crop", {"image": image, "x": 0, "y": 0, "width": side, "height": side})

    search = call("text_search", {"q": "Mill"})
    return [
        [crop(64), search, call("answer", {"text": "1900"}), "never said"],
        [search, "It was \\boxed{1812}."],
        [crop(32), call("fly", {"x": 1}), crop(32, "img_9"), call("sink", {}), "never said"],
        [crop(48), crop(40), "1900"],
    ]


class Scripted(SaysScripts, FatalAwareGRPOTrainer):
    pass


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return build_settings(tmp_path_factory.mktemp("worlds") / "tiny")


def make_checkpoint(name: str) -> Checkpoint:
    words = [turn for script in scripts(MARKS[name][2]) for turn in script]
    made = make_family_checkpoint(name, [RULES, *words] * 3)
    made.model.config.text_config.max_position_embeddings = 16_384
    return made


def make_trainer(kind: Any, checkpoint: Checkpoint, settings: Any, out: Path, length: int) -> Any:
    name = checkpoint.model.config.model_type
    header, end, call, template = MARKS[name]
    trainer = kind(
        checkpoint.model,
        args=GRPOConfig(
            output_dir=str(out),
            use_cpu=True,
            bf16=False,
            gradient_checkpointing=False,
            per_device_train_batch_size=4,
            num_generations=4,
            max_completion_length=length,
            max_steps=1,
            loss_type="grpo",
            epsilon_high=0.28,
            save_strategy="no",
            disable_tqdm=True,
        ),
        train_dataset=task_dataset(settings["tasks"]),
        processing_class=make_chat_processor(checkpoint, template),
        environment_factory=make_environment_factory(**settings),
    )
    trainer.header, trainer.end, trainer.scripts = header, end, scripts(call)
    return trainer


def our_rows(
    inputs: dict[str, Any], mask: torch.Tensor, checkpoint: Checkpoint
) -> list[TokenTrajectory]:
    """TRL's batch as our trajectories."""
    values = inputs["pixel_values"].numpy()
    pictures: list[Any] = []
    if "image_grid_thw" in inputs:
        grids = [(int(t), int(h), int(w)) for t, h, w in inputs["image_grid_thw"].tolist()]
        ends = np.cumsum([t * h * w for t, h, w in grids])[:-1]
        parts = np.split(values, ends)
        pictures = [Patches(part, grid) for part, grid in zip(parts, grids, strict=True)]
    else:
        whole = np.ones(values[:1, 0].shape, np.bool_)
        pictures = [Tiles(values[n : n + 1], whole, 0, 0, (1, 1)) for n in range(len(values))]
    left, rows = iter(pictures), []
    for number, images in enumerate(inputs["num_images"]):
        prompt = inputs["prompt_ids"][number][inputs["prompt_mask"][number] == 1].tolist()
        real = inputs["completion_mask"][number] == 1
        completion = inputs["completion_ids"][number][real].tolist()
        length = len(prompt) + len(completion)
        written = [False] * len(prompt) + mask[number][real].tolist()
        seen = [next(left) for _ in range(images)]
        rows.append(
            TokenTrajectory(prompt + completion, written, [0] * length, [0.0] * length, seen)
        )
    return rows


@pytest.mark.parametrize("name", MARKS)
def test_results_with_pictures_reach_the_loss_which_is_ours(
    name: str, settings: dict[str, Any], tmp_path: Path
) -> None:
    checkpoint = make_checkpoint(name)
    trainer = make_trainer(Scripted, checkpoint, settings, tmp_path, 2500)
    trainer.current_gradient_accumulation_steps = 1
    inputs = play_group(trainer)
    right, wrong, fatal, _ = trajectories(trainer)
    assert [step.call.name for step in right.steps] == ["crop", "text_search", "answer"]
    assert (right.reward, wrong.reward) == (1.0, 0.0) and fatal.fatal_step == 1
    assert inputs["num_images"] == [2, 1, 2, 3]
    mask = (inputs["completion_mask"] * inputs["tool_mask"]).bool()
    counted = trainer._tokenizer.decode(inputs["completion_ids"][2][mask[2]])
    assert counted == trainer.scripts[2][0] + trainer.end
    batch = batch_for(checkpoint, our_rows(inputs, mask, checkpoint))
    trainer.model.train()
    scores, _ = Scorer(trainer.model)(batch)
    noise = torch.randn(int(mask.sum()), generator=torch.Generator().manual_seed(0))
    old = scores.detach()[batch.generated == 1] + 0.4 * noise
    sampled = torch.zeros_like(scores).masked_scatter(batch.generated == 1, old)
    loss, _ = policy_loss(
        scores, sampled, inputs["advantages"], batch.generated, aggregation="sequence_mean"
    )
    inputs["old_per_token_logps"] = torch.zeros(mask.shape).masked_scatter(mask, old)
    theirs = trainer._compute_loss(trainer.model, inputs)
    assert abs(loss.item() - theirs.item()) < 1e-5
    weights = [weight for weight in trainer.model.parameters() if weight.requires_grad]
    found = torch.autograd.grad(loss, weights, allow_unused=True)
    expected = torch.autograd.grad(theirs, weights, allow_unused=True)
    for one, other in zip(found, expected, strict=True):
        assert (one is None) == (other is None)
        assert one is None or float((one - other).abs().max()) < 1e-5


@pytest.mark.parametrize("name", MARKS)
def test_a_step_that_samples(name: str, settings: dict[str, Any], tmp_path: Path) -> None:
    trainer = make_trainer(FatalAwareGRPOTrainer, make_checkpoint(name), settings, tmp_path, 6)
    trainer.train()
    assert trainer.state.log_history[0]["completions/max_length"] <= 6


@pytest.mark.parametrize("name", ["smolvlm", "internvl", "llava_onevision"])
def test_pictures_in_tiles_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"TRL cannot carry the pictures of .*cut into tiles"):
        make_chat_processor(make_family_checkpoint(name))
