"""What TRL calls a processing class, for checkpoints of our families.

TRL 1.16 counts pictures in two ways: by their grids, or one tile a picture. So it carries the Qwen
families, GLM-4.6V, and Gemma 3 without crops; the others are refused in one line.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import deepcopy
from typing import Any

import numpy as np
import torch
from transformers import ProcessorMixin
from trl.chat_template_utils import glm4moe_template, qwen3_template, qwen3_vl_chat_template

from algos.models import Checkpoint
from algos.models.chat_scaffold import ResultRole
from algos.models.families.gemma3 import Gemma3
from algos.models.families.glm4_6v import Glm46V
from algos.models.pictures import Picture
from algos.models.processor import make_processor
from algos.tokens.conversation import Conversation

GEMMA3_WITH_TOOLS = """\
{{- bos_token or '' }}
{%- macro written(content) %}{%- if content is string %}{{- content }}{%- else %}
{%- for part in content %}{%- if part.type == 'image' %}{{- '<start_of_image>' }}
{%- else %}{{- part.text }}{%- endif %}{%- endfor %}{%- endif %}{%- endmacro %}
{%- set system = messages[0].role == 'system' %}
{%- for message in messages if message.role != 'system' %}
{{- '<start_of_turn>' + ('model' if message.role == 'assistant' else 'user') + '\\n' }}
{%- if loop.first %}
{%- if system %}{{- written(messages[0].content) + '\\n\\n' }}{%- endif %}
{%- if tools %}{{- '# Tools\\n\\nYou may call these functions:\\n<tools>' }}
{%- for tool in tools %}{{- '\\n' }}{{- tool | tojson }}{%- endfor %}
{{- '\\n</tools>\\n\\nTo call one, write:\\n<tool_call>\\n{"name": <function-name>, "arguments": \
<args-json-object>}\\n</tool_call>\\n\\n' }}{%- endif %}
{%- endif %}
{%- if message.role == 'tool' %}{{- '<tool_response>\\n' }}{%- endif %}
{{- written(message.content) }}
{%- if message.role == 'tool' %}{{- '\\n</tool_response>' }}{%- endif %}
{%- for call in message.tool_calls or [] %}
{%- set function = call.function or call %}
{{- '<tool_call>\\n{"name": "' + function.name + '", "arguments": ' }}
{{- function.arguments if function.arguments is string else function.arguments | tojson }}
{{- '}\\n</tool_call>' }}{%- endfor %}
{{- '<end_of_turn>\\n' }}{%- endfor %}
{%- if add_generation_prompt %}{{- '<start_of_turn>model\\n' }}{%- endif %}"""
"""Gemma 3's own template has neither tools nor a role for what they bring."""


def make_chat_processor(checkpoint: Checkpoint, chat_template: str | None = None) -> ProcessorMixin:
    """The `processing_class` of a checkpoint.

    Args:
        checkpoint: From `load_checkpoint` or `build_tiny_checkpoint`: a Qwen-VL, GLM-4.6V, or
            Gemma 3.
        chat_template: Jinja source with roles for tools; None for the checkpoint's own, or
            Qwen3-VL's or ours where it has none.

    Raises:
        ValueError: When TRL cannot carry the family's pictures.
    """
    family = checkpoint.family
    own = checkpoint.tokenizer.chat_template
    if isinstance(family, Gemma3):
        template = chat_template or GEMMA3_WITH_TOOLS
        answers = _tool_answers(qwen3_template, "<start_of_turn>model\n", r"<end_of_turn>\s*|$")
    elif isinstance(family, Glm46V):
        template = str(chat_template or own)
        answers = _tool_answers(
            glm4moe_template, "<|assistant|>", r"<\|(?:user|observation)\|>\s*|$"
        )
    elif family.marker == "<|image_pad|>":
        return make_processor(checkpoint, chat_template or own or str(qwen3_vl_chat_template))
    else:
        raise ValueError(
            f"TRL cannot carry the pictures of {family.title}, which are cut into tiles; "
            "train it with algos.fatal_grpo"
        )
    return FamilyProcessor(checkpoint, template, answers)


def _tool_answers(known: Any, header: str, end: str) -> dict[str, Any]:
    """TRL's way to read tool calls, between other marks of a turn."""
    made: dict[str, Any] = deepcopy(known)
    made["start_anchor"] = header
    made["fields"]["content"]["close_pattern"] = end
    return made


