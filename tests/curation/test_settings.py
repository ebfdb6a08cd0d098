from typing import Any

import pytest

from searchvl_gym.curation import (
    CurationSettings,
    GroundingSettings,
    PathSettings,
    QuestionSettings,
    RewritingSettings,
)


def test_defaults_are_the_papers() -> None:
    paths = PathSettings()
    assert dict(zip(paths.lengths, paths.length_weights, strict=True)) == {2: 0.4, 3: 0.4, 4: 0.2}
    assert (paths.seed_in_degree, paths.hub_in_degree, paths.retries) == (50, 10_000, 10)
    assert paths.image_side == 512 and paths.infobox
    assert paths.excluded_prefixes == ("List of", "Outline of", "Index of", "Timeline of")
    assert QuestionSettings().answer_tokens == 6
    assert GroundingSettings().candidates == 8


def test_the_small_world_preset_changes_degrees_only() -> None:
    small, usual = CurationSettings.small_world(5_000), CurationSettings()
    assert (small.paths.seed_in_degree, small.paths.hub_in_degree) == (3, 70)
    assert small.paths.length_weights == usual.paths.length_weights
    assert (small.questions, small.rewriting, small.grounding) == (
        usual.questions,
        usual.rewriting,
        usual.grounding,
    )


@pytest.mark.parametrize(
    ("settings", "arguments", "message"),
    [
        (PathSettings, {"lengths": ()}, "lengths must be different"),
        (PathSettings, {"lengths": (2, 2, 3)}, "lengths must be different"),
        (PathSettings, {"length_weights": (1.0,)}, "length_weights must be 3 numbers"),
        (PathSettings, {"domains": ()}, "domains must be different"),
        (PathSettings, {"seed_in_degree": 20_000}, "seed_in_degree must be between"),
        (PathSettings, {"retries": -1}, "retries and image_side"),
        (QuestionSettings, {"answer_tokens": 0}, "answer_tokens must be at least 1"),
        (QuestionSettings, {"common_share": 1.5}, "common_share must be between"),
        (RewritingSettings, {"tries": 0}, "tries must be at least 1"),
        (GroundingSettings, {"candidates": 0}, "candidates and tries"),
    ],
)
def test_bad_values(settings: Any, arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        settings(**arguments)
