"""A tiny model of every family, with random weights, and templates like those of the real ones."""

from collections.abc import Callable
from typing import Any

import torch
from transformers import (
    AutoModelForImageTextToText,
    Gemma3Config,
    Glm4vConfig,
    Glm46VConfig,
    InternVLConfig,
    LlavaOnevisionConfig,
    PreTrainedTokenizerFast,
    Qwen2_5_VLConfig,
    Qwen3_5Config,
    Qwen3_5MoeConfig,
    Qwen3VLConfig,
    Qwen3VLMoeConfig,
    SmolVLMConfig,
)
from transformers.models.gemma3.image_processing_pil_gemma3 import Gemma3ImageProcessorPil
from transformers.models.glm46v.image_processing_pil_glm46v import Glm46VImageProcessorPil
from transformers.models.got_ocr2.image_processing_pil_got_ocr2 import GotOcr2ImageProcessorPil
from transformers.models.llava_onevision.image_processing_pil_llava_onevision import (
    LlavaOnevisionImageProcessorPil,
)
from transformers.models.smolvlm.image_processing_pil_smolvlm import SmolVLMImageProcessorPil

from algos.models import Checkpoint, train_tokenizer
from algos.models.families.qwen3_vl import CHATML
from algos.models.tiny_qwen3_vl import make_image_processor

TEXT: dict[str, Any] = {
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "num_key_value_heads": 1,
    "head_dim": 16,
    "max_position_embeddings": 2048,
    "bos_token_id": None,
}
MROPE = {"rope_type": "default", "rope_theta": 10_000.0, "mrope_section": [4, 2, 2]}
MIXTURE = {
    "num_experts": 4,
    "num_experts_per_tok": 2,
    "moe_intermediate_size": 24,
    "decoder_sparse_step": 1,
}
LINEAR = {
    "num_hidden_layers": 4,
    "layer_types": ["linear_attention"] * 3 + ["full_attention"],
    "linear_num_key_heads": 2,
    "linear_num_value_heads": 4,
    "linear_key_head_dim": 8,
    "linear_value_head_dim": 8,
    "linear_conv_kernel_dim": 4,
}
GRID_TOWER = {
    "depth": 2,
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_heads": 2,
    "patch_size": 16,
    "out_hidden_size": 32,
}
TILE_TOWER: dict[str, Any] = {
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "image_size": 32,
    "patch_size": 8,
}

SMOL = (
    "<|im_start|>{% for message in messages %}{{message['role'] | capitalize}}"
    "{% if message['content'][0]['type'] == 'image' %}{{':'}}{% else %}{{': '}}{% endif %}"
    "{% for line in message['content'] %}{% if line['type'] == 'text' %}{{line['text']}}"
    "{% else %}{{ '<image>' }}{% endif %}{% endfor %}<end_of_utterance>\n{% endfor %}"
    "{% if add_generation_prompt %}{{ 'Assistant:' }}{% endif %}"
)
GEMMA = (
    "{% set first = messages[0]['content'][0]['text'] + '\n\n' %}"
    "{% for message in messages[1:] %}"
    "{{ '<start_of_turn>' + ('model' if message['role'] == 'assistant' else message['role']) }}"
    "\n{{ first if loop.first else '' }}{% for item in message['content'] %}"
    "{% if item['type'] == 'image' %}{{ '<start_of_image>' }}"
    "{% else %}{{ item['text'] | trim }}{% endif %}{% endfor %}<end_of_turn>\n{% endfor %}"
    "{% if add_generation_prompt %}<start_of_turn>model\n{% endif %}"
)
INTERN = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' }}"
    "{% for content in message['content'] %}{% if content['type'] == 'image' %}"
    "{{ '<IMG_CONTEXT>\n' }}{% else %}{{ content['text'] }}{% endif %}{% endfor %}"
    "{{ '<|im_end|>\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
LLAVA = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + ' ' }}"
    "{% for content in message['content'] if content['type'] == 'image' %}"
    "{{ '<image>' }}{% endfor %}"
    "{% for content in message['content'] if content['type'] == 'text' %}"
    "{{ '\n' + content['text'] }}{% endfor %}{{ '<|im_end|>' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
