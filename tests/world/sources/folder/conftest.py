"""A folder of notes in every format, as people keep them."""

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as PillowImage


def picture(width: int, height: int, kind: str = "JPEG") -> bytes:
    """A picture with some structure."""
    rng = np.random.default_rng(width * 1000 + height)
    small = rng.integers(0, 255, (6, 8, 3), np.uint8)
    stream = io.BytesIO()
    PillowImage.fromarray(small).resize((width, height)).save(stream, kind)
    return stream.getvalue()


def pdf(pages: Sequence[str], title: str = "") -> bytes:
    """A PDF file, object by object: a page for each text, its lines below each other."""
    objects = ["<</Type/Catalog/Pages 2 0 R>>", ""]
    kids = []
    for text in pages:
        lines = "".join(f"({line}) Tj T* " for line in text.split("\n"))
        stream = f"BT /F1 12 Tf 14 TL 72 720 Td {lines}ET"
        objects.append(f"<</Length {len(stream)}>>stream\n{stream}\nendstream")
        kids.append(len(objects) + 1)
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents {len(objects)} 0 R"
            "/Resources<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>"
        )
    shown = " ".join(f"{kid} 0 R" for kid in kids)
    objects[1] = f"<</Type/Pages/Count {len(kids)}/Kids[{shown}]>>"
    objects.append(f"<</Title({title})>>")
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += f"{number} 0 obj\n{content}\nendobj\n".encode("latin-1")
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    return body + (
        f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer<</Size "
        f"{len(objects) + 1}/Root 1 0 R/Info {len(objects)} 0 R>>\nstartxref\n{len(body)}\n%%EOF"
    ).encode("latin-1")


ADA = """---
aliases: [A. Field, Ada of Kel]
kind: person
born: 4 May 1893
birthplace: "[[Kel]]"
tags: [people]
---
# Ada Field

Ada Field drew the [Kel Bridge](../bridges/kel.html "a bridge"). She lived in [[Kel|the town]].

![At her desk](img/ada.jpg)

| Year | Work |
|------|------|
| 1921 | Kel Bridge |

```
[[not a link]]
```
"""
KEL_BRIDGE = """<!DOCTYPE html><html><head><title>Kel Bridge - my notes</title></head><body>
<nav><a href="../index.md">Home</a></nav><main><h1>Kel Bridge</h1>
<table class="infobox"><tr><th>Architect<td><a href="../people/ada_field.md">Ada Field</a>
<tr><th>Opened<td>1921</table>
<p>The <b>Kel Bridge</b> crosses the Sarn at <a href="/towns/kel">Kel</a>, as
<a href="https://example.org/">others</a> say.<figure><img src="kel.png"><figcaption>The span
</figcaption></figure></p></main></body></html>"""


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """The folder."""
    root = tmp_path / "notes"
    for name, content in {
        "index.md": "# All notes\n\n- [Ada](people/ada_field.md)\n- [Kel](towns/kel.txt)\n",
        "people/ada_field.md": ADA,
        "bridges/kel.html": KEL_BRIDGE,
        "towns/kel.txt": "Kel\n\nKel is a town\non the Sarn.\n\nMarket\n------\nOn Fridays.\n",
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content, encoding="utf-8")
    for name, data in {
        "people/img/ada.jpg": picture(240, 300),
        "bridges/kel.png": picture(400, 260, "PNG"),
        "towns/kel.jpg": picture(200, 160),
        "reports/survey.pdf": pdf(
            ["The bridge stands\non two pi-\ners.", "It was paint-"], "Survey"
        ),
        "reports/table.csv": b"a,b\n",
        ".git/config.md": b"hidden",
        "empty.txt": b" \n",
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    return root
