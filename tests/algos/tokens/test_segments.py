"""Episodes of several token sequences: by hand, and equal to one sequence where nothing changes."""

import torch

from algos.objectives import clamp_fatal, fatal_token_mask, group_advantages, policy_loss
from algos.tokens.conversation import Segment
from algos.tokens.segments import cut, joined, spans, token_weights
from algos.tokens.trajectory import TokenTrajectory


def sequence(*parts: tuple[bool, int, int]) -> TokenTrajectory:
    """A sequence of (sampled, step, tokens)."""
    made = TokenTrajectory()
    for sampled, step, count in parts:
        if sampled:
            made.write(list(range(count)), [-1.0] * count, step)
        else:
            made.read(Segment(tuple(range(count))), step)
    return made


def test_one_sequence_is_itself() -> None:
    only = sequence((False, -1, 3), (True, 0, 2))
    assert joined([only]) is only
    [span] = spans([[5]])
    values = torch.arange(4.0)[None]
    assert torch.equal(cut(values, [span], 4), values)


def test_sequences_are_cut_where_they_were_joined() -> None:
    first = sequence((False, -1, 3), (True, 0, 2))
    second = sequence((False, 0, 4), (True, 1, 3))
    whole = joined([first, second])
    assert whole.generated == first.generated + second.generated
    shifted = torch.tensor([whole.generated[1:]]).float()
    found = spans([[5, 7]])
    for part, span in zip((first, second), found, strict=True):
        width = len(part) - 1
        assert cut(shifted, [span], width)[0].tolist() == [float(g) for g in part.generated[1:]]


def test_the_loss_of_two_episodes_by_hand() -> None:
    # Episode 0: sequences with 2 and 1 sampled tokens; episode 1: one sequence with 2.
    episodes = [
        [sequence((False, -1, 2), (True, 0, 2)), sequence((False, 0, 3), (True, 1, 1))],
        [sequence((False, -1, 2), (True, 0, 2))],
    ]
    rows = [joined(parts) for parts in episodes]
    width = max(map(len, rows)) - 1
    mask = torch.zeros(2, width)
    for number, row in enumerate(rows):
        mask[number, : len(row) - 1] = torch.tensor(row.generated[1:]).float()
    advantages = group_advantages(torch.tensor([1.0, 0.0]), 2, estimator="mean_only")
    found = spans([[len(part) for part in parts] for parts in episodes])
    lengths = [span.last - span.first for span in found]
    columns = max(lengths)
    part_mask = cut(mask, found, columns)
    ratios = torch.where(part_mask.bool(), torch.tensor(1.1), torch.tensor(1.0))
    logp = ratios.log().requires_grad_()
    loss, _ = policy_loss(
        logp,
        torch.zeros_like(logp),
        cut(advantages[:, None].expand_as(mask), found, columns),
        part_mask,
        aggregation="sequence_mean_token_sum",
        weights=token_weights(mask, found, columns),
    )
    # ℓ = −1.1 Â for all five tokens, with Â = ½ and −½: the means over three and over two tokens.
    by_hand = (3 * (-1.1 * 0.5) / 3 + 2 * (-1.1 * -0.5) / 2) / 2
    assert abs(float(loss.detach()) * len(found) / len(episodes) - by_hand) < 1e-6
    (loss * len(found) / len(episodes)).backward()
    # ∂/∂logp of −ρ Â / (n_i N) is −ρ Â / (n_i N).
    assert logp.grad is not None
    sampled = part_mask[0].bool()
    torch.testing.assert_close(logp.grad[0][sampled], torch.full((2,), -1.1 * 0.5 / 3 / 2))


def test_fatal_steps_mask_every_sequence() -> None:
    parts = [sequence((False, -1, 2), (True, 0, 2)), sequence((False, 0, 3), (True, 1, 2))]
    row = joined(parts)
    generated = torch.tensor([row.generated[1:]]).float()
    step = torch.tensor([row.step[1:]])
    mask = fatal_token_mask(generated, step, torch.tensor([1]))
    [first, second] = spans([[4, 5]])
    assert cut(mask, [first], 3).sum() == 2
    assert cut(mask, [second], 4).sum() == 0
    assert clamp_fatal(torch.tensor([-0.5]), torch.tensor([True])).item() == 0.0
