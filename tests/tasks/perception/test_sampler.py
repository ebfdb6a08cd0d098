"""Drafts and proofs in a real world, with the real tools."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from searchvl_gym.tasks.perception import SHARES, perception_tasks, plan_of
from searchvl_gym.tasks.perception.compute import number_of
from searchvl_gym.tasks.perception.distance import spoken
from searchvl_gym.tasks.perception.drafts import Draft
from searchvl_gym.tasks.perception.find import draw_find
from searchvl_gym.tasks.perception.gazetteer import draw_gazetteer, position_of
from searchvl_gym.tasks.perception.goals import Compute, Identify, PagePicture, ReadValue
from searchvl_gym.tasks.perception.hard import draw_hard
from searchvl_gym.tasks.perception.necessity import REMOVABLE, Trial
from searchvl_gym.tasks.perception.page_picture import draw_page_picture
from searchvl_gym.tasks.perception.sampler import as_task, is_right, schedule
from searchvl_gym.tasks.perception.scene import (
    grown,
    in_grain,
    part_of,
    start_gallery,
    start_scene,
)
from searchvl_gym.tasks.perception.site import Site
from searchvl_gym.tasks.perception.structure import start_structure
from searchvl_gym.tasks.perception.sums import draw_compute, draw_pair
from searchvl_gym.tasks.pictures import load_picture
from searchvl_gym.tools.catalog import make_suite
from searchvl_gym.tools.real_esrgan import upscale
from searchvl_gym.tools.text_recognition import recognise
from searchvl_gym.types import Task
from searchvl_gym.world import World
from searchvl_gym.world.pictures.recipe import recipe_from_json
from searchvl_gym.world.resemblance import READ_ALIKE, most_alike

SMALL = ((1800, 1350),)


def drafts(world: World, draw, count: int = 3) -> list[Draft]:  # type: ignore[no-untyped-def]
    site, rng, found = Site(world, "train"), np.random.default_rng(3), []
    for _ in range(200):
        draft = draw(site, rng, 1)
        if draft is not None:
            found.append(draft)
        if len(found) == count:
            break
    assert len(found) == count
    return found


def along(start):  # type: ignore[no-untyped-def]
    """A drawer: a way on from what `start` draws."""

    def draw(site: Site, rng: np.random.Generator, hops: int) -> Draft | None:
        begun = start(site, rng)
        trail = begun and site.trail(begun.page, begun.phrase, hops, rng)
        return trail.draft(begun) if trail else None

    return draw


def hard(end: str):  # type: ignore[no-untyped-def]
    """A drawer of hard tasks that begin with a scene."""

    def draw(site: Site, rng: np.random.Generator, hops: int) -> Draft | None:
        begun = start_scene(site, rng, SMALL)
        return None if begun is None else draw_hard(site, begun, end, 3, rng)

    return draw


DRAWERS = {
    "find": draw_find,
    "scene": along(lambda site, rng: start_scene(site, rng, SMALL)),
    "gallery": along(lambda site, rng: start_gallery(site, rng, SMALL)),
    "structure": along(start_structure),
    "compute": draw_compute,
    "pair": draw_pair,
    "gazetteer": draw_gazetteer,
    "page_picture": draw_page_picture,
    "scene-picture": hard("picture"),
    "scene-sum": hard("sum"),
}


@pytest.mark.parametrize("family", DRAWERS)
def test_a_question_names_nothing_on_its_way(photographed: World, family: str) -> None:
    for draft in drafts(photographed, DRAWERS[family]):
        pages = [photographed.page(draft.anchor)]
        pages += [photographed.page(hop.subject) for hop in draft.hops]
        assert not Site.named_in(draft.question, pages)
        assert draft.question.endswith(("?", ".)", "Give two decimals."))
        assert draft.answer not in draft.question


@pytest.mark.parametrize("family", ["find", "gallery", "compute", "pair", "page_picture"])
def test_photographs_of_tasks_are_not_in_the_index(photographed: World, family: str) -> None:
    known = {image.recipe.seed for image in photographed.images() if image.recipe is not None}
    for draft in drafts(photographed, DRAWERS[family], 1):
        for image in draft.images:
            assert image.drawn is not None
            assert recipe_from_json(image.drawn).seed not in known


def test_the_part_to_cut_out_holds_the_name(photographed: World) -> None:
    for draft in drafts(photographed, DRAWERS["scene"]):
        goal = draft.plan.goals[0]
        assert isinstance(goal, Identify) and goal.region is not None
        pixels = load_picture(draft.images[0], photographed)
        x, y, width, height = goal.region
        assert x >= 0 and y >= 0 and x + width <= pixels.shape[1] and y + height <= pixels.shape[0]
        assert goal.name == photographed.page(draft.anchor).title
        assert draft.plan.letter_height <= 6


def test_what_is_computed_is_right_and_no_estimate(photographed: World) -> None:
    for draft in drafts(photographed, draw_compute, 6):
        goal = draft.plan.goals[-1]
        assert isinstance(goal, Compute)
        assert goal.value == draft.answer != goal.estimate
        values = [number_of(value) for value in goal.inputs]
        assert all(value is not None for value in values)


def test_sums_are_those_of_a_calculator(photographed: World) -> None:
    found = [*drafts(photographed, draw_compute, 40), *drafts(photographed, draw_pair, 40)]
    seen = set()
    for draft in found:
        if draft.question.startswith("How many days"):
            seen.add("days")
            continue
        a, b = (Fraction(hop.value.split()[0].replace(",", "")) for hop in draft.hops[-2:])
        at = re.search(r"at ([\d.]+) ", draft.question)
        if draft.question.startswith("How many times"):
            seen.add("ratio")
            result = max(a, b) / min(a, b)
        elif draft.question.startswith("How many people"):
            seen.add("density")
            result = a / b
        else:
            seen.add("total")
            assert at is not None
            result = (a + b) / Fraction(at[1])
        assert abs(Fraction(draft.answer) - result) <= Fraction(51, 10_000)
    assert seen == {"days", "ratio", "density", "total"}


def test_a_gazetteer_gives_what_the_distance_is_computed_of(photographed: World) -> None:
    for draft in drafts(photographed, draw_gazetteer, 6):
        recipe = recipe_from_json(draft.images[1].drawn or "")
        rows = [row.split("|") for row in recipe.fields["rows"].split(";")[1:]]
        stated = {title: (latitude, longitude) for title, latitude, longitude in rows}
        for title, cells in stated.items():
            place = position_of(photographed, photographed.page(photographed.find(title) or 0))
            assert place is not None and spoken(place) == cells
        read = [goal.value for goal in draft.plan.goals if isinstance(goal, ReadValue)]
        assert {tuple(read[:2]), tuple(read[2:])} <= set(stated.values())
        goal = draft.plan.goals[-1]
        assert isinstance(goal, Compute) and goal.value == draft.answer != goal.estimate


def test_a_distance_needs_the_photograph_the_table_and_a_program(photographed: World) -> None:
    (draft,) = drafts(photographed, draw_gazetteer, 1)
    task = as_task(photographed, draft, "pair", 0, "train")
    needs = Trial(task, photographed, make_suite("perception"), is_right).needs()
    assert needs is not None and set(draft.wanted) <= set(needs)


def test_a_grainy_name_is_read_only_when_it_is_enlarged(photographed: World) -> None:
    rng = np.random.default_rng(8)
    start = partial(start_scene, sizes=SMALL, grainy=True)
    for draft in drafts(photographed, along(start), 12):
        for grainy in in_grain(draft, rng):
            goal = grainy.plan.goals[0]
            assert isinstance(goal, Identify) and goal.region is not None
            part = part_of(load_picture(grainy.images[0], photographed), goal.region)
            (repair,) = goal.repairs
            large = upscale(part, repair.arguments["scale"], model="animevideov3")
            assert most_alike([line.text for line in recognise(part)], goal.name)[1] < READ_ALIKE
            assert most_alike([line.text for line in recognise(large)], goal.name)[1] >= READ_ALIKE
            return
    raise AssertionError("none of twelve scenes became a task")


@pytest.mark.parametrize("end", ["picture", "sum"])
def test_a_hard_task_is_read_followed_and_ended(photographed: World, end: str) -> None:
    for draft in drafts(photographed, DRAWERS[f"scene-{end}"], 6):
        first, *facts, last = draft.plan.goals
        assert isinstance(first, Identify) and first.region is not None
        assert isinstance(last, PagePicture if end == "picture" else Compute)
        assert len(facts) >= 2 and draft.metadata["end"] == end
        assert {"crop", "layout_parsing"} < set(draft.wanted)
        assert draft.answer == last.value


def test_a_figure_stands_in_a_picture_of_the_page_and_in_no_text(photographed: World) -> None:
    for draft in drafts(photographed, draw_page_picture):
        goal = draft.plan.goals[-1]
        assert isinstance(goal, PagePicture)
        found = photographed.find(goal.title)
        assert found is not None
        page = photographed.page(found)
        recipe = photographed.image(page.images[goal.ordinal - 1]).recipe
        assert recipe is not None and goal.value in recipe.fields["rows"]
        assert f" {goal.value} " not in page.text


def test_any_beginning_of_a_set_is_balanced() -> None:
    order = schedule(100, tuple(SHARES))
    for family, share in SHARES.items():
        assert abs(order.count(family) - 100 * share) <= 1
        assert abs(order[:50].count(family) - 50 * share) <= 1.5


def test_tasks_are_proved_and_come_out_the_same_again(photographed: World, tmp_path: Path) -> None:
    kept = tmp_path / "kept.jsonl"
    families = ("structure",)
    tasks = perception_tasks(photographed, split="train", n=2, families=families, kept=kept)
    for task in tasks:
        assert "layout_parsing" in task.needs
        trial = Trial(task, photographed, make_suite("perception"), is_right)
        assert trial.play(REMOVABLE).right
        assert not trial.play([tool for tool in REMOVABLE if tool != "layout_parsing"]).right
        assert plan_of(task) is not None
    kept.write_text("\n".join(kept.read_text().splitlines()[:2]) + '\n[1, {"id"')
    again = perception_tasks(photographed, split="train", n=2, families=families, kept=kept)
    assert again.fingerprint == tasks.fingerprint


def test_kept_tasks_of_another_set_are_not_mixed_in(photographed: World, tmp_path: Path) -> None:
    (tmp_path / "kept.jsonl").write_text("0123\n")
    with pytest.raises(ValueError, match="delete it"):
        perception_tasks(
            photographed, split="train", n=1, families=("find",), kept=tmp_path / "kept.jsonl"
        )


def test_a_world_without_photographs_is_refused_with_the_way_out(mini_world: World) -> None:
    with pytest.raises(ValueError, match="--views 2"):
        perception_tasks(mini_world, split="train", n=1)


def test_an_unknown_family_is_told(photographed: World) -> None:
    with pytest.raises(ValueError, match="families must be of find"):
        perception_tasks(photographed, split="train", n=1, families=("smell",))


def test_a_trial_needs_a_plan(photographed: World) -> None:
    with pytest.raises(ValueError, match="has no plan"):
        Trial(Task("a", "When?", "1907"), photographed, make_suite("perception"), is_right)


def test_a_task_that_cannot_be_solved_needs_nothing(photographed: World) -> None:
    draft = drafts(photographed, DRAWERS["structure"], 1)[0]
    task = as_task(photographed, draft, "structure", 0, "train")
    wrong = replace(task, answer="nobody", aliases=())
    trial = Trial(wrong, photographed, make_suite("perception"), is_right)
    assert trial.needs() is None


def test_a_box_grows_within_the_picture() -> None:
    assert grown((2.0, 3.0, 50.0, 10.0), 640, 480)[:2] == (0, 0)
    x, y, width, height = grown((600.0, 470.0, 40.0, 10.0), 640, 480)
    assert (x + width, y + height) == (640, 480)
