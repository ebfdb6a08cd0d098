"""The policy against a double of vLLM; `benchmarks/vllm_check.py` asks the real one."""

import subprocess
import sys
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from small_setting import picture
from torch import nn

import algos
from algos import fatal_grpo
from algos.models import Checkpoint, save_checkpoint
from algos.models.tokenizer import IMAGE_PAD
from algos.policies.vllm import VllmPolicy, shrink
from algos.policies.vllm_worker import WeightUpdate
from algos.rollouts.group import Rollout, as_batch, collect
from algos.tokens.conversation import Conversation
from algos.tokens.scoring import Scorer
from algos.training.run_directory import read_log
from searchvl_gym.vector import SearchVectorEnv
from searchvl_gym.world import World
from tests.algos.test_fatal_grpo import LengthReward
from tests.algos.tiny_setting import GRPO, make_checkpoint, make_environment

BUDGETS = {"turn_tokens": 6, "episode_tokens": 700}


@pytest.fixture
def model(checkpoint: Checkpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Directory of the checkpoint, where `import vllm` finds the double."""
    monkeypatch.syspath_prepend(str(Path(__file__).parent / "vllm_double"))
    monkeypatch.delitem(sys.modules, "vllm", raising=False)
    save_checkpoint(checkpoint, tmp_path / "model")
    yield str(tmp_path / "model")
    sys.modules.pop("vllm", None)


def play(policy: VllmPolicy, world: World, count: int = 2) -> list[Rollout]:
    environment = make_environment(world, faults=None)
    with closing(SearchVectorEnv(count, autoreset_mode="Disabled", **environment)) as places:
        return collect(policy, places, list(environment["tasks"])[:count], list(range(count)))


def check_scores(
    checkpoint: Checkpoint, rollouts: list[Rollout], temperature: float, penalty: float = 0.0
) -> None:
    batch = as_batch(checkpoint, rollouts)
    scorer = Scorer(checkpoint.model, temperature=temperature, frequency_penalty=penalty)
    with torch.no_grad():
        scores, _ = scorer(batch)
    written = batch.generated.bool()
    assert written.any()
    torch.testing.assert_close(
        scores[written], batch.log_probabilities[written], atol=1e-4, rtol=1e-4
    )


def test_sampled_scores_are_those_of_a_whole_forward_pass(
    model: str, checkpoint: Checkpoint, tiny_world: World
) -> None:
    settings = {"temperature": 0.8, "frequency_penalty": 2.0, "images": 5, **BUDGETS}
    policy = VllmPolicy(model, text_environment=True, **settings)
    rollouts = play(policy, tiny_world)
    check_scores(checkpoint, rollouts, 0.8, 2.0)
    assert all(len(each.tokens) <= 700 for each in rollouts)
    assert policy._engine.settings["limit_mm_per_prompt"] == {"image": 5, "video": 0}
    assert policy._engine.settings["max_model_len"] == 700


def test_new_weights_are_played_and_nothing_old_is_kept(
    model: str, checkpoint: Checkpoint, tiny_world: World
) -> None:
    policy = VllmPolicy(model, text_environment=True, temperature=1.0, **BUDGETS)
    play(policy, tiny_world)
    other = make_checkpoint(tiny_world, seed=1)
    policy.update_weights(other)
    assert set(policy._engine.resets) == {"prefix", "pictures", "encoder"}
    check_scores(other, play(policy, tiny_world), 1.0)


def test_a_placeholder_that_is_drawn_cuts_the_turn(
    model: str, checkpoint: Checkpoint, tiny_world: World, tmp_path: Path
) -> None:
    number = checkpoint.tokenizer.convert_tokens_to_ids(IMAGE_PAD)
    policy = VllmPolicy(model, text_environment=True, temperature=1.0, **BUDGETS)
    engine = policy._engine.checkpoint.model
    head = nn.Linear(engine.lm_head.in_features, engine.lm_head.out_features)
    head.weight.data.copy_(engine.lm_head.weight.data)
    head.bias.data.zero_()
    head.bias.data[number] = 20.0
    engine.lm_head = checkpoint.model.lm_head = head
    rollouts = play(policy, tiny_world)
    for rollout in rollouts:
        assert sum(rollout.tokens.generated) == len(rollout.trajectory.steps) == 3
    check_scores(checkpoint, rollouts, 1.0)


def test_an_image_processor_that_disagrees_is_an_error(
    model: str, tiny_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = VllmPolicy(model, text_environment=True, temperature=1.0, **BUDGETS)
    size = policy._engine.checkpoint.image_processor.size
    monkeypatch.setattr(size, "longest_edge", 1024)
    with pytest.raises(RuntimeError, match="its image processor disagrees"):
        play(policy, tiny_world)


def test_the_engine_sees_the_pixels_that_training_sees(checkpoint: Checkpoint) -> None:
    conversation = Conversation(checkpoint)
    for image in (picture(0), picture(1)[:60, :200], picture(2)[:9, :9]):
        patches = conversation.patches(image)
        again = conversation.patches(np.asarray(shrink(image, patches, checkpoint)))
        assert again.grid == patches.grid
        assert np.array_equal(again.values, patches.values)


def test_grpo_samples_through_it(
    model: str, checkpoint: Checkpoint, tiny_world: World, tmp_path: Path
) -> None:
    policy = VllmPolicy(model, text_environment=True, temperature=1.0, **BUDGETS)
    environment = make_environment(tiny_world, reward=LengthReward())
    config = fatal_grpo.GRPOConfig(**{**vars(GRPO), **BUDGETS, "minibatches": 1})
    fatal_grpo.train(checkpoint, config, environment, tmp_path / "run", policy=policy)
    for line in read_log(tmp_path / "run"):
        assert line["ratio_min"] == pytest.approx(1, abs=1e-3)
        assert line["ratio_max"] == pytest.approx(1, abs=1e-3)


def test_a_worker_packs_anew_what_a_cpu_has_packed() -> None:
    done: list[Any] = []

    class Worker(WeightUpdate):
        def reload_weights(self, weights_path: str) -> None:
            done.append(weights_path)

        def get_model(self) -> nn.Module:
            head, packed, plain = nn.Linear(2, 2), nn.Linear(2, 2), nn.Linear(2, 2)
            method = SimpleNamespace(process_weights_after_loading=done.append)
            for layer in (head, packed):
                layer.cpu_linear, layer.quant_method = object(), method
            # Where the weights are only kept packed, they have just been loaded.
            packed.weight = nn.Parameter(torch.empty(0))
            self.head = head
            return nn.Sequential(head, packed, plain)

    worker = Worker()
    worker.take_weights("weights")
    assert done == ["weights", worker.head]


def test_a_release_that_does_not_know_an_argument_is_refused_before_it_starts(
    model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import vllm

    class Renamed:
        """As a release that calls `detokenize` otherwise."""

        def __init__(self, temperature, top_p, max_tokens, seed, logprobs, ignore_eos, **kwargs):
            if "detokenize" in kwargs:
                raise TypeError("Unexpected keyword argument 'detokenize'")

    started: list[str] = []
    monkeypatch.setattr(vllm, "__version__", "9.9.0", raising=False)
    monkeypatch.setattr(vllm, "SamplingParams", Renamed)
    monkeypatch.setattr(vllm.LLM, "_load", lambda self, path: started.append(path))
    with pytest.raises(RuntimeError) as seen:
        VllmPolicy(model, text_environment=True, **BUDGETS)
    assert "\n" not in str(seen.value)
    assert str(seen.value).startswith("the installed vLLM 9.9.0 does not take an argument (")
    assert "'detokenize'" in str(seen.value)
    assert "install the release that was tested (0.32.0)" in str(seen.value)
    assert not started


def test_an_argument_of_the_engine_that_is_unknown_is_one_line(model: str) -> None:
    with pytest.raises(RuntimeError, match=r"unexpected keyword argument 'enforce_eagre'"):
        VllmPolicy(model, text_environment=True, engine={"enforce_eagre": True}, **BUDGETS)


def test_an_engine_that_cannot_forget_keeps_its_weights(
    model: str, tiny_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    import vllm

    policy = VllmPolicy(model, text_environment=True, **BUDGETS)
    held = policy._engine.checkpoint
    monkeypatch.delattr(vllm.LLM, "reset_mm_cache")
    del policy._engine.llm_engine.reset_encoder_cache
    with pytest.raises(RuntimeError, match="cannot take new weights") as seen:
        policy.update_weights(make_checkpoint(tiny_world, seed=1))
    assert "(no reset_mm_cache, llm_engine.reset_encoder_cache)" in str(seen.value)
    assert policy._engine.checkpoint is held
    assert not policy._engine.resets


def test_without_vllm_one_line_says_what_to_install() -> None:
    code = "import algos; algos.make('vllm', checkpoint='none')"
    block = "import sys; sys.modules['vllm'] = None; "
    done = subprocess.run([sys.executable, "-c", block + code], capture_output=True, text=True)
    assert done.returncode == 1
    line = done.stderr.strip().splitlines()[-1]
    assert line.startswith("RuntimeError: the vllm policy needs vLLM, in an environment of its own")
    assert "pip install 'searchvl-gym[vllm]'" in line


def test_it_is_known_by_name_and_checks_its_settings_first() -> None:
    assert "vllm" in algos.available()
    with pytest.raises(ValueError, match="turn_tokens must be at least 1"):
        VllmPolicy("none", turn_tokens=0)
