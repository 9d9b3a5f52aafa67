"""The networks of the peers, in plain PyTorch: DenseNet-121, EfficientNet-Lite0, and the small residual network of src/models."""

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


class Inverted(nn.Module):
    """1x1 to more channels (not where the expansion is 1), depthwise, 1x1 back; added where the shape stays."""

    def __init__(self, inputs, outputs, kernel, stride, expansion):
        super().__init__()
        inner = inputs * expansion
        widen = [nn.Conv2d(inputs, inner, 1, bias=False), nn.BatchNorm2d(inner), nn.ReLU6(inplace=True)]
        self.layers = nn.Sequential(
            *(widen if expansion > 1 else []),
            nn.Conv2d(inner, inner, kernel, stride, kernel // 2, groups=inner, bias=False),
            nn.BatchNorm2d(inner),
            nn.ReLU6(inplace=True),
            nn.Conv2d(inner, outputs, 1, bias=False),
            nn.BatchNorm2d(outputs),
        )
        self.adds = stride == 1 and inputs == outputs

    def forward(self, x):
        y = self.layers(x)
        return x + y if self.adds else y


class EfficientNetLite0(nn.Module):
    """Blocks, kernel, stride, expansion and channels of each stage: Tan and Le, 2019, table 1, as Lite0."""

    def __init__(self, classes):
        super().__init__()
        stages = [(1, 3, 1, 1, 16), (2, 3, 2, 6, 24), (2, 5, 2, 6, 40), (3, 3, 2, 6, 80)]
        stages += [(3, 5, 1, 6, 112), (4, 5, 2, 6, 192), (1, 3, 1, 6, 320)]
        layers, width = [nn.Conv2d(3, 32, 3, 2, 1, bias=False), nn.BatchNorm2d(32), nn.ReLU6(inplace=True)], 32
        for blocks, kernel, stride, expansion, channels in stages:
            for i in range(blocks):
                layers.append(Inverted(width, channels, kernel, stride if i == 0 else 1, expansion))
                width = channels
        layers += [nn.Conv2d(width, 1280, 1, bias=False), nn.BatchNorm2d(1280), nn.ReLU6(inplace=True)]
        self.layers = nn.Sequential(*layers)
        self.classifier = nn.Linear(1280, classes)

    def forward(self, x):
        return self.classifier(torch.flatten(F.adaptive_avg_pool2d(self.layers(x), 1), 1))
