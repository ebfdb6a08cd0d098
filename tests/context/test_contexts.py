"""What contexts show of an episode."""

import pytest

from searchvl_gym.context import MODES, Shown, Turn, make_context, show
from searchvl_gym.context.tools import with_tools
from searchvl_gym.tools.base import ToolContext
from searchvl_gym.tools.catalog import make_suite
from searchvl_gym.types import ErrorKind, ToolCall, ToolError
from tests.context.pictures import Pictures

PAGE = "# Kel Tower\nURL: https://a.example/kel-{n}\n\nHeight: {n}4.5 metres\n\nIt was {n}90 long."


def episode() -> list[Turn]:
    """A picture, a crop, four pages, of which the first is quoted later; the picture again."""
    turns = [Turn("When?", ((40, 30),), 1, "Look.", ToolCall("crop", {"image": "img_1"}))]
    turns.append(
        Turn("img_2: img_1 cropped to 8x6 pixels at (0, 0).", ((8, 6),), 2, "", ToolCall("visit"))
    )
    for number in range(1, 5):
        said = "The height is 14.5." if number == 3 else ""
        turns.append(Turn(PAGE.format(n=number), (), 3, said, ToolCall("visit")))
    turns[-1] = Turn(turns[-1].text, (), 3, "", ToolCall("view_image", {"image": "img_2"}))
    return [*turns, Turn("Here is img_2 again, 8x6 pixels.", (), 3)]


def test_whole_changes_nothing() -> None:
    turns = episode()
    assert show(make_context("whole"), turns) == tuple(
        Shown(turn.text, turn.pictures) for turn in turns
    )


def test_recent_keeps_title_address_and_what_was_used() -> None:
    shown = show(make_context("recent"), episode())
    assert shown[2].text.splitlines() == [
        "# Kel Tower", "URL: https://a.example/kel-1", "Height: 14.5 metres", "[shortened]",
    ]  # fmt: skip
    assert "24.5" not in shown[3].text
    assert [each.text for each in shown[4:]] == [turn.text for turn in episode()[4:]]


def test_references_show_a_picture_once_and_on_request() -> None:
    shown = show(make_context("references"), episode())
    assert [each.pictures for each in shown] == [(), (), (), (), (), (), (2,)]
    assert "img_1: given with the question, 40 × 30" in shown[0].text
    assert "img_2: img_1 cropped to 8x6, 8 × 6" in shown[1].text
    first = show(make_context("references"), episode()[:1])
    assert first == (Shown("When?", (1,)),)


def test_notes_stay() -> None:
    turns = episode()
    turns[2] = Turn(turns[2].text, (), 3, "", ToolCall("note", {"text": "Kel is 14.5 high"}))
    shown = show(make_context("notes"), turns)
    assert shown[-1].text.startswith("Your notes so far:\n1. Kel is 14.5 high\n\n")
    assert "14.5" not in shown[2].text


def test_what_awaits_an_answer_is_never_shortened() -> None:
    for mode in MODES:
        for end in range(1, 8):
            turns = episode()[:end]
            assert turns[-1].text in show(make_context(mode), turns)[-1].text


def test_tags_of_a_wire_format_stay_around_a_shortened_text() -> None:
    wrapped = f"<tool_response>\n{PAGE.format(n=1)}\n</tool_response>"
    turns = [Turn("?"), Turn(wrapped), *[Turn("…")] * 4]
    text = show(make_context("recent"), turns)[1].text
    assert text.startswith("<tool_response>\n# Kel")
    assert text.endswith("[shortened]\n</tool_response>")


@pytest.mark.parametrize("name", ["hole", "recent+recent", "recent+", ""])
def test_unknown_contexts(name: str) -> None:
    with pytest.raises(ValueError, match="context must be one of whole"):
        make_context(name)


def test_contexts_bring_their_tools() -> None:
    both = make_context("references+notes")
    assert both.tools == ("view_image", "note")
    assert with_tools(both, None) == "release+view_image+note"
    assert with_tools(make_context("recent"), None) is None
    assert make_suite("release+view_image+note").names[-2:] == ("view_image", "note")
    with pytest.raises(ValueError, match="needs the tool view_image, note"):
        with_tools(both, make_suite())
    with pytest.raises(ValueError, match="tools must be one of"):
        make_suite("release+telescope")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (ToolCall("view_image", {"image": "img_9"}), "There is no picture 'img_9'"),
        (ToolCall("note", {"text": "x" * 601}), "more than 600"),
        (ToolCall("note", {"text": " "}), "the note is empty"),
    ],
)
def test_bad_calls_are_told(call: ToolCall, message: str) -> None:
    suite = make_suite("release+view_image+note")
    with pytest.raises(ToolError, match=message) as raised:
        suite.run(call, ToolContext(Pictures(1)))
    assert raised.value.kind is ErrorKind.BAD_ARGUMENTS


def test_a_picture_is_named_and_a_note_is_not_repeated() -> None:
    suite = make_suite("release+view_image+note")
    context = ToolContext(Pictures(2))
    result = suite.run(ToolCall("view_image", {"image": "img_2"}), context)
    assert (result.text, result.image) == ("Here is img_2 again, 8x6 pixels.", None)
    assert suite.run(ToolCall("note", {"text": "Kel: 14.5"}), context).text == "Noted."
