import pytest

from algos.credit import episode_advantages
from algos.fatal_grpo import GRPOConfig
from algos.rollouts.failures import Failure, failure_of, is_degenerate
from algos.rollouts.figures import summarise_rollouts
from tests.algos.test_credit import rollout

INFRASTRUCTURE = rollout(0.0, [()] * 4, fatal=1, errors=(True,) * 3)
MODEL = rollout(0.0, [()] * 4, fatal=1, errors=(True, False, True))
UNANSWERED = rollout(0.1, [()] * 4, fatal=4)
RIGHT = rollout(1.0, [()] * 3)


def test_each_fatal_episode_is_of_one_kind() -> None:
    played = [INFRASTRUCTURE, MODEL, UNANSWERED, RIGHT]
    assert [failure_of(each) for each in played] == [*Failure, None]
    figures = summarise_rollouts([*played, RIGHT])
    assert figures["fatal_rate"] == pytest.approx(0.6)
    for kind in Failure:
        assert figures[f"{kind}_rate"] == pytest.approx(0.2)
    assert figures["degenerate_rate"] == 0


@pytest.mark.parametrize(
    ("text", "degenerate"),
    [
        ("call text_search|q= Ulm Bridge", False),
        ("H H H H H H H H H", True),
        ("the Ulm the Ulm the Ulm the Ulm the Ulm the Ulm the Ulm the Ulm ", True),
        ("100000000000 and ---------- and | | | | | | | | | |", False),
        ("très " * 7, False),
        ("", False),
    ],
)
def test_degenerate_text_repeats_a_piece_with_a_letter(text: str, degenerate: bool) -> None:
    assert is_degenerate(text) == degenerate


def test_costs_are_taken_off_before_the_comparison() -> None:
    group = [UNANSWERED, RIGHT, MODEL, INFRASTRUCTURE]
    free = GRPOConfig(group_size=4, estimator="mean_only")
    dear = GRPOConfig(group_size=4, estimator="mean_only", unanswered_cost=0.4, error_cost=0.1)
    difference = episode_advantages(group, free) - episode_advantages(group, dear)
    # The mean falls by an eighth; one error of the model's own and one silence are paid for.
    assert difference.tolist() == pytest.approx([0.275, -0.125, -0.025, -0.125])
