"""Walks over what sentences state, and proofs where nobody has stated everything."""

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.curation_checker import WRONG, Checker
from searchvl_gym.cli import main
from searchvl_gym.curation import CurationSettings, Curator, FactBase, PathSettings, Question
from searchvl_gym.curation.facts.untyped import alike_labels, untyped_relation
from searchvl_gym.curation.paths.graph import PathGraph
from searchvl_gym.curation.paths.picture_sizes import fitting_gate
from searchvl_gym.curation.paths.sampler import PathSampler
from searchvl_gym.curation.proofs.uniqueness import ExhaustiveProof, fits
from searchvl_gym.curation.questions.planning import Planner
from searchvl_gym.curation.questions.rules import RuleEngine
from searchvl_gym.curation.records import PagePath, Qualifier, Stage, stage_rng
from searchvl_gym.curation.settings import QuestionSettings
from searchvl_gym.language.lexicon import Lexicon
from searchvl_gym.world import Fact, Hyperlink, Page, World, WorldWriter, open_world

SINGER, FIRST, SECOND, THIRD, WRITER = range(5)

ALBUMS = {
    FIRST: (("Genre", "Soul"), ("Released", "June 4, 1957"), ("Label", "Kel Records")),
    SECOND: (("Genre", "R&B, soul"), ("Released", "May 1957"), ("Writer(s)", "Bo Lund, Al Ost")),
    THIRD: (("Released", "1961"),),
}


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A singer, three albums by her, the writer of one: as an archive is imported."""
    path = tmp_path_factory.mktemp("worlds") / "shelf"
    born = (("Born", "May 4, 1930"), ("Birthplace", "Sarn, Kel"), ("Years active", "1950–1990"))
    pages = [Page(SINGER, "Ada Roe", "person", "w://0", "Ada Roe is a singer.", infobox=born)]
    for number, rows in ALBUMS.items():
        name = ("First", "Second", "Third")[number - 1] + " Light"
        text = f"{name} is an album by Ada Roe."
        links = (Hyperlink(SINGER, "Ada Roe", text.index("Ada")),)
        pages.append(
            Page(number, name, "artifact", f"w://{number}", text, infobox=rows, links=links)
        )
    pages.append(Page(WRITER, "Bo Lund", "person", "w://4", "Bo Lund is a writer.", infobox=born))
    facts = [Fact(album, "by", "Ada Roe", SINGER) for album in ALBUMS]
    facts.append(Fact(SECOND, "Writer(s)", "Bo Lund", WRITER))
    facts.append(Fact(SECOND, "written by", "Bo Lund", WRITER))
    facts.append(Fact(THIRD, "spoken to", "Bo Lund", WRITER))
    with WorldWriter(path, name="shelf", source="zim", seed=0, licence="CC0-1.0") as writer:
        writer.add_pages(pages)
        writer.add_facts(facts)
        writer.finish()
    return open_world(path)


@pytest.fixture(scope="module")
def stated(shelf: World) -> FactBase:
    return FactBase(shelf)


def test_walks_follow_what_sentences_state(shelf: World, stated: FactBase) -> None:
    graph = PathGraph.from_world(shelf, PathSettings(seed_in_degree=0), stated)
    pairs = {
        (page, int(target))
        for page in range(len(shelf))
        for target in graph.targets[graph.offsets[page] : graph.offsets[page + 1]]
    }
    assert {(FIRST, SINGER), (SECOND, SINGER), (THIRD, SINGER)} <= pairs
    assert stated.subjects("by", SINGER) == {FIRST, SECOND, THIRD}
    assert stated.lexicon["by"].inverse == ("the {t} by {x}",)


def test_rows_and_sentences_do_not_say_a_thing_twice(stated: FactBase) -> None:
    told = [(fact.relation, fact.value, fact.target) for fact in stated.facts(SECOND)]
    assert ("Writer(s)", "Bo Lund", WRITER) in told and ("Writer(s)", "Al Ost", None) in told
    assert "written by" not in {relation for relation, _, _ in told}
    # There are no words for it.
    assert "spoken to" not in {fact.relation for fact in stated.facts(THIRD)}


def test_other_words_for_the_same_count_in_a_proof() -> None:
    labels = ("Writer(s)", "written by", "Artist", "by", "Length")
    assert set(alike_labels(labels)) == {
        frozenset({"Writer(s)", "written by"}),
        frozenset({"Artist", "by"}),
    }
    relations = [untyped_relation(Fact(0, label, "x", 1)) for label in labels]
    lexicon = Lexicon(relations, alike_labels(labels))
    assert lexicon.readings("by") == ("Artist", "by")
    assert lexicon.readings("Length") == ("Length",)


def test_silence_and_other_wordings_may_fit(stated: FactBase) -> None:
    soul = Qualifier("Genre", "Soul", ("Genre",))
    assert [fits(stated, album, soul) for album in (FIRST, SECOND, THIRD)] == [True, True, True]
    year = Qualifier("Released", "1957", ("Released",), "year")
    assert [fits(stated, album, year) for album in (FIRST, SECOND, THIRD)] == [True, True, False]
    label = Qualifier("Released", "1961", ("Released",))
    assert [fits(stated, album, label) for album in (FIRST, SECOND, THIRD)] == [False, False, True]


def test_nothing_is_asked_that_may_have_several_answers(stated: FactBase) -> None:
    planner = Planner(stated, QuestionSettings(common_share=1))
    asked = {
        fact.value
        for page in (SINGER, FIRST, SECOND, THIRD)
        for fact in planner.askable([stated.page(page)])
    }
    assert {"May 4, 1930", "Sarn, Kel", "June 4, 1957", "1961", "1950–1990"} - asked == {
        "1950–1990"
    }
    assert "R&B, soul" not in asked


def test_questions_go_along_prose_and_are_proved(shelf: World, stated: FactBase) -> None:
    rules = PathSettings(lengths=(1,), length_weights=(1,), seed_in_degree=0, image_side=0)
    sampler = PathSampler(PathGraph.from_world(shelf, rules, stated), rules, seed=0)
    engine = RuleEngine(stated, QuestionSettings(common_share=1, title_answers=0))
    proof = ExhaustiveProof(stated)
    made = [
        engine.compose(path, stage_rng(0, path.index, Stage.QUESTION))
        for path in sampler.draw(0, 40).records()
        if isinstance(path, PagePath)
    ]
    proved = [each for each in made if isinstance(each, Question) and proof.check(each).unique]
    steps = [each.references[1].descriptor for each in proved]
    assert {step.relation for step in steps if step is not None} >= {"by"}
    assert {proof.check(each).proof for each in proved} == {"infobox"}


def test_the_checker_reads_worlds_without_a_schema(harbour_infoboxes: World) -> None:
    rules = PathSettings(lengths=(1, 2), length_weights=(1, 1), seed_in_degree=0)
    settings = CurationSettings(paths=rules, questions=QuestionSettings(common_share=1))
    curator = Curator(harbour_infoboxes, settings, seed=0)
    tasks = [
        curator.task(record) for record in curator.records(0, 60) if isinstance(record, Question)
    ]
    checker = Checker(harbour_infoboxes)
    assert len(tasks) > 10 and checker.check(tasks) == []
    wrong = replace(
        tasks[0], hops=(replace(tasks[0].hops[0], relation="Owner"), *tasks[0].hops[1:])
    )
    assert {problem.kind for problem in checker.check([wrong])} == {WRONG}


def test_a_world_without_pictures_leaves_nothing_behind(
    shelf: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "deep" / "set"
    assert main(["curate", "--world", str(shelf.path), "--out", str(out), "--n", "2"]) == 2
    assert "this world has no pictures" in capsys.readouterr().err
    assert not (tmp_path / "deep").exists()
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "mine.txt").write_text("mine")
    assert main(["curate", "--world", str(shelf.path), "--out", str(kept), "--n", "2"]) == 2
    assert [file.name for file in kept.iterdir()] == ["mine.txt"]


def test_the_gate_follows_the_pictures(shelf: World, mini_world: World) -> None:
    assert fitting_gate(mini_world) == "ground_truth" == fitting_gate(shelf)
