import { define, sameSize } from '../definition/definition.js';

/** Positive control: the four quarters change places crosswise, so that two seams cross the image. */
export const controlShuffle = define({
  name: 'ControlShuffle',
  versioned: false,
  options: () => ({}),
  sample: () => ({}),
  params: () => ({}),
  outputSize: sameSize,
  isIdentity: (_params, { width, height }) => width < 2 && height < 2,
  cutsWindow: false,
  image: ({ data, width, height, channels }, _params, dst) =>
    swapQuarters(data, width, height, channels, dst),
  mask: ({ data, width, height }, _params, _fill, dst) => swapQuarters(data, width, height, 1, dst),
  lut: null,
  magnitudes: () => [],
  albumentations: null,
  torchvision: null,
});

function swapQuarters(
  data: Uint8Array,
  width: number,
  height: number,
  channels: number,
  dst: Uint8Array,
): void {
  const right = width >> 1;
  const down = height >> 1;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const from = ((y + down) % height) * width + ((x + right) % width);
      for (let c = 0; c < channels; c++)
        dst[(y * width + x) * channels + c] = data[from * channels + c];
    }
}
