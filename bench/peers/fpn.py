"""The peer of our Feature Pyramid Network: the same layers in PyTorch on any DenseNet-121 trunk."""

import torch.nn.functional as F
from torch import nn


class Head(nn.Module):
    """Panoptic FPN's segmentation head: 1, 1, 2 and 3 steps from the finest to the coarsest level."""

    def __init__(self, inputs, outputs, groups):
        super().__init__()

        def step(first):
            return nn.Sequential(
                nn.Conv2d(inputs if first else outputs, outputs, 3, padding=1, bias=False),
                nn.GroupNorm(groups, outputs),
                nn.ReLU(inplace=True),
            )

        self.branches = nn.ModuleList(
            nn.ModuleList(step(i == 0) for i in range(max(1, level))) for level in range(4)
        )

    def forward(self, levels):
        total = None
        for level, steps in enumerate(self.branches):
            y = levels[level]
            for i, step in enumerate(steps):
                y = step(y)
                if level > 0:
                    size = levels[level - 1 - i].shape[-2:]
                    y = F.interpolate(y, size, mode="bilinear", align_corners=False)
            total = y if total is None else total + y
        return total


class Fpn(nn.Module):
    """`trunk(x)` gives four levels, the finest first; their widths are DenseNet-121's."""

    def __init__(self, trunk, classes, labels, widths=(256, 512, 1024, 1024), channels=256, head=128):
        super().__init__()
        self.trunk = trunk
        self.lateral = nn.ModuleList(nn.Conv2d(width, channels, 1) for width in widths)
        self.smooth = nn.ModuleList(nn.Conv2d(channels, channels, 3, padding=1) for _ in widths)
        self.head = Head(channels, head, 32)
        self.classifier = nn.Conv2d(head, classes, 1)
        self.augment_head = nn.Linear(widths[-1], labels)

    def forward(self, x):
        levels = self.trunk(x)
        above, pyramid = None, []
        for i in range(3, -1, -1):
            lateral = self.lateral[i](levels[i])
            if above is not None:
                lateral = lateral + F.interpolate(above, lateral.shape[-2:], mode="nearest")
            above = lateral
            pyramid.insert(0, self.smooth[i](above))
        scores = self.classifier(self.head(pyramid))
        task = F.interpolate(scores, x.shape[-2:], mode="bilinear", align_corners=False)
        return task, self.augment_head(levels[-1].mean((2, 3)))


class TorchvisionTrunk(nn.Module):
    """torchvision's DenseNet-121 as four levels."""

    def __init__(self, features):
        super().__init__()
        self.features = features

    def forward(self, x):
        levels = []
        for name, part in self.features.named_children():
            if name.startswith("transition"):
                x = F.relu(part.norm(x), inplace=True)
                levels.append(x)
                x = part.pool(part.conv(x))
            else:
                x = part(x)
        levels.append(F.relu(x, inplace=True))
        return levels
