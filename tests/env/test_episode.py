import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchvl_gym.episode import Episode, Rules
from searchvl_gym.fatal import find_fatal_step
from searchvl_gym.types import ErrorKind, Step, Task, Termination, ToolCall, ToolError

TASK = Task("t", "How high?", "3 m")
ERROR = ToolError(ErrorKind.BAD_ARGUMENTS, "no")


def play(pattern, rules, *, answer_at=None, observation=""):
    """Play good (False) and bad (True) steps until the episode ends or the pattern does."""
    episode = Episode(TASK, 0, rules)
    for index, wrong in enumerate(pattern):
        if episode.termination is not None:
            break
        step = Step(index, ToolCall("crop"), observation, error=ERROR if wrong else None)
        episode.record(step, answer="3 m" if index == answer_at else None)
    return episode


@given(st.lists(st.booleans(), max_size=20), st.integers(1, 4))
def test_fatal_flags_agree_with_find_fatal_step_at_every_point(pattern, k):
    rules = Rules(max_steps=50, k=k, on_fatal="continue")
    for length in range(1, len(pattern) + 1):
        episode = play(pattern[:length], rules)
        assert episode.termination is None
        assert episode.fatal_step == find_fatal_step(pattern[:length], k=k)


@given(st.lists(st.booleans(), min_size=1, max_size=20), st.integers(1, 4), st.integers(1, 12))
def test_an_episode_ends_once_and_for_the_right_reason(pattern, k, max_steps):
    episode = play(pattern, Rules(max_steps=max_steps, k=k))
    errors = [step.error is not None for step in episode.steps]
    cascade = any(all(errors[i : i + k]) for i in range(len(errors) - k + 1))
    if episode.termination is Termination.FATAL:
        assert episode.terminated and not episode.truncated
        assert all(errors[-k:]) and episode.fatal_step == len(errors) - k
    elif episode.termination is Termination.MAX_STEPS:
        assert episode.truncated and not episode.terminated and not cascade
        assert len(errors) == max_steps == episode.fatal_step
    else:
        assert episode.termination is None and not cascade and len(errors) == len(pattern)


def test_an_answer_ends_it_without_being_fatal():
    episode = play([True, True, False], Rules(), answer_at=2)
    assert episode.terminated and episode.answer == "3 m" and episode.fatal_step is None


def test_continue_keeps_the_first_fatal_step():
    episode = play([False, True, True, True, False, True, True, True], Rules(on_fatal="continue"))
    assert episode.fatal_step == 1 and episode.termination is None
    assert episode.consecutive_errors == 3


def test_the_budget_counts_what_is_read_and_written():
    question, call = len(TASK.question), len("crop") + len("{}")
    enough = Rules(max_text_chars=question + 2 * (call + 10))
    assert play([False] * 2, enough, observation="x" * 10).termination is None
    cut = play([False] * 3, enough, observation="x" * 10)
    assert cut.termination is Termination.BUDGET and cut.truncated and cut.fatal_step == 3


def test_the_models_own_text_is_what_counts_when_there_is_some():
    episode = Episode(TASK, 0, Rules(max_text_chars=len(TASK.question) + 5))
    episode.record(Step(0, ToolCall("visit", {"url": "long address"}), "", text="12345"))
    assert episode.termination is None


def test_no_step_after_the_end_and_no_trajectory_before():
    episode = play([False], Rules(max_steps=2))
    with pytest.raises(ValueError, match="still running"):
        episode.trajectory()
    with pytest.raises(ValueError, match="expected step 1"):
        episode.record(Step(5, None, ""))
    episode.record(Step(1, None, ""))
    assert episode.trajectory().termination is Termination.MAX_STEPS
    with pytest.raises(ValueError, match="has ended"):
        episode.record(Step(2, None, ""))


@pytest.mark.parametrize(
    "rules", [{"max_steps": 0}, {"k": 0}, {"on_fatal": "explode"}, {"max_text_chars": 0}]
)
def test_rules_out_of_range_are_refused(rules):
    with pytest.raises(ValueError, match=next(iter(rules))):
        Rules(**rules)
