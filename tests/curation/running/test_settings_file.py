from pathlib import Path

import pytest

from searchvl_gym.curation import CurationSettings, PathSettings
from searchvl_gym.curation.running.settings_file import preset_settings, read_settings


def written(path: Path, text: str) -> Path:
    path = path / "settings.toml"
    path.write_text(text)
    return path


def test_the_size_of_the_world_chooses_the_preset(tmp_path: Path) -> None:
    assert preset_settings(300) == CurationSettings.small_world(300)
    assert preset_settings(7_000_000) == CurationSettings()
    assert read_settings(written(tmp_path, ""), 300) == CurationSettings.small_world(300)
    assert read_settings(written(tmp_path, 'preset = "paper"'), 300) == CurationSettings()


def test_tables_change_what_they_name(tmp_path: Path) -> None:
    text = (
        "[paths]\nlengths = [2, 3]\nlength_weights = [1, 2]\nhub_in_degree = 40\n"
        '[filters]\ntext_search = ""\nslots = 4\n[filters.arguments.no_tool]\nmodel = "x"\n'
        '[enhancement]\nshare = 0\nkinds = ["blur"]\n[experts]\nrollouts = 2\n'
    )
    settings = read_settings(written(tmp_path, text), 900)
    expected = PathSettings(
        lengths=(2, 3), length_weights=(1, 2), hub_in_degree=40, seed_in_degree=3
    )
    assert settings.paths == expected
    assert settings.filters.text_search == ""
    assert settings.filters.arguments == {"no_tool": {"model": "x"}}
    assert settings.enhancement.kinds == ("blur",)
    assert settings.experts.rollouts == 2
    assert settings.questions == CurationSettings().questions


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[paths]\nhubs = 3", "there is no setting paths.hubs; there are lengths,"),
        ("[roads]\nhubs = 3", "there is no setting roads; there are paths,"),
        ("paths = 3", "paths must be a table"),
        ('[paths]\nretries = "many"', "paths.retries: Expected `int`"),
        ("[enhancement]\nshare = 3", r"\[enhancement\] share must be between 0 and 1"),
        ('preset = "tiny"', "preset must be one of paper, small_world"),
        ("[paths", "is no TOML file"),
        ('[grounding]\ngate = "nose"', "gate: there is no nose"),
    ],
)
def test_mistakes_are_told(tmp_path: Path, text: str, message: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(ValueError, match=message) as caught:
        read_settings(path, 300)
    assert str(path) in str(caught.value)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="cannot read the settings"):
        read_settings(tmp_path / "none.toml", 300)