GLM = (
    "[gMASK]<sop>{% for m in messages %}"
    "{% if m.role == 'tool' %}<|observation|>\n<tool_response>\n"
    "{% else %}<|{{ m.role }}|>\n{% endif %}"
    "{% if m.content is string %}{{ m.content }}{% else %}{% for part in m.content %}"
    "{% if part.type == 'image' %}<|begin_of_image|><|image|><|end_of_image|>"
    "{% else %}{{ part.text }}{% endif %}{% endfor %}{% endif %}"
    "{% if m.role == 'tool' %}{{ '\n</tool_response>' }}{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>\n{% endif %}"
)

TOKENS = {
    "smolvlm": {
        "image_token": "<image>",
        "fake_image_token": "<fake_token_around_image>",
        "global_image_token": "<global-img>",
        "end_of_utterance_token": "<end_of_utterance>",
        **{f"place_{r}_{c}": f"<row_{r}_col_{c}>" for r in (1, 2) for c in (1, 2)},
    },
    "gemma3": {
        "boi_token": "<start_of_image>",
        "image_token": "<image_soft_token>",
        "eoi_token": "<end_of_image>",
        "turn_begin": "<start_of_turn>",
        "turn_over": "<end_of_turn>",
    },
    "internvl": {
        "start_image_token": "<img>",
        "end_image_token": "</img>",
        "context_image_token": "<IMG_CONTEXT>",
        "video_token": "<video>",
    },
    "llava_onevision": {"image_token": "<image>", "video_token": "<video>"},
    "glm46v": {
        "image_token": "<|image|>",
        "video_token": "<|video|>",
        **{
            name: f"<|{name}|>"
            for name in (
                "begin_of_image",
                "end_of_image",
                "begin_of_video",
                "end_of_video",
                "system",
                "user",
                "assistant",
                "observation",
            )
        },
        "mask": "[gMASK]",
        "start": "<sop>",
    },
}
TOKENS["glm4v"] = TOKENS["glm46v"]

TEMPLATES = {
    "smolvlm": SMOL,
    "gemma3": GEMMA,
    "internvl": INTERN,
    "llava_onevision": LLAVA,
    "glm46v": GLM,
    "glm4v": GLM,
}

FAST = ("qwen3_vl", "qwen3_vl_moe", "qwen2_5_vl", "qwen3_5", "qwen3_5_moe")
PLAIN = ("smolvlm", "gemma3", "internvl", "llava_onevision", "glm46v", "glm4v")


def make_tokenizer(name: str, texts: list[str]) -> PreTrainedTokenizerFast:
    """A tokenizer with the family's special tokens under the names that its processor asks for."""
    plain = train_tokenizer(texts, 330)
    made = PreTrainedTokenizerFast(
        tokenizer_object=plain.backend_tokenizer,
        eos_token=plain.eos_token,
        pad_token=plain.pad_token,
        padding_side="left",
        clean_up_tokenization_spaces=False,
        extra_special_tokens=TOKENS.get(name, {}),
    )
    made.chat_template = TEMPLATES.get(name, CHATML)
    return made


def _grid_ids(number: Callable[[str], int]) -> dict[str, int]:
    return {
        "image_token_id": number("<|image_pad|>"),
        "video_token_id": number("<|video_pad|>"),
        "vision_start_token_id": number("<|vision_start|>"),
        "vision_end_token_id": number("<|vision_end|>"),
    }


