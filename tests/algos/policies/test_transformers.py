from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from transformers import Qwen2_5_VLConfig, Qwen2_5_VLForConditionalGeneration

import algos
import algos.policies.transformers as transformers_policy
from algos.models import Checkpoint, load_checkpoint, save_checkpoint
from algos.models.tokenizer import IMAGE_PAD, VISION_END, VISION_START
from algos.policies.token_policy import CUT_OFF
from algos.policies.transformers import TransformersPolicy
from algos.rollouts.group import Rollout, as_batch, collect
from algos.tokens.conversation import Conversation
from algos.tokens.generation import sample
from algos.tokens.scoring import Scorer
from searchvl_gym.rollout import StoredTrajectories, run
from searchvl_gym.rollout.usage import UsageLog
from searchvl_gym.tools.reduction import reduce_picture
from searchvl_gym.types import Termination, image_digest
from searchvl_gym.vector import SearchVectorEnv
from searchvl_gym.world import World
from tests.algos.tiny_setting import FORM, make_environment, suite

CROP = FORM.parse("call crop|image= img_1|x= 0|y= 0|width= 40|height= 40")


def play(
    checkpoint: Checkpoint, environment: Mapping[str, Any], count: int = 3, **settings: Any
) -> list[Rollout]:
    arguments = {"temperature": 1.0, "turn_tokens": 8, "episode_tokens": 700, **settings}
    policy = TransformersPolicy(checkpoint, text_environment=True, **arguments)
    with closing(SearchVectorEnv(count, autoreset_mode="Disabled", **environment)) as places:
        return collect(policy, places, list(environment["tasks"])[:count], list(range(count)))


def recomputed(
    checkpoint: Checkpoint, rollouts: list[Rollout], temperature: float, penalty: float = 0.0
) -> Any:
    batch = as_batch(checkpoint, rollouts)
    scorer = Scorer(checkpoint.model, temperature=temperature, frequency_penalty=penalty)
    with torch.no_grad():
        scores, _ = scorer(batch)
    return scores, batch


def test_a_penalty_keeps_a_turn_from_repeating_itself(
    checkpoint: Checkpoint, tiny_world: World
) -> None:
    environment = make_environment(tiny_world, faults=None)

    def most_often(penalty: float) -> int:
        rollouts = play(checkpoint, environment, temperature=0.0, frequency_penalty=penalty)
        tokens = rollouts[0].tokens
        first = [
            token
            for token, step, own in zip(tokens.tokens, tokens.step, tokens.generated, strict=True)
            if own and step == 0
        ]
        return max(first.count(token) for token in first)

    # An untrained model goes round in circles when it takes the likeliest token.
    assert most_often(50.0) == 1 < most_often(0.0)


@pytest.mark.parametrize(("temperature", "penalty"), [(1.0, 0.0), (0.6, 0.0), (0.1, 3.0)])
def test_sampled_scores_are_those_of_a_whole_forward_pass(
    checkpoint: Checkpoint, tiny_world: World, temperature: float, penalty: float
) -> None:
    environment = make_environment(tiny_world, faults=None)
    rollouts = play(checkpoint, environment, temperature=temperature, frequency_penalty=penalty)
    scores, batch = recomputed(checkpoint, rollouts, temperature, penalty)
    written = batch.generated.bool()
    assert written.sum() >= 3 * 4
    torch.testing.assert_close(
        scores[written], batch.log_probabilities[written], atol=1e-4, rtol=1e-4
    )


