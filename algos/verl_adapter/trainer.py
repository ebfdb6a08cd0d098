"""verl's synchronous trainer with the fatal clamp between its advantage and its update.

The environment variable `VERL_USE_EXTERNAL_MODULES=algos.verl_adapter.trainer` makes it known to
verl, `trainer.v1.trainer_mode=searchvl` chooses it; `algos.verl_adapter.launch` does both.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
import transfer_queue as tq
from omegaconf import DictConfig, OmegaConf
from tensordict import TensorDict
from verl.trainer.ppo.v1.trainer_base import register_trainer
from verl.trainer.ppo.v1.trainer_sync import PPOTrainerSync

from algos.objectives import clamp_fatal
from algos.rollouts.fatal_variants import clamp_metrics
from algos.verl_adapter.settings import PlaySettings, read_settings
from algos.verl_adapter.versions import check_verl

check_verl()


@register_trainer("searchvl")
class FatalAwareTrainer(PPOTrainerSync):
    """The synchronous trainer; only the advantage differs.

    Args:
        config: verl's, with a section `searchvl`.

    Raises:
        ValueError: When a setting of that section is wrong.
    """

    def __init__(self, config: DictConfig) -> None:
        section = OmegaConf.to_container(config.get("searchvl", {}), resolve=True)
        self.play: PlaySettings = read_settings(section)  # type: ignore[arg-type]
        # verl asks for its own name of the mode in ten places.
        config.trainer.v1.trainer_mode = "sync"
        super().__init__(config)

    def _compute_advantage(self, batch: Any, metrics: dict[str, Any]) -> Any:
        """The advantage of verl over all rollouts, then the clamp of the fatal ones."""
        real = [not tag.get("is_padding", False) for tag in batch.tags]
        batch = super()._compute_advantage(batch, metrics)
        place = {"keys": batch.keys, "partition_id": batch.partition_id}
        data = tq.kv_batch_get(
            **place, select_fields=["advantages", "response_mask", "extra_fields"]
        )
        fatal = [
            bool(dict(extra or {}).get("searchvl_fatal")) and counts
            for extra, counts in zip(plain_list(data["extra_fields"]), real, strict=True)
        ]
        episodes = [first and last for first, last in zip(real, is_last(batch.keys), strict=True)]
        clamped, figures = clamp_rows(data["advantages"], data["response_mask"], fatal, episodes)
        metrics.update({f"searchvl/{name}": value for name, value in figures.items()})
        if self.play.variant != "fatal_aware":
            return batch
        written = TensorDict({"advantages": clamped, "returns": clamped}, batch_size=len(batch))
        return tq.kv_batch_put(**place, fields=written)


def is_last(keys: Sequence[str]) -> list[bool]:
    """Whether each row is the last token sequence of its episode.

    Args:
        keys: verl's, `{uid}_{session}_{sequence}`; every row of an episode is among them.

    >>> is_last(["u_0_0", "u_0_2", "u_1_0", "u_0_1"])
    [False, True, True, False]
    """
    places = []
    for key in keys:
        episode, _, number = key.rpartition("_")
        places.append((episode, int(number)))
    last: dict[str, int] = {}
    for episode, number in places:
        last[episode] = max(last.get(episode, 0), number)
    return [last[episode] == number for episode, number in places]


def plain_list(column: Any) -> list[Any]:
    """A column of Python objects; releases of tensordict give a stack of them or a list."""
    return list(column.tolist() if hasattr(column, "tolist") else column)


def clamp_rows(
    advantages: torch.Tensor, mask: torch.Tensor, fatal: list[bool], real: list[bool]
) -> tuple[torch.Tensor, dict[str, float]]:
    """`max(A, 0)` on the rows that are fatal, and what that does to the batch.

    Args:
        advantages: Rows of any length, as a nested tensor or a padded one.
        mask: The tokens that count, of the same shape.
        fatal: Whether each row is fatal.
        real: Whether each row stands for an episode: its last sequence, no padding of the batch.

    Returns:
        The advantages, nested as they came, and the figures of `clamp_metrics`. A row without a
        token that counts stands for an advantage of 0: verl spreads it over tokens only.
    """
    rows = list(advantages.unbind())
    masks = list(mask.unbind())
    kept = [
        clamp_fatal(row.unsqueeze(0), torch.tensor([flag], device=row.device))[0]
        for row, flag in zip(rows, fatal, strict=True)
    ]
    values = [
        float(row[counts.bool()][0]) if bool(counts.any()) else 0.0
        for row, counts in zip(rows, masks, strict=True)
    ]
    place = [number for number, counts in enumerate(real) if counts]
    figures = clamp_metrics(
        torch.tensor([values[number] for number in place]),
        torch.tensor([fatal[number] for number in place], dtype=torch.bool),
        torch.ones(len(place), 1),
    )
    if advantages.is_nested:
        return torch.nested.as_nested_tensor(kept, layout=torch.jagged), figures
    return torch.stack(kept), figures
