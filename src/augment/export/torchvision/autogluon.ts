import { Differences, type ExportablePolicy, type ExportedPolicy } from '../exported.js';
import { pythonModule } from '../python.js';
import { torchvisionChecked, torchvisionCode } from './torchvision.js';

/**
 * A policy as a Python module for AutoGluon's `MultiModalPredictor`: `hyperparameters`, with torchvision's transforms in place
 * of its own augmentation (`trivial_augment` by default).
 */
export function autogluonModule(exported: ExportablePolicy): ExportedPolicy {
  const differences = new Differences();
  const plain: ExportablePolicy = { ...exported, last: undefined };
  if (exported.last !== undefined)
    differences.leftOut(
      'the last epochs',
      'AutoGluon trains all epochs with one set of transforms; the policy trains the last ones with the safe set alone',
    );
  const { imports, helpers, body } = torchvisionCode(plain, differences);
  const { height, width } = exported.size;
  const text = pythonModule(
    plain,
    {
      library: 'AutoGluon (MultiModalPredictor)',
      checked: `autogluon.multimodal 1.6.3 and ${torchvisionChecked}`,
      usage: [
        'from policy import hyperparameters',
        'predictor.fit(train_data, hyperparameters=hyperparameters)',
        'Images are resized to the size that the policy was learned on, then augmented. Where the network',
        'takes another size, put v2.Resize of that size at the end of train_transforms.',
      ],
      imports: [
        'import numpy as np',
        ...imports.filter((line) => line !== 'import torch'),
        'import torch',
        'from PIL import Image',
      ],
      helpers: [...helpers, wrapper],
      body: `${body}
train_transforms = [v2.Resize((${height}, ${width})), OnPictures(transform)]
hyperparameters: dict[str, object] = {
    "model.timm_image.train_transforms": train_transforms,
    "data.mixup.turn_on": False,
}`,
    },
    differences,
  );
  return { text, ...differences };
}

const wrapper = `
class OnPictures:
    """Augments a PIL image, as AutoGluon reads them."""

    def __init__(self, policy: v2.Transform):
        self.policy = policy

    def __call__(self, picture: Image.Image) -> Image.Image:
        values = torch.from_numpy(np.array(picture.convert("RGB"))).permute(2, 0, 1)
        return Image.fromarray(self.policy(values).permute(1, 2, 0).numpy())
`;
