import re
from html.parser import HTMLParser

import pytest
from rollout_double import ID, Wanderer

from searchvl_gym.rollout import run


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.words: list[str] = []
        self.ids: list[str] = []
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            if name == "id":
                self.ids.append(str(value))
            if name in ("src", "href"):
                self.addresses.append(str(value))

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    out = tmp_path_factory.mktemp("report")
    question = '<script>alert(1)</script> & "who"?'
    run(ID, Wanderer(), episodes=12, out=out, env_kwargs={"question": question})
    return (out / "report.html").read_text(encoding="utf-8")


def test_every_episode_and_turn_is_there(page: str) -> None:
    reader = Reader()
    reader.feed(page)
    assert {f"episode-{number}" for number in range(12)} <= set(reader.ids)
    text = "".join(reader.words)
    for expected in ("It does not work.", "Let me see.", "made img_2", "accuracy 1.000", "look(x="):
        assert expected in text


def test_nothing_is_fetched_and_nothing_runs(page: str) -> None:
    reader = Reader()
    reader.feed(page)
    assert "script" not in reader.tags
    assert "<b>no</b>" not in page
    assert all(address.startswith("#") for address in reader.addresses)
    assert re.findall(r"url\((?!data:)", page) == []
    assert "http" not in re.sub(r"base64,[^)]*", "", page)


def test_a_picture_that_every_episode_shows_is_embedded_once(page: str) -> None:
    digests = re.findall(r"\.p([0-9a-f]{20})\{", page)
    assert len(digests) == len(set(digests))
    shown = re.findall(r'class="picture p([0-9a-f]{20})"', page)
    assert set(shown) == set(digests)
    assert len(shown) > len(digests)
