"""TRL's GRPO trainer with the environment's fatal flags: clamped advantages, masked tokens.

    trainer = FatalAwareGRPOTrainer(
        model,
        args=GRPOConfig(loss_type="grpo", …),
        train_dataset=task_dataset(tasks),
        processing_class=make_chat_processor(checkpoint),
        environment_factory=make_environment_factory(tasks, world=world),
    )

Generation, loss and updates are TRL's. This overrides four of its private methods, so the release
is pinned. See `docs/trl.md`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_args

import torch
from torch import Tensor

from algos.models.families import find_family
from algos.rollouts.fatal_variants import FatalSource, Variant, apply_variant, select_fatal
from algos.rollouts.figures import summarise_rollouts
from algos.rollouts.group import Rollout
from algos.tokens.trajectory import TokenTrajectory
from algos.trl_adapter.environment import (
    ENDED,
    ToolSession,
    episode_rewards,
    make_environment_factory,
    steps_of_turns,
    task_dataset,
)

TRL_VERSION = "1.16.0"
"""The release whose methods are overridden here."""

try:
    import trl
    from trl import GRPOTrainer

    from algos.trl_adapter.processor import make_chat_processor
except ImportError as error:
    raise ImportError(
        f"algos.trl_adapter needs TRL {TRL_VERSION}, which cannot be imported ({error}); "
        "run: pip install 'searchvl-gym[trl]'"
    ) from error
if trl.__version__ != TRL_VERSION:
    raise ImportError(
        f"algos.trl_adapter needs TRL {TRL_VERSION}, installed is {trl.__version__}; "
        "run: pip install 'searchvl-gym[trl]'"
    )

__all__ = [
    "FatalAwareGRPOTrainer",
    "episode_rewards",
    "make_chat_processor",
    "make_environment_factory",
    "task_dataset",
]

SHOWN = (
    "accuracy",
    "turns",
    "fatal_rate",
    "model_cascade_rate",
    "unanswered_rate",
    "model_error_rate",
)
"""Figures of the episodes that are logged, as `episodes/…`."""


class FatalAwareGRPOTrainer(GRPOTrainer):
    """`trl.GRPOTrainer` that knows which rollouts ended in a fatal cascade, and where.

    Args:
        model: As TRL takes it.
        reward_funcs: As TRL takes it; None for the environment's own reward.
        *arguments: As TRL takes them.
        variant: `vanilla`, `hard_mask`, `fatal_mask` or `fatal_aware`; see `fatal_variants`.
        fatal_source: Whose cascades count: `any`, `model` or `infrastructure`.
        **keywords: As TRL takes them; `environment_factory` from `make_environment_factory`.

    Raises:
        ValueError: When an option is unknown, or there is no environment.
    """

    def __init__(
        self,
        model: Any,
        reward_funcs: Any = None,
        *arguments: Any,
        variant: Variant = "fatal_aware",
        fatal_source: FatalSource = "any",
        **keywords: Any,
    ) -> None:
        for name, value, known in (
            ("variant", variant, get_args(Variant)),
            ("fatal_source", fatal_source, get_args(FatalSource)),
        ):
            if value not in known:
                raise ValueError(f"{name} must be one of {', '.join(known)}; got {value!r}")
        if keywords.get("environment_factory") is None:
            raise ValueError("fatal flags come from an environment; give environment_factory=…")
        if keywords.get("tools"):
            raise ValueError("give tools to the environment: make_environment_factory(tools=…)")
        self.variant: Variant = variant
        self.fatal_source: FatalSource = fatal_source
        self._steps_of_turns: list[list[int]] = []
        super().__init__(model, reward_funcs or episode_rewards, *arguments, **keywords)
        # TRL knows the placeholders of two families by name.
        config = self.model.config
        self._image_pad_token_id = find_family(config.model_type).image_token(config)

    def _generate_and_score_completions(self, inputs: Any) -> dict[str, Any]:
        """Mask and clamp what TRL has sampled and scored."""
        output: dict[str, Any] = super()._generate_and_score_completions(inputs)
        device = output["advantages"].device
        rollouts = [
            Rollout(environment.session.trajectory, TokenTrajectory())
            for environment in self.environments
        ]
        fatal = select_fatal(
            torch.tensor([rollout.fatal_step for rollout in rollouts]),
            [rollout.cascade_sources for rollout in rollouts],
            self.fatal_source,
        )
        written = output["completion_mask"] * output["tool_mask"]
        output["advantages"], output["tool_mask"], figures = apply_variant(
            self.variant,
            output["advantages"],
            written,
            step_of_token(written, self._steps_of_turns),
            fatal.to(device),
        )
        # TRL divides some losses by the number of tokens that count.
        counted = self.accelerator.gather(output["tool_mask"].sum())
        output["num_items_in_batch"] = counted.sum()
        episodes = summarise_rollouts(rollouts)
        figures |= {f"episodes/{name}": episodes[name] for name in SHOWN}
        mode = "train" if self.model.training else "eval"
        for name, value in figures.items():
            mean = self.accelerator.gather(torch.tensor(value, device=device)).mean().item()
            self._metrics[mode][name].append(mean)
        return output

    def _tool_call_loop(self, *arguments: Any) -> Any:
        """Let every call reach the environment, so that no mistake escapes its count of errors.

        TRL would answer unknown names and arguments that are no object by itself.
        """
        self._sync_tool_dicts = [_AnyTool(each.session) for each in self.environments]
        return super()._tool_call_loop(*arguments)

    def _get_tool_suffix_ids(self, tool_messages: Sequence[dict[str, Any]]) -> list[int]:
        """End a rollout whose episode has ended.

        TRL has no sign for that. But it takes back results that do not fit into the completion
        and lets the rollout end with the call, so the result of an ended episode never fits.
        """
        if any(message["content"] == ENDED for message in tool_messages):
            return [self._tokenizer.pad_token_id] * (self.max_completion_length + 1)
        found: list[int] = super()._get_tool_suffix_ids(tool_messages)
        # GLM ends a turn with the token that begins the result: the model has written it.
        return found[1:] if found[:1] == [self._tokenizer.eos_token_id] else found

    def _calculate_rewards(
        self, inputs: Any, prompts: Any, completions: Any, completion_ids_list: Any
    ) -> Tensor:
        """End the episodes before they are scored, whatever the reward functions are."""
        sessions = [environment.session for environment in self.environments]
        for session, tools, completion in zip(
            sessions, self._sync_tool_dicts, completions, strict=True
        ):
            tools.settle()
            session.finish(completion)
        self._steps_of_turns = [
            steps_of_turns(completion, session.played)
            for session, completion in zip(sessions, completions, strict=True)
        ]
        rewards: Tensor = super()._calculate_rewards(
            inputs, prompts, completions, completion_ids_list
        )
        return rewards


def step_of_token(written: Tensor, turns: Sequence[Sequence[int]]) -> Tensor:
    """The step that each token belongs to; a result belongs to the step that brought it.

    Args:
        written: Shape (B, T), 1 where the model wrote the token; each run of ones is a turn.
        turns: For each row the step of each turn.

    Returns:
        Shape (B, T), −1 before the first turn.

    >>> step_of_token(torch.tensor([[1, 1, 0, 1, 0]]), [[0, 2]]).tolist()
    [[0, 0, 0, 2, 2]]
    """
    before = torch.nn.functional.pad(written[:, :-1], (1, 0))
    turn = ((written == 1) & (before == 0)).cumsum(dim=1)
    longest = max(map(len, turns))
    table = [[-1, *row] + [-1] * (longest - len(row)) for row in turns]
    return torch.tensor(table, device=written.device).gather(1, turn)


class _AnyTool:
    """Stands in for TRL's dictionary of tools: knows every name and hands calls to a session.

    TRL looks a tool up and then calls it with `**arguments`, which fails for arguments that are
    no object before anything of ours runs. A look-up without a call is noted as that mistake.
    """

    def __init__(self, session: ToolSession) -> None:
        self._session = session
        self._open: str | None = None

    def __contains__(self, name: object) -> bool:
        return True

    def __getitem__(self, name: str) -> Any:
        self.settle()
        self._open = name

        def call(**arguments: Any) -> Any:
            self._open = None
            return self._session.call(name, arguments)

        return call

    def settle(self) -> None:
        """Note the last look-up as a step error if no call followed it."""
        if self._open is not None:
            name, self._open = self._open, None
            self._session.call(name, None)
