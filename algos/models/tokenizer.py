"""A byte-level BPE tokenizer of the Qwen family, trained on one's own text."""

from __future__ import annotations

from collections.abc import Iterable

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

END_OF_TEXT = "<|endoftext|>"
TURN_START = "<|im_start|>"
TURN_END = "<|im_end|>"
VISION_START = "<|vision_start|>"
VISION_END = "<|vision_end|>"
IMAGE_PAD = "<|image_pad|>"
VIDEO_PAD = "<|video_pad|>"

SPECIAL = (END_OF_TEXT, TURN_START, TURN_END, VISION_START, VISION_END, IMAGE_PAD, VIDEO_PAD)

_WORDS = Regex(r" ?\p{L}+| ?\p{N}|[^\s\p{L}\p{N}]+|\s")
"""Words and single digits with the blank before them, punctuation, other blanks.

Qwen's own pattern ties any sign before a word to it, so that `(Ulm` and ` Ulm` share no token.
A large model knows how they are spelt; a tiny one can copy a name only if it is the same tokens
everywhere.
"""


def train_tokenizer(corpus: Iterable[str], vocabulary: int = 1024) -> PreTrainedTokenizerFast:
    """Train a tokenizer with Qwen's special tokens.

    Train it on everything that a model will read: questions, tool results, calls, and the
    system prompt with its tool block. A tokenizer that has not seen the tool block needs twice
    the tokens for it. The same corpus gives the same tokenizer.

    Args:
        corpus: Texts.
        vocabulary: Number of tokens, special ones included; at least 300 (256 bytes come first).

    Raises:
        ValueError: When the vocabulary is too small.

    >>> tokenizer = train_tokenizer(["call text_search|q= old mill"] * 9, 300)
    >>> tokenizer.decode(tokenizer("call text_search|q= Zürich").input_ids)
    'call text_search|q= Zürich'
    """
    if vocabulary < 300:
        raise ValueError(f"vocabulary must be at least 300, got {vocabulary}")
    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(pattern=_WORDS, behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    made.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary - len(SPECIAL),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    made.train_from_iterator(corpus, trainer)
    made.add_special_tokens(
        [AddedToken(token, special=True, normalized=False) for token in SPECIAL]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=made,
        eos_token=TURN_END,
        pad_token=END_OF_TEXT,
        padding_side="left",
        model_max_length=32_768,
        clean_up_tokenization_spaces=False,
    )
