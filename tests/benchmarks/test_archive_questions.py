"""What a reader gets, and what is kept from the reader."""

import json
from dataclasses import replace
from pathlib import Path

from benchmarks.archive_questions import RULE, different, tally, write
from searchvl_gym.types import Hop, Task, TaskImage

TASK = Task(
    "a", "When did its artist die?", "2004", images=(TaskImage(world_image=3),),
    hops=(Hop(1, "by", "Ida Ek", 2), Hop(2, "Died", "2004", None)),
    metadata={"titles": ["First Light", "Ida Ek"]},
)  # fmt: skip


def test_the_key_is_apart_and_other_words_are_no_other_question(tmp_path: Path) -> None:
    again = replace(TASK, id="b", question="In which year did its artist die?")
    other = replace(TASK, id="c", images=(TaskImage(world_image=4),))
    assert [task.id for task in different([TASK, again, other])] == ["a", "c"]
    assert write([TASK, again, other], tmp_path, most=9) == 2
    shown = (tmp_path / "questions.md").read_text("utf-8")
    assert shown.startswith(RULE) and "1. When did its artist die?" in shown
    assert "2004" not in shown and "Ida Ek" not in shown
    key = json.loads((tmp_path / "key.json").read_text("utf-8"))
    assert key["2"] == {"answer": "2004", "path": ["First Light", "Ida Ek"]}
    (tmp_path / "marks.csv").write_text("number,mark\n1,1\n2,2\n", "utf-8")
    assert tally(tmp_path) == {"1": 1, "2": 1}
