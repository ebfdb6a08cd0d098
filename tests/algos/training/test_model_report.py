"""`searchvl doctor --model`: what a checkpoint is, or the one line that says why it is none."""

import json
from pathlib import Path

import pytest

from algos.models import save_checkpoint
from searchvl_gym.cli import main
from tests.algos.models.tiny_families import make_family_checkpoint


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("qwen3_5_moe", ("Qwen3.5-MoE (qwen3_5_moe); its cache is kept", "3 layers keep a state")),
        ("glm46v", ("GLM-4.6V (glm46v); its cache is made anew", "it has a role for what tools")),
        ("smolvlm", ("SmolVLM2 (smolvlm)", "it has no role for what tools bring", "<image>")),
    ],
)
def test_it_says_what_a_checkpoint_is(
    name: str, said: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = make_family_checkpoint(name)
    save_checkpoint(made, tmp_path / "model")
    # The weights are not needed.
    (tmp_path / "model" / "model.safetensors").unlink()
    assert main(["doctor", "--model", str(tmp_path / "model")]) == 0
    shown = capsys.readouterr().out
    for each in said:
        assert each in shown
    parameters = sum(weight.numel() for weight in made.model.parameters())
    assert f"parameters: {parameters:,}, " in shown


def test_it_says_why_a_checkpoint_cannot_be_used(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save_checkpoint(make_family_checkpoint("qwen3_vl"), tmp_path / "model")
    config = tmp_path / "model" / "config.json"
    config.write_text(json.dumps({**json.loads(config.read_text()), "model_type": "paligemma"}))
    assert main(["doctor", "--model", str(tmp_path / "model")]) == 1
    error = capsys.readouterr().err
    assert error.count("\n") == 1 and "a paligemma belongs to none of" in error
