"""The laptop recipe in miniature: every stage runs, and none runs twice."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from algos.recipe.__main__ import main
from tests.algos.tiny_setting import RECIPE


def test_every_stage_runs_and_none_twice(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "config.toml").write_text(RECIPE, encoding="utf-8")
    out = tmp_path / "run"
    arguments = ["--out", out, "--config", tmp_path / "config.toml", "--pages", "mini"]
    arguments += ["--demonstrations", 4, "--train", 2, "--validation", 2, "--test", 2]
    assert main([str(each) for each in arguments]) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert told["sft"] == told["grpo"] == 0.0
    page = (out / "report.html").read_text(encoding="utf-8")
    assert page.count("<tr>") == 5
    assert page.count("data:image/png;base64,") == 2
    assert "http" not in page
    weights = out / "grpo" / "model" / "model.safetensors"
    before = weights.stat().st_mtime_ns
    assert main([str(each) for each in arguments]) == 0
    again = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert {**again, "seconds": 0} == {**told, "seconds": 0}
    assert weights.stat().st_mtime_ns == before
    assert main([str(each) for each in (*arguments, "--grpo-steps", 2)]) == 1
    assert "was trained for 1 steps, not 2; choose another --out" in capsys.readouterr().err


def test_a_wrong_config_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--out", str(tmp_path / "run"), "--config", "nothing.toml"]) == 1
    said = capsys.readouterr().err.strip()
    assert said.startswith("recipe: there is no preset or file 'nothing.toml'")
    assert "\n" not in said
    assert not (tmp_path / "run").exists()
