"""What is loaded, and what is refused in one line before any weights are."""

import json
import warnings
from pathlib import Path
from typing import Any

import pytest
import torch
from small_setting import picture

from algos.configs import ModelConfig
from algos.models import Checkpoint, CheckpointError, load_checkpoint, load_reader, save_checkpoint
from algos.models.families import FAMILIES
from algos.models.placement import load_for_training
from algos.tokens.conversation import Conversation
from tests.algos.models.tiny_families import FAST, PLAIN, make_family_checkpoint

DROPS_THOUGHTS = (
    "{% for m in messages %}{{ '<|im_start|>' + m.role + '\n' }}{% for part in m.content %}"
    "{% if part.type == 'image' %}<|vision_start|><|image_pad|><|vision_end|>"
    "{% elif m.role == 'assistant' %}{{ part.text.split('</think>')[-1] }}"
    "{% else %}{{ part.text }}{% endif %}{% endfor %}{{ '<|im_end|>\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n<think>\n' }}{% endif %}"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    save_checkpoint(make_family_checkpoint("qwen3_vl"), tmp_path / "model")
    return tmp_path / "model"


def change(path: Path, **settings: Any) -> None:
    found = json.loads(path.read_text())
    path.write_text(json.dumps({**found, **settings}))


def refusal(folder: Path) -> str:
    """The one line, said though there are no weights."""
    (folder / "model.safetensors").unlink()
    with pytest.raises(CheckpointError) as seen:
        load_checkpoint(folder)
    assert "\n" not in str(seen.value)
    return str(seen.value)


@pytest.mark.parametrize("name", [*FAST, *PLAIN])
def test_a_saved_model_is_loaded_again(name: str, tmp_path: Path) -> None:
    made = make_family_checkpoint(name)
    save_checkpoint(made, tmp_path / "model")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        loaded = load_checkpoint(tmp_path / "model")
    assert loaded.family is made.family
    after = loaded.model.state_dict()
    for key, weight in made.model.state_dict().items():
        assert torch.equal(weight, after[key]), key
    given, again = (
        Conversation(each).prompt("rules", "what", [picture(0), picture(1)])
        for each in (made, loaded)
    )
    assert given.tokens == again.tokens


@pytest.mark.parametrize("name", [*FAST, *PLAIN])
def test_parts_name_every_parameter(name: str) -> None:
    checkpoint = make_family_checkpoint(name)
    parts = checkpoint.family.parts
    assert set(parts) == {"vision", "projector", "decoder", "head"}
    everything = tuple(each for part in parts.values() for each in part)
    names = [each for each, _ in checkpoint.model.named_parameters(remove_duplicate=False)]
    for beginnings in parts.values():
        assert any(each.startswith(beginnings) for each in names)
    own = [each for each in names if not each.startswith(everything)]
    # LLaVA's token that ends a picture belongs to no part.
    assert own in ([], ["model.image_newline"])


def test_an_unknown_family_is_refused_with_those_that_there_are(folder: Path) -> None:
    change(folder / "config.json", model_type="paligemma")
    said = refusal(folder)
    assert "a paligemma belongs to none of the families that are known" in said
    for family in FAMILIES:
        assert family.title in said


def test_a_base_model_without_a_template_is_refused(folder: Path) -> None:
    (folder / "chat_template.jinja").unlink()
    (folder / "searchvl.json").unlink()
    assert "it has no chat template, as base models have none" in refusal(folder)


def test_what_was_trained_here_needs_no_template(folder: Path) -> None:
    (folder / "chat_template.jinja").unlink()
    assert Conversation(load_reader(folder)).turn("hello")


def test_a_template_beside_the_processor_is_read(folder: Path) -> None:
    template = (folder / "chat_template.jinja").read_text()
    (folder / "chat_template.jinja").unlink()
    (folder / "searchvl.json").unlink()
    (folder / "chat_template.json").write_text(json.dumps({"chat_template": template}))
    assert load_reader(folder).chat_template == template


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("{{ raise_exception('no system role') }}", "the chat template fails: no system role"),
        ("{% for m in messages %}{{ m.role }}{% endfor %}", "does not write .* as it is given"),
        (
            "{% for m in messages %}<|im_start|>{% for p in m.content %}{{ p.text }}{% endfor %}"
            "<|im_end|>{% endfor %}",
            r"does not write <\|image_pad\|> for each picture",
        ),
    ],
)
def test_a_template_that_cannot_be_used_is_refused(folder: Path, template: str, said: str) -> None:
    (folder / "chat_template.jinja").write_text(template)
    with pytest.raises(CheckpointError, match=said):
        load_reader(folder)


def test_a_template_that_drops_thoughts_is_warned_of(folder: Path) -> None:
    (folder / "chat_template.jinja").write_text(DROPS_THOUGHTS)
    with pytest.warns(UserWarning, match="leaves the thoughts of earlier turns out"):
        reader = load_reader(folder)
    # The thought that it opens for the model is the model's own to open.
    text = reader.tokenizer.decode(Conversation(reader).prompt("s", "q", []).tokens)
    assert text.endswith("<|im_start|>assistant\n")


def test_limits_that_leave_nothing_of_a_picture_are_refused(folder: Path) -> None:
    change(folder / "preprocessor_config.json", size={"shortest_edge": 0, "longest_edge": 0})
    assert "its image processor" in refusal(folder)


def test_a_tokenizer_of_another_model_is_refused(folder: Path) -> None:
    config = json.loads((folder / "config.json").read_text())
    config["text_config"]["vocab_size"] = 64
    (folder / "config.json").write_text(json.dumps(config))
    assert "tokens and its model 64: they belong to different models" in refusal(folder)


def test_a_placeholder_of_another_model_is_refused(folder: Path) -> None:
    change(folder / "config.json", image_token_id=5)
    assert "says that token 5 stands for pictures" in refusal(folder)


def test_quantised_weights_are_not_trained(folder: Path) -> None:
    change(folder / "config.json", quantization_config={"quant_method": "awq", "bits": 4})
    with pytest.raises(CheckpointError, match=r"is quantised \(awq\)") as seen:
        load_for_training(folder, ModelConfig(), "cpu")
    assert "\n" not in str(seen.value)


def test_capped_logits_are_refused(tmp_path: Path) -> None:
    made: Checkpoint = make_family_checkpoint("gemma3")
    made.model.config.text_config.final_logit_softcapping = 30.0
    save_checkpoint(made, tmp_path / "model")
    assert "its logits are capped" in refusal(tmp_path / "model")
