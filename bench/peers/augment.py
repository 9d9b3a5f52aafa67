"""Albumentations on OpenCV, one thread: the peer of bench/augment.ts.

Each request names a raw file of RGB images and a transform; the answer is images per second of calling the
transform as users do. Views (crops, transposes, turns) are made contiguous inside the timing, as a network
needs them.
"""
import json
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


def main():
    print(json.dumps({"albumentations": A.__version__, "opencv": cv2.__version__, "numpy": np.__version__}), flush=True)
    made = {}
    for line in sys.stdin:
        r = json.loads(line)
        key = r["name"], r["width"], r["height"]
        if key not in made:
            images = np.fromfile(r["images"], np.uint8).reshape(-1, r["height"], r["width"], 3)
            made[key] = make(r["name"], r["height"], r["width"]), images
        transform, images = made[key]
        count, start = 0, time.perf_counter()
        while True:
            for image in images:
                np.ascontiguousarray(transform(image=image)["image"])
            count += len(images)
            seconds = time.perf_counter() - start
            if seconds >= r["seconds"]:
                break
        print(json.dumps({"imagesPerSecond": count / seconds}), flush=True)


if __name__ == "__main__":
    main()
