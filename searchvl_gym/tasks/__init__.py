"""Task sets: sampled from a world's typed graph, saved to and loaded from files."""

from searchvl_gym.tasks.pictures import load_picture
from searchvl_gym.tasks.sampler import sample_tasks
from searchvl_gym.tasks.splits import SHARES, split_of
from searchvl_gym.tasks.task_set import TaskSet, TaskSetError

__all__ = ["SHARES", "TaskSet", "TaskSetError", "load_picture", "sample_tasks", "split_of"]
