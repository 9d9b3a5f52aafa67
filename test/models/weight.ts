import { fromInt64, type Tensor } from '../../src/tensor/index.js';
import { fill } from '../tensor/reference.js';

/** As the fixtures' `weight` (engine/make.py): a value for every kind of tensor in a state. */
export function weight(name: string, shape: number[]): Tensor {
  if (name.endsWith('num_batches_tracked')) return fromInt64([7], []);
  if (name.endsWith('running_var') || (name.endsWith('weight') && shape.length === 1))
    return fill(name, shape, 0.8, 1.2);
  if (shape.length === 1) return fill(name, shape, -0.2, 0.2);
  const limit = Math.sqrt(6 / shape.slice(1).reduce((product, side) => product * side, 1));
  return fill(name, shape, -limit, limit);
}
