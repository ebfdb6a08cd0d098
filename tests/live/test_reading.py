"""From documents to pages: what a reader sees, and nothing else."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchvl_gym.live.errors import Fault, LiveError
from searchvl_gym.live.fetch import Fetched
from searchvl_gym.live.reading import read_document
from searchvl_gym.live.results import PageLink, PagePicture, WebPage

pytestmark = pytest.mark.needs("trafilatura", "lxml_html_clean", "pypdf")

TEXT = (
    "<p>The Kel Bridge is a bridge in Ulm, which was opened in 1912 by the mayor after four years "
    "of work on both banks of the river, and has been painted blue ever since.</p>"
)


def read(body: str | bytes, kind: str = "text/html", charset: str = "") -> WebPage:
    data = body.encode() if isinstance(body, str) else body
    return read_document(Fetched("https://a.example/dir/kel", kind, charset, data))


def test_a_page_in_sections_with_links_and_pictures() -> None:
    page = read(
        "<html><head><title> Kel\n Bridge </title><base href='/other/'></head><body><article>"
        f"<h1>Kel Bridge</h1>{TEXT}<h2>History</h2>{TEXT}"
        "<p>See <a href='ulm?a=1#x'>Ulm</a>, <a href='#top'>top</a>, "
        "<a href='javascript:x()'>script</a>, <a href='http://127.0.0.1/'>inside</a>.</p>"
        "<img src='a.png' alt='The  bridge'><img src='data:image/png;base64,AA'>"
        "</article></body></html>"
    )
    assert page.title == "Kel Bridge"
    assert page.text.startswith("== Kel Bridge ==\n\nThe Kel Bridge is a bridge in Ulm")
    assert "\n== History ==\n" in page.text
    assert page.links == (PageLink("Ulm", "https://a.example/other/ulm?a=1"),)
    assert page.pictures == (PagePicture("https://a.example/other/a.png", "The bridge"),)


@pytest.mark.parametrize(
    "hidden",
    [
        "<div style='display:none'>SECRET</div>",
        "<div style='color:red; DISPLAY : NONE'>SECRET</div>",
        "<span style='visibility:hidden'>SECRET</span>",
        "<p style='font-size:0px'>SECRET</p>",
        "<p style='opacity:0'>SECRET</p>",
        "<p hidden>SECRET</p>",
        "<script>SECRET</script>",
        "<style>SECRET</style>",
        "<!-- SECRET -->",
        "<template>SECRET</template>",
        "<noscript style='display:none'>SECRET</noscript>",
    ],
)
def test_what_nobody_sees_is_left_out(hidden: str) -> None:
    page = read(f"<article><p>{hidden}seen after it</p>{TEXT}{hidden}</article>")
    assert "SECRET" not in page.text
    assert "opened in 1912" in page.text


@pytest.mark.parametrize("style", ["font-size:0.9em", "opacity:0.5", "display:block"])
def test_what_is_only_small_or_pale_stays(style: str) -> None:
    assert "opened in 1912" in read(f"<article><div style='{style}'>{TEXT}</div></article>").text


@pytest.mark.parametrize(
    ("data", "charset"),
    [
        ("Zürich 東京".encode(), "utf-8"),
        ("Zürich".encode("latin-1"), "iso-8859-1"),
        ("東京".encode("shift_jis"), "shift_jis"),
        (b"Z\xc3\xbcrich", "no-such-charset"),
        ("Zürich".encode(), ""),
    ],
)
def test_letters_are_decoded_as_the_header_says(data: bytes, charset: str) -> None:
    text = read(data, "text/plain", charset).text
    assert "Zürich" in text or "東京" in text


def test_markdown_becomes_plain() -> None:
    assert read("# Kel\n\nA [town](https://a.example/).", "text/markdown").text == (
        "== Kel ==\n\nA town."
    )


def pdf(text: str) -> bytes:
    stream = f"BT /F1 24 Tf 72 700 Td ({text}) Tj ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    body = b"%PDF-1.4\n"
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(body)
    body += b"xref\n0 6\n0000000000 65535 f \n"
    body += b"".join(b"%010d 00000 n \n" % place for place in places)
    return body + b"trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % start


def test_text_of_a_pdf() -> None:
    assert read(pdf("The bridge was opened in 1912"), "application/pdf").text == (
        "The bridge was opened in 1912"
    )


@given(st.binary(max_size=300), st.sampled_from(["text/html", "text/plain", "application/pdf"]))
@settings(max_examples=12)
def test_any_bytes_are_a_page_or_a_typed_error(data: bytes, kind: str) -> None:
    whole = pdf("x")
    for body in (data, b"<html>" + data, whole[: len(whole) // 2] + data):
        try:
            page = read(body, kind)
        except LiveError as error:
            assert error.fault in (Fault.UNREADABLE, Fault.CAPTCHA)
        else:
            assert page.text.encode() and page.title.encode() is not None


def test_deep_nesting_ends() -> None:
    body = "<div>" * 20_000 + TEXT + "</div>" * 20_000
    try:
        assert "1912" in read(body).text
    except LiveError as error:
        assert error.fault is Fault.UNREADABLE
