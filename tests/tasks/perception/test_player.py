"""The player against tools that answer from a table: what it may and may not conclude."""

from __future__ import annotations

from collections.abc import Mapping

from searchvl_gym.tasks.perception.goals import (
    Compute,
    Fact,
    Identify,
    Inverse,
    PagePicture,
    Plan,
    ReadValue,
    Repair,
)
from searchvl_gym.tasks.perception.necessity import REMOVABLE
from searchvl_gym.tasks.perception.player import Player, wider
from searchvl_gym.types import ToolCall

NOT_THERE = "Error: nothing."
READ = "ALL RECOGNIZED TEXT\n{}\n\nBLOCKS in reading order\n"
CUT = "img_2: img_1 cropped to 80x30 pixels at (40, 60)."


def answer(
    plan: Plan, replies: Mapping[tuple[str, str], str], without: str = ""
) -> tuple[str | None, list[ToolCall]]:
    """Play; a reply is found by the tool and the argument that matters."""
    player = Player(plan, "The question?", [t for t in REMOVABLE if t != without]).play()
    calls: list[ToolCall] = []
    try:
        move = next(player)
        while True:
            calls.append(move.call)
            given = move.call.arguments
            key = str(given.get("image") or given.get("url") or given.get("q") or given.get("code"))
            move = player.send(replies.get((move.call.name, key), NOT_THERE))
    except StopIteration as end:
        return end.value, calls


PASSAGE = "[Passage 1] Kel Bridge\nURL: https://a.example/kel-3\nKel Bridge is {} high."
REGION = Identify(1, "Kel Bridge", "Kel Bridge", (40, 60, 80, 30))
HEIGHT = Fact("Kel Bridge", "Height", "35 metres")


def test_what_is_read_in_the_part_leads_to_the_answer() -> None:
    replies = {
        ("crop", "img_1"): CUT,
        ("layout_parsing", "img_2"): READ.format("KEL BR1DGE"),
        ("text_search", "KEL BR1DGE height"): PASSAGE.format("35 metres"),
    }
    plan = Plan("scene", (REGION, HEIGHT))
    assert answer(plan, replies)[0] == "35 metres"
    for tool in ("crop", "layout_parsing", "text_search"):
        assert answer(plan, replies, without=tool)[0] is None


def test_a_value_counts_only_where_it_was_seen() -> None:
    replies = {
        ("layout_parsing", "img_1"): READ.format("Kel Bridge"),
        ("text_search", "Kel Bridge height"): PASSAGE.format("53 metres"),
    }
    assert (
        answer(Plan("structure", (Identify(1, "Kel Bridge", "Kel Bridge"), HEIGHT)), replies)[0]
        is None
    )


def test_repairs_are_tried_in_the_planned_way_first() -> None:
    goal = Identify(1, "Kel Bridge", "Kel Bridge", None, (Repair("sharpen", {"amount": 5.0}),))
    _, calls = answer(Plan("repair", (goal,)), {})
    assert calls[0] == ToolCall("sharpen", {"image": "img_1", "amount": 5.0})
    assert {"super_resolution", "perspective_correct", "layout_parsing", "image_search"} <= {
        call.name for call in calls
    }


def test_no_call_is_made_twice() -> None:
    _, calls = answer(Plan("repair", (REGION, HEIGHT)), {("crop", "img_1"): CUT})
    made = [(call.name, repr(sorted(call.arguments.items()))) for call in calls]
    assert len(made) == len(set(made))


MATCHES = (
    "[Match 1] Moss Tower\nSource: https://a.example/moss-1\nMatch score: 0.90\n\n"
    "[Match 2] Kel Tower\nSource: https://a.example/kel-2\nMatch score: 0.88"
)


def test_a_look_alike_in_front_is_told_apart_by_its_page_alone() -> None:
    replies = {
        ("image_search", "img_1"): MATCHES,
        ("visit", "https://a.example/moss-1"): "# Moss Tower\nIt has no clock.",
        ("visit", "https://a.example/kel-2"): "# Kel Tower\nIt has a clock.",
    }
    goal = Identify(1, "Kel Tower", features=("it has a clock",))
    assert answer(Plan("find", (goal,)), replies)[0] == "Kel Tower"
    assert answer(Plan("find", (goal,)), replies, without="visit")[0] is None
    assert answer(Plan("find", (Identify(1, "Kel Tower"),)), replies)[0] is None


def test_a_look_alike_of_which_the_page_says_the_same_misleads() -> None:
    replies = {
        ("image_search", "img_1"): MATCHES,
        ("visit", "https://a.example/moss-1"): "# Moss Tower\nIt has a clock.",
        ("visit", "https://a.example/kel-2"): "# Kel Tower\nIt has a clock.",
    }
    assert (
        answer(Plan("find", (Identify(1, "Kel Tower", features=("it has a clock",)),)), replies)[0]
        is None
    )


def test_the_page_that_states_a_fact_about_a_known_one() -> None:
    replies = {
        ("text_search", "person birthplace Ulm"): "[Passage 1] Ida Ek\nURL: https://a.example/i-1\n"
        "Ida Ek was born in Ulm."
    }
    plan = Plan("find", (Inverse("Ulm", "Birthplace", "person", "Ida Ek"),))
    assert answer(plan, replies)[0] == "Ida Ek"
    assert answer(plan, replies, without="text_search")[0] is None


def test_figures_of_a_page_are_opened_and_read() -> None:
    replies = {
        ("text_search", "Ulm"): "[Passage 1] Ulm\nURL: https://a.example/ulm-4\nA town.",
        ("open_image", "https://a.example/ulm-4#2"): "img_2: picture 2 of Ulm, 80x60 pixels.",
        ("layout_parsing", "img_2"): READ.format("Guests\n412"),
    }
    plan = Plan("page_picture", (PagePicture("Ulm", 2, "412"),))
    assert answer(plan, replies)[0] == "412"
    assert answer(plan, replies, without="open_image")[0] is None
    assert answer(Plan("page_picture", (PagePicture("Ulm", 2, "41"),)), replies)[0] is None


def test_without_a_program_it_guesses() -> None:
    goal = Compute(("a", "b"), "print(7 * 6)", "42", "40")
    assert answer(Plan("pair", (goal,)), {("python_interpreter", "print(7 * 6)"): "42"})[0] == "42"
    assert answer(Plan("pair", (goal,)), {}, without="python_interpreter")[0] == "40"


def test_a_cell_must_be_read_exactly() -> None:
    replies = {("layout_parsing", "img_1"): READ.format("14:55 | Ulm")}
    assert answer(Plan("structure", (ReadValue(1, "14:35"),)), replies)[0] is None
    assert answer(Plan("structure", (ReadValue(1, "14:55"),)), replies)[0] == "14:55"


def test_a_wider_box_holds_the_box() -> None:
    x, y, width, height = wider((40, 60, 80, 30))
    assert (x, y) < (40, 60)
    assert (x + width, y + height) > (120, 90)
