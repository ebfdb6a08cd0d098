import pytest
import torch

from algos.grpo.reference import Reference, adapters_off, check_room
from algos.models import Checkpoint
from algos.models.adapters import add_adapters
from algos.training.run_directory import TrainingError
from tests.algos.grpo.test_update import rollouts  # noqa: F401


def move(checkpoint: Checkpoint) -> None:
    with torch.no_grad():
        for weight in checkpoint.model.parameters():
            if weight.requires_grad:
                weight.add_(0.05 * torch.sin(torch.arange(weight.numel()).view_as(weight)))


@pytest.mark.parametrize("adapters", [False, True])
def test_the_reference_is_the_policy_of_the_start(
    checkpoint: Checkpoint,
    rollouts: list,  # type: ignore[type-arg]  # noqa: F811
    adapters: bool,
) -> None:
    if adapters:
        checkpoint.model = add_adapters(checkpoint.model, 2)
    reference = Reference(checkpoint, temperature=1.0, place="model")
    trained = [weight.requires_grad for weight in checkpoint.model.parameters()]
    start = reference.score(checkpoint, rollouts, tokens=2048)
    assert start.shape[0] == 4 and bool((start <= 0).all()) and bool(start.any())
    move(checkpoint)
    assert torch.equal(reference.score(checkpoint, rollouts, tokens=2048), start)
    assert [weight.requires_grad for weight in checkpoint.model.parameters()] == trained
    moved = Reference(checkpoint, temperature=1.0, place="cpu")
    if not adapters:
        assert not torch.equal(moved.score(checkpoint, rollouts, tokens=2048), start)


def test_adapters_come_back(checkpoint: Checkpoint) -> None:
    checkpoint.model = add_adapters(checkpoint.model, 2)
    move(checkpoint)
    tokens = torch.tensor([[5, 6, 7]])

    def logits() -> torch.Tensor:
        made: torch.Tensor = checkpoint.model(input_ids=tokens).logits.detach()
        return made

    before = logits()
    with adapters_off(checkpoint.model):
        assert not torch.equal(logits(), before)
    assert torch.equal(logits(), before)


def test_too_little_memory_is_told_with_figures_and_alternatives() -> None:
    check_room(5, 5, torch.device("cpu"))
    with pytest.raises(TrainingError) as seen:
        check_room(6 * 2**30, 2**31, torch.device("cuda", 0))
    assert str(seen.value) == (
        "beta above 0 needs a copy of the model as its reference, 6.00 GiB, and 2.00 GiB are free "
        'on cuda:0; take reference_device = "cpu", adapters (lora_rank), whose reference costs '
        "nothing, or beta = 0"
    )
