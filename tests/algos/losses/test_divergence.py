"""The estimators on a distribution small enough to average over all of it."""

import pytest
import torch
from torch import Tensor
from torch.testing import assert_close

from algos.losses.divergence import Divergence, token_divergence

LOGITS = torch.tensor([0.3, -1.0, 0.8, 0.1], dtype=torch.float64)
REFERENCE = torch.tensor([0.1, 0.2, -0.4, 0.6], dtype=torch.float64).log_softmax(0)

ONES = torch.ones(4, dtype=torch.float64)


def expected_gradient(estimator: Divergence) -> Tensor:
    """E over π of the estimator's gradient: tokens are samples, so π is a constant weight."""
    logits = LOGITS.clone().requires_grad_()
    logp = logits.log_softmax(0)
    ratio = (logp - logp.detach()).exp()
    found = token_divergence(REFERENCE - logp, ratio, estimator)
    (logp.detach().exp() * found).sum().backward()
    assert logits.grad is not None
    return logits.grad


def exact_gradient(reverse: bool) -> Tensor:
    logits = LOGITS.clone().requires_grad_()
    logp = logits.log_softmax(0)
    if reverse:
        (logp.exp() * (logp - REFERENCE)).sum().backward()
    else:
        (REFERENCE.exp() * (REFERENCE - logp)).sum().backward()
    assert logits.grad is not None
    return logits.grad


def test_each_gradient_is_the_one_that_is_documented() -> None:
    assert_close(expected_gradient("k1"), torch.zeros(4, dtype=torch.float64))
    assert_close(expected_gradient("k2"), exact_gradient(reverse=True))
    assert_close(expected_gradient("k3"), exact_gradient(reverse=False))
    assert_close(expected_gradient("weighted_k3"), exact_gradient(reverse=True))


@pytest.mark.parametrize("estimator", ["k1", "k3"])
def test_k1_and_k3_have_no_bias(estimator: Divergence) -> None:
    logp = LOGITS.log_softmax(0)
    estimate = (logp.exp() * token_divergence(REFERENCE - logp, ONES, estimator)).sum()
    assert_close(estimate, (logp.exp() * (logp - REFERENCE)).sum())


def test_an_unknown_estimator_is_refused() -> None:
    with pytest.raises(ValueError, match="divergence must be k1, k2, k3 or weighted_k3, got 'k4'"):
        token_divergence(REFERENCE, ONES, "k4")  # type: ignore[arg-type]
