from collections.abc import Sequence
from dataclasses import replace

import pytest
import torch

from algos.credit import (
    CREDITS,
    anchor_state,
    episode_advantages,
    fatal_steps,
    gold_pages,
    hop_anchored,
    hops_found,
    register_credit,
    turn_level,
)
from algos.fatal_grpo import GRPOConfig
from algos.objectives import group_advantages
from algos.rollouts.group import Rollout
from algos.tokens.trajectory import TokenBatch, TokenTrajectory, make_batch
from searchvl_gym.types import (
    ErrorKind,
    Hop,
    Step,
    Task,
    Termination,
    ToolCall,
    ToolError,
    Trajectory,
)

SETTINGS = GRPOConfig(group_size=2, hop_weight=0.5)
TASK = Task("t", "q", "a", hops=(Hop(7, "city", "Ulm", 8), Hop(8, "founded", "854")))


def rollout(
    reward: float,
    evidence: Sequence[Sequence[int]],
    *,
    fatal: int | None = None,
    errors: Sequence[bool] = (),
) -> Rollout:
    """An episode of one written token a step; `errors` says whose the last ones were."""
    count = len(evidence)
    own = [None] * (count - len(errors)) + list(errors)
    steps = tuple(
        Step(
            index,
            None,
            "",
            evidence=tuple(pages),
            error=None
            if own[index] is None
            else ToolError(ErrorKind.TIMEOUT, "x", infrastructure=bool(own[index])),
        )
        for index, pages in enumerate(evidence)
    )
    ended = Termination.ANSWER if fatal is None else Termination.FATAL
    played = Trajectory(TASK, 0, steps, ended, fatal_step=fatal, reward=reward)
    tokens = TokenTrajectory()
    tokens.tokens, tokens.generated, tokens.step = [1], [False], [-1]
    tokens.log_probabilities = [0.0]
    for index in range(count):
        tokens.write((2,), (-1.0,), index)
    return Rollout(played, tokens)


def batch_of(rollouts: Sequence[Rollout]) -> TokenBatch:
    return make_batch([each.tokens for each in rollouts], padding=0, image_token=9, merge=2)


def test_advantages_compare_within_the_group() -> None:
    rollouts = [rollout(reward, [()]) for reward in (1.0, 0.0, 0.5, 0.5)]
    found = episode_advantages(rollouts, SETTINGS)
    assert found.tolist() == pytest.approx([1, -1, 0, 0], abs=1e-4)
    means = episode_advantages(rollouts, replace(SETTINGS, estimator="mean_only"))
    assert means.tolist() == pytest.approx([0.5, -0.5, 0, 0])


def test_fatal_steps_of_the_asked_source() -> None:
    rollouts = [
        rollout(0.0, [()] * 4, fatal=1, errors=(True, True, True)),
        rollout(0.0, [()] * 4, fatal=1, errors=(True, False, True)),
        rollout(1.0, [()]),
        rollout(0.0, [()] * 2, fatal=2),
    ]
    by_source = {
        source: fatal_steps(rollouts, replace(SETTINGS, fatal_source=source)).tolist()
        for source in ("any", "model", "infrastructure")
    }
    assert by_source == {
        "any": [1, 1, -1, 2],
        "model": [-1, 1, -1, 2],
        "infrastructure": [1, -1, -1, -1],
    }


def test_the_papers_four_differ_as_its_table_says() -> None:
    rollouts = [rollout(1.0, [(), ()]), rollout(0.0, [()] * 4, fatal=1, errors=(True,) * 3)]
    batch = batch_of(rollouts)
    found = {name: CREDITS[name](rollouts, batch, SETTINGS)[:2] for name in CREDITS}
    masks = {name: mask.int().tolist() for name, (_, mask) in found.items()}
    assert masks["vanilla"] == [[1, 1, 0, 0], [1, 1, 1, 1]]
    assert masks["hard_mask"] == [[1, 1, 0, 0], [0, 0, 0, 0]]
    assert masks["fatal_mask"] == masks["fatal_aware"] == [[1, 1, 0, 0], [1, 0, 0, 0]]
    for name in ("vanilla", "hard_mask", "fatal_mask"):
        assert found[name][0].tolist() == pytest.approx([1, -1], abs=1e-4)
    assert found["fatal_aware"][0].tolist() == pytest.approx([1, 0], abs=1e-4)


def test_hops_give_credit_to_the_steps_that_lead_to_them() -> None:
    rollouts = [
        # Finds both pages, the second at step 2, and is right.
        rollout(1.0, [(), (7, 3), (7, 8), ()]),
        # Finds one page, then nothing; ends after two steps, wrong.
        rollout(0.0, [(7,), ()]),
    ]
    batch = batch_of(rollouts)
    advantages, mask, figures = hop_anchored(rollouts, batch, SETTINGS)
    # Shares of the path still ahead, step by step.
    ahead = torch.tensor([[1.0, 1.0, 0.5, 0.0], [0.5, 0.0, 0.0, 0.0]])
    by_step = torch.stack([group_advantages(ahead[:, step], 2) for step in range(4)], dim=1)
    episode = episode_advantages(rollouts, SETTINGS)
    expected = 0.5 * episode[:, None] + 0.5 * by_step
    for row, count in ((0, 4), (1, 2)):
        torch.testing.assert_close(advantages[row, :count], expected[row, :count])
    assert mask.int().tolist() == [[1, 1, 1, 1], [1, 1, 0, 0]]
    assert figures["fatal_share"] == 0


