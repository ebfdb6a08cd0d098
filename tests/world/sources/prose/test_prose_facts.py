"""What sentences state is read as facts, each with its sentence; what they do not state is not."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.prose_facts import measure_links
from searchvl_gym.world.records import Hyperlink, Page
from searchvl_gym.world.sources.kinds import kind_of
from searchvl_gym.world.sources.prose import facts_in
from searchvl_gym.world.sources.prose.definitions import define
from searchvl_gym.world.sources.prose.sentences import sentences, without_brackets

SHARED = Path(__file__).parents[4].parent / "shared" / "zim"
ARCHIVES = sorted(SHARED.glob("*.zim"))


def page(text: str, title: str = "Busted", infobox: tuple[tuple[str, str], ...] = ()) -> Page:
    """A page whose links are written `[[words]]`."""
    links = []
    while (start := text.find("[[")) >= 0:
        end = text.index("]]", start)
        words = text[start + 2 : end]
        links.append(Hyperlink(100 + len(links), words, start))
        text = text[:start] + words + text[end + 2 :]
    return Page(0, title, "article", "w://0", text, infobox=infobox, links=tuple(links))


def linked(text: str, **settings: object) -> list[tuple[str, str]]:
    found = facts_in(page(text, **settings))  # type: ignore[arg-type]
    return [(fact.relation, fact.value) for fact in found if fact.target is not None]


@pytest.mark.parametrize(
    ("sentence", "nouns"),
    [
        ("Ray is a 2004 American biographical film focusing on a musician.", ("film",)),
        ("Ida Ek (born 1907) was a Swedish singer, composer and pianist.",
         ("singer", "composer", "pianist")),
        ("Botulism is a rare and potentially fatal illness caused by a toxin.", ("illness",)),
        ("The Great Ray Charles is Ray Charles' second studio album for Atlantic.", ("album",)),
        ("The Nile is one of the longest rivers of Africa.", ("rivers",)),
        ("Doha is the capital and largest city of Qatar.", ("capital", "city")),
        ("A lyrebird is a species of ground-dwelling bird.", ("species", "bird")),
        ("Ferdinand II was King of Aragon from 1479.", ("King",)),
        ("Sauropoda, whose members are called sauropods, is a clade of reptiles.", ("clade",)),
        ("The tunnel is a 50.46-kilometre railway tunnel beneath the sea.", ("tunnel",)),
    ],
)  # fmt: skip
def test_what_a_thing_is(sentence: str, nouns: tuple[str, ...]) -> None:
    definition = define(sentence)
    assert definition is not None and definition.nouns == nouns


@pytest.mark.parametrize(
    "sentence",
    [
        "The song was released in 1961.", "It consists of two parts.",
        "He is not a singer.", "The history of China spans millennia.",
    ],
)  # fmt: skip
def test_what_defines_nothing(sentence: str) -> None:
    assert define(sentence) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Busted is a song written by [[Harlan Howard]] and recorded by [[Ray Charles]].",
         [("written by", "Harlan Howard"), ("recorded by", "Ray Charles")]),
        ("Busted is a 1963 song. It was written and produced by [[Ida Ek]] in 1962.",
         [("written by", "Ida Ek"), ("produced by", "Ida Ek")]),
        ("Busted is a song. The song was recorded in 1961 for [[Atco]].",
         [("recorded for", "Atco")]),
        ("Blau is a tributary of the [[Danube]] in [[Swabia]].", [("tributary of", "Danube")]),
        ("Busted is an album by American singer [[Ray Charles]].", [("by", "Ray Charles")]),
        ("Busted is a city in [[Ohio]].", [("in", "Ohio")]),
    ],
)  # fmt: skip
def test_what_a_link_is_to_the_subject(text: str, expected: list[tuple[str, str]]) -> None:
    assert linked(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Busted is an album of songs written by [[Harlan Howard]].",
        "Busted is a song written by [[Ray Charles]]' brother.",
        "Busted is a song written by [[Ray Charles]] biographer Ida Ek.",
        "Busted is a song. It was not written by [[Ida Ek]].",
        "Busted is a song that is on an album produced by [[Ida Ek]].",
        "Busted is a song. Her version was produced by [[Ida Ek]].",
        "Busted is a song. In 1962 another one was written by [[Ida Ek]].",
    ],
)
def test_what_is_said_of_something_else(text: str) -> None:
    assert [fact for fact in linked(text) if fact[0].endswith("by")] == []


def test_what_the_infobox_contradicts_is_left_out() -> None:
    text = "Busted is a song written by [[Ida Ek]]."
    assert linked(text, infobox=(("Writer(s)", "Harlan Howard"),)) == []
    assert linked(text, infobox=(("Writer(s)", "Harlan Howard, Ida Ek"),)) == [
        ("written by", "Ida Ek")
    ]


def test_lifetimes_of_persons_only() -> None:
    told = "Ida Ek (4 May 1907 – 2 June 1983) was a Swedish singer."
    assert [(fact.relation, fact.value) for fact in facts_in(page(told, "Ida Ek"))] == [
        ("is a", "singer"), ("born", "4 May 1907"), ("died", "2 June 1983"),
    ]  # fmt: skip
    war = "The war (28 July 1914 – 11 November 1918) was a conflict."
    assert [fact.relation for fact in facts_in(page(war))] == ["is a"]
    box = (("Born", "5 May 1907"),)
    assert "born" not in [fact.relation for fact in facts_in(page(told, "Ida Ek", box))]


def test_a_kind_by_what_the_first_sentence_says() -> None:
    for text, kind in {
        "Ada Field was an architect.": "person", "Ulm is a city in Germany.": "location",
        "The Minster is a Gothic church.": "building", "Ray is a 2004 film.": "artifact",
        "The alder is a tree.": "organism", "Contract law is an agreement.": "article",
    }.items():  # fmt: skip
        assert kind_of("X", text, [], marked=False) == kind


_WORDS = """
Ray is was a the film song written recorded by and in 1961 ( ) , . It [[Ek]] album of not singer
born 4 May 1907 – whose
"""
WORDS = st.sampled_from(_WORDS.split())


@given(st.lists(WORDS, max_size=24))
def test_every_fact_stands_in_its_sentence(words: list[str]) -> None:
    found = page(" ".join(words), "Ray")
    for fact in facts_in(found):
        assert found.text.startswith(fact.value, fact.start)
        assert fact.sentence in found.text and fact.value in fact.sentence


@given(st.text(st.sampled_from("ab. A(\n)!?"), max_size=40))
def test_sentences_stand_where_they_say(text: str) -> None:
    for sentence in sentences(text):
        assert text.startswith(sentence.text, sentence.start)
    assert len(without_brackets(text)) == len(text)


@pytest.mark.skipif(not ARCHIVES, reason=f"there are no archives in {SHARED.name}/ beside this")
def test_links_of_the_published_archives() -> None:
    figures = measure_links(ARCHIVES)
    assert figures["links: precision"] >= 0.95
    assert figures["links: recall of passives"] >= 0.6
