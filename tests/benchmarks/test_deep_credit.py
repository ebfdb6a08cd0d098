"""The comparison of credits on deep tasks: its tools, its player, its figures."""

import json
from pathlib import Path
from typing import Any

import pytest

from algos.training.run_directory import TrainingError
from benchmarks.deep.brief import Add, AddArguments, DeepDemonstrator, DeepSetting
from benchmarks.deep.credit import ANCHORED, PLAIN, START, parser, plan_of, play, summarise
from benchmarks.deep.playing import episode
from searchvl_gym.env import SearchEnv
from searchvl_gym.rollout import is_right
from searchvl_gym.tools import ToolContext
from searchvl_gym.types import ToolError


@pytest.fixture(scope="module")
def setting(tmp_path_factory: pytest.TempPathFactory) -> DeepSetting:
    return DeepSetting(pages=400, folder=tmp_path_factory.mktemp("deep"), depths=(6, 5))


def test_tasks_are_plain_sums_of_each_depth(setting: DeepSetting) -> None:
    tasks = setting.tasks("train", 5)
    moves = [[move["move"] for move in task.metadata["program"]["moves"]] for task in tasks]
    assert all(each[-2:] == ["members", "total"] for each in moves)
    assert all(set(each[1:-2]) <= {"follow"} for each in moves)
    assert len(tasks) == 5
    assert {task.split for task in tasks} == {"train"}
    assert [task.id for task in setting.tasks("train", 5)] == [task.id for task in tasks]


def test_the_demonstrator_adds_up_what_it_has_read(setting: DeepSetting) -> None:
    tasks = setting.tasks("train", 4)
    environment = setting.environment(tasks)
    del environment["wire_format"], environment["lenient"]
    env = SearchEnv(**environment)
    player = DeepDemonstrator(setting.world())
    played = [episode(env, player, number) for number in range(len(tasks))]
    right = [each for each in played if is_right(each)]
    assert len(right) >= 3
    for each in right:
        names = [step.call.name for step in each.steps if step.call is not None]
        # A list, its members, and before them what the way to the country took.
        assert names.count("visit") >= each.task.metadata["least_calls"] - 1
        assert names[-2:] == ["add", "answer"]


def test_numbers_are_added_as_pages_write_them(tool_context: ToolContext) -> None:
    added = Add().run(AddArguments("1,234.5 metres; 7 metres"), tool_context)
    assert added.text == "1,241.5 metres"
    with pytest.raises(ToolError, match="not a list of numbers"):
        Add().run(AddArguments("7; nothing"), tool_context)


@pytest.fixture
def tool_context(setting: DeepSetting) -> ToolContext:
    from searchvl_gym.episode import EpisodePictures

    return ToolContext(EpisodePictures([]), setting.world(), 1_000)


def row(variant: str, seed: int, right: list[int], evidence: list[float]) -> dict[str, Any]:
    return {
        "depth": 10,
        "variant": variant,
        "seed": seed,
        "tasks": ["a", "b"],
        "anchors": [1, 2],
        "right": right,
        "evidence": evidence,
        "turns": [4, 6],
        "fatal": [0, 1],
        "answered": [1, 0],
    }


def test_gains_are_paired_by_seed_and_task() -> None:
    rows = [
        row(START, 0, [0, 0], [0.0, 0.2]),
        row(PLAIN, 0, [0, 0], [0.1, 0.3]),
        row(ANCHORED, 0, [1, 0], [0.3, 0.5]),
        row(ANCHORED, 1, [1, 1], [1.0, 1.0]),  # has no partner yet
    ]
    told = summarise(rows)["10"]
    assert told["pairs"] == 1
    assert told[START]["evidence"] == 0.1 and told[PLAIN]["turns"] == 5
    assert told["gain"]["right"][0] == 0.5
    assert told["gain"]["evidence"] == [0.2, 0.2, 0.2]
    assert summarise(rows[:2])["10"]["gain"] == {}


def test_a_finished_run_is_kept_and_one_of_another_length_is_refused(tmp_path: Path) -> None:
    options = ["--out", str(tmp_path), "--steps", "3"]
    plan = plan_of(parser().parse_args(options))
    run = tmp_path / f"10-{PLAIN}-0"
    (run / "model").mkdir(parents=True)
    (run / "settings.json").write_text(json.dumps({"steps": 3}), encoding="utf-8")
    (tmp_path / "rows").mkdir()
    kept = tmp_path / "rows" / f"10-{PLAIN}-0.json"
    kept.write_text("{}", encoding="utf-8")
    play(plan, tmp_path / "none", 10, PLAIN, 0)
    assert kept.read_text(encoding="utf-8") == "{}"
    longer = plan_of(parser().parse_args([*options[:2], "--steps", "4"]))
    with pytest.raises(TrainingError, match="trained for 3 steps, not 4"):
        play(longer, tmp_path / "none", 10, PLAIN, 0)
