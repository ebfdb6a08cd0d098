import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchvl_gym.curation.proofs.leakage import LeakDetector, mask, names_of
from searchvl_gym.world import Page

DETECTOR = LeakDetector({"bridge", "river", "old"})


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("How high is the Sarn Bridge?", "Sarn Bridge"),
        ("How high is SARN BRIDGE?", "Sarn Bridge"),
        ("How high is Sarn’s tower?", "Sarn"),
        ("How many Sarns are there?", "Sarn"),
        ("Who was the Sarnian mayor?", "Sarn"),
        ("Who was the Molian mayor?", "Molia"),
        ("Whom did the Müllers teach?", "Müller"),
        ("Where is Zurich?", "Zürich"),
        ("Where is Zuerich?", "Zürich"),
        ("Where is Zürich?", "Zuerich"),
        ("Where is Zu\u0308rich?", "Zürich"),
        ("Where is Z\u200burich?", "Zürich"),
        ("Where is Sаrn?", "Sarn"),  # a Cyrillic a
        ("Where is Kel-stad?", "Kelstad"),
        ("Where is K e l s t a d?", "Kelstad"),
        ("Where is Kelstad?", "Kel Stad"),
        ("Where is Сарн?", "Сарн"),
        ("Where is Kelstad?", "Kelstad, Norrland"),
        ("Where is Kelstad?", "Kelstad (town)"),
        ("Which bridge did Söderqvist build?", "Ada Söderqvist"),
        ("What is the moth Nocturnus soderqvisti?", "Söderqvist"),
        ("Where is the ﬁnch Quay?", "Finch Quay"),
        ("Where is 東京?", "東京"),
    ],
)
def test_names_leak_in_any_form(text: str, name: str) -> None:
    assert DETECTOR.find(text, [name], []) is not None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("How high is the bridge in the picture?", "Sarn Bridge"),
        ("Which river is below the bridge?", "Kel River"),
        ("How old is it?", "Old Sarn"),
        ("Which crown was starned?", "Sarn"),
        ("When was it opened in 1893?", "1893 Prize"),
        ("Which art is shown?", "Ar"),
        ("Who is the tart baker?", "Art"),
    ],
)
def test_other_words_do_not(text: str, name: str) -> None:
    assert DETECTOR.find(text, [name], []) is None


def test_answers_leak_as_a_whole_only() -> None:
    assert DETECTOR.find("Was it built of grey granite?", [], ["Grey Granite"]) is not None
    assert DETECTOR.find("Was it built of granite?", [], ["grey granite"]) is None
    assert DETECTOR.find("Is it 12 metres high?", [], ["12"]) is not None
    assert DETECTOR.find("Is it 120 metres high?", [], ["12"]) is None
    assert DETECTOR.find("Is it 4,321?", [], ["4,321"]) is not None


def test_what_leaks_is_told() -> None:
    told = DETECTOR.find("Where is the Sarnian quay?", ["Lady of Sarn"], [])
    assert told == "sarnian, of “Lady of Sarn”"
    assert DETECTOR.find("Where is Sarn?", ["Sarn"], []) == "“Sarn”"


def test_names_and_masks() -> None:
    page = Page(0, "Sarn", "", "", "", aliases=("Old Sarn", "Sarn"), redirects=("Sarn (town)",))
    assert names_of(page) == ("Sarn", "Old Sarn", "Sarn (town)")
    assert mask("From Sarn Bridge to Sarn", ["Sarn", "Sarn Bridge"]) == "From … to …"


NAMES = st.text(
    st.characters(categories=("Lu", "Ll"), max_codepoint=0x24F), min_size=4, max_size=12
)


@settings(max_examples=200)
@given(name=NAMES, form=st.sampled_from(("NFC", "NFD", "NFKC", "NFKD")), upper=st.booleans())
def test_no_normal_form_hides_a_name(name: str, form: str, upper: bool) -> None:
    text = unicodedata.normalize(form, name)  # type: ignore[arg-type]
    text = text.upper() if upper else text
    assert DETECTOR.find(f"Where is {text} then?", [name], []) is not None
