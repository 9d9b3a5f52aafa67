"""PyTorch's DataLoader with Albumentations, one worker process: the peer of bench/loader.ts.

Each request names a raw file of images; the answer is images per second and the share of the epoch spent
waiting. The same pipeline as ours: a random subset of 0 to 5 of the fifteen, each applied, then a reflecting border
back to the input size; batches are uint8 [B, H, W, C] with class indices and the labels of what was applied.
"""
import json
import random
import sys
import time
import warnings

warnings.filterwarnings("ignore")
import albumentations as A  # noqa: E402
import cv2  # noqa: E402
import numpy as np  # noqa: E402
import torch  # noqa: E402

cv2.setNumThreads(0)
torch.set_num_threads(1)


def fifteen(side):
    crop = side * 25 // 32
    return [
        A.HorizontalFlip(p=1), A.VerticalFlip(p=1), A.RandomRotate90(p=1), A.Transpose(p=1), A.ToGray(p=1),
        A.ShiftScaleRotate(border_mode=cv2.BORDER_REFLECT_101, p=1), A.RandomCrop(crop, crop, p=1),
        A.CenterCrop(crop, crop, p=1), A.RandomSizedCrop((crop, crop), (side, side), p=1),
        A.RandomBrightnessContrast(brightness_limit=0, p=1), A.RandomBrightnessContrast(contrast_limit=0, p=1),
        A.RandomGamma(p=1), A.CLAHE(p=1), A.Blur(p=1), A.GaussNoise(p=1),
    ]


class Joint(torch.utils.data.Dataset):
    def __init__(self, images, labels):
        self.images, self.labels = images, labels
        side = images.shape[1]
        self.transforms = fifteen(side)
        self.restore = A.PadIfNeeded(side, side, border_mode=cv2.BORDER_REFLECT_101)

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        image = self.images[i]
        applied = np.zeros(len(self.transforms), np.uint8)
        for k in random.sample(range(len(self.transforms)), random.randint(0, 5)):
            image = self.transforms[k](image=image)["image"]
            applied[k] = 1
        if image.shape != self.images[i].shape:
            image = self.restore(image=image)["image"]
        return np.ascontiguousarray(image), self.labels[i], applied


def busy(seconds):
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        pass


def main():
    print(json.dumps({"torch": torch.__version__, "albumentations": A.__version__, "opencv": cv2.__version__}), flush=True)
    loaders = {}
    for line in sys.stdin:
        request = json.loads(line)
        key = request["images"]
        if key not in loaders:
            side = request["side"]
            images = np.fromfile(key, np.uint8).reshape(-1, side, side, 3)
            labels = np.zeros(len(images), np.int64)
            loaders[key] = torch.utils.data.DataLoader(
                Joint(images, labels), batch_size=request["batch"], shuffle=True, num_workers=1,
                prefetch_factor=request["prefetch"], persistent_workers=True, drop_last=True)
        start, waited, count = time.perf_counter(), 0.0, 0
        batches = iter(loaders[key])
        while True:
            before = time.perf_counter()
            batch = next(batches, None)
            waited += time.perf_counter() - before
            if batch is None:
                break
            count += len(batch[0])
            busy(request["step"])
        seconds = time.perf_counter() - start
        print(json.dumps({"imagesPerSecond": count / seconds, "waitShare": waited / seconds}), flush=True)


if __name__ == "__main__":
    main()
