"""The peer of the step benchmark: whole training steps of networks for classes, and of a Feature
Pyramid Network on DenseNet-121, in Python's PyTorch.

Its best setting: channels-last memory for weights and batches, two threads on the CPU; bfloat16 by autocast. On a
card, batches lie in page-locked memory and travel while it computes, and torch.compile is used where it is asked for.
A JSON request a line in, the seconds of each step out; on a card those of all steps in the mean. DenseNet-121 is
torchvision's where that is installed, otherwise the equal one of models.py; ResNet-18 is torchvision's. Arguments: the
device (default cpu), threads (2), `cpu` to count processor time, and `search` for torch.backends.cudnn.benchmark.
"""

import json
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

from fpn import Fpn, TorchvisionTrunk
from models import DenseNet121, EfficientNetLite0, ResnetSmall

device, threads, clock, search = (sys.argv[1:] + ["cpu", "2", "wall", ""][len(sys.argv) - 1 :])[:4]
on_card = device != "cpu"
torch.backends.cudnn.benchmark = search == "search"
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

models = {
    "densenet121": densenet121,
    "resnet-small": lambda: ResnetSmall(10),
    "efficientnet-lite0": lambda: EfficientNetLite0(10),
    "resnet18": lambda: torchvision.models.resnet18(num_classes=10),
}
print(json.dumps({"torch": torch.__version__, "densenet": origin}), flush=True)
current, step, judge = None, None, None


def first_stages(model, count):
    """The layers that compute the first stages of an EfficientNet-Lite0: its stem of three, then blocks."""
    ends = [0, 4, 6, 8, 11, 14, 18, 19]
    return list(model.layers)[: ends[count]] if count else []


def batches(*tensors):
    """A function that brings a batch to the device."""
    if not on_card:
        return lambda: tensors
    kept = [tensor.pin_memory() for tensor in tensors]
    return lambda: [tensor.to(device, non_blocking=True) for tensor in kept]


def compiled(model):
    """The model by way of computing: None as it is, otherwise through torch.compile in that mode."""
    made = {None: model}

    def by(mode):
        if mode not in made:
            made[mode] = torch.compile(model, mode=mode)
        return made[mode]

    return by


def autocast(precision):
    return torch.autocast(device.split(":")[0], dtype=torch.bfloat16, enabled=precision == "bfloat16")


def judging(model, by, batch):
    """A forward pass whose scores are read."""

    @torch.no_grad()
    def judge(precision, mode):
        model.eval()
        x = batch()[0].permute(0, 3, 1, 2).float().div_(127.5).sub_(1).mul_(2)
        with autocast(precision):
            out = by(mode)(x)
        return (out[0] if isinstance(out, tuple) else out).float().cpu()

    return judge


def prepare(name, count, size, frozen, frozen_stages):
    model = models[name]().to(device, memory_format=torch.channels_last).train()
    for part in first_stages(model, frozen_stages):
        part.requires_grad_(False)
    by = compiled(model)
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimiser = torch.optim.SGD(trained, lr=0.1, momentum=0.9, weight_decay=5e-4)
    norms = [part for part in model.modules() if isinstance(part, nn.BatchNorm2d)]
    images = torch.randint(0, 256, (count, size, size, 3), dtype=torch.uint8)
    batch = batches(images, torch.randint(0, 10, (count,)))

    def step(precision, mode):
        model.train()
        if frozen:
            for part in norms:
                part.eval()
        images, classes = batch()
        # [N,H,W,C] bytes seen as [N,C,H,W] are channels-last already.
        x = images.permute(0, 3, 1, 2).float().div_(127.5).sub_(1).mul_(2)
        with autocast(precision):
            scores = by(mode)(x)
        loss = F.cross_entropy(scores.float(), classes)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        return loss if on_card else loss.item()

    return step, judging(model, by, batch)


def prepare_segmentation(count, size, classes=19, labels=15):
    model = Fpn(trunk(), classes, labels).to(device, memory_format=torch.channels_last).train()
    by = compiled(model)
    optimiser = torch.optim.Adam(model.parameters(), lr=1e-4)
    images = torch.randint(0, 256, (count, size, size, 3), dtype=torch.uint8)
    masks = torch.randint(0, classes, (count, size, size), dtype=torch.uint8)
    batch = batches(images, masks, torch.randint(0, 2, (count, labels)).float())

    def step(precision, mode):
        model.train()
        images, masks, applied = batch()
        x = images.permute(0, 3, 1, 2).float().div_(127.5).sub_(1).mul_(2)
        with autocast(precision):
            task, seen = by(mode)(x)
        loss = F.cross_entropy(task.float(), masks.long(), ignore_index=255)
        loss = loss + F.binary_cross_entropy_with_logits(seen.float(), applied)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        return loss if on_card else loss.item()

    return step, judging(model, by, batch)


def timed(work, steps, *how):
    """The seconds of each step; on a card all of them follow each other, from an idle card to an idle card."""
    if not on_card:
        seconds = []
        for _ in range(steps):
            start = now()
            work(*how)
            seconds.append(now() - start)
        return seconds
    torch.cuda.synchronize()
    start = now()
    for _ in range(steps):
        work(*how)
    torch.cuda.synchronize()
    return [(now() - start) / steps]


for line in sys.stdin:
    request = json.loads(line)
    model, batch, size = request["model"], request["batch"], request.get("size", 32)
    frozen, frozen_stages = request.get("frozen", False), request.get("frozenStages", 0)
    key = [model, request.get("task"), batch, size, frozen, frozen_stages]
    if model == "resnet18" and origin == "own":
        print(json.dumps({"unable": "torchvision is not installed"}), flush=True)
        continue
    if current != key:
        segmentation = request.get("task") == "segmentation"
        step, judge = prepare_segmentation(batch, size) if segmentation else prepare(model, batch, size, frozen, frozen_stages)
        current = key
    work, mode = judge if request["judging"] else step, request.get("compile")
    try:
        answer = {"seconds": timed(work, request["steps"], request["precision"], mode)}
    except (RuntimeError, NotImplementedError) as error:
        if request["precision"] != "bfloat16" and mode is None:
            raise
        answer = {"unable": str(error).splitlines()[0]}
    print(json.dumps(answer), flush=True)
