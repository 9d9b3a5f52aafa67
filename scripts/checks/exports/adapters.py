"""How each library is given a picture and a mask, and what its pictures may differ by."""
import importlib
import importlib.metadata
import os
import pathlib

import numpy as np

os.environ["KERAS_BACKEND"] = "torch"
FILES = {"ultralytics": "ultralytics.yaml", "ultralytics_located": "ultralytics_located.yaml"}
LAST = {"fastai": "last_item_transform"}
# Share of a mask that may differ: labels at the border between two pixels.
MASKS = {"ShiftScaleRotate": 0.01, "ShiftScaleRotate, no shift": 0.01}
LIMITS = {
    "albumentations": {"": 0, "ShiftScaleRotate": 8, "RandomGamma": 1},
    "torchvision": {"": 1, "ShiftScaleRotate": 2},
    "keras": {"": 1, "CenterCrop": None, "RandomCrop": None},
    "kornia": {"": 1, "ShiftScaleRotate": None, "CenterCrop": None, "RandomCrop": None},
    "monai": {"": 1, "ShiftScaleRotate": 2},
    "fastai": {"": 1, "ShiftScaleRotate": 2},
    "autogluon": {"": 1, "ShiftScaleRotate": 2},
}


def says_left_out(file: pathlib.Path) -> set[str]:
    """The transforms that the head of a file lists as left out."""
    names, inside = set(), False
    for line in file.read_text().splitlines():
        line = line.lstrip("# ")
        inside = (inside or line == "Left out:") and line != ""
        if inside and line.startswith("- "):
            names.add(line[2:].split(":")[0])
    return names


def version(library: str) -> str:
    package = {"autogluon": "autogluon.multimodal", "ultralytics_located": "ultralytics"}.get(library, library)
    return importlib.metadata.version(package)


def albumentations(module, phase=None):
    transform = module.last_transform if phase else module.transform

    def apply(image, mask):
        result = transform(image=image, mask=mask)
        return result["image"], result["mask"]

    return apply


def torchvision(module, phase=None):
    import torch
    from torchvision import tv_tensors

    transform = module.last_transform if phase else module.transform

    def apply(image, mask):
        planes = torch.from_numpy(image).permute(2, 0, 1)
        got, got_mask = transform(planes, tv_tensors.Mask(torch.from_numpy(mask)))
        assert transform(planes).dtype == torch.uint8
        return got.permute(1, 2, 0).numpy(), got_mask.numpy()

    return apply


def keras(module, phase=None):
    transform = module.last_transform if phase else module.transform

    def apply(image, mask):
        images, masks = np.stack([image, image]), np.stack([mask, mask])[..., None]
        got = transform({"images": images, "segmentation_masks": masks}, training=True)
        assert np.array_equal(transform(images, training=False), images)
        assert transform(images, training=True).shape[1:] == got["images"].shape[1:]
        pixels, labels = (np.array(got[key].cpu()) for key in ("images", "segmentation_masks"))
        return pixels[1].round().astype(np.uint8), labels[1, ..., 0].astype(np.uint8)

    return apply


def kornia(module, phase=None):
    import torch

    transform = module.last_transform if phase else module.transform

    def apply(image, mask):
        images = torch.from_numpy(image).permute(2, 0, 1).repeat(2, 1, 1, 1).float() / 255
        got, got_masks = transform(images, torch.from_numpy(mask)[None, None].repeat(2, 1, 1, 1).float())
        assert transform(images)[1] is None
        planes = (got[1] * 255).round().to(torch.uint8).permute(1, 2, 0)
        return planes.numpy(), got_masks[1, 0].to(torch.uint8).numpy()

    return apply


def monai(module, phase=None):
    transform = module.last_transform if phase else module.transform

    def apply(image, mask):
        got = transform({"image": image.transpose(2, 0, 1), "label": mask[None]})
        assert tuple(transform({"image": image.transpose(2, 0, 1)})["image"].shape) == tuple(got["image"].shape)
        assert -1e-3 <= got["image"].min() and got["image"].max() <= 255 + 1e-3
        planes, labels = (np.array(got[key]) for key in ("image", "label"))
        return planes.round().astype(np.uint8).transpose(1, 2, 0), labels[0].astype(np.uint8)

    return apply


def fastai(module, phase=None):
    from fastai.vision.core import PILImage, PILMask

    transform = module.last_item_transform if phase else module.item_transform

    def apply(image, mask):
        pictures = (PILImage.create(image), PILMask.create(mask))
        got, got_mask = transform(pictures, split_idx=0)
        assert isinstance(got, PILImage) and isinstance(got_mask, PILMask)
        still = transform(pictures, split_idx=1)
        assert np.array_equal(np.array(still[0]), image), "validation images stay as they are"
        return np.array(got), np.array(got_mask)

    return apply


def autogluon(module, phase=None):
    from PIL import Image

    process = importlib.import_module("autogluon.multimodal.data.process_image").ImageProcessor
    functions = process.get_image_transform_funcs(module.train_transforms, 64)
    assert [type(f).__name__ for f in functions] == ["Resize", "OnPictures"], functions

    def apply(image, _mask):
        picture = Image.fromarray(image)
        for function in functions:
            picture = function(picture)
        return np.array(picture), None

    return apply


ADAPTERS = {name: globals()[name] for name in LIMITS}
