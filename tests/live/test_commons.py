"""Larger pictures of an archive's articles from a publisher that the local server plays."""

import io
import json
from pathlib import Path

import numpy as np
import pytest
from libzim.writer import Creator
from PIL import Image as PillowImage

from benchmarks.earth_archive.packing import Entry
from benchmarks.live.local import QUICK, LocalFetcher
from benchmarks.live.server import Answer, LocalServer, Request
from searchvl_gym.cli import main
from searchvl_gym.curation.sets.card import _licences
from searchvl_gym.live.budget import Budget
from searchvl_gym.live.cassette import Cassette
from searchvl_gym.live.commons import TITLES, Commons
from searchvl_gym.live.errors import Fault, LiveError
from searchvl_gym.live.manners import Manners
from searchvl_gym.world.sources.findings import decode
from searchvl_gym.world.sources.publisher import decode_credits
from searchvl_gym.world.sources.zim import import_zim

pytestmark = pytest.mark.needs("tenacity", "protego", "trafilatura", "libzim")

NAMES = ("Ulm Minster (west).jpg", "Plan.png", "Secret.jpg")


def encode(width: int, height: int, kind: str = "JPEG") -> bytes:
    rng = np.random.default_rng(width)
    picture = PillowImage.fromarray(rng.integers(0, 255, (6, 8, 3), np.uint8), "RGB")
    stream = io.BytesIO()
    picture.resize((width, height)).save(stream, kind)
    return stream.getvalue()


LARGE = encode(1024, 800)


def publisher(request: Request) -> Answer:
    """Descriptions as Commons gives them, and the files behind them."""
    if request.path == "/robots.txt":
        return Answer(404)
    if request.path == "/w/api.php":
        asked = request.query["titles"].split("|")
        pages = []
        for title in asked:
            if title == "File:Plan.png":
                pages.append({"title": title, "missing": True})
                continue
            fields = {"Artist": {"value": '<a href="//x">Ida &amp; Ek</a>'}}
            if "Secret" not in title:
                fields["LicenseShortName"] = {"value": "CC BY-SA 3.0"}
            name = title.removeprefix("File:").replace(" ", "_")
            info = {
                "thumburl": f"http://upload.example/1024px-{name}",
                "descriptionurl": f"https://commons.example/wiki/File:{name}",
                "extmetadata": fields,
            }
            pages.append({"title": title, "imageinfo": [info]})
        body = json.dumps({"query": {"pages": pages}}).encode()
        return Answer(200, body, {"content-type": "application/json"})
    return Answer(200, LARGE, {"content-type": "image/jpeg"})


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Two articles with a picture each, at the width of a page."""
    path = tmp_path / "towers.zim"
    shown = {"Minster": "I/220px-Ulm_Minster_(west).jpg", "House": "I/Plan.png.webp"}
    with Creator(path).config_indexing(False, "eng") as creator:
        for title, where in shown.items():
            html = f'<h1>{title}</h1><p>{title} is a tower in Ulm.</p><img src="../{where}">'
            creator.add_item(Entry(f"A/{title}", title, html, "text/html"))
            kind = "WEBP" if where.endswith("webp") else "JPEG"
            picture = encode(220, 180, kind)
            creator.add_item(Entry(where, "", picture, f"image/{kind.lower()}"))
    return path


def commons(server: LocalServer, **options: object) -> Commons:
    return Commons(
        server.url,
        fetcher=LocalFetcher(server.port),
        manners=Manners(QUICK),
        **options,  # type: ignore[arg-type]
    )


def test_larger_pictures_come_with_author_and_licence(
    server: LocalServer, archive: Path, tmp_path: Path
) -> None:
    server.script = publisher
    world = import_zim(archive, tmp_path / "world", publisher=commons(server), progress=False)
    sizes = {world.page(image.page).title: image.width for image in world.images()}
    assert sizes == {"Minster": 1024, "House": 220}
    [credit] = decode_credits(world.info.settings["picture_credits"])
    assert (credit.author, credit.licence) == ("Ida & Ek", "CC BY-SA 3.0")
    assert world.page(world.image(credit.image).page).title == "Minster"
    assert "Ida & Ek" in _licences(world.info) and credit.source in _licences(world.info)
    found = decode(world.info.settings["found"])
    assert found.left_out["pictures that the publisher does not give"] == 1
    asked = [request.target for request in server.requests if "api.php" in request.target]
    assert len(asked) == 1  # all names of a part in one request
    assert all("SearchVL-Gym" in request.headers["user-agent"] for request in server.requests)


def test_what_a_cassette_holds_is_not_asked_again(server: LocalServer, tmp_path: Path) -> None:
    server.script = publisher
    file = tmp_path / "commons.cassette"
    with Cassette(file, "record") as cassette:
        first = commons(server, cassette=cassette).pictures(NAMES)
    assert set(first) == {NAMES[0]}  # the others are missing, or nobody says whose they are
    asked = len(server.requests)
    with Cassette(file, "replay") as cassette:
        assert commons(server, cassette=cassette).pictures(NAMES) == first
        with pytest.raises(LiveError) as caught:
            commons(server, cassette=cassette).pictures(["Other.jpg"])
    assert caught.value.fault is Fault.NOT_RECORDED and len(server.requests) == asked


def test_the_budget_is_kept_and_names_go_out_in_batches(server: LocalServer) -> None:
    server.script = publisher
    names = [f"Tower {number:03}.jpg" for number in range(TITLES + 1)]
    with pytest.raises(LiveError) as caught:
        commons(server, budget=Budget(max_calls=10)).pictures(names)
    assert caught.value.fault is Fault.BUDGET
    calls = [request for request in server.requests if request.path != "/robots.txt"]
    assert len(calls) == 10
    described = [request for request in calls if "api.php" in request.target]
    assert len(described[0].query["titles"].split("|")) == TITLES


def test_a_publisher_that_is_not_there_is_one_line_and_nothing_is_left(
    archive: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "world"
    line = [
        "world", "import-zim", str(archive), "--out", str(out), "--pictures", "commons",
        "--commons-url", "http://127.0.0.1:9", "--max-calls", "4", "--workers", "1", "--json",
    ]  # fmt: skip
    assert main(line) == 1
    error = capsys.readouterr().err
    assert len(error.splitlines()) == 1 and "Wikimedia Commons" in error
    assert not out.exists()
