"""Tests of `algos.recipe.copying`."""

from algos.recipe.copying import Copying, count_copying
from searchvl_gym.types import Step, Task, Termination, ToolCall, Trajectory


def played(*turns: tuple[str, str, str]) -> Trajectory:
    steps = [
        Step(index, ToolCall(tool, {"text" if tool == "answer" else "q": value}), observation)
        for index, (tool, value, observation) in enumerate(turns)
    ]
    task = Task("t", "Who was born near Old Ulm?", "Ida Ek")
    return Trajectory(
        task=task, seed=0, steps=tuple(steps), termination=Termination.ANSWER, answer="x"
    )


def test_a_name_that_was_read_is_no_slip() -> None:
    one = played(
        ("layout_parsing", "img_1", "heading: Zürich Bridge 1907"),
        ("text_search", "Zürich Bridge birthplace", "Ida Ek: born in Torvik"),
        ("answer", "Torvik", ""),
    )
    assert count_copying([one]) == Copying(3, 0)


def test_a_name_that_stands_nowhere_is_one() -> None:
    one = played(
        ("layout_parsing", "img_1", "heading: Torvik Bridge"),
        ("text_search", "Torvig Bridge", "nothing"),
        ("answer", "Ulm 1907", ""),
    )
    found = count_copying([one, one])
    assert found == Copying(8, 4) and found.rate == 0.5
    assert count_copying([]).rate == 0.0
