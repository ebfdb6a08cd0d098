import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.fuzz import JUNK, hostile_actions, step_and_check
from searchvl_gym.types import ToolCall


def step(env, action):
    _, ended = step_and_check(env, action)
    if ended:
        env.trajectory()
        env.reset()


@pytest.mark.parametrize("on_fatal", ["terminate", "continue"])
def test_thousands_of_hostile_actions_only_make_errors(make_env, on_fatal):
    env = make_env(on_fatal=on_fatal, max_steps=12)
    env.reset(seed=0)
    actions = hostile_actions(env, np.random.default_rng(7))
    for _ in range(2000):
        step(env, next(actions))


@pytest.mark.parametrize("junk", range(len(JUNK)))
def test_every_kind_of_junk_in_every_place(make_env, junk):
    env = make_env(on_fatal="continue")
    env.reset(seed=0)
    value = JUNK[junk]
    for action in (
        value,
        (value, {}),
        (0, value),
        (0, {"image": value}),
        (len(env.suite.names), {"text": value}),
        ToolCall("text_search", {"q": value}),
        ToolCall("answer", {"text": value, "more": value}),
    ):
        step(env, action)


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary()
values = st.recursive(
    scalars, lambda inner: st.lists(inner) | st.dictionaries(scalars, inner), max_leaves=12
)
names = st.sampled_from(["crop", "sharpen", "text_search", "visit", "answer", "fly"])
actions = (
    values
    | st.tuples(st.integers(-3, 12), st.dictionaries(st.text(), values))
    | st.builds(ToolCall, names | values, st.dictionaries(st.text(), values) | values, st.text())
)


@given(action=actions)
@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_hypothesis_thinks_of(make_env, action):
    env = make_env()
    env.reset(seed=0)
    step(env, action)


def test_endless_structures_come_to_an_end(make_env):
    env = make_env(on_fatal="continue")
    env.reset(seed=0)
    loop: list = []
    loop.extend([loop] * 50)
    ring: dict = {}
    ring["ring"] = ring
    for value in (loop, ring, "x" * 1_000_000, ["x" * 150_000] * 3):
        step(env, ToolCall("text_search", {"q": value}))
        step(env, (0, {"image": value}))
    assert env.episode.consecutive_errors == 8
