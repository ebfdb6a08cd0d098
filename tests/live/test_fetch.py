"""Visits: what is asked of a site, where connections go, and what is never asked."""

import gzip
import threading
from collections.abc import Sequence

import httpcore
import pytest

from benchmarks.live.local import QUICK, LocalFetcher
from benchmarks.live.server import Answer, LocalServer, Request
from benchmarks.live.sites import answer
from searchvl_gym.live.errors import Fault, LiveError
from searchvl_gym.live.fetch import PICTURES, Fetcher
from searchvl_gym.live.manners import Manners
from searchvl_gym.live.network import dial_address
from tests.live.hostile import PRIVATE_4, PRIVATE_6, spellings

pytestmark = pytest.mark.needs("tenacity", "protego", "trafilatura")

HTML = {"content-type": "text/html"}
PAGE = "http://site5.example/town/5"


def fault_of(fetcher: Fetcher, url: str) -> Fault:
    with pytest.raises(LiveError) as caught:
        fetcher.fetch(url)
    assert "\n" not in caught.value.message
    return caught.value.fault


def test_a_page_is_fetched_politely(server: LocalServer) -> None:
    fetcher = LocalFetcher(server.port)
    fetched = fetcher.fetch(PAGE + "?a=b#part")
    assert fetched.url == PAGE + "?a=b"
    assert fetched.content_type == "text/html" and b"Town 5" in fetched.body
    robots, page = server.requests
    assert robots.target == "/robots.txt" and page.target == "/town/5?a=b"
    assert "SearchVL-Gym" in page.headers["user-agent"]
    assert page.headers["host"] == "site5.example"
    assert not page.headers.keys() & {"cookie", "referer", "authorization"}


def test_robots_are_asked_once_a_site(server: LocalServer) -> None:
    fetcher = LocalFetcher(server.port)
    for number in range(3):
        fetcher.fetch(f"http://site5.example/town/{number}")
    assert fault_of(fetcher, "http://site5.example/private/1") is Fault.ROBOTS
    assert [request.target for request in server.requests].count("/robots.txt") == 1
    assert not any("private" in request.target for request in server.requests)


def test_no_cookie_is_kept(server: LocalServer) -> None:
    server.script = lambda request: Answer(200, b"<p>hello", {**HTML, "set-cookie": "a=b"})
    fetcher = LocalFetcher(server.port)
    fetcher.fetch(PAGE)
    fetcher.fetch(PAGE)
    assert all("cookie" not in request.headers for request in server.requests)


