"""A remembered tool answers as the tool does, and asks it once."""

import gc
import pickle
import sqlite3
from pathlib import Path
from typing import Annotated, Any, ClassVar

import msgspec
import numpy as np
import pytest
from episode_pictures import context_of

from searchvl_gym.tools import Arguments, ToolContext, ToolSuite
from searchvl_gym.tools.memory import Remembered
from searchvl_gym.types import ErrorKind, Image, ToolCall, ToolError, ToolResult
from searchvl_gym.world import World
from tests.full_disk import small_files


class Question(Arguments, frozen=True):
    image: Annotated[str, msgspec.Meta(description="A picture.")]
    about: str = ""


class Teller:
    """Tells the mean of a picture, and counts how often it is asked."""

    name: ClassVar[str] = "tell"
    description: ClassVar[str] = "Tell about a picture."
    arguments: ClassVar[type[Arguments]] = Question
    argument_aliases: ClassVar[dict[str, str]] = {"img": "image"}
    bounded: ClassVar[bool] = True

    def __init__(self) -> None:
        self.asked = 0

    def run(self, arguments: Question, context: ToolContext) -> ToolResult:
        self.asked += 1
        if arguments.about == "trouble":
            raise ToolError(ErrorKind.TOOL_FAILURE, "no.")
        pixels = context.images.get(arguments.image)
        if arguments.about == "drawing":
            return ToolResult("drawn", image=pixels)
        world = "" if context.world is None else context.world.fingerprint
        return ToolResult(f"{arguments.about} {pixels.mean():.1f} {world}", evidence=(3, 1))


def plain(value: int) -> Image:
    return np.full((4, 5, 3), value, np.uint8)


def test_it_looks_like_the_tool() -> None:
    tool = Remembered(Teller())
    assert (tool.name, tool.description, tool.arguments) == (
        Teller.name,
        Teller.description,
        Teller.arguments,
    )
    assert tool.argument_aliases == {"img": "image"}
    assert tool.bounded
    plain_suite, remembered = ToolSuite([Teller()]), ToolSuite([tool])
    assert plain_suite.schemas() == remembered.schemas()
    call = ToolCall("tell", {"img": "img_1"})
    context = context_of(plain(7))
    assert plain_suite.run(call, context) == remembered.run(call, context)


def test_the_second_time_the_tool_is_not_asked() -> None:
    teller = Teller()
    tool = Remembered(teller)
    results = [tool.run(Question(image="img_1"), context_of(plain(7))) for _ in range(3)]
    assert results[0] == results[1] == results[2] == ToolResult(" 7.0 ", evidence=(3, 1))
    assert teller.asked == len(tool) == 1


def test_other_arguments_pictures_and_worlds_are_other_questions(tiny_world: World) -> None:
    teller = Teller()
    tool = Remembered(teller)
    asked = [
        (Question(image="img_1"), context_of(plain(7))),
        (Question(image="img_1", about="size"), context_of(plain(7))),
        (Question(image="img_1"), context_of(plain(8))),
        (Question(image="img_1"), context_of(plain(7), world=tiny_world)),
    ]
    texts = [tool.run(*each).text for each in asked]
    assert len(set(texts)) == teller.asked == 4
    assert [tool.run(*each).text for each in asked] == texts
    assert teller.asked == 4


def test_a_picture_is_known_by_its_pixels_not_by_its_number() -> None:
    teller = Teller()
    tool = Remembered(teller)
    tool.run(Question(image="img_1"), context_of(plain(7), plain(8)))
    swapped = tool.run(Question(image="img_1"), context_of(plain(8), plain(7)))
    assert swapped.text == " 8.0 "


def test_pictures_and_errors_are_not_kept() -> None:
    teller = Teller()
    tool = Remembered(teller)
    for _ in range(2):
        drawn = tool.run(Question(image="img_1", about="drawing"), context_of(plain(7)))
        assert drawn.image is not None
        with pytest.raises(ToolError, match="no"):
            tool.run(Question(image="img_1", about="trouble"), context_of(plain(7)))
        with pytest.raises(ToolError, match="no img_9"):
            tool.run(Question(image="img_9"), context_of(plain(7)))
    assert teller.asked == 6
    assert len(tool) == 0


def test_a_file_keeps_the_memory_for_the_next_process(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "memory.sqlite"
    first = Remembered(Teller(), path)
    told = first.run(Question(image="img_1"), context_of(plain(7)))
    teller = Teller()
    second = Remembered(teller, path)
    assert second.run(Question(image="img_1"), context_of(plain(7))) == told
    assert teller.asked == 0


def test_it_travels_to_another_process_with_what_the_file_holds(tmp_path: Path) -> None:
    tool = Remembered(Teller(), tmp_path / "memory.sqlite")
    tool.run(Question(image="img_1"), context_of(plain(7)))
    travelled = pickle.loads(pickle.dumps(tool))
    assert len(travelled) == 1
    assert len(pickle.loads(pickle.dumps(Remembered(Teller())))) == 0


def test_two_that_write_the_same_answer_do_not_clash(tmp_path: Path) -> None:
    path = tmp_path / "memory.sqlite"
    pair = [Remembered(Teller(), path) for _ in range(2)]
    for tool in pair:
        tool.run(Question(image="img_1"), context_of(plain(7)))
    assert len(Remembered(Teller(), path)) == 1


@pytest.mark.parametrize("damage", ["no database", "no answer"])
def test_a_damaged_file_is_said(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "memory.sqlite"
    if damage == "no database":
        path.write_bytes(b"x" * 2000)
    else:
        with sqlite3.connect(path) as store:
            store.execute("CREATE TABLE answers (key BLOB PRIMARY KEY, value BLOB)")
            store.execute("INSERT INTO answers VALUES (?, ?)", (b"key", b"{"))
        store.close()
    with pytest.raises(OSError, match=r"memory.sqlite cannot be read .*; delete it"):
        Remembered(Teller(), path)


def test_a_full_disk_is_a_warning_and_the_tool_still_answers(tmp_path: Path) -> None:
    teller = Teller()
    tool = Remembered(teller, tmp_path / "memory.sqlite")
    gc.collect()
    asking: Any = Question(image="img_1", about="x" * 5000)
    with small_files(1024):
        with pytest.warns(RuntimeWarning, match=r"memory.sqlite cannot be written"):
            told = tool.run(asking, context_of(plain(7)))
        assert tool.run(asking, context_of(plain(7))) == told
    assert teller.asked == 1
