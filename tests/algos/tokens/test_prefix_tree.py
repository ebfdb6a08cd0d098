"""A forest of sequences scores what the padded rows score, and has the same gradients."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from small_setting import picture

from algos.models import Checkpoint
from algos.models.families import find_family
from algos.tokens.conversation import Conversation
from algos.tokens.prefix_tree import PrefixTree, by_prompt, make_tree_batch
from algos.tokens.scoring import Scorer, batch_for, token_places
from algos.tokens.trajectory import TokenBatch, TokenTrajectory

QWEN = find_family("qwen3_vl")
PLACES = {"image_token": 399, "padding": 0, "merge": 2}


def played(checkpoint: Checkpoint, turns: list[str], shown: int, found: str) -> TokenTrajectory:
    conversation = Conversation(checkpoint)
    made = TokenTrajectory()
    made.read(conversation.prompt("rules", "what?", [picture(shown)]), -1)
    for step, turn in enumerate(turns):
        tokens = conversation.turn(turn)
        made.write(tokens, [-1.0] * len(tokens), step)
        made.read(conversation.observation(found, [picture(step)] if step else []), step)
    return made


@pytest.fixture
def sequences(checkpoint: Checkpoint) -> list[TokenTrajectory]:
    return [
        played(checkpoint, ["call text_search|q= Mill", "answer 1900"], 0, "found"),
        played(checkpoint, ["call text_search|q= Mill", "answer 1901"], 0, "found"),
        played(checkpoint, ["call text_search|q= Mill", "answer 1900"], 0, "found"),
        played(checkpoint, ["call text_search|q= Mill", "answer"], 0, "nothing " * 9),
        # Looks the same and shows another picture.
        played(checkpoint, ["call text_search|q= Mill", "answer 1900"], 1, "found"),
        played(checkpoint, ["answer 7"], 2, "found"),
    ]


def forest(checkpoint: Checkpoint, groups: list[list[TokenTrajectory]]) -> TokenBatch:
    places = token_places(checkpoint)
    trees = [PrefixTree(group, checkpoint.family, **places) for group in groups]
    flat = [each for group in groups for each in group]
    return make_tree_batch(trees, flat, checkpoint.family, **places)


@pytest.mark.parametrize("cuts", [(6,), (2, 6), (1, 2, 3, 4, 5, 6)])
def test_scores_entropies_and_gradients_are_those_of_padded_rows(
    checkpoint: Checkpoint, sequences: list[TokenTrajectory], cuts: tuple[int, ...]
) -> None:
    checkpoint.model.double()
    groups = [sequences[start:end] for start, end in zip((0, *cuts), cuts, strict=False)]
    weights = torch.rand(6, 400, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    found = []
    for batch in (batch_for(checkpoint, sequences), forest(checkpoint, groups)):
        checkpoint.model.zero_grad()
        scores, entropy = Scorer(checkpoint.model, temperature=0.7)(batch)
        (scores * weights[:, : scores.shape[1]]).sum().backward()
        gradients = {
            name: weight.grad.clone()
            for name, weight in checkpoint.model.named_parameters()
            if weight.grad is not None
        }
        found.append((batch, scores.detach(), entropy, gradients))
    (plain, scores, entropy, gradients), (tree, same, also, through) = found
    assert torch.equal(plain.targets, tree.targets)
    assert torch.equal(plain.generated, tree.generated)
    assert torch.equal(plain.log_probabilities, tree.log_probabilities)
    torch.testing.assert_close(same, scores, atol=1e-9, rtol=1e-9)
    torch.testing.assert_close(also, entropy, atol=1e-9, rtol=1e-9)
    assert gradients.keys() == through.keys()
    for name, gradient in gradients.items():
        # The norms of transformers compute in float32 whatever they are given.
        largest = float(gradient.abs().max())
        torch.testing.assert_close(through[name], gradient, atol=1e-4 * largest, rtol=1e-4)


def test_the_mask_says_what_the_stretches_say(
    checkpoint: Checkpoint, sequences: list[TokenTrajectory]
) -> None:
    """With gradient checkpointing, where layers are computed anew, the mask is read."""
    checkpoint.model.double()
    batch = forest(checkpoint, [sequences])
    assert batch.tree is not None
    with torch.no_grad():
        read = {**batch.inputs, "attention_mask": batch.tree.mask()}
        by_mask = checkpoint.model.model(**read, use_cache=False).last_hidden_state
        by_stretches = Scorer(checkpoint.model)._read(batch).last_hidden_state
    torch.testing.assert_close(by_stretches, by_mask, atol=1e-9, rtol=1e-9)
    assert checkpoint.model.config.get_text_config()._attn_implementation == "sdpa"


def test_with_gradient_checkpointing_the_gradients_are_the_same(
    checkpoint: Checkpoint, sequences: list[TokenTrajectory]
) -> None:
    found = []
    for checkpointing in (False, True):
        if checkpointing:
            checkpoint.model.gradient_checkpointing_enable()
        checkpoint.model.zero_grad()
        scorer = Scorer(checkpoint.model).train()
        scorer(forest(checkpoint, [sequences]))[0].sum().backward()
        found.append(checkpoint.model.lm_head.weight.grad.clone())
    torch.testing.assert_close(found[1], found[0], atol=1e-4, rtol=1e-3)


def test_what_is_shared_is_held_once(
    checkpoint: Checkpoint, sequences: list[TokenTrajectory]
) -> None:
    tree = PrefixTree(sequences[:3], checkpoint.family, **token_places(checkpoint))
    one, other = sequences[0].tokens, sequences[1].tokens
    common = next(place for place, token in enumerate(one) if other[place] != token)
    assert tree.size == len(one) + len(other) - common
    # The prompt's picture once, what the second observation shows for each answer.
    assert len(tree.pictures) == 3
    assert np.array_equal(tree.paths[0], tree.paths[2])
    apart = PrefixTree(sequences[3:5], checkpoint.family, **token_places(checkpoint))
    # Until the picture they are the same, from there on they are not.
    assert apart.paths[0][0] == apart.paths[1][0]
    assert apart.paths[0][40] != apart.paths[1][40]
    assert by_prompt([*sequences[:2], sequences[5]])[0][:2] == [0, 1]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.lists(st.integers(1, 3), min_size=1, max_size=40),
            st.integers(min_value=0, max_value=40),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_every_node_sees_its_own_path_alone(drawn: list[tuple[list[int], int]]) -> None:
    made = []
    for tokens, written in drawn:
        sequence = TokenTrajectory()
        sequence.tokens = tokens
        sequence.generated = [place >= written for place in range(len(tokens))]
        sequence.step = [0] * len(tokens)
        sequence.log_probabilities = [0.0] * len(tokens)
        made.append(sequence)
    tree = PrefixTree(made, QWEN, **PLACES)
    batch = make_tree_batch([tree], made, QWEN, **PLACES)
    assert batch.tree is not None
    seen = batch.tree.mask()[0, 0].numpy()
    nodes = {
        (tuple(each.tokens[: end + 1]), tuple(each.generated[: end + 1]))
        for each in made
        for end in range(len(each))
    }
    assert tree.size == len(nodes)
    for sequence, path in zip(made, tree.paths, strict=True):
        assert batch.inputs["input_ids"][0, path].tolist() == sequence.tokens
        assert batch.inputs["position_ids"][0, 0, path].tolist() == list(range(len(path)))
        for end, node in enumerate(path):
            assert np.flatnonzero(seen[node]).tolist() == sorted(path[: end + 1].tolist())
    stretches = batch.tree.stretches[0]
    assert [each.first for each in stretches] == [0, *(each.last for each in stretches[:-1])]
    rebuilt = np.zeros_like(seen)
    for each in stretches:
        rebuilt[each.first : each.last, each.keys.numpy()] = each.seen.numpy()
    assert np.array_equal(rebuilt, seen)