def test_a_proxy_in_the_environment_is_not_used(
    server: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert LocalFetcher(server.port).fetch(PAGE).body


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed(server: LocalServer, status: int) -> None:
    def script(request: Request) -> Answer:
        if request.path == "/old":
            return Answer(status, b"", {"location": "//site7.example/town/7?x=1#y"})
        return answer(request)

    server.script = script
    fetched = LocalFetcher(server.port).fetch("http://site5.example/old")
    assert fetched.url == "http://site7.example/town/7?x=1"


TARGETS = [
    *(f"http://{spelling.strip()}/" for spelling in spellings("127.0.0.1")),
    *(f"http://{spelling.strip()}/" for spelling in spellings("169.254.169.254")),
    *(f"http://{address}:8080/" for address in PRIVATE_4),
    *(f"http://[{address}]/" for address in PRIVATE_6),
    "//127.0.0.1/",
    "http://localhost/",
    "http://a.localhost:9000/",
    "http://metadata.google.internal/",
    "http://user@10.0.0.1/",
    "ftp://site5.example/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:70/_",
    "http://site5.example@127.0.0.1/",
    "http://127.0.0.1\\@site5.example/",
    "http://inside.example/",
    "http://mixed.example/",
    "http://six.example/",
    "http://zero.example/",
]
NAMES = {
    "inside.example": ["10.1.2.3"],
    "mixed.example": ["93.184.216.34", "192.168.0.7"],
    "six.example": ["fe80::1%eth0"],
    "zero.example": ["0.0.0.0"],
}


@pytest.mark.parametrize("hops", [1, 3])
def test_no_redirect_leads_into_a_private_range(server: LocalServer, hops: int) -> None:
    """Straight on, and behind other redirects; nothing is even connected to."""
    asked = iter(TARGETS)
    current = [""]

    def script(request: Request) -> Answer:
        if request.path == "/robots.txt":
            return answer(request)
        number = int(request.path.rpartition("/")[2])
        target = current[0] if number == hops else f"http://site5.example/hop/{number + 1}"
        return Answer(302, b"", {"location": target})

    server.script = script
    fetcher = LocalFetcher(server.port, names=NAMES)
    for current[0] in asked:
        assert fault_of(fetcher, "http://site5.example/hop/1") is Fault.ADDRESS, current[0]
    assert {request.host for request in server.requests} == {"site5.example"}
    assert set(fetcher.dialled) == {"93.184.216.34"}


def test_endless_redirects_end(server: LocalServer) -> None:
    server.script = lambda request: (
        answer(request)
        if request.path == "/robots.txt"
        else Answer(302, b"", {"location": request.path + "x"})
    )
    assert fault_of(LocalFetcher(server.port), PAGE) is Fault.REDIRECTS


class Wavering:
    """A name server that tells the truth once, and then leads inside."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked += 1
        return ["93.184.216.34"] if self.asked == 1 else ["127.0.0.1"]


def test_a_name_is_looked_up_once_for_a_connection(server: LocalServer) -> None:
    """What was judged is what is connected to, so a name that changes its meaning gains nothing."""
    resolve = Wavering()
    dialled = []

    def dial(address: str, port: int, timeout: float | None) -> httpcore.NetworkStream:
        dialled.append(address)
        return dial_address("127.0.0.1", server.port, timeout)

    fetcher = Fetcher(Manners(QUICK), robots=False, resolve=resolve, dial=dial)
    fetcher.fetch(PAGE)
    assert dialled == ["93.184.216.34"] and resolve.asked == 1
    fetcher.close()  # a new connection is judged anew
    assert fault_of(fetcher, PAGE) is Fault.ADDRESS
    assert dialled == ["93.184.216.34"]


def test_the_next_address_is_tried_when_one_does_not_answer(server: LocalServer) -> None:
    def dial(address: str, port: int, timeout: float | None) -> httpcore.NetworkStream:
        if address == "1.1.1.1":
            raise httpcore.ConnectError("no route")
        return dial_address("127.0.0.1", server.port, timeout)

    fetcher = Fetcher(Manners(QUICK), resolve=lambda host, port: ["1.1.1.1", "8.8.8.8"], dial=dial)
    assert fetcher.fetch(PAGE).body


@pytest.mark.parametrize("size", [999, 1000, 1001])
def test_size_is_bounded_before_and_after_decompression(server: LocalServer, size: int) -> None:
    bodies = [
        Answer(200, b"x" * size, HTML),
        Answer(200, b"x", HTML, repeat=size),
        Answer(200, gzip.compress(b"x" * size), {**HTML, "content-encoding": "gzip"}),
    ]
    for reply in bodies:
        server.script = lambda request, reply=reply: reply
        fetcher = LocalFetcher(server.port, max_bytes=1000, robots=False)
        if size <= 1000:
            assert fetcher.fetch(PAGE).body == b"x" * size
        else:
            assert fault_of(fetcher, PAGE) is Fault.TOO_LARGE


def test_a_picture_must_be_one(server: LocalServer) -> None:
    fetcher = LocalFetcher(server.port)
    assert fetcher.fetch("http://site5.example/picture/5.png", PICTURES).body.startswith(b"\x89PNG")
    with pytest.raises(LiveError) as caught:
        fetcher.fetch(PAGE, PICTURES)
    assert caught.value.fault is Fault.CONTENT_TYPE


def test_no_more_than_the_limit_run_at_once_on_a_host(server: LocalServer) -> None:
    server.script = lambda request: Answer(200, b"<p>hello", HTML, 0.02)
    limits = Manners(QUICK).limits
    fetcher = LocalFetcher(server.port, limits=type(limits)(at_once=3, rate=1e6), robots=False)
    threads = [threading.Thread(target=fetcher.fetch, args=(PAGE,)) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert server.most_at_once == 3
