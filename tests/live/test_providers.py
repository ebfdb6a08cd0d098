"""The services that ship: what they are sent, and what is made of their answers."""

import io
import json
import struct
import tempfile
import zlib

import numpy as np
import pytest
from PIL import Image

from benchmarks.live.local import KEY
from benchmarks.live.server import Answer, LocalServer, Request
from benchmarks.live.sites import answer
from searchvl_gym.live.errors import Fault, LiveError
from searchvl_gym.live.pictures import MAX_UPLOAD_BYTES, decode_download, encode_upload
from searchvl_gym.live.providers.jina import JinaReader
from searchvl_gym.live.providers.serpapi import SerpApi, SerpApiExtract
from searchvl_gym.live.providers.serper import Serper
from searchvl_gym.live.results import ImageMatch, PageLink, PagePicture, WebHit
from searchvl_gym.live.secrets import KEY_VARIABLES

pytestmark = pytest.mark.needs("serpapi", "httpx")


def test_serpapi_searches_by_words(server: LocalServer) -> None:
    found = SerpApi(base_url=server.url, key=KEY).search("Town 5 & 'ä'", language="de-AT")
    assert found[0] == WebHit(
        "Town 5", "http://site5.example/town/5", "Town 5 was founded in 1385."
    )
    (request,) = server.requests
    assert request.method == "GET" and request.path == "/search"
    assert request.query == {"engine": "google", "q": "Town 5 & 'ä'", "hl": "de", "api_key": KEY}


def test_serpapi_uploads_a_picture_and_searches_by_it(server: LocalServer) -> None:
    def script(request: Request) -> Answer:
        if request.path == "/image":
            return Answer(200, b'{"image_id": "abc"}', {"content-type": "application/json"})
        exact = [{"title": "Same", "link": "http://a.example/1", "source": "A"}]
        alike = [
            {"title": "Alike", "link": "http://a.example/2"},
            {"title": "Same again", "link": "http://a.example/1"},
            {"title": "No link"},
        ]
        body = json.dumps({"exact_matches": exact, "visual_matches": alike}).encode()
        return Answer(200, body, {"content-type": "application/json"})

    server.script = script
    picture = encode_upload(np.full((40, 60, 3), 90, np.uint8))
    found = SerpApi(base_url=server.url, key=KEY).search_image(picture, language="en")
    assert found == (
        ImageMatch("Same", "http://a.example/1", "A", True),
        ImageMatch("Alike", "http://a.example/2"),
    )
    upload, search = server.requests
    assert upload.method == "POST" and picture in upload.body and KEY.encode() in upload.body
    assert KEY not in upload.target
    assert search.query["engine"] == "google_lens" and search.query["image_id"] == "abc"


def test_serpapi_extract_reads_pages(server: LocalServer) -> None:
    page = SerpApiExtract(base_url=server.url, key=KEY).read("http://site5.example/town/5")
    assert page.title == "Town 5" and page.text.startswith("== Town 5 ==")
    assert server.requests[0].query["engine"] == "extract"


def test_serper_searches_by_words(server: LocalServer) -> None:
    provider = Serper(base_url=server.url + "/serper", key=KEY)
    assert provider.search("Town 5", language="en")[0].url == "http://site5.example/town/5"
    (request,) = server.requests
    assert request.headers["x-api-key"] == KEY and KEY not in request.target
    assert json.loads(request.body) == {"q": "Town 5", "hl": "en"}


def test_serper_looks_at_a_published_picture_only(server: LocalServer) -> None:
    with pytest.raises(LiveError) as caught:
        Serper(base_url=server.url + "/serper", key=KEY).search_image(b"", language="en")
    assert caught.value.fault is Fault.UNSUPPORTED and not server.requests
    published = []

    def publish(picture: bytes) -> str:
        published.append(picture)
        return "https://pictures.example/7"

    provider = Serper(base_url=server.url + "/serper", key=KEY, publish=publish)
    assert provider.search_image(b"jpeg", language="en")[0].source == "Small web"
    assert published == [b"jpeg"]
    assert json.loads(server.requests[0].body)["url"] == "https://pictures.example/7"


def test_jina_reads_pages(server: LocalServer) -> None:
    page = JinaReader(base_url=server.url + "/jina", key=KEY).read("http://site5.example/town/5")
    assert page.title == "Town 5" and "1385" in page.text
    assert page.links == (PageLink("Next", "http://site6.example/town/6"),)
    assert page.pictures == (PagePicture("http://site0.example/picture/5.png", "Mill"),)
    assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize("make", [SerpApi, Serper], ids=["serpapi", "serper"])
