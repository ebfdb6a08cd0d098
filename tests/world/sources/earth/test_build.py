"""Earth states real facts, and its pages, links and facts agree with one another."""

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from searchvl_gym.cli import main
from searchvl_gym.world import Page, World, WorldError, fold
from searchvl_gym.world.sources.earth import build_earth, cached_earth
from searchvl_gym.world.sources.earth import packages as earth_packages
from searchvl_gym.world.sources.earth.gazetteer import Gazetteer
from searchvl_gym.world.sources.earth.packages import read_packages
from searchvl_gym.world.sources.earth.records import Airport, Country
from searchvl_gym.world.sources.earth.relations import STATEMENTS


def page(world: World, name: str) -> Page:
    found = world.find(name)
    assert found is not None, name
    return world.page(found)


@pytest.mark.parametrize(
    ("name", "relation", "value"),
    [
        ("Kenya", "capital", "Nairobi"),
        ("Kenya", "continent", "Africa"),
        ("Kenya", "highest_point", "Mount Kenya"),
        ("Kenya", "independence", "12 December 1963"),
        ("Germany", "currency", "Euro"),
        ("Japan", "calling_code", "+81"),
        ("Switzerland", "internet_domain", ".ch"),
        ("Brazil", "main_language", "Portuguese language"),
        ("Brazil", "national_holiday", "Independence Day"),
        ("Kazakhstan", "capital", "Astana"),
        ("Tokyo", "country", "Japan"),
        ("Tokyo", "city_time_zone", "Asia/Tokyo"),
        ("Euro", "currency_code", "EUR"),
        ("Asia", "largest_country", "China"),
    ],
)
def test_facts_are_real(earth: World, name: str, relation: str, value: str) -> None:
    facts = earth.facts(page(earth, name).id)
    assert value in [fact.value for fact in facts if fact.relation == relation]


def test_facts_keep_to_the_schema(earth: World) -> None:
    kinds = [found.kind for found in earth.pages()]
    titles = [found.title for found in earth.pages()]
    seen: Counter[tuple[int, str]] = Counter()
    for fact in earth.all_facts():
        relation = STATEMENTS[fact.relation].relation
        assert kinds[fact.subject] == relation.subject_kind
        assert (fact.target is None) == (relation.target_kind is None)
        if fact.target is not None:
            assert kinds[fact.target] == relation.target_kind
            assert fact.value == titles[fact.target]
        seen[fact.subject, fact.relation] += relation.functional
        assert fact.value.strip() == fact.value != ""
    assert max(seen.values()) == 1
    assert earth.info.relations == tuple(s.relation for s in STATEMENTS.values())


def test_a_smaller_world_states_no_other_facts(earth: World) -> None:
    # Switzerland's largest city is Zürich; the airport nearest to Gitega is not in Uganda.
    switzerland = {fact.relation: fact.value for fact in earth.facts(page(earth, "Switzerland").id)}
    assert switzerland.get("largest_city") in (None, "Zürich")
    whole = Gazetteer(read_packages())
    by_title = {subject.title: subject.id for subject in whole.subjects}
    for fact in earth.all_facts():
        if fact.relation == "nearest_airport":
            city = by_title.get(earth.page(fact.subject).title)
            if city is not None and fact.target is not None:
                airport = whole.subjects[whole.nearest_airport[city]].record
                assert isinstance(airport, Airport)
                codes = [known.value for known in earth.facts(fact.target)]
                assert airport.iata in codes
        elif fact.relation == "largest_city":
            country = whole.subjects[by_title[earth.page(fact.subject).title]].record
            assert isinstance(country, Country)
            assert whole.title(whole.cities_of[country.code][0]).startswith(
                fact.value.split(",")[0]
            )


def test_articles_state_their_facts(earth: World) -> None:
    for fact in earth.all_facts():
        found = earth.page(fact.subject)
        assert fact.value in found.text or any(fact.value in value for _, value in found.infobox), (
            found.title,
            fact,
        )
        if STATEMENTS[fact.relation].section:
            assert fact.value in found.text, (found.title, fact)


def test_links_carry_their_words(earth: World) -> None:
    for found in earth.pages():
        for link in found.links:
            assert found.text[link.start :].startswith(link.anchor)
            assert link.target != found.id
    degrees = earth.graph.in_degree
    assert degrees[page(earth, "United States").id] > 10
    assert (degrees > 0).mean() > 0.95


def test_titles_differ_after_folding(earth: World) -> None:
    assert len({fold(found.title) for found in earth.pages()}) == len(earth)


def test_article_reads_like_one(earth: World) -> None:
    text = page(earth, "Kenya").text
    assert text.startswith(
        "Kenya, officially Republic of Kenya, is a country in Africa with its seat of government "
        "in Nairobi."
    )
    headings = [line for line in text.splitlines() if line.startswith("==")]
    assert headings == [
        "== History ==", "== Geography ==", "== People ==", "== Government ==", "== Economy ==",
        "== Transport ==", "== Codes ==",
    ]  # fmt: skip
    assert " in the United States" in "".join(found.text for found in earth.pages())
    assert "the the" not in text
    assert "  " not in text


def test_licences_are_listed(earth: World) -> None:
    settings = earth.info.settings
    for name in earth_packages.DISTRIBUTIONS:
        assert any(key.startswith(f"source: {name} ") for key in settings)
    assert "GeoNames" in earth.info.licence and "CC-BY-4.0" in earth.info.licence
    earth.verify()


def test_what_is_in_the_cache_is_used_again(earth: World, cache: Path) -> None:
    before = (earth.path / "world.json").stat().st_mtime_ns
    again = cached_earth(cache, size=900, pictures="none", progress=False)
    assert again.path == earth.path
    assert (again.path / "world.json").stat().st_mtime_ns == before


def test_the_same_packages_give_the_same_fingerprint(earth: World, tmp_path: Path) -> None:
    code = (
        "import sys; from searchvl_gym.world.sources.earth import build_earth\n"
        "print(build_earth(sys.argv[1], size=900, pictures='none', progress=False).fingerprint)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "again")],
        env={**os.environ, "PYTHONHASHSEED": "5"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == earth.fingerprint


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(earth_packages, "DISTRIBUTIONS", {"no-such-data": ("MIT", "nothing")})
    with pytest.raises(WorldError, match=r"needs the data package no-such-data; run: pip install"):
        build_earth(tmp_path / "world", progress=False)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--size", "7"], "size must be mini, small, full or a number of at least 900"),
        (["--size", "large"], "size must be mini, small, full"),
        (["--seed", "1"], "earth takes no --seed"),
    ],
)
def test_wrong_arguments(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    assert main(["world", "build", "earth", "--out", str(tmp_path / "x"), *arguments]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1 and words in lines[0]
    assert list(tmp_path.iterdir()) == []
