import os
import pickle
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from itertools import pairwise

import msgspec
import pytest

from searchvl_gym.curation import (
    CurationSettings,
    Curator,
    PathSettings,
    Question,
    QuestionSettings,
    Rejection,
    Stage,
)
from searchvl_gym.curation.instances import INVERSE
from searchvl_gym.tasks import TaskSet
from searchvl_gym.world import World


def test_a_record_is_the_same_in_any_range(
    curator: Curator, records: list[Question | Rejection]
) -> None:
    for first, count in ((0, 7), (7, 1), (40, 12)):
        assert list(curator.records(first, count)) == records[first : first + count]


def test_the_same_in_another_process(curator: Curator, questions: list[Question]) -> None:
    tasks = [curator.task(question) for question in questions if question.path.index < 40]
    code = (
        "import sys, pickle; from searchvl_gym.tasks import TaskSet;"
        "from searchvl_gym.curation import Question;"
        "curator = pickle.load(sys.stdin.buffer);"
        "made = [curator.task(r) for r in curator.records(0, 40) if isinstance(r, Question)];"
        "print(TaskSet(made, 'curated').fingerprint)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        input=pickle.dumps(curator),
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONHASHSEED": "7"},
    )
    assert done.stdout.decode().strip() == TaskSet(tasks, "curated").fingerprint


def test_another_seed_gives_other_questions(mini_world: World, questions: list[Question]) -> None:
    other = Curator(mini_world, CurationSettings.small_world(len(mini_world)), seed=1)
    texts = {record.text for record in other.records(0, 30) if isinstance(record, Question)}
    assert len(texts - {question.text for question in questions}) > 20


def test_most_paths_become_questions(records: list[Question | Rejection]) -> None:
    reasons = Counter(
        (record.stage, record.reason) for record in records if isinstance(record, Rejection)
    )
    assert set(reasons) <= {
        (Stage.PATH, "retries"),
        (Stage.QUESTION, "no_answer"),
        (Stage.QUESTION, "doubles_back"),
        (Stage.REWRITING, "not_unique"),
        (Stage.REWRITING, "leak"),
        (Stage.GROUNDING, "ambiguous_picture"),
        (Stage.GROUNDING, "answer_in_picture"),
        (Stage.GROUNDING, "no_picture"),
        (Stage.GROUNDING, "leak"),
    }
    assert sum(reasons.values()) < 0.4 * len(records)


def test_tasks_follow_facts_of_the_world(curator: Curator, questions: list[Question]) -> None:
    tasks = [curator.task(question) for question in questions]
    assert TaskSet(tasks, "curated").fingerprint
    for task in tasks:
        for hop in task.hops:
            if hop.relation.startswith(INVERSE):
                assert hop.target is not None
                stated = curator.world.facts(hop.target)
                relation = hop.relation.removeprefix(INVERSE)
                assert (relation, hop.subject) in [(f.relation, f.target) for f in stated]
            else:
                stated = curator.world.facts(hop.subject)
                assert (hop.relation, hop.target) in [(f.relation, f.target) for f in stated]
        for hop, following in pairwise(task.hops):
            assert hop.target == following.subject
        [image] = task.images
        assert image.world_image is not None
        assert curator.world.image(image.world_image).page == task.hops[0].subject
        assert len(task.metadata["titles"]) >= len(task.hops)
        assert len(task.metadata["labels"]) == len(task.hops)
        assert msgspec.json.decode(msgspec.json.encode(task.metadata)) == dict(task.metadata)


def test_questions_are_whole_sentences(questions: list[Question]) -> None:
    for question in questions:
        for text in (question.text, question.canonical):
            assert text[0].isupper(), text
            assert text[-1] in ".?", text
            assert not {"{", "}"} & set(text), text
            assert "  " not in text and ",," not in text and ",?" not in text, text
            assert " the the " not in text and " a the " not in text, text


def test_an_unfinished_question_is_no_task(curator: Curator, questions: list[Question]) -> None:
    with pytest.raises(ValueError, match="no picture yet"):
        curator.task(replace(questions[0], grounding=None))


def test_a_world_too_small_for_the_rules_is_refused(mini_world: World) -> None:
    with pytest.raises(ValueError, match=r"take PathSettings\.small_world"):
        Curator(mini_world, CurationSettings(paths=PathSettings(seed_in_degree=100)), seed=0)


def test_a_world_of_infoboxes(harbour_infoboxes: World) -> None:
    rules = PathSettings(lengths=(1, 2), length_weights=(1, 1), seed_in_degree=0)
    settings = CurationSettings(paths=rules, questions=QuestionSettings(common_share=1))
    curator = Curator(harbour_infoboxes, settings, seed=0)
    questions = [record for record in curator.records(0, 60) if isinstance(record, Question)]
    assert len(questions) > 15
    for question in questions:
        assert question.proof == "infobox"
        task = curator.task(question)
        # Their labels are plain nouns, which need no quotation marks.
        assert "“" not in question.text
        assert task.metadata["labels"] == [hop.relation.removeprefix(INVERSE) for hop in task.hops]
