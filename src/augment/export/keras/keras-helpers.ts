/** Python classes that compose layers of Keras image by image, by name; every module has the first. */
export const kerasHelpers: Readonly<Record<string, string>> = {
  Part: `
IMAGES, MASKS = "images", "segmentation_masks"


class Part(keras.layers.Layer):
    """A part of the policy on a batch, or on a dictionary of images and masks; this one leaves them as they are."""

    def __init__(self, **options):
        super().__init__(**options)
        self.generator = keras.random.SeedGenerator()

    def call(self, data, training=True):
        if not training:
            return data
        is_dict = isinstance(data, dict)
        both = {k: ops.cast(v, "float32") for k, v in data.items()} if is_dict else {IMAGES: ops.cast(data, "float32")}
        both = self.change(both)
        return both if is_dict else both[IMAGES]

    def change(self, both: dict) -> dict:
        """Images and masks after this part, float32."""
        return both

    def draw(self, both: dict, low: float, high: float):
        """An even draw for every image, [B]."""
        return keras.random.uniform((ops.shape(both[IMAGES])[0],), low, high, seed=self.generator)


def where(rows, changed: dict, both: dict) -> dict:
    """Those images of a batch that have changed, where rows [B] say so."""
    return {k: ops.where(ops.reshape(rows, (-1, 1, 1, 1)), changed[k], x) for k, x in both.items()}
`,
  Native: `
class Native(Part):
    """A layer of Keras that moves images and masks."""

    def __init__(self, layer: keras.layers.Layer):
        super().__init__()
        self.layer = layer

    def change(self, both: dict) -> dict:
        return self.layer({k: ops.copy(x) for k, x in both.items()}, training=True)
`,
  Coloured: `
class Coloured(Part):
    """A layer of Keras that changes the values of images."""

    def __init__(self, layer: keras.layers.Layer):
        super().__init__()
        self.layer = layer

    def change(self, both: dict) -> dict:
        # Keras 3.15 on PyTorch brightens the very images that it is given.
        return {**both, IMAGES: self.layer(ops.copy(both[IMAGES]), training=True)}
`,
  Pixels: `
class Pixels(Part):
    """Moves whole pixels of images and masks by a function."""

    def __init__(self, function):
        super().__init__()
        self.function = function

    def change(self, both: dict) -> dict:
        return {k: self.function(x) for k, x in both.items()}
`,
  Values: `
class Values(Part):
    """Applies a function with a random argument to every image, and cuts the result off at 0 and 255."""

    def __init__(self, function, low: float, high: float):
        super().__init__()
        self.function, self.low, self.high = function, low, high

    def change(self, both: dict) -> dict:
        argument = ops.reshape(self.draw(both, self.low, self.high), (-1, 1, 1, 1))
        return {**both, IMAGES: ops.clip(self.function(both[IMAGES], argument), 0, 255)}
`,
  Blur: `
class Blur(Part):
    """The mean over a square window with an odd side; the border reflects."""

    def __init__(self, side: int):
        super().__init__()
        self.side = side

    def change(self, both: dict) -> dict:
        half = self.side // 2
        padded = ops.pad(both[IMAGES], [[0, 0], [half, half], [half, half], [0, 0]], mode="reflect")
        mean = ops.average_pool(padded, self.side, strides=1, padding="valid", data_format="channels_last")
        return {**both, IMAGES: ops.round(mean)}
`,
  AllOf: `
class AllOf(Part):
    """All parts, in order."""

    def __init__(self, parts: list):
        super().__init__()
        self.parts = parts

    def change(self, both: dict) -> dict:
        for part in self.parts:
            both = part.change(both)
        return both
`,
  OneOf: `
class OneOf(Part):
    """One of the parts, drawn for every image by their weights."""

    def __init__(self, parts: list, weights: tuple):
        super().__init__()
        self.parts, self.chances = parts, weights

    def change(self, both: dict) -> dict:
        drawn, result, low = self.draw(both, 0, sum(self.chances)), both, 0
        for part, weight in zip(self.parts, self.chances):
            rows = ops.logical_and(drawn >= low, drawn < low + weight)
            result, low = where(rows, part.change(both), result), low + weight
        return result
`,
  SomeOf: `
class SomeOf(Part):
    """n of the parts, drawn for every image without repetition, in random order."""

    def __init__(self, parts: list, n: int):
        super().__init__()
        self.parts, self.n = parts, n

    def change(self, both: dict) -> dict:
        order = ops.argsort(ops.stack([self.draw(both, 0, 1) for _ in self.parts], axis=1), axis=1)
        for turn in range(self.n):
            before = both
            for i, part in enumerate(self.parts):
                both = where(order[:, turn] == i, part.change(before), both)
        return both
`,
  Padded: `
class Padded(Part):
    """Layers of Keras, whose result is cut or padded to height x width around the centre; the border reflects."""

    def __init__(self, layers: list, height: int, width: int):
        super().__init__()
        self.layers, self.height, self.width = layers, height, width

    def change(self, both: dict) -> dict:
        for layer in self.layers:
            both = layer(dict(both), training=True)
        return {k: self.to_size(x) for k, x in both.items()}

    def to_size(self, x):
        top, left = (max(0, (have - want) // 2) for have, want in zip(x.shape[1:3], (self.height, self.width)))
        x = x[:, top : top + self.height, left : left + self.width]
        h, w = self.height - x.shape[1], self.width - x.shape[2]
        if h == w == 0:
            return x
        return ops.pad(x, [[0, 0], [h // 2, h - h // 2], [w // 2, w - w // 2], [0, 0]], mode="reflect")
`,
  Moved: `
class Moved(Part):
    """Turns (degrees), scales and shifts (parts of the sides) every image about its centre; the border reflects."""

    def __init__(self, **ranges):
        super().__init__()
        self.ranges = ranges

    def change(self, both: dict) -> dict:
        drawn = {name: self.draw(both, *ends) for name, ends in self.ranges.items()}
        height, width = both[IMAGES].shape[1:3]
        middle_y, middle_x = (height - 1) / 2, (width - 1) / 2
        y, x = middle_y + drawn["shift_y"] * height, middle_x + drawn["shift_x"] * width
        angle, scale = drawn["angle"] * math.pi / 180, 1 + drawn["scale"]
        cos, sin, zero = ops.cos(angle) / scale, ops.sin(angle) / scale, ops.zeros_like(angle)
        # From a pixel of the result to where it comes from.
        rows = [cos, -sin, middle_x - cos * x + sin * y, sin, cos, middle_y - sin * x - cos * y, zero, zero]
        moves = ops.stack(rows, axis=1)
        how = {IMAGES: "bilinear", MASKS: "nearest"}
        # Keras 3.15 on PyTorch cannot mirror a single channel, and changes the moves that it is given.
        return {
            k: ops.image.affine_transform(
                ops.repeat(x, 2, axis=-1),
                ops.copy(moves),
                interpolation=how[k],
                fill_mode="mirror",
                data_format="channels_last",
            )[..., ::2]
            for k, x in both.items()
        }
`,
  PaddedCrop: `
class PaddedCrop(Part):
    """A window of the image's size at a random place in the image padded with black; masks with the label 255."""

    def __init__(self, most: int):
        super().__init__()
        self.most = most

    def change(self, both: dict) -> dict:
        right, down = (ops.floor(self.draw(both, -self.most, self.most + 1)) for _ in range(2))
        one, zero = ops.ones_like(right), ops.zeros_like(right)
        moves = ops.stack([one, zero, right, zero, one, down, zero, zero], axis=1)
        outside = {IMAGES: 0, MASKS: 255}
        return {
            k: ops.image.affine_transform(
                x,
                ops.copy(moves),
                interpolation="nearest",
                fill_mode="constant",
                fill_value=outside[k],
                data_format="channels_last",
            )
            for k, x in both.items()
        }
`,
};
