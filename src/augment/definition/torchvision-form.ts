import type { Size } from '../../image/image.js';
import type { Params } from '../transform.js';

/** A Python expression that makes a transform of `torchvision.transforms.v2`. */
export interface TorchvisionCode {
  readonly code: string;
  /** Where torchvision does it only roughly: the difference, as it ends a sentence. */
  readonly difference?: string;
}

/** How a transform is written for torchvision. */
export interface TorchvisionForm<O extends Params> {
  write(options: O, size: Size): TorchvisionCode;
  /** Python classes that the code needs beside the shared ones of export/torchvision/torchvision-helpers.ts, by name. */
  readonly helpers: Readonly<Record<string, string>>;
}

/** The ends of an interval, as two Python arguments. */
export function ends([low, high]: readonly [number, number]): string {
  return `${low}, ${high}`;
}

/** A Python tuple. */
export function tuple(values: readonly number[]): string {
  return `(${values.join(', ')})`;
}

/** A call of the Python class `Drawn`: a function that changes images, what draws its arguments, and those that stay the same. */
export function drawn(change: string, draw: string, ...fixed: string[]): string {
  return `Drawn(${[change, `partial(${draw})`, ...fixed].join(', ')})`;
}
