"""Tests of `algos.tokens.growing_cache`: it holds what the cache of `transformers` holds."""

from __future__ import annotations

import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import DynamicCache

from algos.models import TinySize, build_tiny_checkpoint, train_tokenizer
from algos.tokens.growing_cache import add_rows, make_cache

CONFIG = build_tiny_checkpoint(
    train_tokenizer(["a"], 300), TinySize(hidden=32, layers=2, heads=2, vision_hidden=32)
).model.config.get_text_config()


@settings(max_examples=30)
@given(
    st.lists(st.sampled_from(["long", "token", "choose", "add"]), max_size=12), st.integers(0, 9)
)
def test_same_as_the_plain_cache(actions: list[str], seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    plain, growing, rows = DynamicCache(config=CONFIG), make_cache(CONFIG), 3
    for action in ["long", *actions, "token"]:
        if action in ("long", "token"):
            shape = (rows, 2, 70 if action == "long" else 1, 4)
            for layer in range(2):
                keys, values = (torch.randn(shape, generator=generator) for _ in range(2))
                ours, theirs = (each.update(keys, values, layer) for each in (growing, plain))
                assert torch.equal(ours[0], theirs[0])
                assert torch.equal(ours[1], theirs[1])
            continue
        chosen = torch.tensor([2, 0, *range(3, rows)])
        for cache in (plain, growing):
            for layer in cache.layers:
                if action == "choose":
                    layer.keys = layer.keys.index_select(0, chosen)
                    layer.values = layer.values.index_select(0, chosen)
                else:
                    layer.keys, layer.values = add_rows(layer.keys, 1), add_rows(layer.values, 1)
        rows = len(plain.layers[0].keys)
        if rows < 3:
            for cache in (plain, growing):
                for layer in cache.layers:
                    layer.keys, layer.values = add_rows(layer.keys, 1), add_rows(layer.values, 1)
            rows = 3
    assert growing.get_seq_length() == plain.get_seq_length()
