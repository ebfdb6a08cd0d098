"""Rules of acceptance: on vectors of which one can say beforehand how it comes out."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.view_encoder.acceptance import by_page, figures, rules, shots


def test_fewer_subjects_are_the_beginning_of_more() -> None:
    few, many = list(shots(5, 3)), list(shots(9, 3))
    assert many[: len(few)] == few
    assert [shot.query.page for shot in few if shot.indexed] == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]
    assert len({(shot.query.subject, shot.query.seed) for shot in many}) == len(many)


def test_a_page_scores_as_its_best_picture() -> None:
    scores = np.array([[0.1, 0.9, 0.5]], np.float32)
    assert by_page(scores, np.array([0, 0, 1])).tolist() == [[pytest.approx(0.9), 0.5]]


def test_what_stands_far_from_all_strangers_is_accepted_and_few_unknown_ones_are() -> None:
    index = np.eye(6, dtype=np.float32)[[0, 0, 1, 1, 2, 2]]
    pages = np.array([0, 0, 1, 1, 2, 2])
    unknown = np.eye(6, dtype=np.float32)[[3, 4, 5]]
    for rule in rules(index, pages).values():
        found = figures(rule(index[::2]), pages[::2], rule(unknown))
        assert found == {"recall@1": 1.0, "right and accepted": 1.0}


def test_a_known_one_that_no_rule_can_tell_from_unknown_ones_is_not_accepted() -> None:
    known = np.array([[0.6, 0.1], [0.9, 0.1]], np.float32)
    unknown = np.full((20, 2), 0.7, np.float32)
    assert figures(known, np.array([0, 0]), unknown)["right and accepted"] == 0.5
