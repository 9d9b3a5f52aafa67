import { withoutArguments } from '../definition/albumentations-form.js';
import { define } from '../definition/definition.js';
import { transposePixels } from '../kernels/quarter-turns.js';

/** Exchanges rows and columns. */
export const transpose = define({
  name: 'Transpose',
  versioned: false,
  options: () => ({}),
  sample: () => ({}),
  params: () => ({}),
  outputSize: (_params, { width, height }) => ({ width: height, height: width }),
  isIdentity: (_params, { width, height }) => width === 1 && height === 1,
  cutsWindow: false,
  image: (image, _params, dst) =>
    transposePixels(image.data, image.width, image.height, image.channels, dst),
  mask: (mask, _params, _fill, dst) => transposePixels(mask.data, mask.width, mask.height, 1, dst),
  lut: null,
  magnitudes: () => [],
  albumentations: withoutArguments('Transpose'),
  torchvision: {
    write: () => ({ code: 'Transpose()' }),
    helpers: {
      Transpose: `class Transpose(v2.Transform):
    """Swaps rows and columns."""

    def transform(self, x, params):
        return tv_tensors.wrap(x.as_subclass(torch.Tensor).transpose(-1, -2), like=x)

    _transform = transform
`,
    },
  },
});
