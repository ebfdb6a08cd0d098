"""The documentation builds strictly: a page that leads nowhere or cannot be read is a failure."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


@pytest.mark.needs("sphinx", "furo", "myst_parser", "torch")
def test_the_site_builds_without_a_warning(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html"]
    built = subprocess.run(
        [*command, str(ROOT / "docs"), str(tmp_path / "site")], capture_output=True, text=True
    )
    assert (built.returncode, built.stderr) == (0, "")
    first = (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    assert "SearchVL Gym" in first and "episode.webp" in first
    reference = (tmp_path / "site" / "reference" / "environment.html").read_text(encoding="utf-8")
    assert "searchvl_gym.env.SearchEnv.step" in reference


@pytest.mark.parametrize(
    "page", [*sorted((ROOT / "docs").rglob("*.md")), ROOT / "README.md"], ids=lambda page: page.name
)
def test_links_lead_to_files_that_are_there(page: Path) -> None:
    links = LINK.findall(page.read_text(encoding="utf-8"))
    local = [link for link in links if "://" not in link and not link.startswith("mailto:")]
    missing = [link for link in local if not (page.parent / link).exists()]
    assert missing == []


def test_every_page_is_in_the_sites_contents() -> None:
    index = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^([\w/*]+)$", index, re.MULTILINE))
    pages = {
        str(page.relative_to(ROOT / "docs").with_suffix(""))
        for page in (ROOT / "docs").rglob("*.md")
        if "results" not in page.parts and page.name != "index.md"
    }
    assert pages <= named
