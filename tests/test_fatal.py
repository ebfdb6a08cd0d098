import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchvl_gym.fatal import find_fatal_step

PAIRS = json.loads((Path(__file__).parent / "parity" / "fatal_step.open.json").read_text())
ERRORS = st.lists(st.booleans(), max_size=20)


def test_recorded_pairs() -> None:
    for pair in PAIRS:
        found = find_fatal_step(pair["step_errors"], pair["termination"])
        assert found == pair["fatal_step_index"], pair


@given(ERRORS, st.integers(1, 5))
def test_the_onset_begins_the_first_run(errors: list[bool], k: int) -> None:
    first = find_fatal_step(errors, k=k)
    last = find_fatal_step(errors, k=k, onset="last")
    if not errors:
        assert first == last == 0
    elif first is None:
        assert last is None
        assert not any(all(errors[i : i + k]) for i in range(len(errors) - k + 1))
    else:
        assert last == first + k - 1 and all(errors[first : first + k])
        assert first == 0 or not errors[first - 1]
        assert find_fatal_step(errors[:last] or [False], k=k) is None


@given(ERRORS.filter(bool), st.sampled_from(["timeout", "max_rounds_reached", "anything"]))
def test_without_an_answer_all_steps_are_kept(errors: list[bool], termination: str) -> None:
    cascade = find_fatal_step(errors)
    expected = len(errors) if cascade is None else cascade
    assert find_fatal_step(errors, termination) == expected


def test_wrong_arguments() -> None:
    with pytest.raises(ValueError, match="k must be at least 1"):
        find_fatal_step([True], k=0)
    with pytest.raises(ValueError, match="onset"):
        find_fatal_step([True], onset="middle")  # type: ignore[arg-type]
