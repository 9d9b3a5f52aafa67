"""The peer of the step benchmark: whole training steps of the two networks for classes, and of a Feature
Pyramid Network on DenseNet-121, in Python's PyTorch.

Its best setting: channels-last memory for weights and batches, two threads on the CPU; bfloat16 by autocast.
A JSON request a line in, the seconds of each step out. DenseNet-121 is torchvision's where that is
installed, otherwise the equal one of models.py. Arguments: the device (default cpu), threads (2), and `cpu` to
count processor time.
"""

import json
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

from fpn import Fpn, TorchvisionTrunk
from models import DenseNet121, ResnetSmall

device, threads, clock = (sys.argv[1:] + ["cpu", "2", "wall"][len(sys.argv) - 1 :])[:3]
torch.set_num_threads(int(threads))
now = time.process_time if clock == "cpu" else time.perf_counter


class OwnTrunk(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = DenseNet121(1)

    def forward(self, x):
        return self.net.levels(x)


try:
    import torchvision

    densenet121, origin = lambda: torchvision.models.densenet121(num_classes=10), "torchvision"
    trunk = lambda: TorchvisionTrunk(torchvision.models.densenet121().features)
except ImportError:
    densenet121, origin = lambda: DenseNet121(10), "own"
    trunk = OwnTrunk

models = {"densenet121": densenet121, "resnet-small": lambda: ResnetSmall(10)}
print(json.dumps({"torch": torch.__version__, "densenet": origin}), flush=True)
current, step, judge = None, None, None


def autocast(precision):
    return torch.autocast(device.split(":")[0], dtype=torch.bfloat16, enabled=precision == "bfloat16")


def judging(model, images):
    """A forward pass whose scores are read."""

    @torch.no_grad()
    def judge(precision):
        model.eval()
        x = images.to(device).permute(0, 3, 1, 2).float().div_(127.5).sub_(1).mul_(2)
        with autocast(precision):
            out = model(x)
        return (out[0] if isinstance(out, tuple) else out).float().cpu()

    return judge


def prepare(name, batch):
    model = models[name]().to(device, memory_format=torch.channels_last).train()
    optimiser = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9, weight_decay=5e-4)
    images = torch.randint(0, 256, (batch, 32, 32, 3), dtype=torch.uint8)
    classes = torch.randint(0, 10, (batch,))

    def step(precision):
        model.train()
        # [N,H,W,C] bytes seen as [N,C,H,W] are channels-last already.
        x = images.to(device).permute(0, 3, 1, 2).float().div_(127.5).sub_(1).mul_(2)
        with autocast(precision):
            scores = model(x)
        loss = F.cross_entropy(scores.float(), classes.to(device))
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        return loss.item()

    return step, judging(model, images)


def prepare_segmentation(batch, size, classes=19, labels=15):
    model = Fpn(trunk(), classes, labels).to(device, memory_format=torch.channels_last).train()
    optimiser = torch.optim.Adam(model.parameters(), lr=1e-4)
    images = torch.randint(0, 256, (batch, size, size, 3), dtype=torch.uint8)
    masks = torch.randint(0, classes, (batch, size, size), dtype=torch.uint8)
    applied = torch.randint(0, 2, (batch, labels)).float()

    def step(precision):
        model.train()
        x = images.to(device).permute(0, 3, 1, 2).float().div_(127.5).sub_(1).mul_(2)
        with autocast(precision):
            task, seen = model(x)
        loss = F.cross_entropy(task.float(), masks.to(device).long(), ignore_index=255)
        loss = loss + F.binary_cross_entropy_with_logits(seen.float(), applied.to(device))
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        return loss.item()

    return step, judging(model, images)


for line in sys.stdin:
    request = json.loads(line)
    model, batch, size = request["model"], request["batch"], request.get("size", 32)
    key = [model, request.get("task"), batch, size]
    if current != key:
        segmentation = request.get("task") == "segmentation"
        step, judge = prepare_segmentation(batch, size) if segmentation else prepare(model, batch)
        current = key
    work = judge if request["judging"] else step
    seconds = []
    try:
        for _ in range(request["steps"]):
            start = now()
            work(request["precision"])
            seconds.append(now() - start)
        answer = {"seconds": seconds}
    except (RuntimeError, NotImplementedError) as error:
        if request["precision"] != "bfloat16":
            raise
        answer = {"unable": str(error).splitlines()[0]}
    print(json.dumps(answer), flush=True)
