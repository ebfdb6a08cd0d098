import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from searchvl_gym.cli import main
from searchvl_gym.curation.contact_sheet.sheet import (
    PAGE,
    Dropped,
    SheetContent,
    shown_tasks,
    write_contact_sheet,
)
from searchvl_gym.curation.trajectories.experts import Experts, review_rollouts
from searchvl_gym.tasks import TaskSet
from searchvl_gym.types import Degradation, Hop, Task, TaskImage
from searchvl_gym.world import World
from tests.curation.expert_play import make_tasks

NASTY = "</article><script>alert(1)</script>"


class Checker(HTMLParser):
    """Collects what a page would load or run, and whether its elements close."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.sources: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.sources += [str(value) for name, value in attrs if name in ("src", "srcset")]
        if tag not in ("meta", "img", "br", "input"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def check(page: Path) -> str:
    text = page.read_text()
    checker = Checker()
    checker.feed(text)
    assert not checker.open and "script" not in checker.tags and "link" not in checker.tags
    assert all(source.startswith("data:image/webp;base64,") for source in checker.sources)
    return text


def content(tasks: list[Task], experts: Experts) -> SheetContent:
    trajectories, rollouts = review_rollouts(experts.path, {task.id for task in tasks})
    dropped = [Dropped("path", "retries")] * 3 + [Dropped("filters", "image_search", NASTY)]
    return SheetContent(f"Mills {NASTY}", tasks, dropped, trajectories, rollouts)


def test_a_sheet_shows_everything(tiny: World, experts: Experts, tmp_path: Path) -> None:
    tasks = make_tasks(tiny)
    [page] = write_contact_sheet(content(tasks, experts), tiny, tmp_path / "sheet.html")
    text = check(page)
    # Every instance, and one of them in full as well.
    assert text.count('<div class="shot"><img') == len(tasks) + 1
    assert NASTY not in text and "&lt;script&gt;" in text
    for shown in (
        "asked in way 7?",
        "Answer: <b>1901</b>",
        "text_search(q=",
        "I look for the mill.",
        "One of them, from its path to its trajectory",
        "walked along links",
        "image search",
        "wrong answer",
        "<b>16</b><span>records looked at</span>",
    ):
        assert shown in text, shown


def test_paths_damages_and_forms(tiny: World, tmp_path: Path) -> None:
    task = Task(
        "a",
        "Which decade?",
        "1890s",
        images=(TaskImage(world_image=0, degradation=Degradation("blur", 3.0)),),
        hops=(Hop(0, "inverse:city", "Old <Mill>", 1), Hop(1, "opened", "4 May 1893")),
        repair=("sharpen",),
        metadata={
            "kind": "building",
            "titles": ["Kel", "Old <Mill>"],
            "labels": ["Location", "Opened"],
            "curation": {
                "value": "4 May 1893",
                "form": "decade",
                "canonical": "When was Old Mill in Kel opened?",
                "rewrites": [[1, "When was the mill in Kel opened?"]],
            },
        },
    )
    [page] = write_contact_sheet(SheetContent("One", [task]), tiny, tmp_path / "sheet.html")
    text = check(page)
    for shown in (
        '<span class="page">Kel</span>',
        "← location of",
        "Old &lt;Mill&gt;",
        "opened →",
        "blurred: sharpen repairs it",
        "the page states 4 May 1893",
        "When was the mill in Kel opened?",
    ):
        assert shown in text, shown


def test_large_sets_are_paged_and_capped(tiny: World, tmp_path: Path) -> None:
    [task, *_] = make_tasks(tiny)
    tasks = [replace(task, id=f"t{n}", images=()) for n in range(200)]
    pages = write_contact_sheet(SheetContent("Many", tasks), tiny, tmp_path / "s.html", most=100)
    assert [page.name for page in pages] == ["s.html", "s-2.html", "s-3.html"]
    texts = [check(page) for page in pages]
    assert [text.count('<article class="card') for text in texts] == [PAGE, PAGE, 100 - 2 * PAGE]
    assert "100 of 200 instances are shown" in texts[0]
    assert 'href="s-3.html"' in texts[0] and "<b>2</b>" in texts[1]
    ids = [found for text in texts for found in re.findall(r'id="t(\d+)"', text)]
    assert ids == [str(2 * n) for n in range(100)]
    assert shown_tasks(tasks[:3], 5) == tasks[:3]
    with pytest.raises(ValueError, match="most must be"):
        write_contact_sheet(SheetContent("None", tasks), tiny, tmp_path / "s.html", most=0)


def test_an_empty_set(tiny: World, tmp_path: Path) -> None:
    [page] = write_contact_sheet(SheetContent("None", []), tiny, tmp_path / "s.html")
    assert "instances accepted" in check(page)


def test_the_command(tiny: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    TaskSet(make_tasks(tiny), "curated").save(tmp_path / "tasks.jsonl")
    line = '{"index": 1, "stage": "path", "reason": "retries", "detail": "hub"}\n'
    (tmp_path / "rejections.jsonl").write_text(line)
    command = ["contact-sheet", str(tmp_path), "--world", str(tiny.path)]
    assert main([*command, "--most", "5"]) == 0
    assert "1 pages with 5 of 12 instances" in capsys.readouterr().out
    assert "hub" in check(tmp_path / "contact_sheet.html")
    foreign = [replace(task, world="another world") for task in make_tasks(tiny)]
    TaskSet(foreign, "curated").save(tmp_path / "tasks.jsonl")
    assert main(command) == 2
    assert "was made of the world another worl" in capsys.readouterr().err
