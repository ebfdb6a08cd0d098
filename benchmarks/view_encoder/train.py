"""Trains the encoder of views and writes it as ONNX: `python -m benchmarks.view_encoder.train`.

Two things are learnt at once. *Which subject is it*: views of one subject lie near each other and
far from all others of the batch, its look-alikes among them (supervised contrastive loss, Khosla
et al. 2020, equation 2). *What does it look like*: the genes are read from the features, which
teaches the network to see charges, arches and petals long before it can tell subjects apart.
"""

from __future__ import annotations

import argparse
import math
import time
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional

from benchmarks.view_encoder.network import Encoder, GeneHeads
from benchmarks.view_encoder.photographs import (
    HEIGHT,
    MEMBERS,
    VIEWS,
    WIDTH,
    group_genes,
    make_photographs,
)
from searchvl_gym.world.appearance.families import FAMILIES

INPUT = (96, 128)
TEMPERATURE = 0.08
GROUPS = 5
"""Groups of every family in a batch."""


def augmented(pixels: torch.Tensor, rng: np.random.Generator) -> torch.Tensor:
    """Random parts of photographs at the encoder's size: `(B, H, W, 3)` to `(B, 3, 96, 128)`."""
    count = len(pixels)
    scale = torch.from_numpy(rng.uniform(0.62, 1.0, (count, 1)).astype(np.float32))
    ratio = torch.from_numpy(rng.uniform(0.88, 1.14, (count, 1)).astype(np.float32))
    sizes = torch.cat([scale * ratio, scale / ratio], 1).clamp(max=1.0)
    shift = torch.from_numpy(rng.uniform(-1, 1, (count, 2)).astype(np.float32)) * (1 - sizes)
    theta = torch.zeros(count, 2, 3)
    theta[:, 0, 0], theta[:, 1, 1] = sizes[:, 0], sizes[:, 1]
    theta[:, :, 2] = shift
    grid = functional.affine_grid(theta, [count, 3, *INPUT], align_corners=False)
    images = pixels.permute(0, 3, 1, 2).float()
    return functional.grid_sample(images, grid, padding_mode="reflection", align_corners=False)


def contrastive(embeddings: torch.Tensor, subjects: torch.Tensor) -> torch.Tensor:
    """Supervised contrastive loss of `(B, D)` unit vectors with subject numbers `(B,)`."""
    scores = embeddings @ embeddings.T / TEMPERATURE
    own = torch.eye(len(scores), dtype=torch.bool)
    scores = scores.masked_fill(own, -1e9)
    same = (subjects[:, None] == subjects[None]) & ~own
    log_share = scores - scores.logsumexp(1, keepdim=True)
    return -(log_share * same).sum(1).div(same.sum(1)).mean()


def train(folder: Path, *, epochs: int, seed: int, minutes: float, weights: Path) -> Encoder:
    """Train on the photographs of a folder; stops after `minutes` at the latest.

    Two to three times as fast where the allocator keeps its memory:
    `MALLOC_MMAP_MAX_=0 MALLOC_TRIM_THRESHOLD_=100000000000 MALLOC_TOP_PAD_=1000000000`.
    """
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    pictures = {name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in FAMILIES}
    genes = {
        name: torch.tensor(
            [[list(member.values()) for member in group_genes(name, g)] for g in range(len(p))]
        )
        for name, p in pictures.items()
    }
    groups = min(len(p) for p in pictures.values())
    steps = groups // GROUPS
    encoder, heads = Encoder(), GeneHeads()
    parameters = [*encoder.parameters(), *heads.parameters()]
    optimiser = torch.optim.AdamW(parameters, lr=2e-3, weight_decay=1e-2)
    start = time.monotonic()
    for epoch in range(epochs):
        orders = {name: rng.permutation(len(p)) for name, p in pictures.items()}
        totals = np.zeros(2)
        for step in range(steps):
            progress = max(
                (epoch + step / steps) / epochs, (time.monotonic() - start) / 60 / minutes
            )
            if progress >= 1:
                return encoder
            for group in optimiser.param_groups:
                group["lr"] = (
                    2e-3 * min(1.0, progress * 20 + 0.05) * (1 + math.cos(math.pi * progress)) / 2
                )
            batch, labels = [], []
            for name, p in pictures.items():
                chosen = np.sort(orders[name][step * GROUPS : (step + 1) * GROUPS])
                batch.append(torch.from_numpy(p[chosen]).reshape(-1, HEIGHT, WIDTH, 3))
                labels.append(genes[name][chosen].repeat_interleave(VIEWS, dim=1).flatten(0, 1))
            count = GROUPS * MEMBERS * VIEWS
            x = augmented(torch.cat(batch), rng)
            features = encoder.features(x)
            embeddings = functional.normalize(encoder.embed(features), dim=1)
            subjects = torch.arange(len(x) // VIEWS).repeat_interleave(VIEWS)
            instance = contrastive(embeddings, subjects)
            parts = features.split(count)
            looks = torch.stack(
                [
                    heads.loss(part, n, label)
                    for part, n, label in zip(parts, pictures, labels, strict=True)
                ]
            ).mean()
            loss = instance + looks
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            totals += (instance.item(), looks.item())
        print(
            f"epoch {epoch + 1}: contrastive {totals[0] / steps:.3f}, "
            f"genes {totals[1] / steps:.3f}, "
            f"{(time.monotonic() - start) / 60:.1f} min",
            flush=True,
        )
        torch.save(encoder.state_dict(), weights)
    return encoder


def export(encoder: Encoder, path: Path) -> None:
    """Write the encoder as ONNX with a free number of pictures."""
    encoder.eval()
    torch.onnx.export(
        encoder,
        (torch.zeros(1, 3, *INPUT),),
        str(path),
        input_names=["pixels"],
        output_names=["embedding"],
        dynamic_axes={"pixels": {0: "n"}, "embedding": {0: "n"}},
        opset_version=17,
        dynamo=False,
    )


def main() -> None:
    """Draw what is missing, train, export."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photographs", type=Path, required=True, help="folder, made when missing")
    parser.add_argument("--groups", type=int, default=240, help="groups of every family")
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--minutes", type=float, default=60.0, help="most minutes of training")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, required=True, help="ONNX file to write")
    options = parser.parse_args()
    make_photographs(options.photographs, options.groups)
    encoder = train(
        options.photographs,
        epochs=options.epochs,
        seed=options.seed,
        minutes=options.minutes,
        weights=options.out.with_suffix(".pt"),
    )
    export(encoder, options.out)


if __name__ == "__main__":
    main()