def make_config(name: str, tokenizer: PreTrainedTokenizerFast) -> Any:
    """The configuration of a tiny model."""
    number = tokenizer.convert_tokens_to_ids
    text = {
        **TEXT,
        "vocab_size": len(tokenizer),
        "pad_token_id": tokenizer.pad_token_id,
        "eos_token_id": tokenizer.eos_token_id,
    }
    if name == "qwen3_vl":
        deep = {**GRID_TOWER, "num_position_embeddings": 64, "deepstack_visual_indexes": [0]}
        return Qwen3VLConfig(
            text_config={**text, "rope_parameters": MROPE}, vision_config=deep, **_grid_ids(number)
        )
    if name == "qwen3_vl_moe":
        deep = {**GRID_TOWER, "num_position_embeddings": 64, "deepstack_visual_indexes": [0]}
        return Qwen3VLMoeConfig(
            text_config={**text, **MIXTURE, "rope_parameters": MROPE},
            vision_config=deep,
            **_grid_ids(number),
        )
    if name == "qwen2_5_vl":
        windows = {**GRID_TOWER, "window_size": 64, "fullatt_block_indexes": [1]}
        return Qwen2_5_VLConfig(
            text_config={**text, "rope_parameters": MROPE},
            vision_config=windows,
            **_grid_ids(number),
        )
    if name in ("qwen3_5", "qwen3_5_moe"):
        kind = Qwen3_5Config if name == "qwen3_5" else Qwen3_5MoeConfig
        mixture = {} if name == "qwen3_5" else {**MIXTURE, "shared_expert_intermediate_size": 24}
        rope = {**MROPE, "mrope_interleaved": True, "partial_rotary_factor": 1.0}
        return kind(
            text_config={**text, **LINEAR, **mixture, "rope_parameters": rope},
            vision_config={**GRID_TOWER, "num_position_embeddings": 64},
            **_grid_ids(number),
        )
    if name == "smolvlm":
        return SmolVLMConfig(
            text_config={"model_type": "llama", **text},
            vision_config=TILE_TOWER,
            scale_factor=2,
            image_token_id=number("<image>"),
            pad_token_id=tokenizer.pad_token_id,
        )
    if name == "gemma3":
        return Gemma3Config(
            text_config={
                **text,
                "num_hidden_layers": 3,
                "layer_types": ["sliding_attention", "full_attention", "sliding_attention"],
                "sliding_window": 16,
                "query_pre_attn_scalar": 16,
            },
            vision_config={**TILE_TOWER, "vision_use_head": False},
            mm_tokens_per_image=4,
            image_token_index=number("<image_soft_token>"),
            boi_token_index=number("<start_of_image>"),
            eoi_token_index=number("<end_of_image>"),
        )
    if name == "internvl":
        return InternVLConfig(
            text_config={"model_type": "qwen2", **text},
            vision_config={**TILE_TOWER, "image_size": [32, 32], "patch_size": [8, 8]},
            image_seq_length=4,
            image_token_id=number("<IMG_CONTEXT>"),
        )
    if name == "llava_onevision":
        return LlavaOnevisionConfig(
            text_config={"model_type": "qwen2", **text},
            vision_config={"model_type": "siglip_vision_model", **TILE_TOWER},
            vision_feature_layer=-1,
            image_grid_pinpoints=[[32, 32], [32, 64], [64, 32], [64, 64]],
            image_token_index=number("<image>"),
            video_token_index=number("<video>"),
        )
    kind = Glm46VConfig if name == "glm46v" else Glm4vConfig
    return kind(
        text_config={"model_type": "glm4v_text", **text, "rope_parameters": MROPE},
        vision_config={
            "model_type": "glm4v_vision",
            "depth": 2,
            "hidden_size": 32,
            "intermediate_size": 48,
            "num_heads": 2,
            "patch_size": 16,
            "image_size": 64,
            "out_hidden_size": 32,
        },
        image_token_id=number("<|image|>"),
        video_token_id=number("<|video|>"),
        image_start_token_id=number("<|begin_of_image|>"),
        image_end_token_id=number("<|end_of_image|>"),
    )


def make_processor(name: str) -> Any:
    """The family's own image processor, for small pictures."""
    if name == "smolvlm":
        return SmolVLMImageProcessorPil(
            size={"longest_edge": 64}, max_image_size={"longest_edge": 32}
        )
    if name == "gemma3":
        return Gemma3ImageProcessorPil(size={"height": 32, "width": 32})
    if name == "internvl":
        return GotOcr2ImageProcessorPil(
            size={"height": 32, "width": 32}, min_patches=1, max_patches=4
        )
    if name == "llava_onevision":
        return LlavaOnevisionImageProcessorPil(
            size={"height": 32, "width": 32},
            image_grid_pinpoints=[[32, 32], [32, 64], [64, 32], [64, 64]],
        )
    if name in ("glm46v", "glm4v"):
        return Glm46VImageProcessorPil(
            patch_size=16,
            merge_size=2,
            size={"shortest_edge": 32 * 32 * 2, "longest_edge": 64 * 64 * 2},
        )
    return make_image_processor(16, 4_096)


def make_family_checkpoint(name: str, texts: list[str] | None = None) -> Checkpoint:
    """A tiny model of a `model_type`; the same each time."""
    tokenizer = make_tokenizer(name, texts or ["call answer what rules"] * 3)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = AutoModelForImageTextToText.from_config(make_config(name, tokenizer)).eval()
        # Fresh weights are so small that every distribution is nearly flat; Gemma's projector
        # begins with zeros, and no picture would matter.
        for weight in model.parameters():
            if weight.ndim > 1:
                weight.data.add_(0.02 * torch.randn(weight.shape)).mul_(3.0)
    return Checkpoint(model, tokenizer, make_processor(name), {"wire_format": "compact"})
