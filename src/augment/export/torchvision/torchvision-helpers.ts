/**
 * Python classes for what torchvision lacks, by name; those of one transform alone stand with it. Each handles images
 * and masks (`tv_tensors.Mask`) together. Up to 0.20 torchvision calls `_get_params` and `_transform`, later ones
 * `make_params` and `transform`.
 */
export const torchvisionHelpers: Readonly<Record<string, string>> = {
  SomeOf: `class SomeOf(torch.nn.Module):
    """n of the transforms, drawn uniformly without replacement."""

    def __init__(self, transforms, n, shuffle):
        super().__init__()
        self.transforms, self.n, self.shuffle = torch.nn.ModuleList(transforms), n, shuffle

    def forward(self, *inputs):
        chosen = random.sample(range(len(self.transforms)), self.n)
        several = len(inputs) > 1
        for i in chosen if self.shuffle else sorted(chosen):
            outputs = self.transforms[i](*inputs)
            inputs = outputs if several else (outputs,)
        return inputs if several else inputs[0]
`,
  PadTo: `class PadTo(v2.Transform):
    """Pads or crops to height x width around the centre; padding reflects."""

    def __init__(self, height, width):
        super().__init__()
        self.height, self.width = height, width

    def transform(self, x, params):
        x = v2.functional.center_crop(x, (min(self.height, x.shape[-2]), min(self.width, x.shape[-1])))
        h, w = self.height - x.shape[-2], self.width - x.shape[-1]
        return v2.functional.pad(x, [w // 2, h // 2, w - w // 2, h - h // 2], padding_mode="reflect")

    _transform = transform
`,
  Levels: `def posterized(x, lost):
    return v2.functional.posterize(x, 8 - round(lost))


def solarized(x, level):
    return v2.functional.solarize(x, 255 - level)


class Levels(v2.Transform):
    """Applies a function with a drawn level, of count between low and high, added to or (half of signed ones) subtracted from base."""

    def __init__(self, function, base, low, high, count, signed):
        super().__init__()
        self.function, self.base, self.signed = function, base, signed
        self.levels = torch.linspace(low, high, count).tolist()

    def make_params(self, inputs):
        level = random.choice(self.levels)
        return {"level": self.base - level if self.signed and random.random() < 0.5 else self.base + level}

    def transform(self, x, params):
        return x if isinstance(x, tv_tensors.Mask) else self.function(x, params["level"])

    _get_params, _transform = make_params, transform
`,
  Values: `def brightness(x, limit):
    return x + 255 * limit


def contrast(x, limit):
    return x * (1 + limit)


def gamma(x, percent):
    return 255 * (x / 255) ** (percent / 100)


def noise(x, variance):
    return x + variance**0.5 * torch.randn_like(x)


class Values(v2.Transform):
    """Applies a function with a random argument and clips the result to uint8; masks stay as they are."""

    def __init__(self, function, low, high):
        super().__init__()
        self.function, self.low, self.high = function, low, high

    def make_params(self, inputs):
        return {"argument": random.uniform(self.low, self.high)}

    def transform(self, x, params):
        if isinstance(x, tv_tensors.Mask):
            return x
        y = self.function(x.as_subclass(torch.Tensor).float(), params["argument"])
        return tv_tensors.wrap(y.clamp(0, 255).to(x.dtype), like=x)

    _get_params, _transform = make_params, transform
`,
  Drawn: `class Drawn(v2.Transform):
    """Changes an image by a function of values from 0 to 255, with draws of its own; masks too where it moves pixels."""

    def __init__(self, function, draw=between, moves=False, **fixed):
        super().__init__()
        self.function, self.draw, self.moves, self.fixed = function, draw, moves, fixed

    def make_params(self, inputs):
        size = next(x.shape[-2:] for x in inputs if getattr(x, "ndim", 0) > 1)
        return {**self.fixed, **self.draw(random.uniform, *size)}

    def transform(self, x, params):
        planes = x.as_subclass(torch.Tensor).reshape(-1, *x.shape[-2:]).float()
        if not isinstance(x, tv_tensors.Mask):
            planes = self.function(planes, **params).round().clamp(0, 255)
        elif self.moves:
            planes = self.function(planes, **params, nearest=True)
        return tv_tensors.wrap(planes.reshape(x.shape).to(x.dtype), like=x)

    _get_params, _transform = make_params, transform
`,
};
