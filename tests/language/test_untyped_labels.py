"""Phrases for infobox labels and relations of prose."""

from searchvl_gym.language.infobox_labels import label_wording
from searchvl_gym.language.phrases import Step, forms


def test_a_clause_that_begins_with_whose_takes_no_second_pronoun() -> None:
    step = Step(
        label_wording("Associated acts"), True, "group", "group", person=True,
        facts=("whose occupation is “Girl group”",),
    )  # fmt: skip
    told = [form.template for form in forms(step)]
    assert told and not any("who whose" in text or "that whose" in text for text in told)
    assert told[0].startswith("the group whose occupation is “Girl group” and who has {x}")


def test_a_work_by_somebody() -> None:
    for label in ("Artist", "by"):
        step = Step(label_wording(label), True, "album", "album")
        assert "the album by {x}" in [form.template for form in forms(step)]


def test_labels_that_are_verbs_are_said_as_verbs() -> None:
    for label, said in (("Serves", "that serves {x}"), ("Borders", "that borders {x}")):
        step = Step(label_wording(label), True, "page", "page")
        templates = [form.template for form in forms(step)]
        assert any(said in template for template in templates), templates
        assert not any("among the" in template for template in templates)
    assert label_wording("Independence").asks == ("When did {x} become independent?",)
