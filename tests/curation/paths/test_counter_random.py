import numpy as np

from searchvl_gym.curation.paths.counter_random import uniforms


def test_a_number_depends_on_its_record_only() -> None:
    records = np.arange(1_000)
    numbers = uniforms(3, records, 5)
    shuffled = np.random.default_rng(0).permutation(records)
    assert (uniforms(3, shuffled, 5) == numbers[shuffled]).all()


def test_numbers_are_uniform_and_independent() -> None:
    records = np.arange(200_000)
    first, second, other = (
        uniforms(*key) for key in ((0, records, 1), (0, records, 2), (1, records, 1))
    )
    for numbers in (first, second, other):
        assert numbers.min() >= 0 and numbers.max() < 1
        counts = np.histogram(numbers, 20, (0, 1))[0]
        assert abs(counts / 10_000 - 1).max() < 0.05
    for left, right in ((first, second), (first, other), (first[:-1], first[1:])):
        assert abs(np.corrcoef(left, right)[0, 1]) < 0.01
