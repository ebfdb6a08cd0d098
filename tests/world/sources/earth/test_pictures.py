"""Flags, maps, signs and boards show what they say they show."""

import numpy as np
import pytest

from searchvl_gym.world import fold
from searchvl_gym.world.pictures import draw
from searchvl_gym.world.sources.earth.flag_designs import FLAGS
from searchvl_gym.world.sources.earth.flags import draw_flag, flat_flag
from searchvl_gym.world.sources.earth.gazetteer import Gazetteer
from searchvl_gym.world.sources.earth.illustrations import Illustrator
from searchvl_gym.world.sources.earth.maps import MappedCity, draw_map, has_map
from searchvl_gym.world.sources.earth.outlines import main_frame, outlines
from searchvl_gym.world.sources.earth.packages import read_packages
from searchvl_gym.world.sources.earth.records import Country


def colour(code: str, x: float, y: float) -> tuple[int, int, int]:
    """Colour of a flat flag at shares of its width and height."""
    ratio, design = FLAGS[code]
    sheet = flat_flag(design, ratio, 120)
    pixel = sheet.pixels()[int(y * sheet.height), int(x * sheet.width)]
    return int(pixel[0]), int(pixel[1]), int(pixel[2])


def test_flags_have_their_colours_where_they_belong() -> None:
    assert [colour("DE", 0.5, y) for y in (0.1, 0.5, 0.9)] == [
        (0, 0, 0), (0xDD, 0, 0), (0xFF, 0xCE, 0),
    ]  # fmt: skip
    assert [colour("FR", x, 0.5) for x in (0.1, 0.5, 0.9)] == [
        (0, 0, 0x91), (255, 255, 255), (0xE1, 0, 0x0F),
    ]  # fmt: skip
    assert colour("JP", 0.5, 0.5) == (0xBC, 0, 0x2D)
    assert colour("JP", 0.1, 0.1) == (255, 255, 255)
    assert colour("SE", 0.375, 0.1) == colour("SE", 0.9, 0.5) == (0xFE, 0xCC, 0)


def test_every_design_can_be_drawn_and_no_two_are_alike(gazetteer: Gazetteer) -> None:
    assert FLAGS.keys() <= gazetteer.country.keys()
    flat = {
        code: np.array(flat_flag(design, 1.5, 40).pixels()) for code, (_, design) in FLAGS.items()
    }
    codes = sorted(flat)
    for position, code in enumerate(codes):
        for other in codes[position + 1 :]:
            assert (flat[code] != flat[other]).any(axis=-1).mean() > 0.03, (code, other)


def test_flags_and_maps_are_drawn_alike_every_time() -> None:
    assert np.array_equal(draw_flag("NO"), draw_flag("NO"))
    cities = [MappedCity("Bern", 46.95, 7.45, True), MappedCity("Geneva", 46.2, 6.15)]
    first, second = (draw_map("CH", "Switzerland", cities) for _ in range(2))
    assert np.array_equal(first, second)
    assert first.shape == (600, 800, 3)
    assert not np.array_equal(first, draw_map("CH", "Switzerland", cities[:1]))


def test_an_unknown_part_of_a_flag_is_refused() -> None:
    with pytest.raises(ValueError, match="no part 'moon'"):
        flat_flag("moon:FFFFFF@0.5,0.5,0.2", 1.5, 40)


def test_a_map_shows_the_main_part_of_a_country() -> None:
    frame = main_frame(outlines()["FR"])
    assert -6 < frame.west < 0 < frame.east < 10 and 41 < frame.south < frame.north < 52
    assert has_map("FR") and not has_map("VA")
    russia = main_frame(outlines()["RU"])
    assert russia.east - russia.west > 100


def test_countries_get_flags_and_maps_and_places_get_signs(gazetteer: Gazetteer) -> None:
    illustrator = Illustrator(gazetteer)
    germany = gazetteer.subjects[gazetteer.country["DE"]]
    shown = illustrator.illustrate(germany, 7)[:2]
    assert [(image.id, image.caption) for image in shown] == [
        (7, "The flag of Germany"), (8, "A map of Germany"),
    ]  # fmt: skip
    assert all(image.data and image.page == germany.id for image in shown)
    places = [
        (subject, image)
        for subject in gazetteer.subjects
        if not isinstance(subject.record, Country)
        for image in illustrator.illustrate(subject, 0)
    ]
    assert len(places) > 50
    for subject, image in places:
        assert image.recipe is not None
        assert fold(image.recipe.fields["title"]) == fold(subject.title)
    boards = [image.recipe for _, image in places if image.recipe.style == "timetable"]
    assert boards and all(board.fields["rows"].count("|") >= 6 for board in boards)
    picture = draw(boards[0])
    assert any(line.role == "title" for line in picture.lines)


def test_charts_show_the_largest_cities() -> None:
    whole = Gazetteer(read_packages())
    japan = whole.subjects[whole.country["JP"]]
    chart = Illustrator(whole).illustrate(japan, 0)[-1]
    assert chart.recipe is not None and chart.recipe.style == "chart"
    rows = [row.split("|") for row in chart.recipe.fields["rows"].split(";")]
    assert rows[0][0] == "Tokyo" and len(rows) == 5
    counts = [int(count.replace(",", "")) for _, count in rows]
    assert counts == sorted(counts, reverse=True)
    shown = {line.text for line in draw(chart.recipe).lines if line.role == "rows"}
    assert {name for name, _ in rows} <= shown
