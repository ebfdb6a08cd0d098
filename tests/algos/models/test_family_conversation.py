"""Every family: our pieces are the ids that its own processor makes of the conversation."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from PIL import Image as Pillow
from small_setting import picture
from transformers import (
    Gemma3Processor,
    Glm46VProcessor,
    InternVLProcessor,
    LlavaOnevisionProcessor,
    ProcessorMixin,
)
from transformers.models.smolvlm import processing_smolvlm

from algos.models import Checkpoint
from algos.models.processor import make_processor as make_qwen_processor
from algos.tokens.conversation import Conversation, result_role_of
from searchvl_gym.chat import FORMATS
from tests.algos.models.tiny_families import FAST, PLAIN, make_family_checkpoint

SETTINGS: dict[str, tuple[type[ProcessorMixin], dict[str, Any]]] = {
    "smolvlm": (processing_smolvlm.SmolVLMProcessor, {"image_seq_len": 4}),
    "gemma3": (Gemma3Processor, {"image_seq_length": 4}),
    "internvl": (InternVLProcessor, {"image_seq_length": 4}),
    "llava_onevision": (
        LlavaOnevisionProcessor,
        {"num_image_tokens": 16, "vision_feature_select_strategy": "full"},
    ),
    "glm46v": (Glm46VProcessor, {}),
    "glm4v": (Glm46VProcessor, {}),
}
"""The processor of a family, and what its file would say."""


@pytest.fixture
def processor(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Checkpoint], Any]:
    """The library's own processor, without the part for videos, which needs torchvision."""
    # It spells the number of a video's frames, which there is none of.
    monkeypatch.setattr(processing_smolvlm, "num2words", str)

    def make(name: str, checkpoint: Checkpoint) -> Any:
        if name in FAST:
            return make_qwen_processor(checkpoint)
        kind, settings = SETTINGS[name]
        parts: tuple[Any, ...] = (checkpoint.image_processor, checkpoint.tokenizer)
        without_videos = type(
            kind.__name__,
            (kind,),
            {"get_attributes": classmethod(lambda _: ["image_processor", "tokenizer"])},
        )
        if name != "gemma3":
            settings = {**settings, "video_processor": None}
        return without_videos(*parts, **settings)

    return make


def render(checkpoint: Checkpoint, messages: Sequence[dict[str, Any]]) -> str:
    return str(
        checkpoint.tokenizer.apply_chat_template(
            messages, tokenize=False, add_generation_prompt=True
        )
    )


def message(role: str, text: str, pictures: int = 0) -> dict[str, Any]:
    shown = [{"type": "image"}] * pictures
    return {"role": role, "content": [*shown, {"type": "text", "text": text}]}


@pytest.mark.parametrize("name", [*FAST, *PLAIN])
def test_pieces_are_the_processors_ids(
    name: str, processor: Callable[[str, Checkpoint], Any]
) -> None:
    checkpoint = make_family_checkpoint(name)
    conversation = Conversation(checkpoint)
    images = [picture(0), picture(1)[:100], picture(2)[:, :90], picture(3)]
    segments = [
        conversation.prompt("rules", "what is it", images[:1]),
        conversation.observation("cropped", images[1:3]),
        conversation.observation("found", images[3:]),
    ]
    turns = [conversation.turn("call crop"), conversation.turn("answer it")]
    ours = [*segments[0].tokens, *turns[0], *segments[1].tokens, *turns[1], *segments[2].tokens]
    text = render(
        checkpoint,
        [
            message("system", "rules"),
            message("user", "what is it", 1),
            message("assistant", "call crop"),
            message("user", "cropped", 2),
            message("assistant", "answer it"),
            message("user", "found", 1),
        ],
    )
    if name == "llava_onevision":
        # Its template asks for a turn with a line break, and renders it later with a blank as well.
        text = text.replace("assistant \n", "assistant\n")
    shown = [Pillow.fromarray(image) for image in images]
    made = processor(name, checkpoint)(text=[text], images=[shown], add_special_tokens=False)
    assert ours == list(made["input_ids"][0])


@pytest.mark.parametrize("name", [*FAST, *PLAIN])
def test_pictures_are_the_processors(
    name: str, processor: Callable[[str, Checkpoint], Any]
) -> None:
    checkpoint = make_family_checkpoint(name)
    family, config = checkpoint.family, checkpoint.model.config
    images = [picture(0), picture(2)[:, :90]]
    seen = [family.see(image, checkpoint.image_processor, config) for image in images]
    ours = family.arguments(seen, "cpu")
    text = render(
        checkpoint,
        [message("system", "rules"), message("user", "what", 2)],
    )
    made = processor(name, checkpoint)(
        text=[text],
        images=[[Pillow.fromarray(image) for image in images]],
        return_tensors="pt",
    )
    for argument, value in ours.items():
        theirs = np.asarray(made[argument])
        assert np.array_equal(value.numpy().reshape(-1), theirs.reshape(-1)), argument


@pytest.mark.parametrize("name", [*FAST, *PLAIN])
def test_what_a_turn_says_comes_back(name: str) -> None:
    conversation = Conversation(make_family_checkpoint(name))
    assert conversation.decode(conversation.turn("call crop|x= 1")) == "call crop|x= 1"
    assert conversation.turn("a")[-1] == conversation.turn_end


def test_results_come_in_the_role_that_a_wire_format_wants() -> None:
    checkpoint = make_family_checkpoint("glm46v")
    decode = checkpoint.tokenizer.decode
    conversation = Conversation(checkpoint, result_role_of(FORMATS["glm"]))
    assert decode([conversation.turn_end]) == "<|observation|>"
    result = conversation.observation("found", [picture(0)])
    written = "<|image|>" * result.tokens.count(conversation.image_token)
    assert decode(result.tokens) == (
        "\n<tool_response>\n<|begin_of_image|>"
        f"{written}<|end_of_image|>found\n</tool_response><|assistant|>\n"
    )
    usual = Conversation(checkpoint, result_role_of(FORMATS["hermes"]))
    assert decode([usual.turn_end]) == "<|user|>"


def test_a_template_without_a_role_for_tools_is_said() -> None:
    with pytest.raises(ValueError, match="does not write the result of a tool"):
        Conversation(make_family_checkpoint("smolvlm"), "tool")
