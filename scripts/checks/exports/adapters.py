"""How each library is given a picture and a mask, and what its pictures may differ by."""
import importlib
import importlib.metadata
import json
import os
import pathlib

import numpy as np

os.environ["KERAS_BACKEND"] = "torch"
FILES = {"albumentations-json": "load-2.0.json", "ultralytics": "ultralytics.yaml", "ultralytics_located": "ultralytics_located.yaml"}
LAST = {"fastai": "last_item_transform"}
# Share of a mask that may differ: labels at the border between two pixels.
MASKS = dict.fromkeys(
    ["ShiftScaleRotate", "ShiftScaleRotate, no shift", "Perspective", "Perspective, far", "Shear", "Shear, mirrored"], 0.01
)
# Pixels of an image that may differ by any amount: those that a projection shows from just inside or just outside the border.
PIXELS = {"Perspective": 8}
# Largest difference to our picture in grey levels, by library and transform: "" is what all others may differ by. Blends of
# neighbours and powers are rounded apart. None: the library does it only nearly, as its file says, and it is only shown.
ALBUMENTATIONS = {
    "": 0,
    **dict.fromkeys(["ShiftScaleRotate", "ShiftScaleRotate, no shift", "AutoContrast"], 1),
    **dict.fromkeys(["Shear", "Shear, mirrored", "Shear, one way"], 4),
    "ImageCompression": None,
}
# By release: what is wrong or another thing there. Blur of 1.4.0 takes a window of 3 pixels whatever it has drawn.
OF_RELEASE = {
    "1.3.1": {"GaussianBlur": 1, **dict.fromkeys(["Translate", "Shear", "Shear, mirrored", "RandomErasing", "AutoContrast"])},
    "1.4.0": {"GaussianBlur": 1, **dict.fromkeys(["Translate", "Shear", "Shear, mirrored", "RandomErasing", "AutoContrast", "Blur"])},
    "1.4.24": dict.fromkeys(["GaussianBlur", "AutoContrast"]),
    "2.0.8": {"Equalize": None},
}
# A fault of a release, that no file speaks of.
UNSAID = {"Blur"}
TORCHVISION = {"": 1, "ShiftScaleRotate": 2}
LIMITS = {
    "albumentations": ALBUMENTATIONS,
    "albumentations-json": ALBUMENTATIONS,
    "torchvision": TORCHVISION,
    "keras": {"": 1, "CenterCrop": None, "RandomCrop": None},
    "kornia": {"": 1, "ShiftScaleRotate": None, "CenterCrop": None, "RandomCrop": None},
    "monai": {"": 1, "ShiftScaleRotate": 2},
    "fastai": TORCHVISION,
    "autogluon": TORCHVISION,
}


def notes_of(file: pathlib.Path) -> dict[str, set[str]]:
    """The transforms that the head of a file lists as left out and as nearly the same; of JSON, which has no head, what is said."""
    if file.suffix == ".json":
        said = json.loads(file.with_name(f"said-{version('albumentations')[:3]}.json").read_text())
        return {kind: set(names) for kind, names in said.items()}
    names, kind = {"omitted": set(), "approximate": set()}, None
    kinds = {"Left out:": "omitted", "Nearly as in the policy:": "approximate"}
    for line in file.read_text().splitlines():
        line = line.lstrip("# ")
        kind = kinds.get(line, kind if line else None)
        if kind and line.startswith("- "):
            names[kind].add(line[2:].split(":")[0])
    return names


def set_draw(library: str, module, corners: list) -> bool:
    """Has an exported perspective always move the corners to these; False where it has no draws of its own."""
    if library == "keras":
        inwards = [abs(at - (63 if (i, k) in {(1, 0), (2, 0), (2, 1), (3, 1)} else 0)) for i, c in enumerate(corners) for k, at in enumerate(c)]
        module.transform.draws = lambda both, *_: [np.float32(x) + 0 * module.Part.draw(module.transform, both, 0, 1) for x in inwards]
    elif library == "kornia":
        module.transform.draw = lambda *_: {"to": corners}
    elif library == "monai":
        module.transform.transforms[-1].draw = lambda *_: {"to": corners}
    elif library in ("torchvision", "fastai", "autogluon"):
        module.transform.transforms[-1].draw = lambda *_: {"to": corners}
    else:
        return False
    return True


def version(library: str) -> str:
    packages = {
        "albumentations-json": "albumentations",
        "autogluon": "autogluon.multimodal",
        "ultralytics_located": "ultralytics",
    }
    return importlib.metadata.version(packages.get(library, library))


def limits_of(library: str) -> dict:
    """What pictures may differ by, in the installed release."""
    mine = OF_RELEASE[version(library)] if library.startswith("albumentations") else {}
    return {**LIMITS[library], **mine}