def test_pictures_of_tool_results_reach_the_model(
    checkpoint: Checkpoint, tiny_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = Conversation(checkpoint).turn(FORM.render_call(CROP))
    script = iter(call * 2)

    def draw(logits: Any, uniform: Any, **settings: Any) -> Any:
        """Two crops, scored by the model; then what it samples itself."""
        token = next(script, None)
        if token is None:
            return sample(logits, uniform, **settings)
        chosen = np.full(len(logits), token)
        return chosen, logits.log_softmax(-1)[:, token].numpy()

    monkeypatch.setattr(transformers_policy, "sample", draw)
    rollouts = play(checkpoint, make_environment(tiny_world, faults=None), 2, turn_tokens=64)
    for rollout in rollouts:
        assert len(rollout.trajectory.images) == 3
        assert len(rollout.tokens.pictures) == 3
        assert "cropped" in rollout.trajectory.steps[0].observation
    # Turns with two pictures behind them are scored as if all had been read at once.
    scores, batch = recomputed(checkpoint, rollouts, 1.0)
    written = batch.generated.bool()
    assert (batch.step[written] >= 2).any()
    torch.testing.assert_close(
        scores[written], batch.log_probabilities[written], atol=1e-4, rtol=1e-4
    )


def test_a_limited_view_reaches_the_model(checkpoint: Checkpoint, tiny_world: World) -> None:
    environment = make_environment(tiny_world, faults=None, view_pixels=4800)
    [rollout] = play(checkpoint, environment, 1)
    told = checkpoint.tokenizer.decode(rollout.tokens.tokens)
    assert "img_1: 320x240 pixels, shown at 80x60.\nWhen was this mill built?" in told
    full = tiny_world.pixels(0)
    shown = Conversation(checkpoint).prompt("", "", [reduce_picture(full, (80, 60))]).pictures[0]
    assert np.array_equal(rollout.tokens.pictures[0].values, shown.values)
    assert rollout.trajectory.images[0] == image_digest(full)


def test_tools_by_name_stand_in_the_prompt(checkpoint: Checkpoint) -> None:
    known = TransformersPolicy(checkpoint).system_prompt
    assert known == checkpoint.card["system_prompt"] and "open_image" not in known
    named = {"tools": "perception", "crop_coordinates": "thousandths"}
    told = TransformersPolicy(checkpoint, wire_format="opensearch_vl", **named).system_prompt
    assert "open_image" in told and "0 to 1000" in told


def test_an_episode_does_not_depend_on_its_neighbours(
    checkpoint: Checkpoint, tiny_world: World
) -> None:
    environment = make_environment(tiny_world)
    together = play(checkpoint, environment, 3)
    alone = play(checkpoint, environment, 1)
    assert together[0].tokens.tokens == alone[0].tokens.tokens
    assert together[0].trajectory == alone[0].trajectory
    assert play(checkpoint, environment, 3)[2].tokens.tokens == together[2].tokens.tokens


def test_what_the_environment_saw_is_what_was_sampled(
    checkpoint: Checkpoint, tiny_world: World
) -> None:
    for rollout in play(checkpoint, make_environment(tiny_world)):
        tokens = rollout.tokens
        for step in rollout.trajectory.steps:
            written = [
                token
                for token, mine, number in zip(
                    tokens.tokens, tokens.generated, tokens.step, strict=True
                )
                if mine and number == step.index
            ]
            decoded = checkpoint.tokenizer.decode(
                [token for token in written if token != checkpoint.tokenizer.eos_token_id]
            )
            assert step.text == decoded
            assert len(written) <= 8


@pytest.mark.parametrize("budget", [150, 200, 333])
def test_no_episode_is_longer_than_its_budget(
    checkpoint: Checkpoint, tiny_world: World, budget: int
) -> None:
    environment = make_environment(tiny_world, faults=None, max_steps=30, on_fatal="continue")
    rollouts = play(checkpoint, environment, episode_tokens=budget, turn_tokens=16)
    for rollout in rollouts:
        assert len(rollout.tokens) <= budget
        assert rollout.trajectory.steps[-1].text == CUT_OFF
        assert rollout.trajectory.steps[-1].error is not None


def test_a_prompt_that_does_not_fit_gives_empty_turns(
    checkpoint: Checkpoint, tiny_world: World
) -> None:
    rollouts = play(checkpoint, make_environment(tiny_world, faults=None), episode_tokens=20)
    assert {step.text for each in rollouts for step in each.trajectory.steps} == {CUT_OFF}
    assert [len(each.tokens) for each in rollouts] == [0, 0, 0]


def test_a_model_that_draws_a_picture_placeholder_plays_on(
    checkpoint: Checkpoint, tiny_world: World
) -> None:
    number = checkpoint.tokenizer.convert_tokens_to_ids(IMAGE_PAD)
    # The head is tied to the embedding: a copy of its own makes one token likely everywhere.
    model = checkpoint.model
    head = torch.nn.Linear(model.lm_head.in_features, model.lm_head.out_features)
    head.weight.data.copy_(model.lm_head.weight.data)
    head.bias.data.zero_()
    head.bias.data[number] = 8.0
    model.lm_head = head
    rollouts = play(checkpoint, make_environment(tiny_world, faults=None))
    drawn = [
        token
        for rollout in rollouts
        for token, mine in zip(rollout.tokens.tokens, rollout.tokens.generated, strict=True)
        if mine
    ]
    assert drawn.count(number) > 10
    scores, batch = recomputed(checkpoint, rollouts, 1.0)
    written = batch.generated.bool()
    torch.testing.assert_close(
        scores[written], batch.log_probabilities[written], atol=1e-4, rtol=1e-4
    )


def test_new_weights_play_from_a_clean_slate(checkpoint: Checkpoint, tiny_world: World) -> None:
    environment = make_environment(tiny_world, faults=None)
    policy = TransformersPolicy(
        checkpoint, text_environment=True, temperature=1.0, turn_tokens=8, episode_tokens=700
    )
    tasks = list(environment["tasks"])[:2]
    with closing(SearchVectorEnv(2, autoreset_mode="Disabled", **environment)) as places:
        collect(policy, places, tasks, [0, 1])
        with torch.no_grad():
            for weight in checkpoint.model.parameters():
                weight.mul_(1.5)
        policy.update_weights(checkpoint)
        after = collect(policy, places, tasks, [0, 1])
    fresh = play(checkpoint, environment, 2)
    assert [each.tokens.tokens for each in after] == [each.tokens.tokens for each in fresh]


def test_it_plays_by_name_from_a_directory(
    checkpoint: Checkpoint, tiny_world: World, tmp_path: Path
) -> None:
    save_checkpoint(checkpoint, tmp_path / "model")
    environment = make_environment(tiny_world)
    del environment["wire_format"]
    summary = run(
        "SearchVL/World-v0",
        "transformers",
        episodes=3,
        seed=0,
        out=tmp_path / "run",
        env_kwargs=environment,
        policy_kwargs={"checkpoint": str(tmp_path / "model"), "turn_tokens": 8},
        slots=3,
    )
    assert summary.episodes == 3
    spent = UsageLog(tmp_path / "run").spent
    assert spent.calls == round(3 * summary.mean_steps) <= spent.completion_tokens
    assert spent.prompt_tokens > spent.completion_tokens


@pytest.mark.parametrize("context", ["whole", "recent"])
def test_a_limit_of_prompt_tokens_truncates(
    checkpoint: Checkpoint, tiny_world: World, tmp_path: Path, context: str
) -> None:
    environment = make_environment(tiny_world, faults=None, max_steps=30, on_fatal="continue")
    del environment["wire_format"]
    policy = TransformersPolicy(
        checkpoint, context=context, tools=suite(), turn_tokens=8, episode_tokens=1_000
    )
    read: list[int] = []
    count = policy.prompt_tokens

    def counted(slot: int) -> int:
        read.append(count(slot))
        return read[-1]

    policy.prompt_tokens = counted  # type: ignore[method-assign]
    out = tmp_path / "run"
    limit = 400
    run(
        "SearchVL/World-v0",
        policy,
        episodes=1,
        out=out,
        env_kwargs={**environment, "max_prompt_tokens": limit},
    )
    (trajectory,) = StoredTrajectories(out)
    assert trajectory.termination is Termination.BUDGET
    # The last prompt was too long; all others fitted, and were answered.
    assert [each <= limit for each in read] == [True] * len(trajectory.steps) + [False]
    assert policy.most_prompt_tokens == 991


def test_the_card_gives_wire_format_and_prompt(checkpoint: Checkpoint) -> None:
    policy = algos.make("transformers", checkpoint=checkpoint)
    assert policy.format.name == "compact"
    assert policy.system_prompt == checkpoint.card["system_prompt"]
    other = TransformersPolicy(checkpoint, wire_format="opensearch_vl", tools=suite(["crop"]))
    assert other.format.name == "opensearch_vl"
    assert "text_search" not in other.system_prompt


@pytest.mark.parametrize(
    "settings",
    [{"temperature": -1}, {"temperature": 6}, {"top_p": 0}, {"turn_tokens": 0}],
)
def test_settings_out_of_range_are_refused(
    checkpoint: Checkpoint, settings: dict[str, float]
) -> None:
    with pytest.raises(ValueError, match="must be"):
        TransformersPolicy(checkpoint, **settings)


def qwen25(checkpoint: Checkpoint) -> Checkpoint:
    """A tiny Qwen2.5-VL with the tokenizer of a tiny Qwen3-VL."""
    number = checkpoint.tokenizer.convert_tokens_to_ids
    config = Qwen2_5_VLConfig(
        text_config={
            "vocab_size": len(checkpoint.tokenizer),
            "hidden_size": 48,
            "intermediate_size": 64,
            "num_hidden_layers": 2,
            "num_attention_heads": 2,
            "num_key_value_heads": 1,
            "max_position_embeddings": 2048,
            "pad_token_id": checkpoint.tokenizer.pad_token_id,
            "bos_token_id": None,
            "eos_token_id": checkpoint.tokenizer.eos_token_id,
            "rope_parameters": {
                "rope_type": "default",
                "rope_theta": 10_000.0,
                "mrope_section": [4, 4, 4],
            },
        },
        vision_config={
            "depth": 2,
            "hidden_size": 32,
            "intermediate_size": 64,
            "num_heads": 2,
            "patch_size": 16,
            "window_size": 64,
            "fullatt_block_indexes": [1],
            "out_hidden_size": 48,
        },
        image_token_id=number(IMAGE_PAD),
        vision_start_token_id=number(VISION_START),
        vision_end_token_id=number(VISION_END),
    )
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = Qwen2_5_VLForConditionalGeneration(config).eval()
    return Checkpoint(model, checkpoint.tokenizer, checkpoint.image_processor, checkpoint.card)


def test_a_qwen2_5_vl_directory_plays_and_is_scored(
    checkpoint: Checkpoint, tiny_world: World, tmp_path: Path
) -> None:
    save_checkpoint(qwen25(checkpoint), tmp_path / "model")
    loaded = load_checkpoint(tmp_path / "model")
    assert loaded.model.config.model_type == "qwen2_5_vl"
    rollouts = play(loaded, make_environment(tiny_world, faults=None))
    scores, batch = recomputed(loaded, rollouts, 1.0)
    written = batch.generated.bool()
    assert batch.log_probabilities[written].isfinite().all()
    torch.testing.assert_close(
        scores[written], batch.log_probabilities[written], atol=1e-4, rtol=1e-4
    )


def test_a_context_that_changes_nothing_plays_the_same_tokens(
    checkpoint: Checkpoint, tiny_world: World
) -> None:
    environment = make_environment(tiny_world, faults=None)
    plain = play(checkpoint, environment, 2)
    # Three observations stay whole, so the first turns are the same; notes without notes too.
    for rollout in plain:
        assert rollout.sequences == (rollout.tokens,)
    short = play(checkpoint, {**environment, "max_steps": 3}, 2)
    shown = play(checkpoint, {**environment, "max_steps": 3}, 2, context="recent")
    assert [each.tokens.tokens for each in shown] == [each.tokens.tokens for each in short]


def test_sequences_of_a_context_are_scored_as_they_were_sampled(
    checkpoint: Checkpoint, tiny_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = Conversation(checkpoint).turn(FORM.render_call(CROP))
    script = iter(call * 3)

    def draw(logits: Any, uniform: Any, **settings: Any) -> Any:
        """Three crops, then what the model samples itself."""
        token = next(script, None)
        if token is None:
            return sample(logits, uniform, **settings)
        return np.full(len(logits), token), logits.log_softmax(-1)[:, token].numpy()

    monkeypatch.setattr(transformers_policy, "sample", draw)
    environment = make_environment(tiny_world, faults=None)
    [rollout] = play(checkpoint, environment, 1, turn_tokens=64, context="references")
    assert len(rollout.sequences) > 1
    sampled = sum(sum(each.generated) for each in rollout.sequences)
    steps = {
        step
        for each in rollout.sequences
        for step, own in zip(each.step, each.generated, strict=True)
        if own
    }
    assert steps == set(range(len(rollout.trajectory.steps)))
    assert sampled >= 3 * len(call)
    for each in rollout.sequences:
        scores, batch = recomputed(checkpoint, [Rollout(rollout.trajectory, each)], 1.0)
        written = batch.generated.bool()
        torch.testing.assert_close(
            scores[written], batch.log_probabilities[written], atol=1e-4, rtol=1e-4
        )
        # A picture is seen once: in the sequence of the turn that gets it.
        assert len(each.pictures) <= 1
