/** Python classes for what torchvision lacks, by name; those of one transform alone stand with it. */
export const torchvisionHelpers: Readonly<Record<string, string>> = {
  SomeOf: `class SomeOf(torch.nn.Module):
    """n of the transforms, evenly drawn without repetition."""

    def __init__(self, transforms, n, shuffle):
        super().__init__()
        self.transforms, self.n, self.shuffle = torch.nn.ModuleList(transforms), n, shuffle

    def forward(self, x):
        chosen = random.sample(range(len(self.transforms)), self.n)
        for i in chosen if self.shuffle else sorted(chosen):
            x = self.transforms[i](x)
        return x
`,
  PadTo: `class PadTo(torch.nn.Module):
    """Centres in height x width by reflection; what is larger is cut off evenly."""

    def __init__(self, height, width):
        super().__init__()
        self.height, self.width = height, width

    def forward(self, x):
        x = v2.functional.center_crop(x, (min(self.height, x.shape[-2]), min(self.width, x.shape[-1])))
        h, w = self.height - x.shape[-2], self.width - x.shape[-1]
        return v2.functional.pad(x, [w // 2, h // 2, w - w // 2, h - h // 2], padding_mode="reflect")
`,
  Values: `def brightness(x, limit):
    return x + 255 * limit


def contrast(x, limit):
    return x * (1 + limit)


def gamma(x, percent):
    return 255 * (x / 255) ** (percent / 100)


def noise(x, variance):
    return x + variance**0.5 * torch.randn_like(x)


class Values(torch.nn.Module):
    """Changes values by a function with a random argument and cuts them off to uint8."""

    def __init__(self, function, low, high):
        super().__init__()
        self.function, self.low, self.high = function, low, high

    def forward(self, x):
        y = self.function(x.float(), random.uniform(self.low, self.high))
        return y.clamp(0, 255).to(x.dtype)
`,
};
