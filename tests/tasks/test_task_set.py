import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchvl_gym.tasks import TaskSet, TaskSetError
from searchvl_gym.types import Degradation, Hop, Task, TaskImage

TASK = Task(
    id="test-00000-abcd",
    question="When was the Żółw bridge in the picture opened?",
    answer="1907",
    images=(TaskImage(3, degradation=Degradation("blur", 2.5, 7)), TaskImage(path="a.png")),
    aliases=("the year 1907",),
    answer_kind="date",
    hops=(Hop(1, "architect", "Ada", 5), Hop(5, "born", "1907")),
    world="f" * 64,
    repair=("sharpen",),
    metadata={"titles": ["Żółw"], "level": 2},
)


def save(path: Path, *tasks: Task) -> Path:
    TaskSet(tasks, "set").save(path)
    return path


def test_round_trip(tmp_path: Path) -> None:
    loaded = TaskSet.load(save(tmp_path / "new" / "tasks.jsonl", TASK))
    assert list(loaded) == [TASK]
    assert loaded.name == "set"
    assert loaded.fingerprint == TaskSet([TASK], "other").fingerprint
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["tasks.jsonl"]


@given(st.lists(st.text(), max_size=5), st.text())
def test_any_text_survives(
    tmp_path_factory: pytest.TempPathFactory, texts: list, name: str
) -> None:
    path = tmp_path_factory.mktemp("tasks") / "tasks.jsonl"
    tasks = TaskSet([Task(str(number), text, text) for number, text in enumerate(texts)], name)
    try:
        tasks.save(path)
    except UnicodeEncodeError:
        return
    assert TaskSet.load(path) == tasks


def test_fingerprint_depends_on_tasks_and_order() -> None:
    other = Task("b", "q", "x")
    prints = {
        TaskSet(tasks, "set").fingerprint
        for tasks in ([TASK], [other], [TASK, other], [other, TASK], [])
    }
    assert len(prints) == 5


def test_ids_must_differ() -> None:
    with pytest.raises(ValueError, match="two tasks have the id 'a'"):
        TaskSet([Task("a", "q", "x"), Task("a", "r", "y")], "set")


def test_slices_are_sets() -> None:
    tasks = TaskSet([TASK, Task("b", "q", "x")], "set")
    assert isinstance(tasks[1:], TaskSet)
    assert tasks[-1].id == "b"


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(TaskSetError, match=r"nowhere\.jsonl: No such file"):
        TaskSet.load(tmp_path / "nowhere.jsonl")


def test_torn_file_is_refused(tmp_path: Path) -> None:
    path = save(tmp_path / "tasks.jsonl", TASK, Task("b", "q", "x"))
    content = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(content[:2]))
    with pytest.raises(TaskSetError, match="promises 2 tasks, it holds 1"):
        TaskSet.load(path)
    path.write_bytes(b"".join(content)[:-9])
    with pytest.raises(TaskSetError, match=r"tasks.jsonl line 3: not a task"):
        TaskSet.load(path)


def test_wrong_line_is_named(tmp_path: Path) -> None:
    path = save(tmp_path / "tasks.jsonl", TASK)
    header = path.read_text(encoding="utf-8").splitlines()[0]
    path.write_text(header + "\n" + json.dumps({"id": "a", "question": 3}) + "\n")
    with pytest.raises(TaskSetError, match=r"line 2: .*Expected `str`, got `int`"):
        TaskSet.load(path)


def test_altered_file_is_refused(tmp_path: Path) -> None:
    path = save(tmp_path / "tasks.jsonl", TASK)
    path.write_text(path.read_text(encoding="utf-8").replace('"1907"', '"1908"'), encoding="utf-8")
    with pytest.raises(TaskSetError, match="do not match the fingerprint"):
        TaskSet.load(path)


@pytest.mark.parametrize("content", [b"", b"[]\n", b"\xff\xfe", b'{"format": "other"}\n', b"null"])
def test_foreign_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "tasks.jsonl"
    path.write_bytes(content)
    with pytest.raises(TaskSetError, match=r"tasks\.jsonl"):
        TaskSet.load(path)


def test_newer_format_is_refused(tmp_path: Path) -> None:
    path = save(tmp_path / "tasks.jsonl", TASK)
    path.write_text(path.read_text(encoding="utf-8").replace('"version":1', '"version":9'))
    with pytest.raises(TaskSetError, match="task format 9, this version reads 1"):
        TaskSet.load(path)
