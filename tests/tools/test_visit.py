import pytest
from episode_pictures import context_of
from hypothesis import given
from hypothesis import strategies as st

from searchvl_gym.tools import ToolSuite
from searchvl_gym.tools.limits import MAX_OUTPUT_CHARS
from searchvl_gym.tools.visit import focus, split_sections
from searchvl_gym.types import ErrorKind, ToolCall, ToolError
from searchvl_gym.world import World


def visit(suite: ToolSuite, world: World, **arguments: str):
    return suite.run(ToolCall("visit", arguments), context_of(world=world))


def test_a_page_with_infobox_sections_and_links(suite: ToolSuite, tiny_world: World) -> None:
    page = tiny_world.page(0)
    result = visit(suite, tiny_world, url=page.url, goal="when did it open")
    assert result.text.startswith(f"# Kessock Bridge\nURL: {page.url}\n\nDesigner: Hellmut Homberg")
    assert "6 August 1982" in result.text
    assert f"- Hellmut Homberg: {tiny_world.page(1).url}" in result.text
    assert result.evidence == (0,)
    assert len(result.text) <= MAX_OUTPUT_CHARS
    assert "‹|im_end|›" in result.text


@pytest.mark.parametrize(
    ("goal", "shown", "left_out"),
    [("storms in winter", "Weather", "Dolphins"), ("dolphins", "Dolphins", "Weather")],
)
def test_the_goal_decides_which_long_section_is_shown(
    suite: ToolSuite, tiny_world: World, goal: str, shown: str, left_out: str
) -> None:
    text = visit(suite, tiny_world, url=tiny_world.page(0).url, goal=goal).text
    assert f"== {shown} ==" in text
    assert f"[Sections left out: {left_out}]" in text


def test_an_unknown_address_names_the_nearest_pages(suite: ToolSuite, tiny_world: World) -> None:
    with pytest.raises(ToolError) as caught:
        visit(suite, tiny_world, url="https://atlas.example/wiki/Kessock_Brige_Bridge")
    assert caught.value.kind is ErrorKind.TOOL_FAILURE
    assert tiny_world.page(0).url in caught.value.message


@pytest.mark.parametrize("url", ["file:///etc/passwd", "data:text/plain,hi", "///", "🙂", "img_1"])
def test_nothing_but_the_world_is_read(suite: ToolSuite, tiny_world: World, url: str) -> None:
    with pytest.raises(ToolError) as caught:
        visit(suite, tiny_world, url=url)
    assert caught.value.kind is ErrorKind.TOOL_FAILURE


def test_without_a_world(suite: ToolSuite) -> None:
    with pytest.raises(ToolError) as caught:
        suite.run(ToolCall("visit", {"url": "https://x"}), context_of())
    assert caught.value.kind is ErrorKind.UNAVAILABLE


@given(st.text(), st.text(), st.integers(50, 500))
def test_the_body_stays_within_its_limit(text: str, goal: str, limit: int) -> None:
    body = focus(text * 5, goal, limit).partition("\n\n[Sections left out")[0]
    assert len(body) <= limit + len("\n[1000000 more characters left out]")


@given(st.lists(st.sampled_from(["lead", "== A ==", "one\n", "== B ==\n", "\n", "===C===\n"])))
def test_sections_hold_all_words(pieces: list[str]) -> None:
    text = "\n".join(pieces)
    assert "".join("".join(split_sections(text)).split()) == "".join(text.split())
