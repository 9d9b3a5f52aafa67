"""Albumentations on OpenCV, and with the argument `wide` torchvision too, one thread: the peers of bench/augment.ts.

Each request names a raw file of RGB images and a transform; the answer is images per second of calling the
transform as users do. Views (crops, transposes, turns) are made contiguous inside the timing, as a network
needs them. torchvision takes images of Pillow and gives such back; for RandomErasing, tensors.
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

cv2.setNumThreads(0)


def make(name, height, width):
    """The transform with our default parameters, always applied."""
    crop = height * 25 // 32, width * 25 // 32
    return {
        "HorizontalFlip": lambda: A.HorizontalFlip(p=1),
        "VerticalFlip": lambda: A.VerticalFlip(p=1),
        "RandomRotate90": lambda: A.RandomRotate90(p=1),
        "Transpose": lambda: A.Transpose(p=1),
        "ToGray": lambda: A.ToGray(p=1),
        "ShiftScaleRotate": lambda: A.ShiftScaleRotate(border_mode=cv2.BORDER_REFLECT_101, p=1),
        "RandomCrop": lambda: A.RandomCrop(*crop, p=1),
        "CenterCrop": lambda: A.CenterCrop(*crop, p=1),
        "RandomSizedCrop": lambda: A.RandomSizedCrop((crop[0], crop[0]), (height, width), w2h_ratio=width / height, p=1),
        "RandomContrast": lambda: A.RandomBrightnessContrast(brightness_limit=0, p=1),
        "RandomBrightness": lambda: A.RandomBrightnessContrast(contrast_limit=0, p=1),
        "RandomGamma": lambda: A.RandomGamma(p=1),
        "CLAHE": lambda: A.CLAHE(p=1),
        "Blur": lambda: A.Blur(p=1),
        "GaussNoise": lambda: A.GaussNoise(std_range=(0.0124, 0.0277), p=1),
        # Four that change values through tables, one after the other.
        "sequence": lambda: A.Compose([
            A.RandomBrightnessContrast(contrast_limit=0, p=1), A.RandomBrightnessContrast(brightness_limit=0, p=1), A.RandomGamma(p=1)]),
    }[name]()


def make_wide(name, height, width):
    """As `make`, for those of the wide set that follow Albumentations; None for the others."""
    def affine(**moved):
        return lambda: A.Affine(**{"scale": 1, "rotate": 0, "shear": 0, "translate_percent": 0, **moved}, p=1)

    makers = {
        "HueSaturationValue": lambda: A.HueSaturationValue(p=1),
        "Translate": affine(translate_percent={"x": (-0.1, 0.1), "y": (-0.1, 0.1)}),
        "Shear": affine(shear={"x": (-10, 10), "y": (-10, 10)}),
        "GaussianBlur": lambda: A.GaussianBlur(p=1),
        "ImageCompression": lambda: A.ImageCompression(quality_range=(75, 100), p=1),
        "RandomResizedCrop": lambda: A.RandomResizedCrop((height, width), p=1),
    }
    return makers[name]() if name in makers else None


class Torchvision:
    """Those of the wide set that follow torchvision, on images of Pillow."""

    def __init__(self):
        import PIL
        import torch
        import torchvision
        from PIL import Image
        from torchvision.transforms import v2
        self.torch, self.v2, self.Image = torch, v2, Image
        torch.set_num_threads(1)
        self.versions = {"torchvision": torchvision.__version__, "pillow": PIL.__version__, "torch": torch.__version__}

    def make(self, name):
        v2, F = self.v2, self.v2.functional
        return {
            "Perspective": lambda: v2.RandomPerspective(p=1),
            "RandomErasing": lambda: v2.RandomErasing(p=1),
            "Sharpness": lambda: lambda i: F.adjust_sharpness(i, 1 + random.choice((-1, 1)) * random.uniform(0, 0.9)),
            "Posterize": lambda: lambda i: F.posterize(i, 8 - round(random.uniform(0, 4))),
            "Solarize": lambda: lambda i: F.solarize(i, random.uniform(0, 255)),
            "Equalize": lambda: v2.RandomEqualize(p=1),
            "AutoContrast": lambda: v2.RandomAutocontrast(p=1),
        }[name]()

    def given(self, name, image):
        """An array as the transform takes it."""
        if name == "RandomErasing":
            return self.torch.from_numpy(np.ascontiguousarray(image.transpose(2, 0, 1)))
        return self.Image.fromarray(image)


def prepare(name, images, torchvision):
    """A function of no arguments for each image, which applies the transform to it."""
    height, width = images.shape[1:3]
    transform = make_wide(name, height, width) if torchvision else make(name, height, width)
    if transform is not None:
        return [lambda i=image: np.ascontiguousarray(transform(image=i)["image"]) for image in images]
    other = torchvision.make(name)
    return [lambda i=torchvision.given(name, image): other(i) for image in images]


def main():
    torchvision = Torchvision() if sys.argv[1:] == ["wide"] else None
    versions = {"albumentations": A.__version__, "opencv": cv2.__version__, "numpy": np.__version__}
    print(json.dumps({**versions, **(torchvision.versions if torchvision else {})}), flush=True)
    made = {}
    for line in sys.stdin:
        r = json.loads(line)
        key = r["name"], r["width"], r["height"]
        if key not in made:
            images = np.fromfile(r["images"], np.uint8).reshape(-1, r["height"], r["width"], 3)
            made[key] = prepare(r["name"], images, torchvision)
        runs = made[key]
        count, start = 0, time.perf_counter()
        while True:
            for run in runs:
                run()
            count += len(runs)
            seconds = time.perf_counter() - start
            if seconds >= r["seconds"]:
                break
        print(json.dumps({"imagesPerSecond": count / seconds}), flush=True)


if __name__ == "__main__":
    main()
