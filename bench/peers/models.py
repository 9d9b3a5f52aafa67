"""The networks of the peers, in plain PyTorch: DenseNet-121 and the small residual network of src/models."""

import torch
import torch.nn.functional as F
from torch import nn


class Layer(nn.Module):
    def __init__(self, inputs, growth):
        super().__init__()
        self.norm1 = nn.BatchNorm2d(inputs)
        self.conv1 = nn.Conv2d(inputs, 4 * growth, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(4 * growth)
        self.conv2 = nn.Conv2d(4 * growth, growth, 3, padding=1, bias=False)

    def forward(self, parts):
        x = self.conv1(F.relu(self.norm1(torch.cat(parts, 1)), inplace=True))
        return self.conv2(F.relu(self.norm2(x), inplace=True))


class Block(nn.Module):
    def __init__(self, count, inputs, growth):
        super().__init__()
        self.layers = nn.ModuleList(Layer(inputs + i * growth, growth) for i in range(count))

    def forward(self, x):
        parts = [x]
        for layer in self.layers:
            parts.append(layer(parts))
        return torch.cat(parts, 1)


class DenseNet121(nn.Module):
    def __init__(self, classes, growth=32, blocks=(6, 12, 24, 16), width=64):
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(3, width, 7, 2, 3, bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(inplace=True),
            nn.MaxPool2d(3, 2, 1),
        )
        parts = []
        for i, count in enumerate(blocks):
            parts.append(Block(count, width, growth))
            width += count * growth
            if i + 1 < len(blocks):
                parts += [
                    nn.BatchNorm2d(width),
                    nn.ReLU(inplace=True),
                    nn.Conv2d(width, width // 2, 1, bias=False),
                    nn.AvgPool2d(2),
                ]
                width //= 2
        self.trunk = nn.Sequential(*parts, nn.BatchNorm2d(width), nn.ReLU(inplace=True))
        self.classifier = nn.Linear(width, classes)

    def forward(self, x):
        x = F.adaptive_avg_pool2d(self.trunk(self.stem(x)), 1)
        return self.classifier(torch.flatten(x, 1))

    def levels(self, x):
        """The output after each block's norm and ReLU, finest first."""
        x, found = self.stem(x), []
        for part in self.trunk:
            x = part(x)
            if isinstance(part, nn.ReLU):
                found.append(x)
        return found


class ConvNorm(nn.Module):
    def __init__(self, inputs, outputs, stride=1):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.norm = nn.BatchNorm2d(outputs)

    def forward(self, x, residual=None):
        y = self.norm(self.conv(x))
        return F.relu(y if residual is None else y.add_(residual), inplace=True)


class Stage(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.down = ConvNorm(inputs, outputs, 2) if inputs != outputs else nn.Identity()
        self.first = ConvNorm(outputs, outputs)
        self.second = ConvNorm(outputs, outputs)

    def forward(self, x):
        y = self.down(x)
        return self.second(self.first(y), y)


class ResnetSmall(nn.Module):
    """With `labels`, a second head on mean and deviation of every stage's channels."""

    def __init__(self, classes, labels=0, width=32):
        super().__init__()
        widths = [width, width, 2 * width, 4 * width, 8 * width]
        self.stem = ConvNorm(3, width)
        self.stages = nn.Sequential(*(Stage(i, o) for i, o in zip(widths, widths[1:])))
        self.classifier = nn.Linear(widths[-1], classes)
        if labels > 0:
            seen = 2 * sum(widths[1:])
            self.augment = nn.Sequential(nn.BatchNorm1d(seen), nn.Linear(seen, labels))

    def forward(self, x):
        y, seen = self.stem(x), []
        for stage in self.stages:
            y = stage(y)
            pooled = y.mean((2, 3))
            if hasattr(self, "augment"):
                seen += [pooled, ((y * y).mean((2, 3)) - pooled * pooled).relu().add(1e-5).sqrt()]
        task = self.classifier(pooled)
        return (task, self.augment(torch.cat(seen, 1))) if seen else task
