"""Task sets: sampled from a world's typed graph, saved to and loaded from files."""

from searchvl_gym.tasks.drawn import OtherPicturesWarning
from searchvl_gym.tasks.many_worlds import TasksOfWorlds, sample_tasks_of_worlds
from searchvl_gym.tasks.pictures import load_picture
from searchvl_gym.tasks.sampler import sample_tasks
from searchvl_gym.tasks.splits import SHARES, split_of, split_of_world
from searchvl_gym.tasks.task_set import TaskSet, TaskSetError

__all__ = [
    "SHARES",
    "OtherPicturesWarning",
    "TaskSet",
    "TaskSetError",
    "TasksOfWorlds",
    "load_picture",
    "sample_tasks",
    "sample_tasks_of_worlds",
    "split_of",
    "split_of_world",
]
