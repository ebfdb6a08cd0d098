"""Do the parts of a checkpoint fit each other? Asked before its weights are loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from algos.models.chat_scaffold import ChatScaffold, ChatTemplateError, drops_thoughts

if TYPE_CHECKING:
    from algos.models.checkpoint import Checkpoint

_PROBE = 96
"""Side of a picture that any limit of a processor must leave something of, in pixels."""


def examine(checkpoint: Checkpoint) -> tuple[list[str], list[str]]:
    """What is wrong with a checkpoint, and what one should know of it.

    Args:
        checkpoint: With or without weights.

    Returns:
        Lines that say why it cannot be used, and lines of warning.
    """
    trouble = [*_vocabulary(checkpoint), *_template(checkpoint), *_pictures(checkpoint)]
    if trouble:
        return trouble, []
    if drops_thoughts(checkpoint.tokenizer, checkpoint.chat_template):
        return [], [
            "its chat template leaves the thoughts of earlier turns out; here they stay as they "
            "were sampled, so a server that renders the whole chat anew reads other tokens"
        ]
    return [], []


def _vocabulary(checkpoint: Checkpoint) -> list[str]:
    family, config = checkpoint.family, checkpoint.model.config
    tokenizer = checkpoint.tokenizer
    known = tokenizer.get_vocab()
    missing = [name for name in family.special if name not in known]
    if missing:
        return [f"its tokenizer lacks {', '.join(missing)}; use one of {family.title}"]
    text = config.get_text_config()
    most = max(known.values()) + 1
    if most > text.vocab_size:
        return [
            f"its tokenizer has {most:,} tokens and its model {text.vocab_size:,}: they belong to "
            "different models"
        ]
    image = family.image_token(config)
    if tokenizer.convert_ids_to_tokens(image) not in family.special:
        return [
            f"its configuration says that token {image} stands for pictures, and its tokenizer "
            f"{tokenizer.convert_ids_to_tokens(image)!r}: they belong to different models"
        ]
    if getattr(text, "final_logit_softcapping", None):
        return ["its logits are capped (final_logit_softcapping), which the trainers do not do"]
    return []


def _template(checkpoint: Checkpoint) -> list[str]:
    own = getattr(checkpoint.tokenizer, "chat_template", None)
    # What was trained here was written with the family's template.
    if not own and not (checkpoint.family.template and "wire_format" in checkpoint.card):
        return [
            "it has no chat template, as base models have none; take the instruction-tuned model, "
            "or put its chat_template.jinja beside the weights"
        ]
    try:
        scaffold = ChatScaffold(
            checkpoint.tokenizer, checkpoint.chat_template, checkpoint.family.marker
        )
        for pictures in (1, 2):
            scaffold.prompt(pictures)
            scaffold.result(pictures)
    except ChatTemplateError as error:
        return [str(error)]
    return []


def _pictures(checkpoint: Checkpoint) -> list[str]:
    family, config = checkpoint.family, checkpoint.model.config
    probe = np.full((_PROBE, _PROBE, 3), 127, np.uint8)
    try:
        seen = family.see(probe, checkpoint.image_processor, config)
        written = family.written(seen, checkpoint.image_processor, config)
    # Whatever a processor with wrong limits stumbles over.
    except Exception as error:
        line = str(error).strip().split("\n", 1)[0] or type(error).__name__
        return [f"its image processor fails on a picture of {_PROBE} pixels a side: {line}"]
    placeholder = checkpoint.tokenizer.convert_ids_to_tokens(family.image_token(config))
    if placeholder not in written:
        return [
            f"its image processor leaves nothing of a picture of {_PROBE} pixels a side; its "
            "limits (size, min_pixels, max_pixels in preprocessor_config.json) are too low"
        ]
    return []
