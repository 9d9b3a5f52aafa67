import { Differences, type ExportablePolicy, type ExportedPolicy } from '../exported.js';
import { pythonModule } from '../python.js';
import { torchvisionChecked, torchvisionCode } from './torchvision.js';

/**
 * A policy as a Python module for fastai: `item_transform`, and `last_item_transform` for the last epochs. fastai has
 * no choices among transforms, so the policy is torchvision's, which fastai installs, in an `ItemTransform`.
 */
export function fastaiModule(exported: ExportablePolicy): ExportedPolicy {
  const differences = new Differences();
  const { imports, helpers, body } = torchvisionCode(exported, differences);
  const { height, width } = exported.size;
  const text = pythonModule(
    exported,
    {
      library: 'fastai 2',
      checked: `fastai 2.8.12 and ${torchvisionChecked}`,
      usage: [
        'from policy import item_transform',
        `DataBlock(..., item_tfms=[Resize((${height}, ${width})), item_transform])`,
        'Images are augmented alone or with their masks, and only those of the training part.',
        'The label 255 in a mask is outside the image: ignore it in the loss.',
      ],
      imports: withNames(imports),
      helpers: [...helpers, wrapper],
      body: [
        body,
        'item_transform = PolicyTransform(transform)',
        ...(exported.last ? ['last_item_transform = PolicyTransform(last_transform)'] : []),
      ].join('\n'),
    },
    differences,
  );
  return { text, ...differences };
}

function withNames(imports: readonly string[]): string[] {
  const others = imports.filter((line) => !line.includes('tv_tensors') && line !== 'import torch');
  const torchvision = others.pop();
  return [
    ...others,
    'import numpy as np',
    'import torch',
    'from fastai.vision.all import ItemTransform, PILBase, PILImage, PILMask',
    'from torchvision import tv_tensors',
    ...(torchvision === undefined ? [] : [torchvision]),
  ];
}

const wrapper = `
def to_tensor(picture: PILBase) -> torch.Tensor:
    """A picture as uint8, [3, H, W]; a mask as [H, W]."""
    values = torch.from_numpy(np.array(picture))
    return tv_tensors.Mask(values) if isinstance(picture, PILMask) else values.permute(2, 0, 1)


def to_picture(values: torch.Tensor, like: PILBase) -> PILBase:
    """The inverse of to_tensor."""
    plain = values.as_subclass(torch.Tensor)
    return type(like).create(plain.numpy() if isinstance(like, PILMask) else plain.permute(1, 2, 0).numpy())


class PolicyTransform(ItemTransform):
    """Augments the images of the training part, and their masks with them."""

    split_idx, order = 0, 2

    def __init__(self, policy: v2.Transform):
        super().__init__()
        self.policy = policy

    def encodes(self, item):
        """An item's image and mask, augmented together; what is neither stays as it is."""
        pictures = [part for part in item if isinstance(part, (PILImage, PILMask))]
        moved = self.policy(*[to_tensor(picture) for picture in pictures])
        results = iter(moved if len(pictures) > 1 else [moved])
        return tuple(to_picture(next(results), part) if any(part is p for p in pictures) else part for part in item)
`;
