"""Deep tasks: questions over graphs of clues with a proved depth; see docs/deep.md."""

from searchvl_gym.tasks.deep.program import Program, program_of
from searchvl_gym.tasks.deep.sampler import Bounds, deep_tasks

__all__ = ["Bounds", "Program", "deep_tasks", "program_of"]
