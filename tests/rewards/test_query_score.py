import pytest

from searchvl_gym.rewards import EvidenceScore, measure_queries
from searchvl_gym.types import Task
from tests.rewards.played import TASK, did, played

IMAGE = did("image_search", 10, url="img_1")
TEXT = did("text_search", 20, 7, q="Old Bridge opened")


def score(*steps, task=TASK) -> float:
    return EvidenceScore().score(played(*steps, task=task), None)


def test_the_path_found_without_waste_scores_1() -> None:
    assert score(IMAGE, TEXT) == pytest.approx(1.0)
    assert score(did("crop"), IMAGE, did("layout_parsing"), TEXT) == pytest.approx(1.0)


def test_no_search_scores_0() -> None:
    assert score() == score(did("crop"), did("layout_parsing", 10)) == 0.0


def test_noise_scores_0_however_much_it_varies() -> None:
    assert score(*[did("text_search", 90 + n, q=f"word {n}") for n in range(5)]) == 0.0


def test_half_of_the_path() -> None:
    parts = measure_queries(TASK, [IMAGE])
    assert (parts.coverage, parts.modality) == (0.5, 0.5)
    assert 0 < score(IMAGE) < 0.5


def test_repetition_costs() -> None:
    again = did("text_search", 20, q="opened: OLD bridge")
    assert measure_queries(TASK, [TEXT, again]).novelty == 0.5
    assert score(IMAGE, TEXT, again) < score(IMAGE, TEXT)
    assert score(IMAGE, TEXT, again, again) < score(IMAGE, TEXT, again)


def test_reading_a_wanted_page_is_no_waste() -> None:
    visit = did("visit", 20, url="https://atlas.example/20", goal="opening")
    assert measure_queries(TASK, [IMAGE, TEXT, visit]).gain == 1.0
    assert measure_queries(TASK, [IMAGE, TEXT, visit, visit]).gain == 0.75
    other_goal = did("visit", 20, url="https://atlas.example/20", goal="architect")
    assert measure_queries(TASK, [visit, other_goal]).novelty == 1.0


def test_both_modalities_are_asked_for_only_where_there_is_a_picture() -> None:
    plain = Task("t", "When?", "1982", hops=TASK.hops)
    assert measure_queries(TASK, [TEXT]).modality == 0.5
    assert measure_queries(plain, [TEXT]).modality == 1.0
    broken = did("image_search", failed=True, url="img_1")
    assert measure_queries(TASK, [broken, TEXT]).modality == 0.5


def test_steps_from_the_fatal_one_on_do_not_count() -> None:
    failed = [did("text_search", failed=True, q=f"q{n}") for n in range(3)]
    assert score(IMAGE, *failed, TEXT) == score(IMAGE)


def test_without_a_known_path_any_evidence_counts() -> None:
    unknown = Task("t", "When?", "1982", images=TASK.images)
    assert score(IMAGE, TEXT, task=unknown) == pytest.approx(1.0)
    assert score(did("text_search", q="a"), task=unknown) == 0.0


@pytest.mark.parametrize("weight", [-1.0, 2.0, float("nan")])
def test_the_weight_is_a_share(weight: float) -> None:
    with pytest.raises(ValueError, match="efficiency_weight"):
        EvidenceScore(weight)
