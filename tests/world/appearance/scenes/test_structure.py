"""Structured pictures: questions have one answer, and it can be read in the picture."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scene_recipes import ROWS, structured

from searchvl_gym.tools.text_recognition import recognise
from searchvl_gym.world.appearance.scenes.structure import ask_cell
from searchvl_gym.world.appearance.scenes.structure.cells import ranked
from searchvl_gym.world.appearance.scenes.structure.styles import ASKERS
from searchvl_gym.world.pictures import PictureRecipe, all_styles, draw
from searchvl_gym.world.pictures.drawing import generator
from searchvl_gym.world.pictures.style import table_rows


@pytest.mark.parametrize("style", ASKERS)
def test_each_question_has_one_answer_which_stands_in_its_cell(style: str) -> None:
    recipe = structured(style)
    rows = table_rows(recipe.fields)
    questions = ASKERS[style](recipe.fields, generator(recipe), recipe.width, recipe.height)
    assert len(questions) >= 8
    assert len({question.phrase for question in questions}) == len(questions)
    for question in questions:
        if question.value != rows[question.row][question.column]:
            assert "number of" in question.phrase  # numbers of a legend are the picture's own
        assert (question.row, question.column) in question.cells_needed
    asked = {ask_cell(recipe, np.random.default_rng(seed)) for seed in range(40)}
    assert len(asked) > 4
    assert asked <= set(questions)


@pytest.mark.parametrize("style", ASKERS)
def test_the_answers_are_read_in_the_picture(style: str) -> None:
    picture = draw(structured(style))
    read = "".join("".join(line.text for line in recognise(picture.pixels)).split())
    cells = [cell for row in table_rows({"rows": ROWS[style]}) for cell in row]
    assert sum(cell.replace(" ", "") in read for cell in cells) >= 0.9 * len(cells)
    assert {line.text for line in picture.lines if line.role == "rows"} >= set(cells)


@pytest.mark.parametrize("style", ASKERS)
def test_same_recipe_same_pixels(style: str) -> None:
    first = draw(structured(style, 2)).pixels
    assert np.array_equal(first, draw(structured(style, 2)).pixels)
    assert not np.array_equal(first, draw(structured(style, 3)).pixels)
    assert not all_styles()[style].kinds


@settings(max_examples=80)
@given(st.lists(st.integers(0, 30), min_size=3, max_size=9))
def test_ranks_are_distinct(numbers: list[int]) -> None:
    rows = [[f"{number:,}"] for number in numbers]
    for prefix, row in ranked(rows, 0):
        rank = {"": 0, "second-": 1, "third-": 2}[prefix[1:]]
        ordered = sorted(numbers, reverse=prefix[0] == "+")
        assert ordered[rank] == numbers[row]
        assert numbers.count(numbers[row]) == 1


def test_what_a_board_says() -> None:
    recipe = structured("timetable_board")
    found = {}
    for seed in range(200):
        question = ask_cell(recipe, np.random.default_rng(seed))
        assert question is not None
        found[question.phrase] = question.value
    assert found["the destination of the 14:35 departure from platform 2"] == "Osterby"
    assert found["the destination of the first departure from platform 3"] == "Axenberg"
    assert found["the destination of the departure next after the one at 09:40"] == "Quenford"
    assert found["the platform of the departure to Brymholm"] == "1"


def test_the_total_and_the_ranks_of_a_receipt() -> None:
    recipe = structured("receipt")
    asked = ASKERS["receipt"](recipe.fields, generator(recipe), 1152, 864)
    said = {question.phrase: question.value for question in asked}
    assert said["the second-cheapest item on the receipt"] == "Tea"
    assert said["the most expensive item on the receipt"] == "Honey"
    assert "18.40" in {line.text for line in draw(recipe).lines}


def test_twins_are_not_asked_for() -> None:
    fields = {"rows": "08:15|Axenberg|3;08:15|Brymholm|3;09:00|Axenberg|1"}
    recipe = PictureRecipe("timetable_board", 1, fields, 1152, 864)
    asked = ASKERS["timetable_board"](fields, generator(recipe), 1152, 864)
    phrases = {question.phrase for question in asked}
    assert not any("08:15 departure" in phrase for phrase in phrases)
    assert not any("departure to Axenberg" in phrase for phrase in phrases)


def test_errors_say_what_to_do() -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="shows no structure"):
        ask_cell(PictureRecipe("map", 1, {"title": "a"}), rng)
    with pytest.raises(ValueError, match="has no rows"):
        draw(PictureRecipe("table", 1, {"title": "a"}))
    with pytest.raises(ValueError, match="none of these has a number"):
        draw(PictureRecipe("bar_chart", 1, {"rows": "a|b"}))
    with pytest.raises(ValueError, match="there is none"):
        draw(PictureRecipe("receipt", 1, {"rows": "a"}))
