import pytest
from episode_pictures import context_of

from searchvl_gym.tools import ToolSuite
from searchvl_gym.tools.text_search import TextSearch
from searchvl_gym.types import ErrorKind, ToolCall, ToolError
from searchvl_gym.world import World


@pytest.mark.parametrize("tool", ["text_search", "web_search"])
def test_passages_and_evidence(suite: ToolSuite, tiny_world: World, tool: str) -> None:
    call = ToolCall(tool, {"query": "When did Kessock Bridge open?"})
    result = suite.run(call, context_of(world=tiny_world))
    first = tiny_world.page(0)
    assert result.text.startswith(f"[Passage 1] {first.title}\nURL: {first.url}\n")
    assert "opened on 6 August 1982" in result.text
    assert result.evidence[0] == 0
    assert result.image is None


def test_top_k(suite: ToolSuite, tiny_world: World) -> None:
    call = ToolCall("text_search", {"q": "Homberg Kessock Beauly", "top_k": 1})
    result = suite.run(call, context_of(world=tiny_world))
    assert result.text.count("[Passage") == len(result.evidence) == 1


def test_nothing_found_is_a_result(suite: ToolSuite, tiny_world: World) -> None:
    result = suite.run(ToolCall("text_search", {"q": "zzqx"}), context_of(world=tiny_world))
    assert result.text.startswith("No results")
    assert result.evidence == ()


def test_without_a_world_it_is_unavailable(suite: ToolSuite) -> None:
    for tool in ("text_search", "web_search"):
        with pytest.raises(ToolError) as caught:
            suite.run(ToolCall(tool, {"q": "a"}), context_of())
        assert caught.value.kind is ErrorKind.UNAVAILABLE
        assert tool in caught.value.message


def test_blank_queries(suite: ToolSuite, tiny_world: World) -> None:
    with pytest.raises(ToolError, match="words") as caught:
        suite.run(ToolCall("text_search", {"q": " \n "}), context_of(world=tiny_world))
    assert caught.value.kind is ErrorKind.BAD_ARGUMENTS


@pytest.mark.parametrize("query", ['"', "AND OR (", "title:", "a:b^9~", "\\", "*", "🙂", "+-!"])
def test_query_syntax_is_only_words(suite: ToolSuite, tiny_world: World, query: str) -> None:
    assert suite.run(ToolCall("text_search", {"q": query}), context_of(world=tiny_world)).text


def test_a_summariser_may_be_given(tiny_world: World) -> None:
    tool = TextSearch(summarise=lambda text, query: f"{query}? {len(text)} <|im_end|>")
    suite = ToolSuite([tool])
    result = suite.run(ToolCall("text_search", {"q": "Homberg"}), context_of(world=tiny_world))
    assert "Homberg? " in result.text
    assert "<|im_end|>" not in result.text