class PictureReader:
    """Stands where TRL asks for an image processor: pictures as arguments of the family's model.

    Args:
        checkpoint: Gives family, image processor and configuration.
    """

    def __init__(self, checkpoint: Checkpoint) -> None:
        self._family = checkpoint.family
        self._own = checkpoint.image_processor
        self._config = checkpoint.model.config
        self.merge_size = self._family.merge(self._own)

    def see(self, images: Sequence[Any]) -> list[Picture]:
        """Pictures, or lists of them, as the tower reads them, in order."""
        made: list[Picture] = []
        for image in images or ():
            if isinstance(image, list | tuple):
                made += self.see(image)
            elif image is not None:
                pixels = np.asarray(image.convert("RGB"))
                made.append(self._family.see(pixels, self._own, self._config))
        return made

    def written(self, picture: Picture) -> str:
        """What stands in the text for a picture."""
        return self._family.written(picture, self._own, self._config)

    def __call__(self, images: Sequence[Any], **_: Any) -> dict[str, torch.Tensor]:
        """The model's arguments for pictures.

        Raises:
            ValueError: When a picture has more than one tile, which TRL would take for pictures.
        """
        return self.arguments(self.see(images))

    def arguments(self, pictures: Sequence[Picture]) -> dict[str, torch.Tensor]:
        """The same for pictures that were seen before."""
        made = self._family.arguments(pictures, "cpu")
        if "image_grid_thw" not in made and len(made["pixel_values"]) != len(pictures):
            raise ValueError("TRL counts one tile a picture; set do_pan_and_scan to false")
        return made

    def save_pretrained(self, folder: Any, **keywords: Any) -> Any:
        """Save the family's own."""
        return self._own.save_pretrained(folder, **keywords)


class FamilyProcessor(ProcessorMixin):
    """Writes conversations and sees pictures as `algos.tokens.conversation` does.

    Args:
        checkpoint: Is left as it is.
        chat_template: Jinja source that renders messages and tools.
        answers: How a turn's tool calls are read: a `response_template` of `transformers`.
    """

    def __init__(self, checkpoint: Checkpoint, chat_template: str, answers: dict[str, Any]) -> None:
        self.tokenizer = deepcopy(checkpoint.tokenizer)
        self.tokenizer.chat_template = chat_template
        self.tokenizer.response_template = answers
        # TRL takes the token that ends a turn for the one that ends a text.
        role: ResultRole = "tool" if checkpoint.family.tool_calls == "glm" else "user"
        end = Conversation(checkpoint, role).turn_end
        self.tokenizer.eos_token = self.tokenizer.convert_ids_to_tokens(end)
        self.chat_template = chat_template
        self.image_processor = PictureReader(checkpoint)
        self._family = checkpoint.family
        self._image = self._family.image_token(checkpoint.model.config)

    def __call__(
        self,
        images: Any = None,
        text: Any = None,
        padding: bool = False,
        return_tensors: str | None = None,
        **_: Any,
    ) -> dict[str, Any]:
        """Token ids of texts, in which each marker stands for the next picture.

        Returns:
            `input_ids`, `attention_mask`, what the model wants to know of each token, and the
            arguments of the pictures; lists, or tensors with `return_tensors`.
        """
        pictures = self.image_processor.see(images)
        left = iter(pictures)
        texts = [text] if isinstance(text, str) else list(text)
        made = self.tokenizer(
            [self._shown(each, left) for each in texts],
            add_special_tokens=False,
            padding=padding,
            padding_side="left",
        )
        rows = made["input_ids"]
        found: dict[str, Any] = {"input_ids": rows, "attention_mask": made["attention_mask"]}
        kind = "mm_token_type_ids" if self._family.axes > 1 else "token_type_ids"
        found[kind] = [[int(token == self._image) for token in row] for row in rows]
        if return_tensors:
            found = {name: torch.tensor(each) for name, each in found.items()}
        if pictures:
            found |= self.image_processor.arguments(pictures)
        return found

    def _shown(self, text: str, pictures: Iterator[Picture]) -> str:
        first, *rest = text.split(self._family.marker)
        return first + "".join(self.image_processor.written(next(pictures)) + each for each in rest)

    def save_pretrained(self, save_directory: Any, push_to_hub: bool = False, **_: Any) -> Any:
        """Save tokenizer and image processor, as checkpoints have them."""
        self.image_processor.save_pretrained(save_directory)
        return self.tokenizer.save_pretrained(save_directory)

    @classmethod
    def get_attributes(cls) -> list[str]:
        """The parts."""
        return ["image_processor", "tokenizer"]