def test_without_a_key_nothing_is_asked(
    make: type, monkeypatch: pytest.MonkeyPatch, server: LocalServer
) -> None:
    for name in KEY_VARIABLES:
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(LiveError) as caught:
        make(base_url=server.url)
    assert caught.value.fault is Fault.NO_KEY and "set the environment variable" in str(
        caught.value
    )
    monkeypatch.setenv("SERPAPI_KEY", "has a blank")
    monkeypatch.setenv("SERPER_API_KEY", "has a blank")
    with pytest.raises(LiveError) as caught:
        make(base_url=server.url)
    assert caught.value.fault is Fault.WRONG_KEY and "blank" not in str(caught.value)


BODIES = {
    "nothing": b"",
    "no JSON": b"<html>",
    "cut": b'{"organic_results": [',
    "a list": b"[]",
    "a number": b"7",
    "rows are no list": b'{"organic_results": {"a": 1}, "organic": 7, "data": 7}',
    "deep": b"[" * 100_000,
}
ROWS = {
    "rows are no objects": [1, None, "a", []],
    "fields of other kinds": [{"title": 7, "link": ["a"], "snippet": {}}, {"link": None}],
    "fields are missing": [{}],
    "half characters": [{"title": "\ud800", "link": "http://a.example/"}],
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_malformed_answers_are_typed_errors(server: LocalServer, body: bytes) -> None:
    server.script = lambda request: Answer(200, body, {"content-type": "application/json"})
    for ask in (
        lambda: SerpApi(base_url=server.url, key=KEY).search("q", language="en"),
        lambda: SerpApi(base_url=server.url, key=KEY).search_image(b"jpeg", language="en"),
        lambda: SerpApiExtract(base_url=server.url, key=KEY).read("http://a.example/"),
        lambda: Serper(base_url=server.url, key=KEY).search("q", language="en"),
        lambda: JinaReader(base_url=server.url, key=KEY).read("http://a.example/"),
    ):
        try:
            ask()
        except LiveError as error:
            assert error.fault in (Fault.MALFORMED, Fault.UNREADABLE)
        else:
            assert body.startswith(b"{"), "only an object without the rows may be an empty result"


@pytest.mark.parametrize("rows", ROWS.values(), ids=ROWS)
def test_strange_rows_are_left_out(server: LocalServer, rows: list[object]) -> None:
    body = json.dumps({"organic_results": rows, "organic": rows}).encode()
    server.script = lambda request: Answer(200, body, {"content-type": "application/json"})
    for provider in (SerpApi(base_url=server.url, key=KEY), Serper(base_url=server.url, key=KEY)):
        for hit in provider.search("q", language="en"):
            assert hit.url.startswith("http") and hit.title.encode()


def test_no_error_holds_the_key(server: LocalServer) -> None:
    """Whatever the service answers, even its own request with the key in it."""
    import traceback

    def script(request: Request) -> Answer:
        echo = json.dumps({"error": f"bad request {request.target} {dict(request.headers)}"})
        return Answer(status[0], echo.encode(), {"content-type": "application/json"})

    server.script = script
    status = [200]
    for status[0] in (200, 301, 400, 401, 403, 404, 429, 500, 503):
        for provider in (
            SerpApi(base_url=server.url, key=KEY),
            Serper(base_url=server.url, key=KEY),
        ):
            try:
                provider.search("q", language="en")
            except LiveError as error:
                shown = "".join(traceback.format_exception(error)) + repr(error) + repr(vars(error))
                assert KEY not in shown


@pytest.mark.parametrize("shape", [(1, 1), (64, 48), (3000, 2000), (5, 9000)])
def test_pictures_fit_into_an_upload(shape: tuple[int, int]) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (*shape, 3), dtype=np.uint8)
    data = encode_upload(noise)
    assert len(data) <= MAX_UPLOAD_BYTES
    with Image.open(io.BytesIO(data)) as picture:
        assert picture.format == "JPEG"
        width, height = picture.size
    assert width <= shape[1] and height <= shape[0]


def test_a_bomb_is_no_picture() -> None:
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 1_000_000)), (b"IEND", b"")]
    bomb = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )
    for data in (bomb, b"", b"GIF89a", b"\xff\xd8\xff" + b"\0" * 100):
        with pytest.raises(LiveError) as caught:
            decode_download(data, "http://a.example/p.png")
        assert caught.value.fault is Fault.UNREADABLE
        assert tempfile.gettempdir() not in caught.value.message


def test_the_small_web_answers(server: LocalServer) -> None:
    assert answer(Request("GET", "127.0.0.1", "/unknown", {}, b"")).status == 404
