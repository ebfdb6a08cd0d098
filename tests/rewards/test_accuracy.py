import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchvl_gym.rewards import RuleVerifier, ScoringError, verify
from searchvl_gym.types import Task
from tests.rewards.played import FAILURE, did, played

PARIS = Task("t", "In which city does this tower stand?", "Paris", answer_kind="entity")
KERN = Task("t", "Who designed this bridge?", "Aldo Kern", aliases=("A. Kern",))
PEOPLE = Task("t", "How many people live there?", "12,345", answer_kind="number")
FLOORS = Task("t", "How many floors does it have?", "12", answer_kind="number")
DAY = Task("t", "When did it open?", "12 March 1982", answer_kind="date")
YEAR = Task("t", "When did it open?", "1982", answer_kind="date")
LENGTH = Task("t", "How long is it?", "1,200 metres", answer_kind="quantity")
COST = Task("t", "What did it cost?", "1,200 florins", answer_kind="quantity")
MOTTO = Task("t", "What is its motto?", "Salt before Thunder")
CODE = Task("t", "What is the dialling code?", "08579")
NAME = Task("t", "What was the nickname?", "the Quiet Badger", aliases=("Quiet Badger",))
BRIDGE = Task("t", "Which bridge is it?", "Søderqvist Brücke", aliases=("Old Bridge",))

RIGHT = [
    (PARIS, "Paris"),
    (PARIS, "paris."),
    (PARIS, "**Paris**"),
    (PARIS, "Answer: Paris"),
    (PARIS, "The tower stands in Paris."),
    (PARIS, "I think it is Paris"),
    (PARIS, "maybe Paris"),
    (PARIS, "It is Paris, not Rome."),
    (PARIS, "Paris (not Rome)"),
    (PARIS, "Paris rather than Rome"),
    (PARIS, "I first considered Rome, but it is Paris."),
    (PARIS, "Paris, which is in France."),
    (PARIS, "Paris (France)"),
    (PARIS, "Paris. It lies on the Seine."),
    (PARIS, r"\boxed{Paris}"),
    (PARIS, r"<think>Rome?</think><response>It is \boxed{Paris}.</response>"),
    (PARIS, "word " * 70 + "So the answer is Paris."),
    (KERN, "Aldo Kern designed it."),
    (KERN, "It was designed by Aldo Kern in 1982."),
    (KERN, "The bridge was designed by the architect Aldo Kern, who was born in Lund."),
    (KERN, "a. kern"),
    (KERN, "Kern"),
    (KERN, "Aldo Olof Kern"),
    (KERN, "Dr. Aldo Kern"),
    (KERN, "ALDO KERN"),
    (KERN, "Aldo Kern built this."),
    (PEOPLE, "12345"),
    (PEOPLE, "12 345 people"),
    (PEOPLE, "12\u202f345"),
    (PEOPLE, "about 12,345 inhabitants (1982)"),
    (PEOPLE, "12345.0"),
    (FLOORS, "twelve"),
    (FLOORS, "Twelve floors"),
    (FLOORS, "12 floors and 3 basements"),
    (DAY, "12 March 1982"),
    (DAY, "March 12th, 1982"),
    (DAY, "1982-03-12"),
    (DAY, "12.3.1982"),
    (DAY, "12/03/1982"),
    (DAY, "03/12/1982"),
    (DAY, "on the 12th of March, 1982"),
    (DAY, "12 Mar 1982"),
    (DAY, "12 March 1982, three years after work began in 1979"),
    (YEAR, "in 1982"),
    (YEAR, "circa 1982"),
    (YEAR, "12 March 1982"),
    (YEAR, "It opened in 1982 and closed in 2001."),
    (LENGTH, "1.2 km"),
    (LENGTH, "1200m"),
    (LENGTH, "1,200 meters long"),
    (LENGTH, "1200"),
    (LENGTH, "3,937 ft"),
    (LENGTH, "about 0.75 miles"),
    (LENGTH, "1.2 kilometres (0.75 miles)"),
    (LENGTH, "It is 1,200 metres long and 20 metres wide."),
    (COST, "1200 florins"),
    (COST, "1,200"),
    (MOTTO, "The motto is “Salt before Thunder”."),
    (CODE, "08579"),
    (CODE, "The code is 08579."),
    (NAME, "quiet badger"),
    (NAME, "The Quiet Badger"),
    (BRIDGE, "SODERQVIST BRUCKE"),
    (BRIDGE, "So\u0308derqvist Bru\u0308cke"),
    (BRIDGE, "the Old Bridge"),
]