def test_hop_anchored_without_weight_is_fatal_aware() -> None:
    rollouts = [
        rollout(1.0, [(7,), (8,)]),
        rollout(0.0, [()] * 4, fatal=1, errors=(True,) * 3),
    ]
    batch = batch_of(rollouts)
    settings = replace(SETTINGS, hop_weight=0.0)
    advantages, mask, _ = hop_anchored(rollouts, batch, settings)
    expected, same, _ = CREDITS["fatal_aware"](rollouts, batch, settings)
    written = batch.generated.bool()
    torch.testing.assert_close(advantages[written], expected[:, None].expand(2, 4)[written])
    assert torch.equal(mask, same)


def test_a_page_counts_once_however_often_it_turns_up() -> None:
    twice = [rollout(0.0, [(7,), (7,), (7, 7)]), rollout(0.0, [(7,), (), ()])]
    advantages, _, _ = hop_anchored(twice, batch_of(twice), SETTINGS)
    assert not advantages.any()


DEEP = Task(
    "d",
    "q",
    "a",
    # Two facts that a search may show, three that a page has to be opened for: one of them stands
    # in a register (30) that states two.
    hops=tuple(Hop(subject, "height", "9 metres") for subject in (1, 2, 11, 12, 13)),
    metadata={"evidence": [-1, -1, 30, 30, 13]},
)


def deep(reward: float, *turns: tuple[str, Sequence[int]]) -> Rollout:
    """An episode of the deep task: in each turn a tool and the pages that it showed."""
    played = rollout(reward, [pages for _, pages in turns])
    steps = tuple(
        replace(step, call=ToolCall(tool))
        for step, (tool, _) in zip(played.trajectory.steps, turns, strict=True)
    )
    return replace(played, trajectory=replace(played.trajectory, task=DEEP, steps=steps))


def test_evidence_of_a_graph_counts_in_any_order_and_where_it_must_when_opened() -> None:
    rollouts = [
        # A search lists the register, which is not evidence yet; opening it is.
        deep(0.0, ("text_search", (2, 30)), ("visit", (30,)), ("text_search", (1, 13))),
        deep(0.0, ("visit", (13,)), ("visit", (13,)), ("visit", (12,))),
    ]
    # Four pages are the evidence: 1, 2, 30 and 13.
    expected = torch.tensor([[0.25, 0.25, 0.25], [0.25, 0.0, 0.0]])
    torch.testing.assert_close(hops_found(rollouts), expected)
    assert gold_pages(DEEP) == ({1, 2, 13, 30}, {13, 30})


def test_progress_of_a_graph_is_compared_at_each_step() -> None:
    rollouts = [
        deep(0.0, ("visit", (30,)), ("visit", (13,)), ("answer", ())),
        deep(0.0, ("visit", (5,)), ("text_search", (1,)), ("answer", ())),
    ]
    # Progress 1/4, 2/4, 2/4 and 0, 1/4, 1/4; still to come 2/4, 1/4, 0 and 1/4, 1/4, 0.
    advantages, _, _ = hop_anchored(rollouts, batch_of(rollouts), SETTINGS)
    expected = torch.tensor([[0.5, 0.0, 0.0], [-0.5, 0.0, 0.0]])
    torch.testing.assert_close(advantages, expected, atol=1e-4, rtol=0)


def test_turns_are_compared_with_the_same_turn_and_the_last_has_the_outcome_alone() -> None:
    rollouts = [rollout(1.0, [(7,), (8,), ()]), rollout(0.0, [(), (), ()])]
    advantages, _, _ = turn_level(rollouts, batch_of(rollouts), SETTINGS)
    # The outcome is worth ±1, each gold page found first another ±1 by weight 0.5.
    expected = torch.tensor([[1.5, 1.5, 1.0], [-1.5, -1.5, -1.0]])
    torch.testing.assert_close(advantages, expected, atol=1e-4, rtol=0)


def test_steps_from_one_state_are_compared_with_each_other() -> None:
    rollouts = [rollout(reward, [(), ()]) for reward in (1.0, 0.0)]
    first, second = (replace(each.trajectory.steps[0], observation=text) for each, text in zip(
        rollouts, ("a page", "another page"), strict=True
    ))  # fmt: skip
    played = [
        replace(each, trajectory=replace(each.trajectory, steps=(step, each.trajectory.steps[1])))
        for each, step in zip(rollouts, (first, second), strict=True)
    ]
    advantages, _, _ = anchor_state(played, batch_of(played), SETTINGS)
    # Both begin in one state; after that each state was met once and compares with nothing.
    expected = torch.tensor([[1.5, 1.0], [-1.5, -1.0]])
    torch.testing.assert_close(advantages, expected, atol=1e-4, rtol=0)


def test_a_registered_function_can_be_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(CREDITS, "mine", CREDITS["vanilla"])
    register_credit("mine", hop_anchored)
    assert CREDITS["mine"] is hop_anchored
