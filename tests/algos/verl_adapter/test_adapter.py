"""What of the adapter needs no verl: rollouts, rows of a data set, settings, plans, checkpoints."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import torch

from algos.models import Checkpoint, CheckpointError, load_checkpoint, save_checkpoint
from algos.rollouts.group import Rollout
from algos.verl_adapter.checkpoint import bring_back
from algos.verl_adapter.checkpoint import main as checkpoint_main
from algos.verl_adapter.dataset import main as dataset_main
from algos.verl_adapter.dataset import task_of_row, task_row, write_parquet
from algos.verl_adapter.memory_plan import describe_plan, plan_memory
from algos.verl_adapter.rollout import Packed, TurnPolicy, UnscoredError, pack
from algos.verl_adapter.settings import PlaySettings, Workplace, read_settings
from algos.verl_adapter.shared_tokenizer import SharedTokenizer
from algos.verl_adapter.versions import check_verl
from searchvl_gym.env import SearchEnv
from searchvl_gym.tasks import TaskSet
from searchvl_gym.world import World
from searchvl_gym.wrappers import TextActions
from tests.algos.tiny_setting import FORM, make_environment, make_tasks


def call(name: str, **arguments: Any) -> str:
    from searchvl_gym.types import ToolCall

    return FORM.render_call(ToolCall(name, arguments))


CROP = call("crop", image="img_1", x=0, y=0, width=64, height=64)
FATAL = [CROP, "nothing", call("crop", image="img_7", x=0, y=0, width=64, height=64), "nothing"]
RIGHT = [CROP, call("text_search", q="Mill"), call("answer", text="1900")]


def play(
    checkpoint: Checkpoint,
    world: World,
    turns: Sequence[str],
    response: int = 2000,
    context: str = "whole",
) -> tuple[Rollout, TurnPolicy, int]:
    """Play recorded turns as the agent loop does."""
    environment = make_environment(world, faults=None, max_steps=max(6, len(turns)))
    form = environment.pop("wire_format")
    env = TextActions(SearchEnv(**environment), form)
    policy = TurnPolicy(
        checkpoint,
        prompt_tokens=3000,
        response_tokens=response,
        wire_format=form,
        turn_tokens=300,
        context=context,
    )
    task = environment["tasks"][0]
    observation, _ = env.reset(seed=0, options={"task": task})
    prompt = policy.start(task, observation)
    tokenizer, left = checkpoint.tokenizer, list(turns)

    async def sample(tokens: Sequence[int], pictures: Any, room: int) -> Any:
        said = tokenizer(left.pop(0), add_special_tokens=False)["input_ids"]
        said = [*said, policy.conversation.turn_end]
        return said, [-0.5] * len(said)

    ended = room = False
    room = True
    while not ended:
        text = asyncio.run(policy.turn(sample)) if room else ""
        observation, _, terminated, truncated, _ = env.step(text)
        ended = terminated or truncated
        if room and not ended:
            room = policy.observe(observation)
    trajectory = env.get_wrapper_attr("trajectory")()
    *earlier, last = policy.segments(0)
    return Rollout(trajectory, last, tuple(earlier)), policy, prompt


def packed(checkpoint: Checkpoint, world: World, turns: Sequence[str], **how: Any) -> Packed:
    rollout, policy, prompt = play(checkpoint, world, turns)
    return pack(rollout, policy.readable(), prompt, **how)


def said(checkpoint: Checkpoint, found: Packed) -> list[str]:
    """The turns that are trained on."""
    end = checkpoint.tokenizer.convert_tokens_to_ids("<|im_end|>")
    kept = [token for token, counts in zip(found.response, found.mask, strict=True) if counts]
    text: str = checkpoint.tokenizer.decode(kept)
    assert kept == [] or kept[-1] == end
    return [turn for turn in text.split("<|im_end|>") if turn]


def test_a_rollout_that_is_not_fatal_counts_whole(
    checkpoint: Checkpoint, tiny_world: World
) -> None:
    found = packed(checkpoint, tiny_world, RIGHT)
    assert said(checkpoint, found) == RIGHT
    assert (found.reward, found.fatal, found.turns) == (1.0, False, 6)
    assert found.figures["acc"] == 1.0 and found.figures["fatal_step"] == -1.0
    lengths = {len(found.response), len(found.mask), len(found.log_probabilities)}
    assert len(lengths) == 1
    # Only what was sampled has a log-probability.
    assert [score != 0 for score in found.log_probabilities] == [bool(m) for m in found.mask]


@pytest.mark.parametrize(
    ("variant", "turns"),
    [("vanilla", FATAL), ("fatal_mask", FATAL[:1]), ("fatal_aware", FATAL[:1]), ("hard_mask", [])],
)
def test_variants_choose_the_tokens(
    checkpoint: Checkpoint, tiny_world: World, variant: Any, turns: list[str]
) -> None:
    found = packed(checkpoint, tiny_world, FATAL, variant=variant)
    assert said(checkpoint, found) == turns
    assert found.fatal and found.figures["model_fatal"] == 1.0
    blameless = packed(
        checkpoint, tiny_world, FATAL, variant=variant, fatal_source="infrastructure"
    )
    assert said(checkpoint, blameless) == FATAL and not blameless.fatal


def test_tokens_are_those_of_our_own_policy(checkpoint: Checkpoint, tiny_world: World) -> None:
    rollout, policy, prompt = play(checkpoint, tiny_world, RIGHT)
    held = rollout.tokens
    assert held.step[:prompt] == [-1] * prompt and held.step[prompt] == 0
    assert policy.readable() == held.tokens
    assert len(policy.pictures[0]) == len(held.pictures) == 2


def test_threads_take_turns_at_a_tokenizer(checkpoint: Checkpoint) -> None:
    shared = SharedTokenizer(checkpoint.tokenizer)
    texts = [f"{number} <|im_end|> call crop" * 50 for number in range(8)]
    ways = [(text, split) for text in texts for split in (False, True)]

    def read(way: tuple[str, bool]) -> list[int]:
        return list(shared(way[0], split_special_tokens=way[1])["input_ids"])

    expected = [read(way) for way in ways]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(read, ways * 5)) == expected * 5
    assert shared.pad_token_id == checkpoint.tokenizer.pad_token_id


def test_a_spent_budget_ends_in_a_cascade(checkpoint: Checkpoint, tiny_world: World) -> None:
    rollout, policy, prompt = play(checkpoint, tiny_world, RIGHT, response=60)
    found = pack(rollout, policy.readable(), prompt)
    assert len(found.response) <= 60 and found.fatal
    assert rollout.trajectory.answer is None


def test_a_prompt_that_does_not_fit(checkpoint: Checkpoint, tiny_world: World) -> None:
    task = make_tasks(tiny_world)[0]
    policy = TurnPolicy(checkpoint, prompt_tokens=9, response_tokens=9)
    observation = {"question": "When?", "text": "", "images": ()}
    with pytest.raises(ValueError, match=r"data\.max_prompt_length=9"):
        policy.start(task, observation)


def test_an_episode_without_a_reward_is_no_zero(checkpoint: Checkpoint, tiny_world: World) -> None:
    turns = [call("answer", text="unscorable")]
    with pytest.raises(UnscoredError, match="could not be scored"):
        packed(checkpoint, tiny_world, turns)


def test_rows_carry_their_tasks(tiny_world: World, tmp_path: Path) -> None:
    tasks = make_tasks(tiny_world)
    tasks.save(tmp_path / "tasks.jsonl")
    out = tmp_path / "deep" / "train.parquet"
    assert dataset_main([str(tmp_path / "tasks.jsonl"), str(out)]) == 0
    rows = pq.read_table(out).to_pylist()
    assert [task_of_row(row) for row in rows] == list(tasks)
    first = rows[0]
    assert first["agent_name"] == "searchvl" and first["reward_model"]["ground_truth"] == "1900"
    assert first["prompt"] == [{"role": "user", "content": tasks[0].question}]
    assert [row["extra_info"]["index"] for row in rows] == list(range(len(tasks)))


def test_rows_that_carry_none(tmp_path: Path, capsys: Any) -> None:
    row = task_row(make_task(), 0)
    for wrong in ({}, {"extra_info": None}, {"extra_info": {"index": 0}}):
        with pytest.raises(ValueError, match="carries no task"):
            task_of_row(wrong)
    row["extra_info"]["task"] = "{"
    with pytest.raises(ValueError, match="cannot be read"):
        task_of_row(row)
    with pytest.raises(ValueError, match="no task to write"):
        write_parquet(TaskSet([], "none"), tmp_path / "none.parquet")
    assert dataset_main([str(tmp_path / "missing.jsonl"), str(tmp_path / "x.parquet")]) == 1
    assert "missing.jsonl" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def make_task() -> Any:
    from searchvl_gym.types import Task

    return Task("a", "How high?", "3 m")


def test_settings_are_checked() -> None:
    assert read_settings(None) == PlaySettings()
    assert read_settings({"variant": "vanilla", "view_pixels": None}).view_pixels is None
    for wrong, message in (
        ({"varient": "vanilla"}, "no setting varient"),
        ({"variant": "clamped"}, "searchvl: Invalid enum value"),
        ({"max_steps": "many"}, "searchvl: Expected"),
    ):
        with pytest.raises(ValueError, match=message) as raised:
            read_settings(wrong)
        assert "\n" not in str(raised.value)


def test_faults_belong_to_training(tiny_world: World) -> None:
    place = Workplace(PlaySettings(world=str(tiny_world.path), fault_rate=1.0))
    task = make_tasks(tiny_world)[0]
    errors = []
    for split in ("train", "test"):
        env = place.environment(replace(task, split=split))
        env.reset(seed=0)
        _, _, _, _, info = env.step(env.action("text_search", q="Mill"))
        errors.append(info["infrastructure"])
    assert errors == [True, False]
    assert place.environment(task).suite is place.suite


CONFIG: dict[str, Any] = {
    "actor_rollout_ref": {
        "model": {
            "path": "Qwen3-VL-8B",
            "enable_gradient_checkpointing": True,
            "use_fused_kernels": True,
        },
        "actor": {
            "ppo_max_token_len_per_gpu": 16384,
            "ulysses_sequence_parallel_size": 4,
            "fsdp_config": {"param_offload": False, "optimizer_offload": False},
        },
        "rollout": {"tensor_model_parallel_size": 2, "gpu_memory_utilization": 0.6},
    },
    "data": {"max_prompt_length": 4096, "max_response_length": 32768},
    "trainer": {"nnodes": 1, "n_gpus_per_node": 8},
}


def test_a_plan_counts_what_is_known() -> None:
    plan = plan_memory(CONFIG)
    # 8,767,123,696 parameters, as `algos.training.dry_run` counts them too.
    assert plan.parameters == plan.trained == 8_767_123_696
    assert plan.weights == pytest.approx(8_767_123_696 * 4 / 8 / 2**30)
    assert plan.moments == pytest.approx(2 * plan.gradients)
    # 36 layers, 8 heads of 128 values, keys and values, two bytes each, over two cards.
    assert plan.cached_tokens == int(plan.cache * 2**30 * 2 / (36 * 8 * 128 * 2 * 2))
    assert plan.complaints == ()
    assert "8,767,123,696 parameters" in describe_plan(plan)


def test_a_plan_that_does_not_fit_says_what_to_lower() -> None:
    found = plan_memory(CONFIG, card_gib=24.0)
    assert "an update needs" in found.complaints[0] and "param_offload" in found.complaints[0]
    assert "DOES NOT FIT" in describe_plan(found)
    long = {**CONFIG, "data": {"max_prompt_length": 4096, "max_response_length": 70_000}}
    assert any("a batch 65,536" in line for line in plan_memory(long).complaints)


def test_weights_come_back_as_a_checkpoint(
    checkpoint: Checkpoint, tiny_world: World, tmp_path: Path
) -> None:
    base, trained = tmp_path / "base", tmp_path / "global_step_4" / "actor" / "huggingface"
    save_checkpoint(checkpoint, base)
    with torch.no_grad():
        next(checkpoint.model.parameters()).add_(1.0)
    checkpoint.model.save_pretrained(trained)
    settings = PlaySettings(wire_format="compact")
    worlds = {tiny_world.fingerprint: "tiny"}
    out = bring_back(tmp_path / "global_step_4", base, tmp_path / "out", settings, worlds)
    loaded = load_checkpoint(out)
    for ours, theirs in zip(loaded.model.parameters(), checkpoint.model.parameters(), strict=True):
        assert torch.equal(ours, theirs)
    assert loaded.card["wire_format"] == "compact"
    assert loaded.card["world"] == tiny_world.fingerprint
    assert "crop" in loaded.card["system_prompt"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["base", "global_step_4", "out"]


def test_shards_that_were_not_merged(tmp_path: Path, capsys: Any) -> None:
    (tmp_path / "global_step_4" / "actor").mkdir(parents=True)
    with pytest.raises(CheckpointError, match=r"verl\.model_merger merge"):
        bring_back(tmp_path / "global_step_4", tmp_path, tmp_path / "out", PlaySettings())
    arguments = [
        str(tmp_path / "global_step_4"),
        "--base",
        str(tmp_path),
        "--out",
        str(tmp_path / "o"),
    ]
    assert checkpoint_main(arguments) == 1
    assert capsys.readouterr().err.startswith("checkpoint: ")


def test_another_verl_is_refused_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("algos.verl_adapter.versions.version", lambda name: "0.8.0")
    with pytest.raises(ImportError, match=r"needs verl 0\.9\.1, installed is 0\.8\.0") as raised:
        check_verl()
    assert "\n" not in str(raised.value)
