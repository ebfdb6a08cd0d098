import torch
from torch import nn

from algos.grpo.lagged_weights import LaggedWeights


def test_the_sampler_has_weights_of_some_steps_before() -> None:
    model = nn.Linear(1, 1, bias=False)
    lagged = LaggedWeights(model, 2)
    seen = []
    for step in range(5):
        with torch.no_grad():
            model.weight.fill_(step)
        if step == 3:
            other = LaggedWeights(model, 2)
            other.load_state_dict(lagged.state_dict())
            lagged = other
        with lagged.swapped_in():
            seen.append(model.weight.item())
        assert model.weight.item() == step
    assert seen == [0, 0, 0, 1, 2]
