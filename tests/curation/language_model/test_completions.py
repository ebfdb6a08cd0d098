import json
from pathlib import Path

import msgspec
import pytest

from searchvl_gym.curation import (
    BudgetExhausted,
    Completions,
    CompletionSettings,
    UnreadableReply,
)
from searchvl_gym.endpoint import Endpoint, EndpointError, EndpointSettings
from tests.chat_server import ChatServer, Raw, Request


class Town(msgspec.Struct):
    name: str
    people: int


SARN = {"name": "Sarn", "people": 4321}


def completions(
    server: ChatServer, cache: Path | None = None, settings: CompletionSettings | None = None
) -> Completions:
    endpoint = Endpoint(EndpointSettings(server.base_url, "model", retries=0))
    return Completions(endpoint, cache=cache, settings=settings)


@pytest.mark.parametrize(
    "said",
    [
        json.dumps(SARN),
        f"<think>Is it {{}}?</think>\n{json.dumps(SARN)}",
        f"Here it is:\n```json\n{json.dumps(SARN)}\n```\nAnything else?",
        f"Sure. {json.dumps(SARN)} Done.",
    ],
)
def test_the_object_is_found(said: str) -> None:
    with ChatServer(lambda request, number: said) as server:
        assert completions(server).ask("Tell.", {"of": "Särn"}, Town) == Town("Sarn", 4321)
        [request] = server.requests
        assert request.texts[0].startswith("Tell.") and '"people"' in request.texts[0]
        assert json.loads(request.texts[1]) == {"of": "Särn"}
        assert request.body["temperature"] == 0.0
        assert request.body["response_format"]["type"] == "json_schema"


def test_it_asks_once_more(tmp_path: Path) -> None:
    def script(request: Request, number: int) -> str:
        return '{"name": "Sarn"}' if number == 0 else json.dumps(SARN)

    with ChatServer(script) as server:
        asked = completions(server, tmp_path / "cache.sqlite")
        assert asked.ask("Tell.", {}, Town).people == 4321
        assert "people" in server.requests[1].texts[-1]
        # The second time, both replies come from the cache.
        assert asked.ask("Tell.", {}, Town).people == 4321
        assert len(server.requests) == 2
        assert (asked.usage.requests, asked.usage.cached, asked.usage.tokens) == (2, 2, 20)
    with (
        ChatServer(lambda request, number: "no") as server,
        pytest.raises(UnreadableReply, match="there is no JSON object"),
    ):
        completions(server).ask("Tell.", {}, Town)


def test_the_cache_outlives_the_process(tmp_path: Path) -> None:
    cache = tmp_path / "deep" / "cache.sqlite"
    with ChatServer(lambda request, number: json.dumps({**SARN, "people": number})) as server:
        first = completions(server, cache).ask("Tell.", {"of": "Sarn"}, Town)
        again = completions(server, cache).ask("Tell.", {"of": "Sarn"}, Town)
        other = completions(server, cache).ask("Tell.", {"of": "Kel"}, Town)
        warmer = CompletionSettings(temperature=0.5)
        warm = completions(server, cache, warmer).ask("Tell.", {"of": "Sarn"}, Town)
    assert (first.people, again.people, other.people, warm.people) == (0, 0, 1, 2)


def test_the_budget_is_kept(tmp_path: Path) -> None:
    cache = tmp_path / "cache.sqlite"
    with ChatServer(lambda request, number: json.dumps(SARN)) as server:
        two = completions(server, cache, CompletionSettings(requests=2))
        for name in ("a", "b", "a", "b"):
            two.ask("Tell.", {"of": name}, Town)
        with pytest.raises(BudgetExhausted, match=r"2 requests is used up; raise it"):
            two.ask("Tell.", {"of": "c"}, Town)
        assert len(server.requests) == 2
        # What earlier runs used over the same cache counts; what it answers does not.
        again = completions(server, cache, CompletionSettings(requests=2))
        again.ask("Tell.", {"of": "a"}, Town)
        with pytest.raises(BudgetExhausted, match="2 requests"):
            again.ask("Tell.", {"of": "c"}, Town)
        few = completions(server, cache, CompletionSettings(tokens=30))
        few.ask("Tell.", {"of": "c"}, Town)
        with pytest.raises(BudgetExhausted, match="30 tokens"):
            few.ask("Tell.", {"of": "d"}, Town)
        few.ask("Tell.", {"of": "a"}, Town)
        assert (few.spent.requests, few.spent.tokens, few.usage.requests) == (3, 30, 1)
        alone = completions(server, None, CompletionSettings(requests=1))
        alone.ask("Tell.", {"of": "a"}, Town)
        with pytest.raises(BudgetExhausted, match="of 1 requests"):
            alone.ask("Tell.", {"of": "a"}, Town)


def test_a_dead_endpoint_is_no_reply() -> None:
    with ChatServer(lambda request, number: Raw(500)) as server, pytest.raises(EndpointError):
        completions(server).ask("Tell.", {}, Town)


@pytest.mark.parametrize(
    "arguments", [{"requests": -1}, {"tokens": -1}, {"temperature": -0.1}, {"reply_tokens": 0}]
)
def test_bad_settings(arguments: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="at least"):
        CompletionSettings(**arguments)  # type: ignore[arg-type]


def test_servers_without_schemas() -> None:
    with ChatServer(lambda request, number: json.dumps(SARN)) as server:
        completions(server, None, CompletionSettings(schema=False)).ask("Tell.", {}, Town)
        assert "response_format" not in server.requests[0].body
