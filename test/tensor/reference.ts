import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import assert from 'node:assert/strict';
import { fromFloat32, type Tensor } from '../../src/tensor/index.js';

/** One operator's result and the gradients of its inputs. */
export interface Packed {
  readonly shape: number[];
  readonly y: number[];
  readonly grads: number[][];
  readonly mean?: number[];
  readonly var?: number[];
}

export interface Reference {
  readonly models: Record<string, { state: Record<string, number[]>; logits: number[] }>;
  readonly operators: Record<string, Packed>;
  readonly optimisers: Record<string, number[][]>;
  readonly schedules: Record<string, number[]>;
}

/** PyTorch's numbers, made by test/fixtures/engine/make.py. */
export function reference(): Reference {
  const file = join(packageRoot(), 'test/fixtures/engine/reference.json.gz');
  return JSON.parse(gunzipSync(readFileSync(file)).toString('utf8')) as Reference;
}

/** The same values as make.py's `fill`: they depend on name and position alone. */
export function fillValues(name: string, count: number, low = -1, high = 1): Float32Array {
  let seed = 0x811c9dc5;
  for (const byte of Buffer.from(name)) seed = Math.imul(seed ^ byte, 0x01000193);
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    let h = (Math.imul(i, 2654435761) + seed) | 0;
    h ^= h >>> 16;
    h = Math.imul(h, 0x85ebca6b);
    h ^= h >>> 13;
    h = Math.imul(h, 0xc2b2ae35);
    h ^= h >>> 16;
    values[i] = low + (high - low) * ((h >>> 0) / 4294967296);
  }
  return values;
}

export function fill(name: string, shape: readonly number[], low = -1, high = 1): Tensor {
  const count = shape.reduce((product, side) => product * side, 1);
  return fromFloat32(fillValues(name, count, low, high), shape);
}

/** The same, as something to compute gradients for. */
export function leaf(name: string, ...shape: number[]): Tensor {
  const tensor = fill(name, shape);
  tensor.requiresGrad = true;
  return tensor;
}

/** Every value within `tolerance` of the expected one, relative where that is above 1. */
export function assertClose(
  got: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  what: string,
): void {
  assert.equal(got.length, expected.length, `${what}: number of values`);
  let worst = 0;
  for (let i = 0; i < got.length; i++) {
    const difference = Math.abs(got[i] - expected[i]) / Math.max(1, Math.abs(expected[i]));
    worst = Number.isNaN(difference) ? Infinity : Math.max(worst, difference);
  }
  assert.ok(worst <= tolerance, `${what}: differs by ${worst}, allowed ${tolerance}`);
}

function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}

/** The length of the difference relative to the expected length. */
export function relativeError(got: Float32Array, expected: Float32Array): number {
  let [difference, length] = [0, 0];
  expected.forEach((value, i) => {
    difference += (value - got[i]) ** 2;
    length += value ** 2;
  });
  return Math.sqrt(difference / length);
}
