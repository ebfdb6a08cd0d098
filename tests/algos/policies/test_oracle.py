import re
from collections import Counter
from dataclasses import replace

import pytest

from algos.policies import thoughts
from algos.policies.oracle import Miss
from algos.policies.oracle_plan import answer_of, legs_of
from algos.policies.thought_templates import FINDINGS, PLANS
from searchvl_gym.curation import CurationSettings, Curator, Question
from searchvl_gym.curation.trajectories.process_check import check_process
from searchvl_gym.rewards.accuracy import verify
from searchvl_gym.tasks import sample_tasks
from searchvl_gym.tools import ToolSuite
from searchvl_gym.types import Task, ToolCall, Trajectory
from searchvl_gym.world import World
from searchvl_gym.world.folding import words
from tests.algos.policies.oracle_play import TextOnly, play_without_ocr

TASKS = 80


@pytest.fixture(scope="module")
def tasks(mini_world: World) -> list[Task]:
    curator = Curator(mini_world, CurationSettings.small_world(len(mini_world)), seed=0)
    records = curator.records(0, TASKS)
    return [curator.task(record) for record in records if isinstance(record, Question)]


@pytest.fixture(scope="module")
def played(tasks: list[Task], mini_world: World) -> list[Trajectory]:
    return [play_without_ocr(task, mini_world, seed) for seed, task in enumerate(tasks)]


def thoughts_of(trajectory: Trajectory) -> list[str]:
    return [step.call.thought for step in trajectory.steps if step.call is not None]


def test_curated_tasks_are_answered_as_asked(played: list[Trajectory]) -> None:
    openings = {" ".join(each.task.question.split()[:2]) for each in played}
    inverse = [leg for each in played for leg in legs_of(each.task) if leg.inverse]
    assert len(openings) > 2 and len(inverse) > 5
    wrong = [each for each in played if not verify(each.answer or "", each.task).right]
    assert len(wrong) <= 0.02 * len(played)


def test_the_process_passes_the_check(played: list[Trajectory]) -> None:
    right = [each for each in played if verify(each.answer or "", each.task).right]
    assert [check_process(each) for each in right] == [None] * len(right)


def test_every_fact_of_a_thought_was_observed_or_asked(
    played: list[Trajectory], mini_world: World
) -> None:
    """Independently of the process check: no title of the world before it could be read."""
    titles = {page.title: " ".join(words(page.title)) for page in mini_world.pages()}
    for trajectory in played:
        seen = " ".join(words(trajectory.task.question))
        for step in trajectory.steps:
            assert step.call is not None
            thought = " ".join(words(step.call.thought))
            for title, folded in titles.items():
                if f" {folded} " in f" {thought} ":
                    assert folded in seen, f"{title} in {step.call.thought!r}"
            # The last thought may round what was read.
            if step.call.name != "answer":
                numbers = re.findall(r"\d[\d,]+", step.call.thought)
                assert [n for n in numbers if " ".join(words(n)) not in seen] == []
            seen += " " + " ".join(words(step.observation))


def test_no_name_is_searched_for_before_it_was_read(played: list[Trajectory]) -> None:
    for trajectory in played:
        seen = " ".join(words(trajectory.task.question))
        later = [leg.value for leg in legs_of(trajectory.task)]
        for step in trajectory.steps:
            assert step.call is not None
            query = " ".join(words(str(step.call.arguments.get("q", ""))))
            for value in later:
                folded = " ".join(words(value))
                if f" {folded} " in f" {query} ":
                    assert folded in seen
            seen += " " + " ".join(words(step.observation))


def test_thoughts_are_varied_and_repeatable(
    played: list[Trajectory], tasks: list[Task], mini_world: World
) -> None:
    assert sum(map(len, FINDINGS.values())) + sum(map(len, PLANS.values())) > 130
    every = [thought for each in played for thought in thoughts_of(each)]
    assert len(set(every)) > 0.9 * len(every)
    openings = Counter(" ".join(thought.split()[:3]) for thought in every)
    assert max(openings.values()) < 0.1 * len(every)
    assert thoughts_of(play_without_ocr(tasks[0], mini_world, 0)) == thoughts_of(played[0])
    assert thoughts_of(play_without_ocr(tasks[0], mini_world, 1)) != thoughts_of(played[0])


def test_sampled_tasks_are_answered(mini_world: World) -> None:
    for seed, task in enumerate(sample_tasks(mini_world, split="test", n=20)):
        trajectory = play_without_ocr(replace(task, repair=()), mini_world, seed)
        assert verify(trajectory.answer or "", task).right


