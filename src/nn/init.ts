import type { Rng } from '../core/index.js';
import { randn, uniform, type Tensor } from '../tensor/index.js';

/**
 * Normal weights with deviation sqrt(2 / fan-in) (He et al., 2015, eq. 10), as torchvision initialises
 * DenseNet's convolutions.
 *
 * @param shape `[out,in,h,w]` or `[out,in]`
 */
export function kaimingNormal(shape: readonly number[], rng: Rng): Tensor {
  return randn(shape, rng, Math.sqrt(2 / fanIn(shape)));
}

/** Uniform weights of +-1/sqrt(fan-in): what PyTorch gives linear layers. */
export function linearUniform(shape: readonly number[], rng: Rng): Tensor {
  const limit = 1 / Math.sqrt(fanIn(shape));
  return uniform(shape, rng, -limit, limit);
}

function fanIn(shape: readonly number[]): number {
  return shape.slice(1).reduce((product, side) => product * side, 1);
}
