import { torchWide } from '../torch-wide.js';

/** Python classes and functions for the wide set on batches of Keras, by name. */
export const kerasWide: Readonly<Record<string, string>> = {
  column: `
def column(values):
    """Values of a batch [B], to be reckoned with rows and columns [B, H, W]."""
    return ops.reshape(values, (-1, 1, 1))
`,
  all_places: `
def all_places(height: int, width: int) -> tuple:
    """Rows and columns of all pixels, [1, H, 1] and [1, 1, W]."""
    return ops.arange(height, dtype="float32")[None, :, None], ops.arange(width, dtype="float32")[None, None, :]
`,
  mirrored: `
def mirrored(places, count: int):
    """Whole places, reflected at the outermost pixels."""
    places = ops.mod(places, max(1, 2 * (count - 1)))
    return ops.minimum(places, 2 * (count - 1) - places)
`,
  taken: `
def taken(x, rows, columns, fill):
    """Pixels at whole rows and columns [B, H, W]; outside the image fill, or its reflection where fill is None."""
    height, width, channels = x.shape[1:]
    rows, columns = ops.cast(rows, "int32"), ops.cast(columns, "int32")
    inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
    if fill is None:
        rows, columns = mirrored(rows, height), mirrored(columns, width)
    at = ops.clip(rows, 0, height - 1) * width + ops.clip(columns, 0, width - 1)
    index = ops.repeat(ops.reshape(at, (ops.shape(x)[0], -1, 1)), channels, axis=2)
    found = ops.take_along_axis(ops.reshape(x, (ops.shape(x)[0], -1, channels)), index, axis=1)
    found = ops.reshape(found, (-1, *rows.shape[1:], channels))
    return found if fill is None else ops.where(inside[..., None], found, ops.cast(fill, found.dtype))
`,
  behind: torchWide.behind,
  Placed: `
class Placed(Part):
    """Shows other places of every image, which subclasses say: bilinear; of masks the nearest label, outside 255."""

    def __init__(self, fill=0, **ranges):
        super().__init__()
        self.fill, self.ranges = fill, ranges

    def change(self, both: dict) -> dict:
        drawn = self.draws(both, *both[IMAGES].shape[1:3])
        return {k: self.shown(k, x, *self.places(k, drawn, *x.shape[1:3])) for k, x in both.items()}

    def draws(self, both: dict, height: int, width: int) -> list:
        """What is drawn for every image, each [B]."""
        return [self.draw(both, *ends) for ends in self.ranges.values()]

    def shown(self, key: str, x, rows, columns):
        if key == MASKS:
            return taken(x, ops.round(rows), ops.round(columns), self.fill if self.fill is None else 255)
        top, left = ops.floor(rows), ops.floor(columns)
        down, right = (rows - top)[..., None], (columns - left)[..., None]
        four = [taken(x, top + i, left + j, self.fill) for i in (0, 1) for j in (0, 1)]
        upper, lower = (a + right * (b - a) for a, b in (four[:2], four[2:]))
        return upper + down * (lower - upper)
`,
  Shifted: `
class Shifted(Placed):
    """Shifts every image by whole pixels, drawn as parts of the sides."""

    def places(self, key: str, drawn: list, height: int, width: int) -> tuple:
        right, down = (column(ops.trunc(part * side)) for part, side in zip(drawn, (width, height)))
        rows, columns = all_places(height, width)
        return rows - down + 0 * columns, columns - right + 0 * rows
`,
  Sheared: `
class Sheared(Placed):
    """Shears every image by degrees along the rows (x) and the columns (y), about the centre."""

    def places(self, key: str, drawn: list, height: int, width: int) -> tuple:
        along_rows, along_columns = (column(ops.tan(degrees * math.pi / 180)) for degrees in drawn)
        middle_row, middle_column = (height - 1) / 2, (width - 1) / 2
        rows, columns = all_places(height, width)
        rows, columns = rows - middle_row, columns - middle_column
        area = 1 - along_rows * along_columns
        from_rows = (rows + along_columns * columns) / area + middle_row
        return from_rows, (columns + along_rows * rows) / area + middle_column
`,
  Projected: `
class Projected(Placed):
    """Moves the corners of every image inwards, by up to a part of half the sides."""

    def __init__(self, scale: float, fill: float):
        super().__init__(fill)
        self.scale = scale

    def draws(self, both: dict, height: int, width: int) -> list:
        most = [int(self.scale * (side // 2)) + 1 for side in (width, height)]
        return [ops.floor(self.draw(both, 0, most[i % 2])) for i in range(8)]

    def places(self, key: str, drawn: list, height: int, width: int) -> tuple:
        right, bottom = width - 1, height - 1
        ends = ((0, 0), (right, 0), (right, bottom), (0, bottom))
        to = [tuple(column(ops.abs(end - drawn[2 * i + k])) for k, end in enumerate(ends[i])) for i in range(4)]
        y, x = (place + 0.5 for place in all_places(height, width))
        columns, rows = behind(to, x, y, right, bottom)
        inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
        rows = ops.where(inside, ops.clip(rows - 0.5, 0, height - 1), -9)
        return rows, ops.where(inside, ops.clip(columns - 0.5, 0, width - 1), -9)
`,
  Enlarged: `
class Enlarged(Placed):
    """A window with a part of the area within scale and a width by height within ratio, resized, of every image."""

    def __init__(self, scale: tuple, ratio: tuple, size: tuple):
        super().__init__(None)
        self.scale, self.ratio, self.size = scale, ratio, size

    def draws(self, both: dict, height: int, width: int) -> list:
        ratio = [math.log(end) for end in self.ratio]
        shape = min(max(width / height, self.ratio[0]), self.ratio[1])
        # The largest window in the middle, unless one of ten draws fits.
        w, h = (max(1, min(side, round(fit))) for side, fit in ((width, height * shape), (height, width / shape)))
        none = 0 * self.draw(both, 0, 1)
        window = [none + (height - h) // 2, none + (width - w) // 2, none + h, none + w]
        for _ in range(10):
            area, shape = height * width * self.draw(both, *self.scale), ops.exp(self.draw(both, *ratio))
            w, h = ops.round(ops.sqrt(area * shape)), ops.round(ops.sqrt(area / shape))
            fits = (w > 0) & (w <= width) & (h > 0) & (h <= height)
            top, left = (ops.floor(self.draw(both, 0, 1) * (most + 1)) for most in (height - h, width - w))
            window = [ops.where(fits, new, old) for new, old in zip((top, left, h, w), window)]
        return window

    def places(self, key: str, drawn: list, height: int, width: int) -> tuple:
        top, left, h, w = (column(x) for x in drawn)
        rows, columns = all_places(*self.size)
        if key == MASKS:
            rows, columns = ops.floor(rows * h / self.size[0]), ops.floor(columns * w / self.size[1])
        rows = ops.clip((rows + 0.5) * h / self.size[0] - 0.5, 0, h - 1) if key == IMAGES else rows
        columns = ops.clip((columns + 0.5) * w / self.size[1] - 0.5, 0, w - 1) if key == IMAGES else columns
        return top + rows + 0 * columns, left + columns + 0 * rows
`,
  Erased: `
class Erased(Part):
    """Paints over a rectangle with a part of the area within scale and a height by width within ratio, of every image."""

    def __init__(self, scale: tuple, ratio: tuple, value: float):
        super().__init__()
        self.scale, self.ratio, self.value = scale, ratio, value

    def change(self, both: dict) -> dict:
        height, width = both[IMAGES].shape[1:3]
        ratio = [math.log(end) for end in self.ratio]
        found = [0 * self.draw(both, 0, 1)] * 4
        for _ in range(10):
            area, shape = height * width * self.draw(both, *self.scale), ops.exp(self.draw(both, *ratio))
            w, h = ops.round(ops.sqrt(area / shape)), ops.round(ops.sqrt(area * shape))
            top, left = (ops.floor(self.draw(both, 0, 1) * (most + 1)) for most in (height - h, width - w))
            fits = (w < width) & (h < height)
            found = [ops.where(fits, new, old) for new, old in zip((top, left, h, w), found)]
        top, left, h, w = (column(x) for x in found)
        rows, columns = all_places(height, width)
        inside = (rows >= top) & (rows < top + h) & (columns >= left) & (columns < left + w)
        return {**both, IMAGES: ops.where(inside[..., None], self.value, both[IMAGES])}
`,
  Levels: `
class Levels(Part):
    """Applies a function with one of count levels from low to high, added to base or, half of signed ones, subtracted."""

    def __init__(self, function, base: float, low: float, high: float, count: int, signed: bool):
        super().__init__()
        self.function, self.base, self.low, self.high, self.count, self.signed = function, base, low, high, count, signed

    def change(self, both: dict) -> dict:
        at = ops.minimum(ops.floor(self.draw(both, 0, self.count)), self.count - 1)
        level = self.low + (self.high - self.low) * at / max(1, self.count - 1)
        if self.signed:
            level = ops.where(self.draw(both, 0, 1) < 0.5, -level, level)
        return {**both, IMAGES: self.function(both[IMAGES], ops.reshape(self.base + level, (-1, 1, 1, 1)))}
`,
  sharpened: `
def sharpened(x, level):
    """Away from the smoothed image, or below 1 towards it; the outermost pixels stay."""
    if min(x.shape[1:3]) < 3:
        return x
    inner = x[:, 1:-1, 1:-1]
    around = 9 * ops.average_pool(x, 3, strides=1, padding="valid", data_format="channels_last")
    change = ops.pad(ops.round((around + 4 * inner) / 13) - inner, [[0, 0], [1, 1], [1, 1], [0, 0]])
    return ops.floor(ops.clip(x + change - level * change, 0, 255))
`,
  posterized: `
def posterized(x, level):
    """Without that many lower bits."""
    step = 2.0 ** ops.floor(level + 0.5)
    return ops.floor(ops.round(x) / step) * step
`,
  solarized: `
def solarized(x, level):
    """Negative from 255 - level on."""
    x = ops.round(x)
    return ops.where(x < 255 - level, x, 255 - x)
`,
  Equalized: `
class Equalized(Part):
    """Evens out the histogram of every channel, as Pillow does it."""

    def change(self, both: dict) -> dict:
        x = both[IMAGES]
        height, width, channels = x.shape[1:]
        values = ops.cast(ops.clip(ops.round(x), 0, 255), "int32")
        values = ops.reshape(ops.transpose(values, (0, 3, 1, 2)), (-1, height * width))
        counts = ops.cast(ops.bincount(values, minlength=256), "int32")
        last = ops.take_along_axis(counts, ops.max(values, axis=1, keepdims=True), axis=1)
        step = (height * width - last) // 255
        below = ops.cumsum(counts, axis=1) - counts + step // 2
        even = ops.minimum(below // ops.maximum(step, 1), 255)
        table = ops.where(step > 0, even, ops.arange(256, dtype="int32")[None])
        found = ops.reshape(ops.take_along_axis(table, values, axis=1), (-1, channels, height, width))
        return {**both, IMAGES: ops.cast(ops.transpose(found, (0, 2, 3, 1)), "float32")}
`,
  Recoloured: `
class Recoloured(Part):
    """Shifts hue (of 180 in a circle), saturation and value (of 255) in whole steps; grey stays grey."""

    def __init__(self, hue: tuple, saturation: tuple, value: tuple):
        super().__init__()
        self.ranges = hue, saturation, value

    def change(self, both: dict) -> dict:
        hue, saturation, value = (column(self.draw(both, *ends)) for ends in self.ranges)
        x = ops.round(both[IMAGES])
        red, green, blue = (x[..., c] for c in range(3))
        most = ops.max(x, axis=-1)
        span = most - ops.min(x, axis=-1)
        turn = ops.where(most == green, blue - red + 2 * span, red - green + 4 * span)
        turn = ops.where(most == red, green - blue, turn)
        # Eight bits each, rounded as OpenCV does it.
        h = ops.mod(ops.floor((turn * ops.round(122880 / ops.maximum(span, 1)) + 2048) / 4096), 180)
        s = ops.floor((span * ops.round(1044480 / ops.maximum(most, 1)) + 2048) / 4096)
        h = ops.floor(ops.mod(h + hue, 180)) / 30
        s = ops.where(s > 0, ops.clip(s + ops.trunc(saturation), 0, 255), s) / 255
        v = ops.clip(most + ops.trunc(value), 0, 255)
        parts = (ops.mod(n + h, 6) for n in (5, 3, 1))
        planes = [v - v * s * ops.clip(ops.minimum(k, 4 - k), 0, 1) for k in parts]
        return {**both, IMAGES: ops.floor(ops.stack(planes, axis=-1))}
`,
  Smoothed: `
class Smoothed(Part):
    """The mean weighted by a normal distribution, over 2 floor(3.5 sigma) + 1 pixels a side; the border reflects."""

    def __init__(self, low: float, high: float):
        super().__init__()
        self.low, self.high = low, high

    def change(self, both: dict) -> dict:
        sigma, x = self.draw(both, self.low, self.high)[:, None], both[IMAGES]
        radius = int(3.5 * self.high)
        away = ops.abs(ops.arange(-radius, radius + 1, dtype="float32"))[None]
        weights = ops.exp(-0.5 * (away / ops.maximum(sigma, 0.001)) ** 2)
        weights = ops.where(away <= ops.floor(3.5 * sigma), weights, 0)
        weights = ops.reshape(weights / ops.sum(weights, axis=1, keepdims=True), (-1, 2 * radius + 1, 1, 1, 1))
        for axis in (1, 2):
            side = x.shape[axis]
            reflected = mirrored(ops.arange(-radius, side + radius), side)
            padded = ops.take(x, reflected, axis=axis)
            ends = [(slice(None),) * axis + (slice(i, i + side),) for i in range(2 * radius + 1)]
            x = sum(weights[:, i] * padded[part] for i, part in enumerate(ends))
        return {**both, IMAGES: ops.round(x)}
`,
};
