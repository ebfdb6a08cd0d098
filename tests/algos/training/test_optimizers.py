import pytest
import torch

from algos.models import Checkpoint
from algos.tokens.scoring import Scorer
from algos.training.muon import Muon
from algos.training.optimizers import freeze, make_optimizers


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