WRONG = [
    (PARIS, ""),
    (PARIS, "  "),
    (PARIS, "Rome"),
    (PARIS, "Parisian"),
    (PARIS, "New Paris"),
    (PARIS, "Paris Street"),
    (PARIS, "Paris or Rome"),
    (PARIS, "Rome or Paris"),
    (PARIS, "Paris, Rome"),
    (PARIS, "Paris and Rome"),
    (PARIS, "Paris/Rome"),
    (PARIS, "Paris | Rome"),
    (PARIS, "Paris; Rome; Lund"),
    (PARIS, "Paris\nRome\nLund"),
    (PARIS, "paris rome lund"),
    (PARIS, "Paris (or Rome)"),
    (PARIS, "Paris, University of Lund"),
    (PARIS, "It could be Paris, or it could be Rome."),
    (PARIS, "It is Paris. It is Rome."),
    (PARIS, "not Paris"),
    (PARIS, "It isn't Paris."),
    (PARIS, "Neither Paris nor Rome"),
    (PARIS, "Rome rather than Paris"),
    (PARIS, "Paris " + "and so on " * 60),
    (PARIS, "Paris" * 5000),
    (KERN, "Aldo Kernsson"),
    (KERN, "Mira Kern"),
    (KERN, "Aldo Kern Bridge"),
    (KERN, "Aldo Kern and Mira Holt"),
    (KERN, "Mira Holt, Aldo Kern"),
    (PEOPLE, "123450"),
    (PEOPLE, "112,345"),
    (PEOPLE, "12.345"),
    (PEOPLE, "12,345 or 12,346"),
    (PEOPLE, "12,345, 12,346"),
    (PEOPLE, "between 12,345 and 13,000"),
    (PEOPLE, "more than 12,345"),
    (FLOORS, "12 or 13 floors"),
    (FLOORS, "12 floors, 13 floors"),
    (FLOORS, "12-13"),
    (FLOORS, "12 to 13"),
    (FLOORS, "img_12"),
    (FLOORS, "B12"),
    (FLOORS, "12th"),
    (FLOORS, "thirteen"),
    (DAY, "1982"),
    (DAY, "March 1982"),
    (DAY, "13 March 1982"),
    (DAY, "12 March 1983"),
    (DAY, "before 12 March 1982"),
    (DAY, "12 March 1982 or 13 March 1982"),
    (YEAR, "19820"),
    (YEAR, "1982 BC"),
    (YEAR, "1982-1985"),
    (YEAR, "1982–1985"),
    (YEAR, "1982, 1983"),
    (YEAR, "between 1980 and 1982"),
    (YEAR, "before 1982"),
    (LENGTH, "1,200 km"),
    (LENGTH, "1,201 m"),
    (LENGTH, "1 mile"),
    (LENGTH, "3,800 feet"),
    (LENGTH, "1,200 grams"),
    (LENGTH, "1,200 m or 1,300 m"),
    (LENGTH, "at least 1,200 metres"),
    (COST, "1,200 crowns"),
    (COST, "1,200 florins and 900 crowns"),
    (MOTTO, "Salt Thunder"),
    (MOTTO, "Salt before Thunder or Rain and Gold"),
    (MOTTO, "Salt before Thunder, Courage before Glory"),
    (CODE, "08579 or 04229"),
    (CODE, "085790"),
    (CODE, "8579"),
]


@pytest.mark.parametrize(("task", "answer"), RIGHT, ids=lambda value: str(value)[:40])
def test_right_answers(task: Task, answer: str) -> None:
    verdict = verify(answer, task)
    assert verdict.right, verdict.reason


@pytest.mark.parametrize(("task", "answer"), WRONG, ids=lambda value: str(value)[:40])
def test_wrong_answers_are_refused_with_a_reason(task: Task, answer: str) -> None:
    verdict = verify(answer, task)
    assert not verdict.right and verdict.reason


KINDS = st.sampled_from(["entity", "text", "number", "date", "quantity", "unheard of"])
ANSWERS = st.text(max_size=60) | st.lists(
    st.sampled_from(
        ["Paris", "or", ",", "12", "1982", "March", "m", "not", "(", "\n", "\ue000", "-"]
    )
).map(" ".join)


@given(ANSWERS, ANSWERS.filter(str.strip), KINDS)
def test_no_answer_raises_and_the_right_one_is_right(answer: str, gold: str, kind: str) -> None:
    task = Task("t", "Which?", gold, answer_kind=kind)
    assert verify(answer, task).right in (True, False, None)
    if "\ue000" not in gold and gold.isprintable():
        assert verify(gold, task).right


def test_every_fact_of_a_world_is_told_from_others(mini_world) -> None:
    relations = {relation.name: relation for relation in mini_world.info.relations}
    facts: dict[str, list] = {}
    for fact in mini_world.all_facts():
        facts.setdefault(fact.relation, []).append(fact)
    rng = np.random.default_rng(0)
    for name, group in facts.items():
        relation = relations[name]
        for place in rng.permutation(len(group))[:12]:
            fact = group[int(place)]
            target = () if fact.target is None else (mini_world.page(fact.target).title,)
            forms = (fact.value, *fact.aliases, *target)
            question = relation.questions[0].format(x="the thing in the picture")
            task = Task("t", question, fact.value, aliases=forms, answer_kind=relation.value_kind)
            for form in forms:
                for said in (form, f"It is {form}.", f"\\boxed{{{form}}}"):
                    assert verify(said, task).right, (name, fact.value, said)
            other = group[int(rng.integers(len(group)))]
            if other.value in forms or (other.target == fact.target and fact.target is not None):
                continue
            one, two = fact.value, other.value
            hedges = (f"{one} or {two}", f"{two} or {one}", f"not {one}", f"{two}, not {one}")
            for said in (two, *hedges):
                assert not verify(said, task).right, (name, one, said)


def test_only_an_answer_before_the_fatal_step_counts() -> None:
    verifier = RuleVerifier()
    failed = did("visit", failed=True)
    assert verifier.score(played(failed, failed, answer="1982"), None) == 1.0
    assert verifier.score(played(failed, failed, failed, answer="1982"), None) == 0.0
    assert verifier.score(played(did("visit")), None) == 0.0
    assert FAILURE.infrastructure


def test_a_question_without_an_answer_cannot_be_scored() -> None:
    with pytest.raises(ScoringError, match="no right answer"):
        RuleVerifier().score(played(task=Task("ask", "When?", ""), answer="1982"), None)
