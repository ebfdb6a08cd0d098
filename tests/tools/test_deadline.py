import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from searchvl_gym.tools.deadline import DeadlineExceeded, DeadlineRunner


def test_results_and_exceptions_come_back() -> None:
    runner = DeadlineRunner()
    assert runner.run(lambda: "done", 5.0) == "done"
    with pytest.raises(KeyError):
        runner.run(lambda: {}["x"], 5.0)
    assert runner.run(lambda: 2, 5.0) == 2


def test_threads_are_reused_and_a_stuck_one_is_not() -> None:
    runner = DeadlineRunner()
    first = runner.run(threading.get_ident, 5.0)
    assert runner.run(threading.get_ident, 5.0) == first
    release = threading.Event()
    with pytest.raises(DeadlineExceeded):
        runner.run(release.wait, 0.02)
    assert runner.run(threading.get_ident, 5.0) != first
    release.set()


def test_many_threads_may_call_at_once() -> None:
    runner = DeadlineRunner()
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda n: runner.run(lambda: n * n, 30.0), range(200)))
    assert results == [n * n for n in range(200)]


def test_a_stuck_job_does_not_keep_the_interpreter_alive() -> None:
    code = (
        "import threading\n"
        "from searchvl_gym.tools.deadline import *\n"
        "try: DeadlineRunner().run(threading.Event().wait, 0.02)\n"
        "except DeadlineExceeded: print('left')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "left"