def test_a_calibrated_repair_is_done_as_it_was_found(mini_world: World) -> None:
    [task] = sample_tasks(mini_world, split="test", n=1)
    found = {"tool": "sharpen", "arguments": {"amount": 5.0}, "restores": "image_search"}
    task = replace(task, repair=("sharpen",), metadata={**task.metadata, "repair": found})
    sharper = {"sharpen": lambda call: "img_2: img_1 sharpened by 5.0, 800x600 pixels."}
    first = play_without_ocr(task, mini_world, 0, sharper).steps[0].call
    assert first is not None
    assert first.name == "sharpen"
    assert first.arguments == {"image": "img_1", "amount": 5.0}


def test_it_does_not_answer_what_it_has_not_read(tasks: list[Task], mini_world: World) -> None:
    nothing = {"text_search": lambda call: "No results. Try fewer or other words."}
    for task in tasks[:8]:
        blind = play_without_ocr(
            task,
            mini_world,
            0,
            {
                "layout_parsing": lambda call: "No text was recognised in the picture.",
                "image_search": lambda call: "No match: nothing alike.",
                "crop": lambda call: "Error (tool_failure): crop: no.",
            },
        )
        assert blind.answer == Miss.NAME
        lost = play_without_ocr(
            task, mini_world, 0, {**nothing, "image_search": lambda call: "No match: nothing."}
        )
        assert lost.answer == Miss.PAGE


def inverse_task(tasks: list[Task]) -> Task:
    [first, *_] = [task for task in tasks if legs_of(task)[0].inverse]
    return first


def test_a_page_is_read_where_the_passage_confirms_nothing(
    tasks: list[Task], mini_world: World
) -> None:
    task = inverse_task(tasks)
    leg = legs_of(task)[0]
    page = task.hops[0].target
    assert page is not None
    bare = f"[Passage 1] {leg.value}\nURL: {mini_world.page(page).url}\nIt is much admired."
    first = iter([bare])

    def search(call: ToolCall) -> str:
        return next(first, None) or ToolSuite().run(call, TextOnly(mini_world)).text  # type: ignore[arg-type]

    trajectory = play_without_ocr(task, mini_world, 0, {"text_search": search})
    names = [step.call.name for step in trajectory.steps if step.call is not None]
    assert names[:3] == ["layout_parsing", "text_search", "visit"]
    assert verify(trajectory.answer or "", task).right


def test_a_page_that_states_something_else_is_no_proof(
    tasks: list[Task], mini_world: World
) -> None:
    """The right page turns up, but nothing that is read ties it to the earlier one."""
    task = inverse_task(tasks)
    leg = legs_of(task)[0]
    bare = f"[Passage 1] {leg.value}\nURL: https://atlas.example/wiki/x\nIt is much admired."
    trajectory = play_without_ocr(
        task,
        mini_world,
        0,
        {
            "text_search": lambda call: bare,
            "visit": lambda call: f"# {leg.value}\nURL: x\n\nIt is much admired.",
            "image_search": lambda call: "No match: nothing.",
        },
    )
    assert trajectory.answer == Miss.PAGE


def test_coarser_forms_are_worked_out_from_what_was_read() -> None:
    task = Task(
        "t", "?", "680,000", answer_kind="number", metadata={"curation": {"form": "rounded"}}
    )
    assert answer_of(task, "678,548") == ("680,000", "answer_rounded")
    # Another value gives another answer: the right one is not looked up.
    assert answer_of(task, "123,456")[0] == "120,000"
    year = replace(task, answer="1893", answer_kind="date", metadata={"curation": {"form": "year"}})
    assert answer_of(year, "4 May 1893") == ("1893", "answer_year")


def test_a_task_without_names_is_refused() -> None:
    with pytest.raises(ValueError, match="the oracle needs hops"):
        legs_of(Task("t", "?", "x"))


def test_facts_are_quoted_briefly() -> None:
    text = f"{'Very long words go on and on. ' * 2}{'and so on ' * 40}until Kel Bridge stands here."
    quoted = thoughts.quote_fact(text, "Kel Bridge")
    assert "Kel Bridge" in quoted and len(quoted) < thoughts.MAX_QUOTE + 10
    assert thoughts.quote_fact("It is by Müller-Holt.", "Muller Holt") == "It is by Müller-Holt"
