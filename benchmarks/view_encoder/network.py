"""The network: a small convolutional encoder of pictures of 128 by 96 pixels."""

from __future__ import annotations

import torch
from torch import nn

from searchvl_gym.world.appearance.families import FAMILIES

EMBEDDING = 128
WIDTHS = (40, 80, 160, 240)


class Block(nn.Module):
    """Two convolutions beside a shortcut; halves the picture when `stride` is 2."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.first_norm = nn.BatchNorm2d(outputs)
        self.second = nn.Conv2d(outputs, outputs, 3, 1, 1, groups=outputs // 40, bias=False)
        self.second_norm = nn.BatchNorm2d(outputs)
        self.shortcut = (
            nn.Identity()
            if stride == 1 and inputs == outputs
            else nn.Sequential(
                nn.AvgPool2d(stride) if stride > 1 else nn.Identity(),
                nn.Conv2d(inputs, outputs, 1, bias=False),
                nn.BatchNorm2d(outputs),
            )
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """`(B, C, H, W)` to `(B, C', H / stride, W / stride)`."""
        y = torch.relu(self.first_norm(self.first(x)))
        return torch.relu(self.second_norm(self.second(y)) + self.shortcut(x))


class Encoder(nn.Module):
    """From pixels to an embedding of length 1.

    `forward` takes uint8 RGB of shape `(B, 3, 96, 128)` as floats from 0 to 255, so that the
    exported file has no preprocessing of its own outside.
    """

    def __init__(self) -> None:
        super().__init__()
        a, b, c, d = WIDTHS
        self.stem = nn.Sequential(
            nn.Conv2d(3, a, 5, 2, 2, bias=False), nn.BatchNorm2d(a), nn.ReLU(), nn.MaxPool2d(2)
        )
        self.blocks = nn.Sequential(Block(a, b, 1), Block(b, c, 2), Block(c, c, 1), Block(c, d, 2))
        self.embed = nn.Linear(2 * d, EMBEDDING)

    def features(self, x: torch.Tensor) -> torch.Tensor:
        """Means and maxima of the last map: `(B, 2 * WIDTHS[-1])`."""
        y = self.blocks(self.stem((x - 118.0) / 64.0))
        return torch.cat([y.mean((2, 3)), y.amax((2, 3))], 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """`(B, 3, 96, 128)` to `(B, EMBEDDING)`, each row of length 1."""
        return nn.functional.normalize(self.embed(self.features(x)), dim=1)


class GeneHeads(nn.Module):
    """Guesses a subject's family and genes from the features; thrown away after training."""

    def __init__(self) -> None:
        super().__init__()
        inputs = 2 * WIDTHS[-1]
        self.family = nn.Linear(inputs, len(FAMILIES))
        self.genes = nn.ModuleDict(
            {
                name: nn.Linear(inputs, sum(gene.count for gene in family.genes))
                for name, family in FAMILIES.items()
            }
        )

    def loss(self, features: torch.Tensor, family: str, genes: torch.Tensor) -> torch.Tensor:
        """Mean cross-entropy of the genes `(B, G)` of pictures of one family, in nats."""
        scores = self.genes[family](features)
        counts = [gene.count for gene in FAMILIES[family].genes]
        parts = scores.split(counts, dim=1)
        losses = [
            nn.functional.cross_entropy(part, genes[:, number]) for number, part in enumerate(parts)
        ]
        return torch.stack(losses).mean()
