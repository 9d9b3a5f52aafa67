import { define, sameSize } from '../definition/definition.js';

/** Negative control: changes nothing, yet counts as applied. Whoever recognises it reads noise. */
function nothing<const N extends string>(name: N) {
  return define({
    name,
    versioned: false,
    options: () => ({}),
    sample: () => ({}),
    params: () => ({}),
    outputSize: sameSize,
    isIdentity: () => false,
    cutsWindow: false,
    image: (image, _params, dst) => dst.set(image.data),
    mask: null,
    lut: null,
    magnitudes: () => [],
    albumentations: null,
    torchvision: null,
  });
}

export const controlNothingA = nothing('ControlNothingA');
export const controlNothingB = nothing('ControlNothingB');
