"""Runs exported policies with the real libraries, and compares their pictures with ours.

    python check.py CASES LIBRARY    # CASES: what cases.mjs wrote

Every transform with fixed parameters must give our picture and our mask, up to the difference that adapters.py allows (grey
levels); a transform that draws from a few pictures must give one of them. Whole policies are drawn often: the size stays,
values are bytes, and masks contain no label that they did not contain, apart from 255.
"""
import importlib.util
import json
import pathlib
import sys
import warnings

import numpy as np

import adapters

DRAWS = 150
DRAWS_OF = {"keras": 20}


def load(path: pathlib.Path):
    """The exported module, run as a user imports it."""
    spec = importlib.util.spec_from_file_location(f"policy_{path.parent.name.replace('-', '_')}", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def check_settings(cases: pathlib.Path, library: str) -> None:
    """Formats of settings, which hold no pictures: the tool takes them."""
    print(f"{library}: {adapters.version(library)}")
    facts = json.loads((cases / "cases.json").read_text())
    for name in facts["whole"]:
        file = cases / "whole" / name / adapters.FILES.get(library, f"{library}.py")
        for row in adapters.settings(library, file):
            print(f"  {name:26} {row}")


def compare(cases: pathlib.Path, library: str) -> None:
    facts = json.loads((cases / "cases.json").read_text())
    side = (facts["size"]["height"], facts["size"]["width"])
    image = np.fromfile(cases / "image.bin", np.uint8).reshape(*side, 3)
    mask = np.fromfile(cases / "mask.bin", np.uint8).reshape(side)
    limits = adapters.limits_of(library)
    apply = adapters.ADAPTERS[library]
    rows = []
    for case in facts["cases"]:
        name, place = case["label"], cases / case["place"]
        file = place / adapters.FILES.get(library, f"{library}.py")
        limit = limits.get(name, limits[""])
        notes = adapters.notes_of(file)
        if case["name"] in notes["omitted"]:
            rows.append((name, "left out"))
            continue
        shape = (case["draws"], case["height"], case["width"])
        images = np.fromfile(place / "images.bin", np.uint8).reshape(*shape, 3).astype(int)
        masks = np.fromfile(place / "masks.bin", np.uint8).reshape(shape)
        found, worst, off = set(), 0, 0.0
        module = load(file) if file.suffix == ".py" else file
        if "draw" in case and not adapters.set_draw(library, module, case["draw"]):
            continue
        policy = apply(module)
        for _ in range(1 if case["draws"] == 1 else DRAWS):
            got, got_mask = policy(image.copy(), mask.copy())
            assert got.dtype == np.uint8, f"{name}: {got.dtype}"
            if got.shape != images.shape[1:]:
                if limit is None:
                    worst = -1
                    break
                raise AssertionError(f"{name}: {got.shape}, ours {images.shape[1:]}")
            apart = np.abs(images - got.astype(int)).max(axis=3).reshape(len(images), -1)
            rank = -1 - adapters.PIXELS.get(name, 0)
            distances = np.partition(apart, rank, axis=1)[:, rank]
            nearest = int(distances.argmin())
            found.add(nearest)
            worst = max(worst, int(distances[nearest]))
            if got_mask is not None:
                off = max(off, float((got_mask != masks[nearest]).mean()))
        if limit is None:
            said = case["name"] in notes["approximate"] or name in adapters.UNSAID
            assert said, f"{library} {name}: only nearly, and the file does not say so"
            nearly = "of another size" if worst < 0 else f"{worst} levels, masks {100 * off:.1f} %"
            rows.append((name, f"nearly: {nearly}"))
            continue
        assert worst <= limit, f"{library} {name}: differs by {worst} grey levels"
        assert off <= adapters.MASKS.get(name, 0), f"{library} {name}: {100 * off:.2f} % of the mask differs"
        assert len(found) == case["draws"] or case["draws"] > 20, f"{name}: only draws {found}"
        masked = "" if got_mask is None else f", masks {100 * off:.2f} %"
        rows.append((name, f"{worst} levels{masked}"))
    for name in facts["whole"]:
        file = cases / "whole" / name / adapters.FILES.get(library, f"{library}.py")
        module = load(file) if file.suffix == ".py" else file
        phases = [None, "last"] if hasattr(module, adapters.LAST.get(library, "last_transform")) else [None]
        for phase in phases:
            policy = apply(module, phase)
            changed = 0
            draws = DRAWS_OF.get(library, DRAWS)
            for _ in range(draws):
                got, got_mask = policy(image.copy(), mask.copy())
                assert got.dtype == np.uint8 and got.shape == image.shape, (name, got.shape, got.dtype)
                changed += not np.array_equal(got, image)
                if got_mask is not None:
                    assert got_mask.shape == mask.shape, (name, got_mask.shape)
                    assert set(np.unique(got_mask)) <= set(np.unique(mask)) | {255}, name
            rows.append((f"{name}{' (last epochs)' if phase else ''}", f"changes {changed} of {draws}"))
    print(f"{library}: {adapters.version(library)}")
    for name, row in rows:
        print(f"  {name:26} {row}")


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    run = compare if sys.argv[2] in adapters.ADAPTERS else check_settings
    run(pathlib.Path(sys.argv[1]), sys.argv[2])
