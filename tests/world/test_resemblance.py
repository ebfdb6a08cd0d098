import pytest

from searchvl_gym.world.resemblance import most_alike


def test_names_are_found_across_lines_and_misreadings() -> None:
    lines = ["NATIONAL TRUST", "Söderqv1st", "Bridge", "1907"]
    words, score = most_alike(lines, "Söderqvist Bridge")
    assert words == "Söderqv1st Bridge" and score > 0.9
    assert most_alike([], "Bridge") == ("", 0.0)


@pytest.mark.parametrize(
    ("lines", "name", "score"),
    [([], "Sarn", 0), (["SÅRN"], "Sarn", 1), (["a", "Old", "Mill", "b"], "Old Mill", 1)],
)
def test_likeness(lines: list[str], name: str, score: float) -> None:
    assert most_alike(lines, name)[1] == score
