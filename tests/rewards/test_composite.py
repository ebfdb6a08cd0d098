from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchvl_gym.rewards import Composite, FormatScore, ScoringError
from searchvl_gym.types import Task
from tests.rewards.played import did, played

SEARCHES = (did("image_search", 10, url="img_1"), did("text_search", 20, q="Old Bridge opened"))
STEPS = st.lists(
    st.builds(
        did,
        st.sampled_from(["crop", "text_search", "visit", "image_search"]),
        st.integers(9, 21),
        failed=st.booleans(),
        kept=st.booleans(),
        q=st.sampled_from(["a", "b c", "b d"]),
    ),
    max_size=8,
)


class Fixed:
    def __init__(self, value: float | None) -> None:
        self.value = value

    def score(self, trajectory: Any, world: Any) -> float:
        if self.value is None:
            raise ScoringError("the judge is asleep")
        return self.value


def test_the_equation() -> None:
    episode = played(*SEARCHES, did("crop", kept=False), answer="1982")
    reward = Composite(accuracy=Fixed(1.0), query=Fixed(0.5)).score(episode)
    assert reward.parts == {"format": 0.75, "accuracy": 1.0, "query": 0.5}
    assert reward.value == pytest.approx(0.75 * (0.8 * 1.0 + 0.2 * 0.5))
    assert reward.scored and reward.reason == ""


def test_a_perfect_episode_gets_1_and_a_wrong_answer_only_its_searches() -> None:
    assert Composite().score(played(*SEARCHES, answer="1982")).value == pytest.approx(1.0)
    assert Composite().score(played(*SEARCHES, answer="1983")).value == pytest.approx(0.2)
    assert Composite(alpha=1.0).score(played(*SEARCHES, answer="1983")).value == 0.0


def test_a_failure_to_score_is_never_a_zero_in_silence() -> None:
    reward = Composite(accuracy=Fixed(None)).score(played(*SEARCHES, answer="1982"))
    assert reward.value is None and not reward.scored
    assert reward.reason == "accuracy: the judge is asleep"
    assert reward.parts == {"format": 1.0, "query": 1.0}
    wild = Composite(query=Fixed(float("nan"))).score(played(*SEARCHES, answer="1982"))
    assert wild.value is None and "nan" in wild.reason
    asked = Composite().score(played(task=Task("ask", "When?", ""), answer="1982"))
    assert asked.value is None and "no right answer" in asked.reason


def test_bugs_are_not_caught() -> None:
    class Broken:
        def score(self, trajectory: Any, world: Any) -> float:
            raise KeyError("a bug")

    with pytest.raises(KeyError):
        Composite(query=Broken()).score(played(answer="1982"))


def test_a_fatal_cut_leaves_what_came_before_it() -> None:
    failed = [did("visit", failed=True)] * 3
    reward = Composite().score(played(*SEARCHES, *failed))
    assert reward.parts == {"format": 1.0, "accuracy": 0.0, "query": 1.0}
    assert reward.value == pytest.approx(0.2)
    assert Composite().score(played(*failed)).value == 0.0
    assert Composite().score(played()).value == 0.0


@given(STEPS, st.sampled_from([None, "1982", "Rome"]), st.floats(0, 1))
def test_the_reward_is_bounded_and_grows_with_its_parts(
    steps: list[Any], answer: str | None, alpha: float
) -> None:
    episode = played(*steps, answer=answer)
    reward = Composite(alpha).score(episode)
    assert reward.value is not None and 0 <= reward.value <= reward.parts["format"] + 1e-12
    better = Composite(alpha, accuracy=Fixed(1.0), query=Fixed(1.0)).score(episode)
    assert better.value is not None and better.value >= reward.value - 1e-12
    assert Composite(alpha).score(episode) == reward


def test_format_is_the_mean_over_steps() -> None:
    score = FormatScore().score
    assert score(played(did("crop"), did("crop", kept=False), answer="x"), None) == pytest.approx(
        2 / 3
    )
    assert score(played(did("crop", failed=True), answer="x"), None) == 0.5
    assert score(played(), None) == 0.0


@pytest.mark.parametrize("alpha", [-0.1, 1.1, float("nan")])
def test_alpha_is_a_share(alpha: float) -> None:
    with pytest.raises(ValueError, match="alpha"):
        Composite(alpha)
