import { define, type Definition } from '../definition.js';

/** Negative control: changes nothing, yet counts as applied. Whoever recognises it reads noise. */
function nothing(name: string): Definition {
  return define({
    name,
    kind: 'photometric',
    options: () => ({}),
    sample: () => ({}),
    params: () => ({}),
    isIdentity: () => false,
    image: (image, _params, dst) => dst.set(image.data),
  });
}

export const controlNothingA = nothing('ControlNothingA');
export const controlNothingB = nothing('ControlNothingB');
