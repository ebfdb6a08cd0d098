import pytest
import torch
from torch.nn import functional

from algos.models import Checkpoint
from algos.tokens.conversation import Conversation
from algos.tokens.scoring import Scorer
from algos.tokens.trajectory import TokenBatch, TokenTrajectory, make_batch


@pytest.fixture
def batch(checkpoint: Checkpoint) -> TokenBatch:
    conversation = Conversation(checkpoint)
    made = []
    for turns in (("answer 1900",), ("call text_search|q= Mill", "answer")):
        trajectory = TokenTrajectory()
        trajectory.read(conversation.prompt("rules", "what?", []), -1)
        for step, turn in enumerate(turns):
            tokens = conversation.turn(turn)
            trajectory.write(tokens, [0.0] * len(tokens), step)
            trajectory.read(conversation.observation("found"), step)
        made.append(trajectory)
    return make_batch(
        made, padding=conversation.padding, image_token=conversation.image_token, merge=2
    )


@pytest.mark.parametrize("temperature", [1.0, 0.7])
def test_scores_are_log_softmax_of_the_logits(
    checkpoint: Checkpoint, batch: TokenBatch, temperature: float
) -> None:
    scores, entropy = Scorer(checkpoint.model, temperature=temperature)(batch)
    logits = checkpoint.model(**batch.inputs, use_cache=False).logits[:, :-1] / temperature
    every = functional.log_softmax(logits, dim=-1)
    expected = every.gather(-1, batch.targets[..., None])[..., 0]
    written = batch.generated.bool()
    torch.testing.assert_close(scores[written], expected[written], atol=1e-5, rtol=1e-5)
    spread = -(every.exp() * every).sum(-1)
    torch.testing.assert_close(entropy[written], spread[written], atol=1e-4, rtol=1e-4)
    assert not scores[~written].any()
    assert not entropy[~written].any()
    assert not entropy.requires_grad


def test_gradients_reach_the_decoder_and_the_tied_head(
    checkpoint: Checkpoint, batch: TokenBatch
) -> None:
    scorer = Scorer(checkpoint.model)
    scorer(batch)[0].sum().backward()
    ours = {name: weight.grad for name, weight in checkpoint.model.named_parameters()}
    checkpoint.model.zero_grad()
    logits = checkpoint.model(**batch.inputs, use_cache=False).logits[:, :-1]
    picked = functional.log_softmax(logits, -1).gather(-1, batch.targets[..., None])[..., 0]
    (picked * batch.generated).sum().backward()
    for name, weight in checkpoint.model.named_parameters():
        if weight.grad is not None:
            torch.testing.assert_close(ours[name], weight.grad, atol=1e-4, rtol=1e-4)
