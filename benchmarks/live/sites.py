"""The sites and the services that the local server plays: a small web, made from numbers.

Site `n` is `siteN.example`; each has pages about one town each, which link to each other and show
a picture. The services find pages by their number in a query and answer in the forms that SerpApi,
Serper and Jina document.
"""

from __future__ import annotations

import io
import json
import re
from functools import lru_cache

from benchmarks.live.server import Answer, Request

PAGES = 400
_NUMBER = re.compile(r"[0-9]+")
_HTML = {"content-type": "text/html; charset=utf-8"}
_JSON = {"content-type": "application/json"}


def page_url(number: int) -> str:
    """Address of a page."""
    number %= PAGES
    return f"http://site{number % 20}.example/town/{number}"


def founded(number: int) -> int:
    """The year that a page states."""
    return 1200 + (number * 37) % 700


def page_html(number: int) -> str:
    """A page."""
    number %= PAGES
    links = "".join(
        f'<p>The road leads on to <a href="{page_url(number + step)}">Town {number + step}</a>, '
        "which is older and lies further up the river among the hills.</p>"
        for step in (1, 7, 31)
    )
    return (
        f"<html><head><title>Town {number}</title></head><body><article><h1>Town {number}</h1>"
        f"<p>Town {number} is a town on the river Ahr. It was founded in {founded(number)} by the "
        f"guild of millers, and has {1000 + number * 13} inhabitants.</p>"
        f'<img src="/picture/{number}.png" alt="The mill of Town {number}">'
        f"<h2>Neighbours</h2>{links}</article></body></html>"
    )


@lru_cache(maxsize=64)
def picture_png(number: int) -> bytes:
    """The picture of a page."""
    from PIL import Image

    stream = io.BytesIO()
    Image.new("RGB", (96, 64), (number % 256, (number * 7) % 256, 120)).save(stream, "PNG")
    return stream.getvalue()


def answer(request: Request) -> Answer:
    """What the small web answers when nothing goes wrong."""
    if request.host.endswith(".example"):
        return _site(request)
    if request.path == "/search":
        return _serpapi(request)
    if request.path == "/image":
        return _json({"image_id": f"picture-{len(request.body)}"})
    if request.path in ("/serper/search", "/serper/lens"):
        return _serper(request)
    if request.path.startswith("/jina"):
        return _jina(request)
    return Answer(404)


def _site(request: Request) -> Answer:
    found = _NUMBER.search(request.path)
    if request.path == "/robots.txt":
        return Answer(200, b"User-agent: *\nDisallow: /private/\n", {"content-type": "text/plain"})
    if found is None:
        return Answer(404)
    if request.path.startswith("/picture/"):
        return Answer(200, picture_png(int(found[0])), {"content-type": "image/png"})
    return Answer(200, page_html(int(found[0])).encode(), _HTML)


def _hits(text: str) -> list[int]:
    """Pages that a text names, or else those that its length leads to."""
    named = [int(number) % PAGES for number in _NUMBER.findall(text)]
    first = named[0] if named else len(text)
    return [(first + step) % PAGES for step in range(5)]


def _serpapi(request: Request) -> Answer:
    query = request.query
    if query.get("engine") == "google_lens":
        rows = [
            {"title": f"Town {number}", "link": page_url(number), "source": "Small web"}
            for number in _hits(query.get("image_id", ""))
        ]
        return _json({"visual_matches": rows})
    if query.get("engine") == "extract":
        number = _hits(query.get("url", ""))[0]
        text = f"# Town {number}\n\nFounded in {founded(number)} on the river Ahr.\n"
        return _json({"page_information": {"title": f"Town {number}"}, "markdown": text})
    rows = [
        {
            "title": f"Town {number}",
            "link": page_url(number),
            "snippet": f"Town {number} was founded in {founded(number)}.",
        }
        for number in _hits(query.get("q", ""))
    ]
    return _json({"organic_results": rows})


def _serper(request: Request) -> Answer:
    sent = json.loads(request.body)
    rows = [
        {
            "title": f"Town {number}",
            "link": page_url(number),
            "snippet": f"Town {number} was founded in {founded(number)}.",
            "source": "Small web",
        }
        for number in _hits(sent.get("q", sent.get("url", "")))
    ]
    return _json({"organic": rows})


def _jina(request: Request) -> Answer:
    url = json.loads(request.body)["url"]
    number = _hits(url)[0]
    content = f"# Town {number}\n\nFounded in {founded(number)} on the river Ahr.\n"
    return _json(
        {
            "code": 200,
            "data": {
                "title": f"Town {number}",
                "url": url,
                "content": content,
                "links": [["Next", page_url(number + 1)]],
                "images": {"Mill": f"http://site0.example/picture/{number}.png"},
            },
        }
    )


def _json(value: object) -> Answer:
    return Answer(200, json.dumps(value).encode(), _JSON)
