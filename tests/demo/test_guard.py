"""Who is let in: names of hosts, origins, tokens."""

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from searchvl_gym.demo.guard import HEADERS, Guard


def client(host: str = "127.0.0.1", token: str | None = None) -> TestClient:
    async def hello(request: Request) -> PlainTextResponse:
        return PlainTextResponse("hello")

    routes = [Route("/", hello, methods=["GET", "POST"]), Route("/api", hello, methods=["GET"])]
    return TestClient(Guard(Starlette(routes=routes), host=host, token=token))


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:7860", 200),
        ("localhost", 200),
        ("[::1]:7860", 200),
        ("evil.example", 403),
        ("127.0.0.1.evil.example", 403),
        ("localhost.evil.example:7860", 403),
        ("", 403),
        ("[", 403),
    ],
)
def test_only_names_of_this_machine(host: str, status: int) -> None:
    assert client().get("/", headers={"host": host}).status_code == status


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("http://localhost:7860", 200),
        ("http://evil.example", 403),
        ("null", 403),
        ("http://localhost:9", 403),
        ("http://localhost.evil.example:7860", 403),
    ],
)
def test_only_the_page_itself_asks(origin: str, status: int) -> None:
    headers = {"host": "localhost:7860", "origin": origin}
    assert client().post("/", headers=headers).status_code == status


def test_another_site_may_link_but_not_ask() -> None:
    headers = {"host": "localhost", "sec-fetch-site": "cross-site"}
    assert client().get("/", headers=headers).status_code == 200
    assert client().get("/api", headers=headers).status_code == 403


def test_elsewhere_than_here_a_token_is_needed() -> None:
    opened = client("0.0.0.0", "secret")
    headers = {"host": "192.168.1.9:7860"}
    assert opened.get("/", headers=headers).status_code == 403
    assert opened.get("/?token=other", headers=headers).status_code == 403
    first = opened.get("/?token=secret", headers=headers)
    assert first.status_code == 200
    cookie = first.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie
    opened.cookies.clear()
    kept = {**headers, "cookie": cookie.partition(";")[0]}
    assert opened.get("/api", headers=kept).status_code == 200
    wrong = {**headers, "cookie": "searchvl-demo=other"}
    assert opened.get("/api", headers=wrong).status_code == 403
    named = {**kept, "host": "evil.example"}
    assert opened.get("/api", headers=named).status_code == 403


@pytest.mark.parametrize("host", ["localhost", "evil.example"])
def test_every_reply_forbids_what_the_page_does_not_need(host: str) -> None:
    reply = client().get("/", headers={"host": host})
    for name, value in HEADERS:
        assert reply.headers[name.decode()] == value.decode()
