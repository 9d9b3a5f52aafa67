import type { Size } from '../image/types.js';
import type { SubsetOfTransforms } from './albumentations.js';
import { createTransform } from './registry.js';
import type { Params, TransformSpec } from './types.js';

/**
 * A policy as Python code for torchvision.transforms.v2 (0.16 or newer).
 *
 * What torchvision has no equivalent for is named in a comment and left out of the code.
 */
export function toTorchvision(policy: SubsetOfTransforms, size: Size): string {
  const known: string[] = [];
  const unknown: string[] = [];
  for (const spec of policy.transforms) {
    const code = equivalent(spec, size);
    if (code === undefined) unknown.push(spec.name);
    else known.push(code);
  }
  const { width, height } = size;
  const n = Math.min(policy.size, known.length);
  const back =
    policy.restore === 'none'
      ? ''
      : policy.restore === 'resize'
        ? `\n        image = F.resize(image, [${height}, ${width}])`
        : `
        h, w = image.shape[-2:]
        top, left = (${height} - h) // 2, (${width} - w) // 2
        if (h, w) != (${height}, ${width}):
            image = F.pad(image, [left, top, ${width} - w - left, ${height} - h - top], padding_mode="reflect")`;
  return `# Safe augmentations: ${n} of ${known.length} at random, each with probability ${policy.p}.
${unknown.map((name) => `# torchvision has no equivalent of ${name}: left out.\n`).join('')}import random

import torch
from torchvision.transforms import v2
from torchvision.transforms.v2 import functional as F


class SafeAugment(torch.nn.Module):
    """Expects uint8 images [..., 3, ${height}, ${width}]."""

    def __init__(self):
        super().__init__()
        self.transforms = [
${known.map((code) => `            ${code},\n`).join('')}        ]

    def forward(self, image):
        for transform in random.sample(self.transforms, ${n}):
            if random.random() < ${policy.p}:
                image = transform(image)${back}
        return image
`;
}

function equivalent(spec: TransformSpec, size: Size): string | undefined {
  const { name, options } = createTransform(spec);
  const crop = cropText(options, size);
  switch (name) {
    case 'HorizontalFlip':
      return 'v2.RandomHorizontalFlip(p=1)';
    case 'VerticalFlip':
      return 'v2.RandomVerticalFlip(p=1)';
    case 'RandomRotate90':
      return 'v2.Lambda(lambda x: torch.rot90(x, random.randrange(4), (-2, -1)))';
    case 'Transpose':
      return 'v2.Lambda(lambda x: x.transpose(-2, -1))';
    case 'ToGray':
      return 'v2.Grayscale(num_output_channels=3)';
    case 'RandomCrop':
      return `v2.RandomCrop(${crop})`;
    case 'CenterCrop':
      return `v2.CenterCrop(${crop})`;
    case 'RandomBrightness': {
      const [low, high] = options.limit as number[];
      return `v2.Lambda(lambda x: (x.float() + 255 * random.uniform(${low}, ${high})).round().clamp(0, 255).to(x.dtype))`;
    }
    case 'RandomContrast': {
      const [low, high] = options.limit as number[];
      return `v2.Lambda(lambda x: (x.float() * (1 + random.uniform(${low}, ${high}))).round().clamp(0, 255).to(x.dtype))`;
    }
    case 'RandomGamma': {
      const [low, high] = (options.gammaLimit as number[]).map((g) => g / 100);
      return `v2.Lambda(lambda x: F.adjust_gamma(x, random.uniform(${low}, ${high})))`;
    }
    case 'GaussNoise': {
      const [low, high] = options.varLimit as number[];
      return `v2.Lambda(lambda x: (x.float() + random.uniform(${low}, ${high}) ** 0.5 * torch.randn(x.shape, device=x.device)).round().clamp(0, 255).to(x.dtype))`;
    }
    default:
      return undefined;
  }
}

function cropText(options: Params, size: Size): string {
  const scale = Number(options.scale ?? 1);
  const height = options.height ?? Math.max(1, Math.round(size.height * scale));
  const width = options.width ?? Math.max(1, Math.round(size.width * scale));
  return `(${height}, ${width})`;
}
