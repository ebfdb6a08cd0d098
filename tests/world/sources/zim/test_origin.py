"""Whose text an archive holds, and under which licence, from whatever says so."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from searchvl_gym.cli import main
from searchvl_gym.world.sources.zim.archive import ZimArchive
from searchvl_gym.world.sources.zim.origin import describe_origin

BY_SA = "creativecommons.org/licenses/by-sa/3.0"


@pytest.mark.parametrize(
    ("metadata", "licences", "addresses", "licence", "prefix"),
    [
        ({"License": "CC0-1.0"}, {BY_SA: 3}, [], "CC0-1.0", "zim://x/"),
        ({}, {BY_SA: 3, "gnu.org": 1}, ["https://en.wikipedia.org/wiki/A"], "CC-BY-SA-3.0",
         "https://en.wikipedia.org/wiki/"),
        ({"Creator": "Wikipedia", "Date": "2015-06-02"}, {}, [], "CC-BY-SA-3.0", "zim://x/"),
        ({"Title": "Wikivoyage", "Date": "2026-01-01"}, {}, [], "CC-BY-SA-4.0", "zim://x/"),
        ({"Name": "wikipedia_de_ulm"}, {}, [], "CC-BY-SA-4.0", "https://de.wikipedia.org/wiki/"),
        ({"Title": "My notes"}, {}, [], "unknown", "zim://x/"),
    ],
)  # fmt: skip
def test_licence_and_address(
    make_zim: Callable[..., Path],
    tmp_path: Path,
    metadata: dict[str, str],
    licences: dict[str, int],
    addresses: list[str],
    licence: str,
    prefix: str,
) -> None:
    file = make_zim(tmp_path / "x.zim", {"A": "<p>Text.</p>"}, metadata=metadata)
    origin = describe_origin(ZimArchive(file), licences, addresses)
    assert origin.licence.startswith(licence)
    assert origin.address("A/Ulm_(Donau).html") == f"{prefix}Ulm_(Donau)"
    for field in ("Creator", "Date"):
        assert metadata.get(field, "") in origin.settings["attribution"]


def test_the_command_tells_programs_what_it_found(
    wiki: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / "w")
    assert (
        main(["world", "import-zim", str(wiki), "--out", out, "--pictures", "all", "--json"]) == 0
    )
    told = json.loads(capsys.readouterr().out)
    assert told["pages"] == told["articles"] == 9 and told["with_infobox"] == 1
    assert told["with_picture"]["150"] == 1 and told["left_out"]["pages without text"] == 1
    assert told["facts_by_kind"]["Architect"] == 1 and told["image_index"]
