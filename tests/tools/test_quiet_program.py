import gc
import multiprocessing
from pathlib import Path

from searchvl_gym.tools.quiet_program import QuietProgram


def test_nothing_is_left_and_nothing_is_said(recwarn):
    script = Path(QuietProgram().path)
    gc.collect()
    assert not script.parent.exists() and not recwarn.list


def _drop(programs):
    programs.clear()
    gc.collect()


def test_a_fork_that_drops_it_leaves_its_parents_script():
    programs = [QuietProgram()]
    script = Path(programs[0].path)
    child = multiprocessing.get_context("fork").Process(target=_drop, args=(programs,))
    child.start()
    child.join()
    assert child.exitcode == 0 and script.exists()
