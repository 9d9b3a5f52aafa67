/** Python functions on float tensors with values from 0 to 255, for libraries on PyTorch that lack them, by name. */
export const torchHelpers: Readonly<Record<string, string>> = {
  moved: `
def moved(
    planes: torch.Tensor, shift_x: float, shift_y: float, scale: float, angle: float, nearest: bool = False
) -> torch.Tensor:
    """[C, H, W], turned by degrees, scaled and shifted (parts of the sides) about the centre; the border reflects."""
    height, width = planes.shape[-2:]
    cos, sin = (f(math.radians(angle)) / (1 + scale) for f in (math.cos, math.sin))
    # From the centre to every pixel of the result, without the shift; then back to where it comes from.
    down = torch.arange(height) - (height - 1) / 2 - shift_y * height
    right = torch.arange(width) - (width - 1) / 2 - shift_x * width
    down, right = torch.meshgrid(down, right, indexing="ij")
    grid = torch.stack(
        [(cos * right - sin * down) * 2 / max(width - 1, 1), (sin * right + cos * down) * 2 / max(height - 1, 1)], -1
    )
    mode = "nearest" if nearest else "bilinear"
    return torch.nn.functional.grid_sample(
        planes[None], grid[None].to(planes), mode=mode, padding_mode="reflection", align_corners=True
    )[0]
`,
  blur: `
def blur(planes: torch.Tensor, side: int) -> torch.Tensor:
    """The mean over a square window with an odd side; the border reflects."""
    padded = torch.nn.functional.pad(planes[None], [side // 2] * 4, mode="reflect")
    return torch.nn.functional.avg_pool2d(padded, side, stride=1)[0].round()
`,
  gray: `
def gray(planes: torch.Tensor) -> torch.Tensor:
    """Luma (BT.601) in all three channels."""
    weights = planes.new_tensor([0.299, 0.587, 0.114])[:, None, None]
    return (planes * weights).sum(0, keepdim=True).round().repeat(3, 1, 1)
`,
  gamma: `
def gamma(planes: torch.Tensor, percent: float) -> torch.Tensor:
    """255 (x / 255) ^ (percent / 100)."""
    return 255 * (planes / 255) ** (percent / 100)
`,
  noise: `
def noise(planes: torch.Tensor, variance: float) -> torch.Tensor:
    """Normal noise of that variance in squared grey levels."""
    return planes + variance**0.5 * torch.randn_like(planes)
`,
};
