"""ZIM files written with libzim's own writer, with the mess of the real thing."""

import io
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest
from libzim.writer import Creator
from PIL import Image as PillowImage

from benchmarks.earth_archive.packing import Entry


def write_zim(
    path: Path,
    pages: Mapping[str, str | bytes],
    redirects: Mapping[str, str] = {},
    files: Mapping[str, tuple[bytes, str]] = {},
    metadata: Mapping[str, str] = {},
    titles: Mapping[str, str] = {},
) -> Path:
    """Write an archive: HTML by path, redirects by path, other files by path with their type."""
    with Creator(path).config_indexing(False, "eng") as creator:
        creator.set_mainpath(next(iter(pages), ""))
        for where, html in pages.items():
            title = titles.get(where, where.removeprefix("A/").replace("_", " "))
            creator.add_item(Entry(where, title, html, "text/html"))
        for where, (data, mimetype) in files.items():
            creator.add_item(Entry(where, "", data, mimetype))
        for where, target in redirects.items():
            creator.add_redirection(where, where.replace("_", " "), target, {})
        for key, value in metadata.items():
            creator.add_metadata(key, value)
    return path


def encode(width: int, height: int, kind: str = "JPEG", mode: str = "RGB") -> bytes:
    """A picture with some structure."""
    bands = len(mode)
    rng = np.random.default_rng(width)
    small = rng.integers(0, 255, (6, 8, bands), np.uint8)
    picture = PillowImage.fromarray(small, mode).resize((width, height))
    stream = io.BytesIO()
    picture.save(stream, kind)
    return stream.getvalue()


INFOBOX = """
<table class="infobox vcard"><tbody>
<tr><th colspan="2">Ulm Minster</th></tr>
<tr><td colspan="2"><img src="../I/minster.jpg" width="220">
  <div class="infobox-caption">The <b>west</b> front</div></td></tr>
<tr><th>Architect</th><td><a href="Ulrich_von_Ensingen">Ulrich</a>,<br>
  <a href="Nobody">a nobody</a><sup class="reference">[2]</sup></td></tr>
<tr><th>Location</th><td><a href="Ulm">Ulm</a></td></tr>
<tr><th colspan="2">Height</th></tr>
<tr><th>&nbsp;• Spire</th><td>161.5&nbsp;m</td></tr>
</tbody></table>"""

MINSTER = f"""<!DOCTYPE html><html><head><title>Ulm Minster</title><style>p {{}}</style></head>
<body><h1 id="titleHeading">Ulm Minster</h1><div id="mw-content-text" class="mw-parser-output">
<div role="note" class="hatnote">Not to be confused with <a href="Ulm">Ulm</a>.</div>{INFOBOX}
<p><b>Ulm Minster</b> is a church in <a href="Ulm_an_der_Donau" title="Ulm">Ulm</a>,
<a href="https://example.org/de">Germany</a>.<sup class="reference"><a href="#n1">[1]</a></sup>
<span style="display:none">hidden</span></p>
<h2><span class="mw-headline">History</span><span class="mw-editsection">[edit]</span></h2>
<p>It was begun by <a href="Ulrich_von_Ensingen#Life"><i>Ulrich</i> von&nbsp;Ensingen</a> in 1377,
and a <a href="No_such_page">missing page</a> tells <a href="./東京">more</a>.
<h3>Nothing here</h3>
<h2>Bells</h2><table class="wikitable"><tr><th>Bell<th>Mass
<tr><td><a href="Gloriosa">Gloriosa</a><td>4,912 kg</table>
<figure><img src="../I/broken.jpg"><figcaption>Torn</figcaption></figure>
<figure><img src="../I/missing.jpg"><figcaption>Gone</figcaption></figure>
<figure><img src="../I/organ.png"><figcaption>The <a href="Organ">organ</a></figcaption></figure>
<img src="../I/icon.png"><img src="../I/plan.svg">
<h2>References</h2><ol class="references"><li>A <a href="Ulm">book</a></li></ol>
<div class="navbox"><a href="Ulm">Ulm</a></div></div></body></html>"""

PAGES = {
    "Ulm": "<p>Ulm is a city on the Danube. See <a href='Ulm_Minster'>the minster</a>.</p>",
    "Ulm_Minster": MINSTER,
    "Ulrich_von_Ensingen": "<p>Ulrich built <a href='Ulm_Minster'>Ulm Minster</a>.</p>",
    "Ulm_(disambiguation)": "<p>Ulm may refer to:</p><ul><li><a href='Ulm'>Ulm</a></li></ul>",
    "Mercury": "<p><b>Mercury</b> can refer to:</p><ul><li>a planet</li></ul>",
    "List_of_churches": "<ul><li><a href='Ulm_Minster'>Ulm Minster</a></li></ul>",
    "東京": "<p>東京 (Tokyo) is not near <a href='Ulm'>Ulm</a>.</p>",
    "Category:Churches": "<p>Pages in the category.</p>",
    "Mission:_Impossible": "<p>A film, not a namespace.</p>",
    "Main_Page": "<p>Welcome.</p>",
    "Danube_(Ulm)": "<meta http-equiv='refresh' content='0; url=Ulm#Danube'>",
    "Nowhere": "<meta http-equiv='refresh' content='0; url=No_such_page'>",
    "Blank": "<p> </p><div class='navbox'>Nothing else</div>",
    "AC/DC": "<p>A band that plays <a href='../Ulm'>Ulm</a>.</p>",
}
FILES = {
    "I/minster.jpg": (encode(220, 330), "image/jpeg"),
    "I/organ.png": (encode(200, 150, "PNG", "RGBA"), "image/png"),
    "I/broken.jpg": (encode(300, 200)[:900], "image/jpeg"),
    "I/icon.png": (encode(16, 16, "PNG"), "image/png"),
    "I/plan.svg": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
    "-/style.css": (b"p {}", "text/css"),
}
REDIRECTS = {
    "Ulm_an_der_Donau": "Ulma",
    "Ulma": "Ulm,_Germany",
    "Ulm,_Germany": "Ulm",
    "Lost": "No_such_page",
    "Circle": "Ring",
    "Ring": "Circle",
    "On_the_Danube": "Danube_(Ulm)",
    "ulm": "Ulm",
}
METADATA = {
    "Name": "wikipedia_en_ulm",
    "Title": "Ulm",
    "Language": "eng",
    "Source": "https://en.wikipedia.org",
    "Creator": "Wikipedia",
    "Date": "2026-01-01",
}
TITLES = {"Mercury": "Mercury", "Mission:_Impossible": "Mission: Impossible"}


@pytest.fixture(scope="session")
def wiki(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small wiki with everything that can be wrong with one."""
    path = tmp_path_factory.mktemp("zim") / "ulm.zim"
    return write_zim(path, PAGES, REDIRECTS, FILES, METADATA, TITLES)


@pytest.fixture(scope="session")
def make_zim() -> Callable[..., Path]:
    return write_zim
