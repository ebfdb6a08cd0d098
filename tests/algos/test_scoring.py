import pytest
import torch
from torch.nn import functional

from algos.conversation import Conversation
from algos.models import Checkpoint
from algos.muon import Muon
from algos.scoring import Scorer, freeze, make_optimizers
from algos.token_trajectory import TokenBatch, TokenTrajectory, make_batch


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


def test_freezing_takes_parts_out_by_name(checkpoint: Checkpoint) -> None:
    model = checkpoint.model
    visual = sum(weight.numel() for weight in model.model.visual.parameters())
    assert freeze(model, ("model.visual.",)) == visual
    assert not any(weight.requires_grad for weight in model.model.visual.parameters())
    assert model.lm_head.weight.requires_grad
    with pytest.raises(ValueError, match="no parameter's name begins with 'tower'"):
        freeze(model, ("tower",))


def names_of(scorer: Scorer, optimizer: torch.optim.Optimizer) -> set[str]:
    held = {id(weight) for group in optimizer.param_groups for weight in group["params"]}
    return {name for name, weight in scorer.named_parameters() if id(weight) in held}


def test_muon_gets_the_decoders_matrices_and_nothing_else(checkpoint: Checkpoint) -> None:
    scorer = Scorer(checkpoint.model)
    adam, muon = make_optimizers(
        scorer, learning_rate=1e-3, weight_decay=0.0, muon_learning_rate=0.02
    )
    assert isinstance(muon, Muon)
    matrices = names_of(scorer, muon)
    assert all(".language_model.layers." in name for name in matrices)
    assert any("q_proj" in name for name in matrices)
    rest = names_of(scorer, adam)
    assert any("visual" in name for name in rest)
    assert any("embed_tokens" in name for name in rest)
    assert matrices | rest == {name for name, _ in scorer.named_parameters()}
    assert not matrices & rest


def test_adamw_alone_without_a_rate_for_muon(checkpoint: Checkpoint) -> None:
    freeze(checkpoint.model, ("model.visual.",))
    scorer = Scorer(checkpoint.model)
    (adam,) = make_optimizers(scorer, learning_rate=1e-3, weight_decay=0.1)
    assert not any("visual" in name for name in names_of(scorer, adam))
    assert adam.param_groups[0]["weight_decay"] == 0.1


def test_matrices_alone_need_no_adamw(checkpoint: Checkpoint) -> None:
    for name, weight in checkpoint.model.named_parameters():
        weight.requires_grad_(".layers." in name and weight.ndim == 2)
    (muon,) = make_optimizers(
        Scorer(checkpoint.model), learning_rate=1e-3, weight_decay=0.0, muon_learning_rate=0.02
    )
    assert isinstance(muon, Muon)


def test_nothing_to_train_is_said(checkpoint: Checkpoint) -> None:
    freeze(checkpoint.model, ("",))
    with pytest.raises(ValueError, match="every parameter is frozen"):
        make_optimizers(Scorer(checkpoint.model), learning_rate=1e-3, weight_decay=0.0)
