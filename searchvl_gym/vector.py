"""Many environments in one process: shared worlds, one tool suite, tools in a thread pool."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import gymnasium
import numpy as np
import numpy.typing as npt
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space

from searchvl_gym.env import SearchEnv, load_tasks
from searchvl_gym.tools.catalog import make_suite
from searchvl_gym.types import Trajectory
from searchvl_gym.world.many import gather_worlds
from searchvl_gym.wrappers import TextActions

Transition = tuple[dict[str, Any], float, bool, bool, dict[str, Any]]


class SearchVectorEnv(VectorEnv[dict[str, Any], Any, npt.NDArray[Any]]):
    """Steps `num_envs` environments at once; each plays exactly as it would alone.

    The environments share the worlds, the tasks, the tools with their models, and the pictures;
    with many worlds each may be in another one.
    Tools run in threads: their back ends (OCR, super-resolution, OpenCV, search) release the
    interpreter lock.

    Batches are what Gymnasium makes of these spaces: an observation is a dict of tuples,
    `observations["image"][i]` is environment i's; actions are a sequence, one an environment;
    infos are arrays with masks.

    Args:
        num_envs: How many environments.
        wire_format: Play through text in this wire format (see `TextActions`), or None for
            structured actions.
        lenient: With a wire format, whether calls that are not sound are mended.
        workers: Threads; None for as many as there are environments or twice the CPUs,
            whichever is fewer.
        autoreset_mode: `NEXT_STEP` (the step after an end resets and ignores its action),
            `SAME_STEP` (an end resets at once; the last observation is in
            `infos["final_obs"]`) or `DISABLED` (reset with `options={"reset_mask": …}`; the
            action None leaves an environment as it is, ended or not).
        **settings: Everything else that `SearchEnv` takes.

    Attributes:
        envs: The environments.

    Raises:
        ValueError: When `num_envs` or `workers` is below 1.
    """

    _kind: type[SearchEnv] = SearchEnv

    def __init__(
        self,
        num_envs: int = 1,
        *,
        wire_format: str | None = None,
        lenient: bool = True,
        workers: int | None = None,
        autoreset_mode: str | AutoresetMode = AutoresetMode.NEXT_STEP,
        **settings: Any,
    ) -> None:
        if num_envs < 1:
            raise ValueError(f"num_envs must be at least 1, got {num_envs}")
        if workers is None:
            workers = min(num_envs, 2 * (os.cpu_count() or 1))
        if workers < 1:
            raise ValueError(f"workers must be at least 1, got {workers}")
        settings["tools"] = make_suite(
            settings.get("tools"), settings.pop("crop_coordinates", "pixels")
        )
        self.num_envs = num_envs
        self._share(settings)
        self.autoreset_mode = AutoresetMode(autoreset_mode)
        self.envs: list[gymnasium.Env[dict[str, Any], Any]] = []
        for _ in range(num_envs):
            env: gymnasium.Env[dict[str, Any], Any] = self._kind(**settings)
            if wire_format is not None:
                env = TextActions(env, wire_format, lenient=lenient)
            self.envs.append(env)
        self.render_mode = self.envs[0].render_mode
        self.metadata = {**SearchEnv.metadata, "autoreset_mode": self.autoreset_mode}
        self.single_action_space = self.envs[0].action_space
        self.single_observation_space = self.envs[0].observation_space
        self.action_space = batch_space(self.single_action_space, num_envs)
        self.observation_space = batch_space(self.single_observation_space, num_envs)
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="searchvl-env")
        # Texts only: whole observations would keep every environment's pictures in memory.
        self._texts = [""] * num_envs
        self._terminated = np.zeros(num_envs, dtype=np.bool_)
        self._truncated = np.zeros(num_envs, dtype=np.bool_)
        self._finished: list[Trajectory | None] = [None] * num_envs

    def reset(
        self,
        *,
        seed: int | Sequence[int | None] | None = None,
        options: dict[str, Any] | None = None,
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Begin an episode in every environment, or in those of a mask.

        Args:
            seed: One number `s` for the seeds `s, s + 1, …`, or a sequence, one an environment.
            options: As for `SearchEnv.reset`; a list under `task` gives each environment its
                own. `reset_mask` is a bool array that says which environments to reset.

        Raises:
            ValueError: When seeds, tasks or mask do not match the number of environments.
        """
        count = self.num_envs
        own = dict(options or {})
        mask = _mask(own.pop("reset_mask", None), count)
        if seed is None or isinstance(seed, (int, np.integer)):
            seeds = [None if seed is None else int(seed) + i for i in range(count)]
        else:
            seeds = list(seed)
        tasks = own.pop("task", None)
        each = list(tasks) if isinstance(tasks, (list, tuple)) else [tasks] * count
        if len(seeds) != count or len(each) != count:
            raise ValueError(
                f"seeds and tasks must be one an environment ({count}), got {len(seeds)} seeds "
                f"and {len(each)} tasks"
            )

        def reset(i: int) -> tuple[dict[str, Any], dict[str, Any]]:
            return self.envs[i].reset(seed=seeds[i], options={**own, "task": each[i]})

        chosen = np.flatnonzero(mask).tolist()
        infos: dict[str, Any] = {}
        began: dict[int, dict[str, Any]] = {}
        for i, (observation, info) in zip(chosen, self._map(reset, chosen), strict=True):
            began[i] = observation
            self._texts[i] = observation["text"]
            self._terminated[i] = self._truncated[i] = False
            infos = self._add_info(infos, info, i)
        return self._batch([began.get(i) or self._current(i) for i in range(count)]), infos

    def step(
        self, actions: Any
    ) -> tuple[
        dict[str, Any], npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[Any], dict[str, Any]
    ]:
        """Play one turn in every environment.

        Args:
            actions: A sequence with one action an environment: whatever `SearchEnv.step`, or
                `TextActions.step` with a wire format, takes; in mode `DISABLED`
                None for an environment that is to stay as it is.

        Raises:
            ValueError: When the number of actions is wrong.
            gymnasium.error.ResetNeeded: In mode `DISABLED`, when an ended environment was not
                reset.
        """
        if len(actions) != self.num_envs:
            raise ValueError(f"expected {self.num_envs} actions, got {len(actions)}")
        rewards = np.zeros(self.num_envs, dtype=np.float64)
        terminations = np.zeros(self.num_envs, dtype=np.bool_)
        truncations = np.zeros(self.num_envs, dtype=np.bool_)
        infos: dict[str, Any] = {}
        observations = []
        transitions = self._map(lambda i: self._step_one(i, actions[i]), range(self.num_envs))
        for i, (observation, reward, terminated, truncated, info) in enumerate(transitions):
            rewards[i], terminations[i], truncations[i] = reward, terminated, truncated
            if (terminated or truncated) and self.autoreset_mode == AutoresetMode.SAME_STEP:
                final = {"final_obs": observation, "final_info": info}
                infos = self._add_info(infos, final, i)
                observation, info = self.envs[i].reset()
            observations.append(observation)
            self._texts[i] = observation["text"]
            infos = self._add_info(infos, info, i)
        self._terminated, self._truncated = terminations.copy(), truncations.copy()
        return self._batch(observations), rewards, terminations, truncations, infos

    def trajectories(self) -> tuple[Trajectory | None, ...]:
        """The last finished episode of each environment, or None where none has finished."""
        return tuple(self._finished)

    def call(self, name: str, *arguments: Any, **keywords: Any) -> tuple[Any, ...]:
        """Call a method of every environment, or read an attribute of it.

        Args:
            name: Of the method or attribute; wrappers are looked through.
            *arguments: For the method.
            **keywords: For the method.
        """
        found = [env.get_wrapper_attr(name) for env in self.envs]
        return tuple(one(*arguments, **keywords) if callable(one) else one for one in found)

    def get_attr(self, name: str) -> tuple[Any, ...]:
        """An attribute of every environment."""
        return tuple(env.get_wrapper_attr(name) for env in self.envs)

    def render(self) -> tuple[Any, ...] | None:
        """Every environment's rendering, or None without a render mode."""
        if self.render_mode is None:
            return None
        return tuple(env.render() for env in self.envs)

    def close_extras(self, **kwargs: Any) -> None:
        """Stop the threads and close the environments."""
        self._pool.shutdown(wait=True)
        for env in self.envs:
            env.close()

    def _share(self, settings: dict[str, Any]) -> None:
        """Open once what all environments are given."""
        settings["world"] = gather_worlds(settings.get("world"))
        settings["tasks"] = load_tasks(settings.get("tasks"))

    def _step_one(self, i: int, action: Any) -> Transition:
        env = self.envs[i]
        flags = bool(self._terminated[i]), bool(self._truncated[i])
        if any(flags) and self.autoreset_mode == AutoresetMode.NEXT_STEP:
            observation, info = env.reset()
            return observation, 0.0, False, False, info
        if action is None and self.autoreset_mode == AutoresetMode.DISABLED:
            return self._current(i), 0.0, *flags, {}
        observation, reward, terminated, truncated, info = env.step(action)
        if terminated or truncated:
            self._finished[i] = env.get_wrapper_attr("trajectory")()
        return observation, float(reward), terminated, truncated, info

    def _map(self, function: Callable[[int], Any], indices: Sequence[int]) -> list[Any]:
        """Apply to every environment in the pool and wait for all of them, in order."""
        if len(indices) == 1:
            return [function(indices[0])]
        futures = [self._pool.submit(function, i) for i in indices]
        return [future.result() for future in futures]

    def _current(self, i: int) -> dict[str, Any]:
        env = self.envs[i].unwrapped
        assert isinstance(env, SearchEnv)
        return env.observation(self._texts[i])

    def _batch(self, observations: Sequence[dict[str, Any]]) -> dict[str, Any]:
        keys = self.single_observation_space.spaces  # type: ignore[attr-defined]
        return {key: tuple(observation[key] for observation in observations) for key in keys}


def _mask(mask: Any, count: int) -> npt.NDArray[np.bool_]:
    if mask is None:
        return np.ones(count, dtype=np.bool_)
    if not isinstance(mask, np.ndarray) or mask.dtype != np.bool_ or mask.shape != (count,):
        raise ValueError(f"reset_mask must be a bool array of shape ({count},)")
    if not mask.any():
        raise ValueError("reset_mask must name at least one environment")
    return mask
