"""Which models the plain equations are used for; that they are right is in `test_shared_rows`."""

import torch

from algos.models import Checkpoint
from algos.tokens.conversation import Conversation
from algos.tokens.decoder_step import DecoderStep
from algos.tokens.shared_rows import SharedRowBatch


def test_adapters_and_autocast_are_left_to_transformers(checkpoint: Checkpoint) -> None:
    model = checkpoint.model
    assert DecoderStep.is_plain(model)
    with torch.autocast("cpu", torch.bfloat16):
        assert not DecoderStep.is_plain(model)
    layer = model.model.language_model.layers[1]

    class Adapted(torch.nn.Linear):
        """As an adapter replaces a layer."""

    usual = layer.self_attn.q_proj
    layer.self_attn.q_proj = Adapted(usual.in_features, usual.out_features, bias=False)
    assert not DecoderStep.is_plain(model)
    conversation = Conversation(checkpoint)
    batch = SharedRowBatch(checkpoint, conversation.image_token, conversation.padding)
    assert batch._decoder_step is None
