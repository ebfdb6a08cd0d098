import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchvl_gym.rollout import DecodeError, decode_trajectory, encode_trajectory
from searchvl_gym.types import (
    Degradation,
    ErrorKind,
    Hop,
    Step,
    Task,
    TaskImage,
    Termination,
    ToolCall,
    ToolError,
    Trajectory,
)

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
SMALL = st.integers(0, 999)
NUMBERS = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False)
KEYS = TEXT | st.sampled_from(["$float", "$$float", "$"])
ANYTHING = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=6,
)
OBJECTS = st.dictionaries(KEYS, ANYTHING, max_size=3)
DEGRADATIONS = st.builds(Degradation, TEXT, st.floats(0, 99), SMALL)
IMAGES = st.builds(TaskImage, st.none() | SMALL, st.none() | TEXT, st.none() | DEGRADATIONS)
TASKS = st.builds(
    Task,
    TEXT,
    TEXT,
    TEXT,
    images=st.lists(IMAGES, max_size=2).map(tuple),
    aliases=st.lists(TEXT, max_size=2).map(tuple),
    hops=st.lists(st.builds(Hop, SMALL, TEXT, TEXT, st.none() | SMALL), max_size=2).map(tuple),
    repair=st.lists(TEXT, max_size=2).map(tuple),
    metadata=OBJECTS,
)
ERRORS = st.builds(
    lambda kind, message, ours: ToolError(kind, message, infrastructure=ours),
    st.sampled_from(ErrorKind),
    TEXT,
    st.booleans(),
)
STEPS = st.builds(
    Step,
    SMALL,
    st.none() | st.builds(ToolCall, TEXT, OBJECTS, TEXT),
    TEXT,
    text=st.none() | TEXT,
    error=st.none() | ERRORS,
    image=st.none() | TEXT,
    evidence=st.lists(SMALL, max_size=3).map(tuple),
    well_formed=st.booleans(),
)
TRAJECTORIES = st.builds(
    Trajectory,
    TASKS,
    st.integers(0, 2**31),
    st.lists(STEPS, max_size=3).map(tuple),
    st.sampled_from(Termination),
    fatal_step=st.none() | SMALL,
    answer=st.none() | TEXT,
    images=st.lists(TEXT, max_size=2).map(tuple),
    reward=st.none() | st.floats(0, 1),
    reward_parts=st.dictionaries(TEXT, st.floats(0, 1), max_size=3),
    policy=TEXT,
)


@settings(max_examples=150)
@given(TRAJECTORIES)
def test_round_trip_is_exact_and_canonical(trajectory: Trajectory) -> None:
    data = encode_trajectory(trajectory)
    again = decode_trajectory(data)
    assert again == trajectory
    assert encode_trajectory(again) == data
    assert b"\n" not in data


def test_not_a_number_survives() -> None:
    call = ToolCall("crop", {"x": math.nan, "box": [math.inf, -math.inf, 1.0]})
    steps = (Step(0, call, ""),)
    trajectory = Trajectory(Task("a", "b", "c"), 0, steps, Termination.TIMEOUT)
    again = decode_trajectory(encode_trajectory(trajectory)).steps[0].call
    assert again is not None
    assert math.isnan(again.arguments["x"])
    assert again.arguments["box"] == [math.inf, -math.inf, 1.0]


@pytest.mark.parametrize("data", [b"", b"{}", b"[1]", b'{"task": 3}', b"\xff"])
def test_what_is_no_trajectory_is_refused(data: bytes) -> None:
    with pytest.raises(DecodeError, match="not a trajectory"):
        decode_trajectory(data)