def albumentations(module, phase=None):
    transform = module.last_transform if phase else module.transform

    def apply(image, mask):
        result = transform(image=image, mask=mask)
        return result["image"], result["mask"]

    return apply


def albumentations_json(file, _phase=None):
    """The file of albumentations.load, of the installed release."""
    import albumentations

    release = albumentations.__version__[:3]
    transform = albumentations.load(str(file.with_name(f"load-{release}.json")))

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


def settings(library: str, file: pathlib.Path) -> list[str]:
    """What Ultralytics or timm makes of exported settings: that it takes them, flips, crops, erases and turns hues as they say."""
    import torch
    from PIL import Image

    picture = Image.fromarray(np.arange(64 * 64 * 3, dtype=np.int64).reshape(64, 64, 3).astype(np.uint8))
    if library == "timm":
        from timm.data import create_transform

        names = {}
        exec(compile(file.read_text(), file.name, "exec"), names)
        arguments, flags = names["arguments"], names["flags"]
        transform = create_transform((3, 64, 64), is_training=True, **arguments)
        assert flags[flags.index("--hflip") + 1] == str(arguments["hflip"])
        chance = arguments["hflip"]
        steps = transform.transforms
    else:
        from ultralytics.cfg import get_cfg
        from ultralytics.data.augment import classify_augmentations, v8_transforms
        from ultralytics.utils import YAML

        given = YAML.load(file)
        cfg = get_cfg(overrides=given)
        assert all(getattr(cfg, key) == value for key, value in given.items())
        chance = cfg.fliplr
        transform = classify_augmentations(
            64, scale=(1 - cfg.scale, 1.0), hflip=cfg.fliplr, vflip=cfg.flipud, auto_augment=cfg.auto_augment,
            hsv_h=cfg.hsv_h, hsv_s=cfg.hsv_s, hsv_v=cfg.hsv_v, erasing=cfg.erasing,
        )
        steps = transform.transforms
        if "located" in library:
            located(cfg, v8_transforms)
    transform(picture)
    names = [type(step).__name__ for step in steps]
    assert not any("Augment" in name for name in names), names
    flips = [step for step in steps if type(step).__name__ == "RandomHorizontalFlip"]
    assert [flip.p for flip in flips] == ([chance] if chance else []), names
    torch.manual_seed(0)
    found = np.mean([np.array_equal(flips[0](picture), picture) for _ in range(2000)]) if flips else 1
    assert abs(found - (1 - chance)) < 0.05, found
    erased, jitter, crop = (only(steps, name) for name in ("RandomErasing", "ColorJitter", "RandomResizedCrop"))
    if library == "timm":
        hue, erasing = (arguments["color_jitter"] or (0, 0, 0, 0))[3], arguments["re_prob"]
        crop = only(steps, "RandomResizedCropAndInterpolation")
        assert (crop.scale, crop.ratio) == (arguments["scale"], arguments["ratio"]), crop
        assert (erased.probability if erased else 0) == erasing, erased
    else:
        hue, erasing = cfg.hsv_h, cfg.erasing
        assert crop.scale == (1 - cfg.scale, 1.0), crop
        # What RandomErasing of the policy does by default, and torchvision's is compared with ours.
        assert (erased.p, erased.scale, erased.ratio, erased.value) == (erasing, (0.02, 0.33), (0.3, 3.3), 0), erased
    assert (jitter.hue if jitter else None) == ((-hue, hue) if hue else None), jitter
    return [f"takes all arguments; flips {100 * chance:.1f} %, erases {100 * erasing:.1f} %, turns hues by {hue:.3f}"]


def only(steps: list, name: str):
    """The step of that class, also within a RandomApply; None where there is none."""
    inner = [getattr(step, "transforms", [step])[0] for step in steps]
    return next((step for step in inner if type(step).__name__ == name), None)


def located(cfg, v8_transforms) -> None:
    """Detection and segmentation with these arguments: boxes and masks of real labels."""
    import types

    from ultralytics.utils.instance import Instances

    data = types.SimpleNamespace(data={}, use_keypoints=False, use_obb=False, cache=False, buffer=[], imgsz=64)
    data.__dict__["__len__"] = lambda: 1
    transforms = v8_transforms(data, 64, cfg)
    for _ in range(50):
        labels = {
            "img": np.full((64, 64, 3), 90, np.uint8),
            "cls": np.zeros((1, 1)),
            "instances": Instances(
                np.array([[0.25, 0.25, 0.75, 0.75]], np.float32),
                np.array([[[0.25, 0.25], [0.75, 0.25], [0.75, 0.75]]], np.float32),
                bbox_format="xyxy",
                normalized=True,
            ),
        }
        moved = transforms.transforms[0].transforms[-1](labels)
        for step in transforms.transforms[-3:]:
            moved = step(moved)
        assert moved["img"].shape == (64, 64, 3)


ADAPTERS = {name: globals()[name.replace("-", "_")] for name in LIMITS}
