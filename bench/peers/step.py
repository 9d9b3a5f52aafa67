"""The peer of the step benchmark: whole training steps of DenseNet-121, and of a Feature Pyramid Network
on it, in Python's PyTorch.

Its best setting on the CPU: channels-last memory for weights and batches, two threads.
A JSON request a line in, the seconds of each step out. Uses torchvision's DenseNet where it is
installed, otherwise an equal one written here.
"""

import json
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

from fpn import Fpn, TorchvisionTrunk

torch.set_num_threads(2)


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
        """What follows each block behind its norm and ReLU, the finest first."""
        x, found = self.stem(x), []
        for part in self.trunk:
            x = part(x)
            if isinstance(part, nn.ReLU):
                found.append(x)
        return found


class OwnTrunk(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = DenseNet121(1)

    def forward(self, x):
        return self.net.levels(x)


try:
    import torchvision

    make, origin = lambda: torchvision.models.densenet121(num_classes=10), "torchvision"
    trunk = lambda: TorchvisionTrunk(torchvision.models.densenet121().features)
except ImportError:
    make, origin = lambda: DenseNet121(10), "own"
    trunk = OwnTrunk

print(json.dumps({"torch": torch.__version__, "densenet": origin}), flush=True)
current, step = None, None


def prepare(batch):
    model = make().to(memory_format=torch.channels_last).train()
    optimiser = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9, weight_decay=5e-4)
    images = torch.randint(0, 256, (batch, 32, 32, 3), dtype=torch.uint8)
    classes = torch.randint(0, 10, (batch,))

    def step():
        # [N,H,W,C] bytes seen as [N,C,H,W] are channels-last already.
        x = images.permute(0, 3, 1, 2).float().div_(127.5).sub_(1).mul_(2)
        loss = F.cross_entropy(model(x), classes)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        return loss.item()

    return step


def prepare_segmentation(batch, size, classes=19, labels=15):
    model = Fpn(trunk(), classes, labels).to(memory_format=torch.channels_last).train()
    optimiser = torch.optim.Adam(model.parameters(), lr=1e-4)
    images = torch.randint(0, 256, (batch, size, size, 3), dtype=torch.uint8)
    masks = torch.randint(0, classes, (batch, size, size), dtype=torch.uint8)
    applied = torch.randint(0, 2, (batch, labels)).float()

    def step():
        x = images.permute(0, 3, 1, 2).float().div_(127.5).sub_(1).mul_(2)
        task, seen = model(x)
        loss = F.cross_entropy(task, masks.long(), ignore_index=255)
        loss = loss + F.binary_cross_entropy_with_logits(seen, applied)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        return loss.item()

    return step


for line in sys.stdin:
    request = json.loads(line)
    batch, size = request["batch"], request.get("size", 32)
    key = [request.get("task"), batch, size]
    if current != key:
        segmentation = request.get("task") == "segmentation"
        step = prepare_segmentation(batch, size) if segmentation else prepare(batch)
        current = key
    seconds = []
    for _ in range(request["steps"]):
        start = time.perf_counter()
        step()
        seconds.append(time.perf_counter() - start)
    print(json.dumps({"seconds": seconds}), flush=True)
