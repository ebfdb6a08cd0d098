"""Questions for whole paths of Atlas, with and without the nouns of their pages."""

import numpy as np

from searchvl_gym.tasks.questions import refer_to_picture, thing_of, verbalise
from searchvl_gym.world.sources.atlas.schema import BY_NAME

RELATIONS = {name: fact_type.relation for name, fact_type in BY_NAME.items()}


def asked(*names: str, **more: object) -> set[str]:
    relations = [RELATIONS[name] for name in names]
    return {
        verbalise("the thing shown here", relations, np.random.default_rng(seed), **more)  # type: ignore[arg-type]
        for seed in range(12)
    }


def test_a_phrase_is_enough() -> None:
    texts = asked("architect", "birthplace", "population")
    assert len(texts) > 2
    for text in texts:
        assert text.lower().count("the thing shown here") == 1 and text.endswith("?")
        assert "recorded" not in text and "structure" not in text


def test_nouns_choose_the_verbs() -> None:
    texts = asked("creator", "birth_date", nouns=("novel", "novelist"))
    assert all("wrote" in text or "written" in text or "author" in text for text in texts)


def test_a_hop_may_lead_against_its_fact() -> None:
    texts = asked("architect", "height", nouns=("engineer", "bridge"), inverse={0})
    for text in texts:
        assert "bridge" in text and ("designed" in text or "drew the plans" in text), text


def test_pictures_are_pointed_at_by_what_they_show() -> None:
    rng = np.random.default_rng(0)
    assert thing_of("museum_label") == "museum label" and thing_of("unheard-of") == "sign"
    phrase = refer_to_picture("bridge", "poster", rng)
    assert phrase.startswith("the bridge ") and "poster" in phrase
    assert refer_to_picture("person", "poster", rng).startswith("the person ")


def test_a_long_phrase_leaves_a_question_for_every_value() -> None:
    phrase = (
        "the work named on the second poster from the left in the row that stands below the clock"
    )
    for name, relation in RELATIONS.items():
        text = verbalise(phrase, [relation], np.random.default_rng(0))
        assert phrase in text and text.endswith("?"), name
