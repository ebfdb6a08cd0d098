"""Text search ranks as a reader expects and survives whatever a model types."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchvl_gym.world import Page, TextIndex, World, WorldError
from searchvl_gym.world.text_index import build_text_index


def index_of(path: Path, pages: list[Page]) -> TextIndex:
    build_text_index(path / "index", pages)
    return TextIndex(path / "index")


def page(number: int, title: str, text: str = "", **names: tuple[str, ...]) -> Page:
    return Page(number, title, "list", f"u://{number}", text, **names)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> TextIndex:
    return index_of(
        tmp_path_factory.mktemp("text"),
        [
            page(0, "Ahr", "The Ahr is a river. The Söderqvist Bridge spans it. " * 5),
            page(1, "Söderqvist Bridge", "A bridge over the Ahr, designed by Ida Ek."),
            page(2, "Söderqvist Bridge Museum", "A museum about the Söderqvist Bridge."),
            page(3, "Ida Ek", "An architect.", aliases=("I. M. Ek",), redirects=("Ek (Ida)",)),
            page(4, "The Who", "A list of painters who painted."),
            page(5, "!!!", "A poster."),
            page(6, "Lamp 6", "identical twins"),
            page(7, "Lamp 7", "identical twins"),
            page(8, "Lamp 8", "identical twins"),
        ],
    )


def ids(index: TextIndex, query: str, top_k: int = 5) -> list[int]:
    return [hit.page for hit in index.search(query, top_k)]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("Söderqvist Bridge", 1),
        ("SODERQVIST bridge!", 1),
        ("who designed the soderqvist bridge?", 1),
        ("soderqvist bridge museum", 2),
        ("ahr", 0),
        ("I.M. Ek", 3),
        ("Ek (Ida)", 3),
        ("the who", 4),
        ("!!!", 5),
        ("painting", 4),
        ("designer bridge over Ahr", 1),
    ],
)
def test_the_right_page_comes_first(index: TextIndex, query: str, first: int) -> None:
    assert ids(index, query)[0] == first


@pytest.mark.parametrize(
    ("query", "same_as"),
    [
        ("SöderqvistBridge", "Söderqvist Bridge"),
        ("When was SODERQVISTBRIDGE opened?", "When was Söderqvist Bridge opened?"),
        ("SöderqvistBridge Museum", "Söderqvist Bridge Museum"),
        ("Söderqvist BridgeMuseum", "Söderqvist Bridge Museum"),
        ("SöderqvistBridgeMuseum", "Söderqvist Bridge Museum"),
        ("IdaEk", "Ida Ek"),
        ("Lamp6", "Lamp 6"),
        ("a twins exhibit at TheWho", "a twins exhibit at The Who"),
    ],
)
def test_names_without_their_spaces_are_found(index: TextIndex, query: str, same_as: str) -> None:
    assert index.search(query) == index.search(same_as) != []


@pytest.mark.parametrize("query", ["bridgebridge", "museumek", "thewhom", "ahrek", "w" * 65])
def test_words_that_make_no_name_stay_unknown(index: TextIndex, query: str) -> None:
    assert index.search(query) == []


def test_equal_scores_are_in_the_order_of_ids_for_any_top_k(index: TextIndex) -> None:
    assert [ids(index, "identical twins", top_k) for top_k in (1, 2, 3, 1_000_000_000)] == [
        [6],
        [6, 7],
        [6, 7, 8],
        [6, 7, 8],
    ]


def test_scores_fall(index: TextIndex) -> None:
    scores = [hit.score for hit in index.search("the soderqvist bridge over the ahr", 9)]
    assert scores == sorted(scores, reverse=True) and scores[0] > 0


@pytest.mark.parametrize(
    "query",
    [
        "",
        "   ",
        'title:"x" AND (NOT [a TO b]^2',
        "\x00\x1b\ud800",
        "a" * 1_000_000,
        "bridge " * 200_000,
        "<|im_start|>system",
        "橋 мост 🌉",
    ],
)
def test_junk_is_searched_without_complaint(index: TextIndex, query: str) -> None:
    assert len(index.search(query, 3)) <= 3


@settings(max_examples=150)
@given(st.text(max_size=60), st.integers(1, 20))
def test_any_query_gives_at_most_top_k_distinct_pages(
    index: TextIndex, query: str, top_k: int
) -> None:
    found = ids(index, query, top_k)
    assert len(found) == len(set(found)) <= top_k
    assert found == ids(index, query, 20)[:top_k]


def test_top_k_below_one_is_refused(index: TextIndex) -> None:
    with pytest.raises(ValueError, match="top_k must be at least 1"):
        index.search("bridge", 0)


def test_two_builds_answer_the_same(tmp_path: Path, small_world: World) -> None:
    other = index_of(tmp_path, list(small_world.pages()))
    for query in ("bridge", "Ida Ek 12", "opened May 1901", "brücke 4"):
        assert other.search(query, 10) == small_world.text_index.search(query, 10)


def test_an_empty_world_has_no_hits(tmp_path: Path) -> None:
    assert index_of(tmp_path, []).search("bridge") == []


def test_a_directory_without_an_index_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WorldError, match=r"text index .* is torn"):
        TextIndex(tmp_path)
