from dataclasses import replace

import pytest

from searchvl_gym.curation import Curator, FactBase, QualitySettings, Question, Rejection
from searchvl_gym.curation.proofs.quality import check_quality
from searchvl_gym.curation.records import Stage


@pytest.fixture(scope="module")
def question(curator: Curator, questions: list[Question]) -> Question:
    """A question that passes."""
    return next(
        question
        for question in questions
        if isinstance(check(curator, question), Question) and len(question.references) > 2
    )


def check(
    curator: Curator, question: Question, settings: QualitySettings | None = None
) -> Question | Rejection:
    return check_quality(question, curator.facts, curator.leaks, settings or QualitySettings())


def reason(curator: Curator, question: Question, **settings: object) -> str:
    checked = check(curator, question, QualitySettings(**settings))  # type: ignore[arg-type]
    if isinstance(checked, Question):
        return ""
    assert checked.stage is Stage.QUALITY
    assert checked.index == question.path.index
    return checked.reason


def test_nearly_all_questions_of_the_rule_engine_pass(
    curator: Curator, questions: list[Question]
) -> None:
    reasons = [reason(curator, question) for question in questions]
    assert set(reasons) <= {"", "answer_on_anchor"}
    assert reasons.count("") > 0.9 * len(reasons)


def test_a_name_in_the_words_is_found(curator: Curator, question: Question) -> None:
    for page in question.path.pages:
        name = curator.facts.page(page).title
        assert reason(curator, replace(question, text=f"{question.text} ({name})")) == "not_masked"


def test_the_answer_in_the_words_is_found(curator: Curator, question: Question) -> None:
    text = f"{question.text} Is it {question.answer.value}?"
    assert reason(curator, replace(question, text=text)) == "not_masked"


def test_somebody_must_vouch_for_uniqueness(curator: Curator, question: Question) -> None:
    assert reason(curator, replace(question, proof="")) == "not_proven"


def test_the_picture_must_be_the_anchors_and_pointed_at(
    curator: Curator, question: Question
) -> None:
    assert question.grounding is not None
    last = curator.facts.page(question.path.pages[-1])
    other = replace(question.grounding, image=(*last.images, 10_000)[0])
    for grounding in (
        None,
        other,
        replace(question.grounding, score=0.0),
        replace(question.grounding, expression="the ship in the window"),
    ):
        assert reason(curator, replace(question, grounding=grounding)) == "no_picture"


def test_few_hops_are_trivial(curator: Curator, question: Question) -> None:
    assert reason(curator, question, hops=9) == "few_hops"


def test_the_anchor_is_no_answer(curator: Curator, question: Question) -> None:
    name = curator.facts.page(question.path.pages[0]).title
    answer = replace(question.answer, text=name, value=name, aliases=())
    assert reason(curator, replace(question, answer=answer)) == "answer_is_anchor"


def test_the_anchors_page_must_not_state_the_answer(
    curator: Curator, question: Question, facts: FactBase
) -> None:
    page = curator.facts.page(question.path.pages[0])
    value = next(
        value
        for _, value in page.infobox
        if value not in (page.title, *page.aliases) and value not in question.text
    )
    answer = replace(question.answer, text=value, value=value, aliases=())
    stated = replace(question, answer=answer)
    assert reason(curator, stated) == "answer_on_anchor"
    assert reason(curator, stated, answer_on_anchor=True) == ""
