"""Every relation of Atlas and Earth has its wording; those of others follow from their schema."""

import pytest

from searchvl_gym.language.infobox_labels import label_wording
from searchvl_gym.language.lexicon import Lexicon, wording_of
from searchvl_gym.language.nouns import type_noun
from searchvl_gym.world.records import Page, Relation
from searchvl_gym.world.sources.atlas.schema import RELATIONS as OF_ATLAS
from searchvl_gym.world.sources.earth.relations import RELATIONS as OF_EARTH


@pytest.mark.parametrize("relation", [*OF_ATLAS, *OF_EARTH], ids=lambda relation: relation.name)
def test_every_relation_can_be_said(relation: Relation) -> None:
    wording = wording_of(relation)
    assert wording.asks
    for ask in wording.asks:
        assert ask.count("{x}") == 1 and ask.endswith("?")
    for verb in wording.subject:
        assert verb.count("{v}" if relation.target_kind is None else "{y}") == 1
    for verb in wording.value:
        assert verb.count("{x}") == 1
    for phrase in (*wording.phrases, *wording.inverse):
        assert phrase.count("{x}") == 1 and phrase.split("|")[-1].startswith("the ")
    if relation.target_kind is not None:
        assert wording.value or wording.phrases or wording.nouns
    assert 1 <= wording.telling <= 6


def test_the_schema_of_another_world_gives_words() -> None:
    keeper = Relation(
        "keeper", "building", "person", "entity", "Keeper",
        ("the keeper of {x}", "the person who keeps {x}"), ("Who keeps {x}?",),
    )  # fmt: skip
    wording = Lexicon([keeper])["keeper"]
    assert (wording.nouns, wording.value, wording.asks) == (
        ("keeper",),
        ("keeps {x}",),
        ("Who keeps {x}?",),
    )


@pytest.mark.parametrize(
    ("label", "ask"),
    [
        ("Directed by", "Who directed {x}?"),
        ("Written by", "Who wrote {x}?"),
        ("Music by", "Who wrote the music for {x}?"),
        ("Producer(s)", "Who produced {x}?"),
        ("Music by – Songs", "Who wrote the music for {x}?"),
        ("Featuring", "Who is featured on {x}?"),
        ("recorded by", "Who recorded {x}?"),
        ("named after", "What was {x} named after?"),
        ("Running time", "What is the running time of {x}?"),
        ("Released", "When was {x} released?"),
        ("Labels", "What are the labels of {x}?"),
        ("B-side", "What is the B-side of {x}?"),
    ],
)
def test_common_labels_of_infoboxes_have_words(label: str, ask: str) -> None:
    assert label_wording(label).asks == (ask,)


@pytest.mark.parametrize("label", ["GDP (nominal)", "MusicHound", "Also known as", "Code(s) 2"])
def test_other_labels_have_none(label: str) -> None:
    assert not label_wording(label).asks


@pytest.mark.parametrize(
    ("text", "noun"),
    [
        ("Ray is a 2004 American biographical film directed by Taylor Hackford.", "film"),
        ("The Kel is a river in Sarn.", "river"),
        ("Ray is a 2004 biographical film focusing on thirty years.", "film"),
        ("It's a Song is a song co-written by Ray Charles.", "song"),
        ("I Got a Woman is a rhythm and blues song written by Ray Charles.", "song"),
        ("Moscow is the capital of Russia and its most populous city.", "city"),
        ("Ada Field (1893 – 1950) was an English architect and painter.", "architect"),
        ("Sarn and Kel are towns in the north.", ""),
        ("It is one of the oldest.", ""),
    ],
)
def test_nouns_from_first_sentences(text: str, noun: str) -> None:
    assert type_noun(Page(0, "X", "", "", text)) == noun


def test_a_capital_of_earth_is_a_city() -> None:
    page = Page(0, "X", "location", "", "X is the capital of Y.", infobox=(("Inhabitants", "12"),))
    assert type_noun(page) == "city"
