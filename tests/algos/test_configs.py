import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from algos import configs
from algos.configs import PRESETS, ConfigError, load_config
from algos.fatal_grpo import GRPOConfig
from algos.models.tiny_qwen3_vl import TinySize, configure
from algos.sft import SFTConfig
from algos.training import dry_run
from algos.training.dry_run import GIB, estimate

FOLDER = Path(configs.__file__).parent


def written(path: Path, text: str) -> Path:
    file = path / "settings.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_every_file_beside_the_presets_is_one() -> None:
    assert sorted(file.stem for file in FOLDER.glob("*.toml")) == sorted(PRESETS)


MEMORY = {
    "cpu-tiny": 4,
    "qwen3-vl-2b-16gb": 16,
    "qwen3-vl-2b-24gb": 24,
    "smolvlm2-500m-1gpu": 16,
}
"""What a preset's machine has, in GiB; the others are for cards of 80 GB."""


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_loads_and_its_dry_run_works(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    config = load_config(name)
    found = estimate(config)
    assert found.rollouts == config.grpo.prompts * config.grpo.group_size
    assert found.rollouts % (config.grpo.minibatches * config.model.processes) == 0
    assert config.grpo.prompts % config.model.processes == 0
    assert config.sft.batch % config.model.processes == 0
    assert found.total_gib < MEMORY.get(name, 80)
    assert dry_run.main(["--config", name, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[name]["parameters"] == found.parameters


def test_the_dry_run_tells_of_all_presets(capsys: pytest.CaptureFixture[str]) -> None:
    assert dry_run.main([]) == 0
    assert [line.split(":")[0] for line in capsys.readouterr().out.splitlines()[::4]] == list(
        PRESETS
    )


def test_published_models_have_their_published_sizes() -> None:
    sizes = {name: estimate(load_config(name)).parameters / 1e9 for name in PRESETS}
    assert sizes["qwen3-vl-8b-8gpu"] == pytest.approx(8.77, abs=0.01)
    assert sizes["qwen3-vl-2b-1gpu"] == pytest.approx(2.13, abs=0.01)
    assert sizes["qwen3-vl-30b-a3b-8gpu"] == pytest.approx(31.07, abs=0.05)
    assert sizes["qwen3.5-4b-1gpu"] == pytest.approx(4.54, abs=0.01)
    assert sizes["smolvlm2-500m-1gpu"] == pytest.approx(0.507, abs=0.002)


def test_a_mixture_counts_what_is_active() -> None:
    found = estimate(load_config("qwen3-vl-30b-a3b-8gpu"))
    # 3.3 billion of the decoder, and the vision tower.
    assert found.active / 1e9 == pytest.approx(3.3 + 0.54, abs=0.1)
    dense = estimate(load_config("qwen3-vl-2b-1gpu"))
    assert dense.active == dense.parameters
    config = load_config("qwen3-vl-30b-a3b-8gpu")
    wide = estimate(replace(config, model=replace(config.model, lora_experts=True)))
    assert wide.trained > 10 * found.trained


def test_states_pictures_and_moments_are_counted() -> None:
    config = load_config("qwen3.5-4b-1gpu")
    found = estimate(config)
    # 24 layers, 32 heads of 128 × 128 in float32, and four inputs of 8,192 channels in bfloat16.
    row = 24 * (32 * 128 * 128 * 4 + 4 * 8192 * 2)
    assert found.states_gib == pytest.approx(32 * row / GIB)
    # Eight layers have keys and values of 4 heads of 256.
    assert found.cache_gib == pytest.approx(32 * 16_384 * 8 * 2 * 4 * 256 * 2 / GIB)
    assert found.picture_tokens == 256
    assert found.pictures_gib == pytest.approx(64 * 1024 * 1536 * 4 / GIB)
    short = estimate(replace(config, grpo=replace(config.grpo, eight_bit_moments=True)))
    assert short.moments_gib == pytest.approx(found.moments_gib / 4)
    smol = estimate(load_config("smolvlm2-500m-1gpu"))
    assert smol.picture_tokens == 17 * 64 and smol.states_gib == 0


def test_adapters_leave_most_weights_untrained() -> None:
    found = estimate(load_config("qwen3-vl-2b-1gpu"))
    assert 0.01 < found.trained / found.parameters < 0.03


def test_without_a_file_the_papers_settings_hold(tmp_path: Path) -> None:
    config = load_config(written(tmp_path, ""))
    assert (config.sft, config.grpo) == (SFTConfig(), GRPOConfig())


def test_a_file_overrides_what_it_names(tmp_path: Path) -> None:
    text = '[grpo]\nlearning_rate = 1\nfreeze = ["model.visual"]\n[sft]\nmuon_learning_rate = 0.1'
    config = load_config(written(tmp_path, text))
    assert config.grpo.learning_rate == 1.0
    assert config.grpo.freeze == ("model.visual",)
    assert config.sft.muon_learning_rate == 0.1
    assert config.grpo.clip_high == 0.28


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[grpo]\nsteps = 'x'", r"\[grpo\] Expected `int`, got `str` - at `\$.steps`"),
        ("[grpo]\nsteps = 2.5", "Expected `int`, got `float`"),
        ("[grpo]\nsteps = true", "Expected `int`, got `bool`"),
        ("[sft]\nmuon_learning_rate = 'x'", "Expected `float | null`, got `str`"),
        ("[sft]\nfreeze = 'x'", "Expected `array`, got `str`"),
        ("[model]\ngradient_checkpointing = 1", "Expected `bool`, got `int`"),
        ("[sft]\nrate = 1", r"\[sft\] has no setting rate; it has steps, epochs"),
        ("[sgd]", "unknown section sgd"),
        ("grpo = 3", r"grpo must be a section, \[grpo\]"),
        ("[sft", "is no TOML"),
    ],
)
def test_what_cannot_be_used_is_named(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message) as seen:
        load_config(written(tmp_path, text))
    assert "\n" not in str(seen.value)


def test_an_unknown_preset_lists_the_presets(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ConfigError, match=r"no preset or file 'gpu'; presets: cpu-tiny, paper-8b"):
        load_config("gpu")
    assert dry_run.main(["--config", "gpu"]) == 1
    assert capsys.readouterr().err.startswith("dry_run: there is no preset")


def test_an_unknown_model_is_refused(tmp_path: Path) -> None:
    config = load_config(written(tmp_path, "[model]\nbase = 'gpt'"))
    with pytest.raises(ConfigError, match=r"must be tiny or one of qwen3-vl-2b, .*qwen3.5-4b"):
        estimate(config)


def test_the_tiny_model_is_estimated_as_it_is_built() -> None:
    from transformers import Qwen3VLForConditionalGeneration

    from algos.models import train_tokenizer

    config = load_config("cpu-tiny")
    shape = configure(train_tokenizer(["a"], 300), TinySize())
    shape.text_config.vocab_size = config.model.vocabulary
    model = Qwen3VLForConditionalGeneration(shape)
    assert estimate(config).parameters == sum(each.numel() for each in model.parameters())


def test_reading_settings_loads_no_torch_before_it_must() -> None:
    code = "import algos.configs, sys; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
