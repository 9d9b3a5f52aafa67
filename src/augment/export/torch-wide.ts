/**
 * Python functions for the wide set on float tensors `[C, H, W]` with values from 0 to 255, for libraries on PyTorch that lack
 * them, by name. Those that draw take `uniform(low, high)`, height and width, and give the other functions' arguments.
 */
export const torchWide: Readonly<Record<string, string>> = {
  between: `
def between(uniform, height: int, width: int, **ranges) -> dict:
    """An even draw from each range."""
    return {name: uniform(*ends) for name, ends in ranges.items()}
`,
  whole: `
def whole(uniform, low: int, high: int) -> int:
    """A whole number from low to high."""
    return min(high, math.floor(uniform(low, high + 1)))
`,
  levels: `
def levels(uniform, height: int, width: int, base: float, low: float, high: float, count: int, signed: bool) -> dict:
    """One of count levels from low to high, added to base or, half of signed ones, subtracted from it."""
    level = low + (high - low) * whole(uniform, 0, count - 1) / max(1, count - 1)
    return {"level": base - level if signed and uniform(0, 1) < 0.5 else base + level}
`,
  steps: `
def steps(uniform, height: int, width: int, x: tuple, y: tuple) -> dict:
    """Whole pixels to the right and down, drawn as parts of the sides."""
    return {"right": int(uniform(*x) * width), "down": int(uniform(*y) * height)}
`,
  corners: `
def corners(uniform, height: int, width: int, scale: float) -> dict:
    """Where the corners go, (x, y) clockwise from the top left: inwards, by up to that part of half the sides."""
    x = [whole(uniform, 0, int(scale * (width // 2))) for _ in range(4)]
    y = [whole(uniform, 0, int(scale * (height // 2))) for _ in range(4)]
    right, bottom = width - 1, height - 1
    return {"to": [(x[0], y[0]), (right - x[1], y[1]), (right - x[2], bottom - y[2]), (x[3], bottom - y[3])]}
`,
  windows: `
def windows(uniform, height: int, width: int, scale: tuple, ratio: tuple) -> dict:
    """A window with a part of the area within scale and a width by height within ratio; else the largest in the middle."""
    for _ in range(10):
        area, shape = height * width * uniform(*scale), math.exp(uniform(*map(math.log, ratio)))
        w, h = round(math.sqrt(area * shape)), round(math.sqrt(area / shape))
        if 0 < w <= width and 0 < h <= height:
            top, left = whole(uniform, 0, height - h), whole(uniform, 0, width - w)
            return {"top": top, "left": left, "height": h, "width": w}
    shape = min(max(width / height, ratio[0]), ratio[1])
    w, h = (max(1, min(side, round(fit))) for side, fit in ((width, height * shape), (height, width / shape)))
    return {"top": (height - h) // 2, "left": (width - w) // 2, "height": h, "width": w}
`,
  rectangles: `
def rectangles(uniform, height: int, width: int, scale: tuple, ratio: tuple) -> dict:
    """A rectangle with a part of the area within scale and a height by width within ratio; empty where none fits."""
    for _ in range(10):
        area, shape = height * width * uniform(*scale), math.exp(uniform(*map(math.log, ratio)))
        w, h = round(math.sqrt(area / shape)), round(math.sqrt(area * shape))
        if w < width and h < height:
            top, left = whole(uniform, 0, height - h), whole(uniform, 0, width - w)
            return {"top": top, "left": left, "height": h, "width": w}
    return {"top": 0, "left": 0, "height": 0, "width": 0}
`,
  qualities: `
def qualities(uniform, height: int, width: int, low: int, high: int) -> dict:
    """A whole number from low to high."""
    return {"quality": whole(uniform, low, high)}
`,
  mirrored: `
def mirrored(places: torch.Tensor, count: int) -> torch.Tensor:
    """Whole places, reflected at the outermost pixels."""
    places = places.remainder(max(1, 2 * (count - 1)))
    return torch.minimum(places, 2 * (count - 1) - places)
`,
  taken: `
def taken(planes: torch.Tensor, rows: torch.Tensor, columns: torch.Tensor, fill: float | None) -> torch.Tensor:
    """Pixels at whole rows and columns; outside the image fill, or its reflection where fill is None."""
    height, width = planes.shape[-2:]
    if fill is None:
        return planes[:, mirrored(rows, height).long(), mirrored(columns, width).long()]
    inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
    found = planes[:, rows.clamp(0, height - 1).long(), columns.clamp(0, width - 1).long()]
    return torch.where(inside, found, torch.full_like(found, fill))
`,
  blended: `
def blended(planes: torch.Tensor, rows: torch.Tensor, columns: torch.Tensor, fill: float | None, nearest: bool):
    """Values between pixels, bilinear; of masks the nearest label, and 255 where the image shows fill."""
    if nearest:
        return taken(planes, rows.round(), columns.round(), fill if fill is None else 255)
    top, left = rows.floor(), columns.floor()
    down, right = rows - top, columns - left
    upper = torch.lerp(taken(planes, top, left, fill), taken(planes, top, left + 1, fill), right)
    lower = torch.lerp(taken(planes, top + 1, left, fill), taken(planes, top + 1, left + 1, fill), right)
    return torch.lerp(upper, lower, down)
`,
  all_places: `
def all_places(planes: torch.Tensor) -> tuple:
    """Rows and columns of all pixels, each [H, W]."""
    ends = (torch.arange(n, dtype=planes.dtype, device=planes.device) for n in planes.shape[-2:])
    return torch.meshgrid(*ends, indexing="ij")
`,
  shifted: `
def shifted(planes: torch.Tensor, right: int, down: int, fill: float | None, nearest: bool = False) -> torch.Tensor:
    """Shifted by whole pixels."""
    rows, columns = all_places(planes)
    return blended(planes, rows - down, columns - right, fill, nearest)
`,
  sheared: `
def sheared(planes: torch.Tensor, x: float, y: float, fill: float | None, nearest: bool = False) -> torch.Tensor:
    """Sheared by degrees along the rows (x) and the columns (y), about the centre."""
    along_rows, along_columns = math.tan(math.radians(x)), math.tan(math.radians(y))
    middle_row, middle_column = ((n - 1) / 2 for n in planes.shape[-2:])
    rows, columns = all_places(planes)
    rows, columns = rows - middle_row, columns - middle_column
    area = 1 - along_rows * along_columns
    from_rows = (rows + along_columns * columns) / area + middle_row
    return blended(planes, from_rows, (columns + along_rows * rows) / area + middle_column, fill, nearest)
`,
  behind: `
def behind(to, x, y, right: int, bottom: int) -> tuple:
    """Where what is shown at x, y comes from (x, y), if the image's corners, clockwise from the top left, are shown at to."""
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = to
    p, q, r, s = x1 - x2, x3 - x2, y1 - y2, y3 - y2
    u, v = x0 - x1 + x2 - x3, y0 - y1 + y2 - y3
    g, h = (u * s - q * v) / (p * s - q * r), (p * v - u * r) / (p * s - q * r)
    a, b, d, e = x1 - x0 + g * x1, x3 - x0 + h * x3, y1 - y0 + g * y1, y3 - y0 + h * y3
    under = (d * h - e * g) * x + (b * g - a * h) * y + a * e - b * d
    across = (e - y0 * h) * x + (x0 * h - b) * y + b * y0 - x0 * e
    down = (y0 * g - d) * x + (a - x0 * g) * y + x0 * d - a * y0
    return right * across / under, bottom * down / under
`,
  projected: `
def projected(planes: torch.Tensor, to: list, fill: float, nearest: bool = False) -> torch.Tensor:
    """The image with its corners, clockwise from the top left, at to."""
    height, width = planes.shape[-2:]
    y, x = (place + 0.5 for place in all_places(planes))
    columns, rows = behind(torch.tensor(to, dtype=torch.float64), x, y, width - 1, height - 1)
    inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
    rows = torch.where(inside, (rows - 0.5).clamp(0, height - 1), torch.full_like(rows, -9))
    columns = torch.where(inside, (columns - 0.5).clamp(0, width - 1), torch.full_like(columns, -9))
    return blended(planes, rows, columns, fill, nearest)
`,
  enlarged: `
def enlarged(planes: torch.Tensor, top: int, left: int, height: int, width: int, size: tuple, nearest: bool = False):
    """A window, resized."""
    part = planes[None, :, top : top + height, left : left + width]
    mode = "nearest" if nearest else "bilinear"
    return torch.nn.functional.interpolate(part, size, mode=mode)[0]
`,
  erased: `
def erased(planes: torch.Tensor, top: int, left: int, height: int, width: int, value: float) -> torch.Tensor:
    """A rectangle painted over."""
    planes = planes.clone()
    planes[:, top : top + height, left : left + width] = value
    return planes
`,
  recoloured: `
def recoloured(planes: torch.Tensor, hue: float, saturation: float, value: float) -> torch.Tensor:
    """Hue (of 180 in a circle), saturation and value (of 255) shifted in whole steps; grey stays grey."""
    planes = planes.round()
    red, green, blue = planes[0], planes[1], planes[2]
    most = planes.amax(0)
    span = most - planes.amin(0)
    turn = torch.where(most == green, blue - red + 2 * span, red - green + 4 * span)
    turn = torch.where(most == red, green - blue, turn)
    # Eight bits each, rounded as OpenCV does it.
    h = ((turn * (122880 / span.clamp(min=1)).round() + 2048) / 4096).floor() % 180
    s = ((span * (1044480 / most.clamp(min=1)).round() + 2048) / 4096).floor()
    h = ((h + hue) % 180).floor() / 30
    s = torch.where(s > 0, (s + int(saturation)).clamp(0, 255), s) / 255
    v = (most + int(value)).clamp(0, 255)
    parts = ((n + h) % 6 for n in (5, 3, 1))
    return torch.stack([v - v * s * torch.minimum(k, 4 - k).clamp(0, 1) for k in parts]).floor()
`,
  sharpened: `
def sharpened(planes: torch.Tensor, level: float) -> torch.Tensor:
    """Away from the smoothed image, or below 1 towards it; the outermost pixels stay."""
    if min(planes.shape[-2:]) < 3:
        return planes
    kernel = planes.new_tensor([[1, 1, 1], [1, 5, 1], [1, 1, 1]])[None, None] / 13
    smooth = planes.clone()
    smooth[:, 1:-1, 1:-1] = torch.nn.functional.conv2d(planes[:, None], kernel)[:, 0].round()
    return (smooth + level * (planes - smooth)).clamp(0, 255).floor()
`,
  posterized: `
def posterized(planes: torch.Tensor, level: float) -> torch.Tensor:
    """Without that many lower bits."""
    step = 2 ** math.floor(level + 0.5)
    return (planes.round() / step).floor() * step
`,
  solarized: `
def solarized(planes: torch.Tensor, level: float) -> torch.Tensor:
    """Negative from 255 - level on."""
    planes = planes.round()
    return torch.where(planes < 255 - level, planes, 255 - planes)
`,
  equalized: `
def equalized(planes: torch.Tensor) -> torch.Tensor:
    """Every channel's histogram evened out, as Pillow does it."""
    channels = []
    for values in planes.round().clamp(0, 255).long():
        counts = torch.bincount(values.flatten(), minlength=256)
        step = (values.numel() - int(counts[values.max()])) // 255
        table = torch.arange(256).to(counts) if step == 0 else (counts.cumsum(0) - counts + step // 2) // step
        channels.append(table.clamp(max=255)[values])
    return torch.stack(channels).to(planes)
`,
  stretched: `
def stretched(planes: torch.Tensor) -> torch.Tensor:
    """Every channel's values stretched to 0 to 255."""
    planes = planes.round()
    low, high = planes.amin((1, 2), keepdim=True), planes.amax((1, 2), keepdim=True)
    wide = ((planes - low) * 255 / (high - low).clamp(min=1)).floor()
    return torch.where(high > low, wide, planes)
`,
  smoothed: `
def smoothed(planes: torch.Tensor, sigma: float) -> torch.Tensor:
    """The mean weighted by a normal distribution, over 2 floor(3.5 sigma) + 1 pixels a side; the border reflects."""
    radius = int(3.5 * sigma)
    if radius == 0:
        return planes
    weights = torch.exp(-0.5 * (torch.arange(-radius, radius + 1) / sigma) ** 2)
    weights = (weights / weights.sum()).to(planes)
    ends = (torch.arange(-radius, n + radius, device=planes.device) for n in planes.shape[-2:])
    padded = taken(planes, *torch.meshgrid(*ends, indexing="ij"), None)[:, None]
    down = torch.nn.functional.conv2d(padded, weights[None, None, :, None])
    return torch.nn.functional.conv2d(down, weights[None, None, None])[:, 0].round()
`,
  re_encoded: `
def re_encoded(planes: torch.Tensor, quality: int) -> torch.Tensor:
    """Written as JPEG and read again."""
    picture = Image.fromarray(planes.round().clamp(0, 255).to(torch.uint8).permute(1, 2, 0).cpu().numpy())
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=quality)
    return torch.from_numpy(np.array(Image.open(file))).permute(2, 0, 1).to(planes)
`,
};
