"""The peer of the learn benchmark: epochs of joint learning as a plain PyTorch training loop.

The same images, network, batch, optimiser and losses as ours; DataLoader with two worker processes and, where
Albumentations is installed, a random subset of 0 to 5 of the fifteen transforms an image, else none.
A JSON request a line in; images a second and the share of waiting of each epoch out.
"""

import json
import random
import resource
import sys
import time
import warnings

warnings.filterwarnings("ignore")
import numpy as np  # noqa: E402
import torch  # noqa: E402
import torch.nn.functional as F  # noqa: E402

from models import ResnetSmall  # noqa: E402

try:
    import cv2

    cv2.setNumThreads(0)
    import albumentations as A
    from loader import fifteen
except ImportError:
    A = None

torch.set_num_threads(2)
LABELS = 15


class Joint(torch.utils.data.Dataset):
    def __init__(self, images, classes):
        self.images, self.classes = images, classes
        side = images.shape[1]
        if A:
            self.transforms = fifteen(side)
            self.restore = A.PadIfNeeded(side, side, border_mode=cv2.BORDER_REFLECT_101)

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        image = self.images[i]
        applied = np.zeros(LABELS, np.float32)
        if A:
            for k in random.sample(range(LABELS), random.randint(0, 5)):
                image = self.transforms[k](image=image)["image"]
                applied[k] = 1
            if image.shape != self.images[i].shape:
                image = self.restore(image=image)["image"]
        return np.ascontiguousarray(image), self.classes[i], applied


class Run:
    def __init__(self, file, side, batch):
        images = np.fromfile(file, np.uint8).reshape(-1, side, side, 3)
        classes = np.arange(len(images)) % 10
        self.loader = torch.utils.data.DataLoader(
            Joint(images, classes), batch_size=batch, shuffle=True, drop_last=True, num_workers=2 if A else 0,
            persistent_workers=A is not None)
        self.model = ResnetSmall(10, LABELS).to(memory_format=torch.channels_last).train()
        self.optimiser = torch.optim.SGD(self.model.parameters(), lr=0.1, momentum=0.9, weight_decay=5e-4)

    def step(self, images, classes, applied):
        # [N,H,W,C] bytes seen as [N,C,H,W] are channels-last already.
        x = images.permute(0, 3, 1, 2).float().div_(127.5).sub_(1).mul_(2)
        task, augment = self.model(x)
        loss = F.cross_entropy(task, classes) + F.binary_cross_entropy_with_logits(augment, applied)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        self.optimiser.step()
        return loss.item()

    def epoch(self):
        start, waited, count = time.perf_counter(), 0.0, 0
        batches = iter(self.loader)
        while True:
            before = time.perf_counter()
            batch = next(batches, None)
            waited += time.perf_counter() - before
            if batch is None:
                break
            self.step(*batch)
            count += len(batch[0])
        seconds = time.perf_counter() - start
        return {"imagesPerSecond": count / seconds, "waited": waited / seconds}


versions = {"torch": torch.__version__, "albumentations": A.__version__ if A else "none"}
print(json.dumps(versions), flush=True)
run = None
for line in sys.stdin:
    request = json.loads(line)
    run = run or Run(request["images"], request["side"], request["batch"])
    epochs = [run.epoch() for _ in range(request["epochs"])]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"epochs": epochs, "peakMb": peak}), flush=True)
