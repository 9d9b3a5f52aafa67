/** Python classes that compose Kornia's augmentations image by image, by name; every module has the first. */
export const korniaHelpers: Readonly<Record<string, string>> = {
  Part: `
class Part(torch.nn.Module):
    """A part of the policy. It takes and gives images and masks, which may be None; this one leaves them as they are."""

    def forward(self, images: torch.Tensor, masks: torch.Tensor | None = None) -> tuple:
        return images, masks

    def some(self, part: "Part", rows: torch.Tensor, images: torch.Tensor, masks: torch.Tensor | None) -> tuple:
        """Applies a part to those images of a batch whose row is True."""
        if not rows.any():
            return images, masks
        changed, moved = part(images[rows], None if masks is None else masks[rows])
        images = images.clone()
        images[rows] = changed.to(images)
        if masks is not None:
            masks = masks.clone()
            masks[rows] = moved.to(masks)
        return images, masks
`,
  Native: `
class Native(Part):
    """An augmentation of Kornia; masks by their nearest label."""

    def __init__(self, augmentation: torch.nn.Module):
        super().__init__()
        self.sequence = K.AugmentationSequential(augmentation, data_keys=None)

    def forward(self, images: torch.Tensor, masks: torch.Tensor | None = None) -> tuple:
        given = {"image": images} if masks is None else {"image": images, "mask": masks}
        result = self.sequence(given)
        return result["image"], result.get("mask")
`,
  Pixels: `
class Pixels(Part):
    """Moves whole pixels by a function of PyTorch."""

    def __init__(self, function, **arguments):
        super().__init__()
        self.function, self.arguments = function, arguments

    def forward(self, images: torch.Tensor, masks: torch.Tensor | None = None) -> tuple:
        moved = (None if x is None else self.function(x, **self.arguments) for x in (images, masks))
        return tuple(moved)
`,
  Noise: `
class Noise(Part):
    """Adds normal noise; each image draws its variance, in squared grey levels of 255."""

    def __init__(self, low: float, high: float):
        super().__init__()
        self.low, self.high = low, high

    def forward(self, images: torch.Tensor, masks: torch.Tensor | None = None) -> tuple:
        variances = images.new_empty(len(images), 1, 1, 1).uniform_(self.low, self.high)
        return (images + variances.sqrt() / 255 * torch.randn_like(images)).clamp(0, 1), masks
`,
  Drawn: `
class Drawn(Part):
    """Changes every image by a function of values from 0 to 255, with draws of its own; masks too where it moves pixels."""

    def __init__(self, function, draw=between, moves: bool = False, **fixed):
        super().__init__()
        self.function, self.draw, self.moves, self.fixed = function, draw, moves, fixed

    @staticmethod
    def uniform(low: float, high: float) -> float:
        return torch.empty(()).uniform_(low, high).item()

    def forward(self, images: torch.Tensor, masks: torch.Tensor | None = None) -> tuple:
        drawn = [{**self.fixed, **self.draw(self.uniform, *images.shape[-2:])} for _ in images]
        changed = torch.stack([self.function(255 * x, **given) for x, given in zip(images, drawn)])
        if masks is not None and self.moves:
            masks = torch.stack([self.function(x, **given, nearest=True) for x, given in zip(masks, drawn)])
        return changed.clamp(0, 255) / 255, masks
`,
  AllOf: `
class AllOf(Part):
    """All parts, in order."""

    def __init__(self, parts: list[Part]):
        super().__init__()
        self.parts = torch.nn.ModuleList(parts)

    def forward(self, images: torch.Tensor, masks: torch.Tensor | None = None) -> tuple:
        for part in self.parts:
            images, masks = part(images, masks)
        return images, masks
`,
  OneOf: `
class OneOf(Part):
    """One of the parts, drawn for every image by their weights."""

    def __init__(self, parts: list[Part], weights: tuple[float, ...]):
        super().__init__()
        self.parts, self.weights = torch.nn.ModuleList(parts), weights

    def forward(self, images: torch.Tensor, masks: torch.Tensor | None = None) -> tuple:
        drawn = torch.multinomial(torch.tensor(self.weights, dtype=torch.float32), len(images), replacement=True)
        for i, part in enumerate(self.parts):
            images, masks = self.some(part, drawn == i, images, masks)
        return images, masks
`,
  SomeOf: `
class SomeOf(Part):
    """n of the parts, drawn for every image without repetition, in random order."""

    def __init__(self, parts: list[Part], n: int):
        super().__init__()
        self.parts, self.n = torch.nn.ModuleList(parts), n

    def forward(self, images: torch.Tensor, masks: torch.Tensor | None = None) -> tuple:
        drawn = torch.rand(len(images), len(self.parts)).argsort(1)
        for turn in range(self.n):
            for i, part in enumerate(self.parts):
                images, masks = self.some(part, drawn[:, turn] == i, images, masks)
        return images, masks
`,
  Padded: `
class Padded(Part):
    """A part whose result is cut or padded to height x width around the centre; the border reflects."""

    def __init__(self, part: Part, height: int, width: int):
        super().__init__()
        self.part, self.height, self.width = part, height, width

    def forward(self, images: torch.Tensor, masks: torch.Tensor | None = None) -> tuple:
        return tuple(None if x is None else self.to_size(x) for x in self.part(images, masks))

    def to_size(self, x: torch.Tensor) -> torch.Tensor:
        top, left = max(0, (x.shape[-2] - self.height) // 2), max(0, (x.shape[-1] - self.width) // 2)
        x = x[..., top : top + self.height, left : left + self.width]
        h, w = self.height - x.shape[-2], self.width - x.shape[-1]
        return pad(x, [w // 2, w - w // 2, h // 2, h - h // 2], mode="reflect")
`,
  PaddedCrop: `
class PaddedCrop(Part):
    """A window of the image's size at a random place in the image padded with black; masks with the label 255."""

    def __init__(self, most: int):
        super().__init__()
        self.most = most

    def forward(self, images: torch.Tensor, masks: torch.Tensor | None = None) -> tuple:
        height, width = images.shape[-2:]
        places = torch.randint(0, 2 * self.most + 1, (len(images), 2)).tolist()

        def cropped(x: torch.Tensor, value: float) -> torch.Tensor:
            padded = pad(x, [self.most] * 4, value=value)
            return torch.stack([p[..., y : y + height, x : x + width] for p, (y, x) in zip(padded, places)])

        return cropped(images, 0), None if masks is None else cropped(masks, 255)
`,
};
