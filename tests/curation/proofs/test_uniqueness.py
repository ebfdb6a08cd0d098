from dataclasses import replace

from searchvl_gym.curation import ExhaustiveProof, FactBase, PagePath, Question, UniquenessCheck
from searchvl_gym.curation.records import Answer, Ask, Descriptor, Qualifier, Reference
from searchvl_gym.world import World
from tests.curation.harbour import ADA, BORA, BRIDGE, CARL, MILL, OTHER_TOWN, TITLES, TOWER, TOWN

HEIGHT = Qualifier("height", "32 metres", ("height",))


def descriptor(relation: str, *, inverse: bool = False, **more: object) -> Descriptor:
    return replace(Descriptor(relation, inverse, "{x}", (relation,)), **more)  # type: ignore[arg-type]


def question(
    *steps: tuple[int, Descriptor | None], ask: str | None, answer: str, named: bool = False
) -> Question:
    references = tuple(
        Reference(page, TITLES[page], step, named=named or step is None) for page, step in steps
    )
    asked = Ask(ask, "{x}?", () if ask is None else (ask,))
    path = PagePath(0, tuple(page for page, _ in steps))
    return Question(path, references, asked, Answer(answer, "text", (), answer))


def test_a_functional_relation_is_unique(facts: FactBase) -> None:
    proof: UniquenessCheck = ExhaustiveProof(facts)
    asked = question(
        (BRIDGE, None), (ADA, descriptor("architect")), ask="born", answer="4 May 1893"
    )
    assert proof.check(asked).unique and proof.check(asked).proof == "exhaustive"


def test_the_other_direction_needs_a_noun_or_a_fact(facts: FactBase) -> None:
    proof = ExhaustiveProof(facts)
    made = descriptor("architect", inverse=True)
    assert proof.denotation(made, ADA) == {BRIDGE, TOWER, MILL}
    assert proof.denotation(replace(made, noun="bridge"), ADA) == {BRIDGE, MILL}
    assert proof.denotation(replace(made, noun="tower"), ADA) == {TOWER}
    assert proof.denotation(replace(made, noun="bridge", qualifiers=(HEIGHT,)), ADA) == {BRIDGE}
    verdict = proof.check(question((ADA, None), (BRIDGE, made), ask="height", answer="32 metres"))
    assert (verdict.unique, verdict.reason) == (False, "descriptor")
    assert verdict.detail == "Kel Mill, Sarn Bridge, Sarn Tower"


def test_a_second_value_without_a_page_counts(facts: FactBase) -> None:
    asked = question((BORA, None), (CARL, descriptor("teacher")), ask="born", answer="12 June 1830")
    verdict = ExhaustiveProof(facts).check(asked)
    assert not verdict.unique and verdict.detail == "Carl Ode, a sailor"


def test_every_meaning_of_the_words_counts(facts: FactBase) -> None:
    both = descriptor("teacher", readings=("sponsor", "teacher"))
    asked = question((ADA, None), (BORA, both), ask="born", answer="1861")
    assert ExhaustiveProof(facts).check(asked).detail == "Bora Steen, Carl Ode"
    alone = question((ADA, None), (BORA, descriptor("teacher")), ask="born", answer="1861")
    assert ExhaustiveProof(facts).check(alone).unique


def test_the_answer_must_come_out(facts: FactBase) -> None:
    step = (OTHER_TOWN, descriptor("birthplace"))
    proof = ExhaustiveProof(facts)
    assert proof.check(question((ADA, None), step, ask="population", answer="876")).unique
    changed = proof.check(question((ADA, None), step, ask="population", answer="4,321"))
    assert (changed.unique, changed.reason, changed.detail) == (False, "answer", "876")
    several = proof.check(question((BORA, None), ask="teacher", answer="Carl Ode"))
    assert several.reason == "answer"
    name = proof.check(question((ADA, None), step, ask=None, answer="Quayle"))
    assert name.unique


def test_names_that_still_stand_need_no_proof(facts: FactBase) -> None:
    made = descriptor("architect", inverse=True)
    named = question((ADA, None), (BRIDGE, made), ask="height", answer="32 metres", named=True)
    assert ExhaustiveProof(facts).check(named).unique


def test_superlatives_are_decided_over_everything_that_fits(facts: FactBase) -> None:
    proof = ExhaustiveProof(facts)
    made = descriptor("architect", inverse=True)

    def denoted(noun: str, form: str, rank: int = 1) -> set[int | str]:
        first = Qualifier("height", "", ("height",), form, rank)
        return proof.denotation(replace(made, noun=noun, qualifiers=(first,)), ADA)

    assert denoted("", "most") == {TOWER}
    assert denoted("", "most", 2) == {BRIDGE}
    assert denoted("", "least") == {MILL}
    assert denoted("bridge", "most") == {BRIDGE}
    # Where one of them has no such value, nobody can tell: all of them fit still.
    wings = Qualifier("wingspan", "", ("wingspan",), "most")
    assert proof.denotation(replace(made, qualifiers=(wings,)), ADA) == {BRIDGE, TOWER, MILL}


def test_rounded_numbers_and_years_fit_whatever_they_may_mean(facts: FactBase) -> None:
    proof = ExhaustiveProof(facts)
    made = descriptor("architect", inverse=True)
    about = Qualifier("height", "30 metres", ("height",), "about")
    assert proof.denotation(replace(made, qualifiers=(about,)), ADA) == {BRIDGE}
    taught = descriptor("birthplace", inverse=True)
    year = Qualifier("born", "1830", ("born",), "year")
    assert proof.denotation(replace(taught, qualifiers=(year,)), TOWN) == {CARL}


def test_infoboxes_are_asked_by_their_labels(harbour_infoboxes: World) -> None:
    proof = ExhaustiveProof(FactBase(harbour_infoboxes))
    assert proof.denotation(descriptor("Place of birth", inverse=True), TOWN) == {BORA, CARL}
