import { define, sameSize } from '../definition/definition.js';
import { shrunk } from '../definition/shrunk.js';
import type { Limit, OptionReader } from '../definition/option-reader.js';
import { isOld, readSemantics, semanticsOf, type Versioned } from '../definition/semantics.js';
import { ends } from '../definition/torchvision-form.js';
import { applyLut, isIdentityLut, lookUpInside, truncateUint8 } from '../kernels/lut.js';
import { wasmEngine, type WasmEngine } from '../wasm/engine.js';
import { reserveTable } from '../wasm/memory.js';

export interface GammaOptions extends Versioned {
  /** Exponent in percent; default [80, 120]; x stands for [1, x]. */
  readonly gammaLimit?: Limit;
}

type Parameters = { gamma: number };

/**
 * Raises every value, as a fraction of 255, to the power `gamma`, drawn from `gammaLimit` / 100
 * (percent, default [80, 120]). Source: Albumentations 1.3, `gamma_transform`.
 *
 * Albumentations 0.1.1 draws whole percents and takes 1 / gamma as the exponent.
 */
export const randomGamma = define({
  name: 'RandomGamma',
  versioned: true,
  options: (reader: OptionReader<GammaOptions>) => ({
    gammaLimit: reader.range('gammaLimit', { min: 1 }, [80, 120], () => 1),
  }),
  sample: (options, rng): Parameters => {
    const [low, high] = options.gammaLimit;
    if (!isOld(options)) return { gamma: rng.uniform(low, high) / 100 };
    const gamma = rng.int(Math.ceil(low), Math.floor(high) + 1) / 100;
    return { gamma, ...semanticsOf(options) };
  },
  params: (reader): Parameters => ({
    gamma: reader.number('gamma', { min: 0.01 }),
    ...readSemantics(reader),
  }),
  outputSize: sameSize,
  isIdentity: (params) => isIdentityLut(lutOf(params)),
  cutsWindow: false,
  image: (image, params, dst) => {
    if (params.gamma === 1) dst.set(image.data);
    else applyGamma(image.data, exponentOf(params), dst);
  },
  mask: null,
  lut: { of: lutOf, lookedUp: true },
  magnitudes: (options) => [shrunk(options, 'gammaLimit', 'percent', 100)],
  albumentations: {
    write: (o) => ({ name: 'RandomGamma', args: { gamma_limit: o.gammaLimit } }),
    read: { RandomGamma: (args) => ({ gammaLimit: args.gamma_limit }) },
  },
  torchvision: {
    write: (o) => ({ code: `Values(gamma, ${ends(o.gammaLimit)})` }),
    helpers: {},
  },
});

/** A gamma of 1 is the identity here; in Albumentations cutting off takes one level from some values. */
function lutOf(params: Parameters): Uint8Array {
  const table = new Uint8Array(256);
  if (params.gamma === 1) for (let i = 0; i < 256; i++) table[i] = i;
  else gammaLut(exponentOf(params), table);
  return table;
}

function exponentOf(params: Parameters): number {
  return isOld(params) ? 1 / params.gamma : params.gamma;
}

/** Value i as a fraction, as `numpy.arange(0, 256 / 255, 1 / 255)` has it. */
function fractionOf(i: number): number {
  return i * (1 / 255);
}

/** 255 (i / 255) ^ exponent, cut off to uint8. Source: Albumentations 1.3, `gamma_transform`. */
export function referenceGammaLut(exponent: number, table: Uint8Array): void {
  for (let i = 0; i < 256; i++) table[i] = truncateUint8(Math.pow(fractionOf(i), exponent) * 255);
}

// Places in the engine's memory, 0 before the first use: logarithms of the fractions `[256]` float64, room for their
// products, and the table `[256]` that they become.
let logs = 0;
let work = 0;
let target = 0;
/** Above it, powers of the kernel's halves leave float64. */
const mostExponent = 1000;

/**
 * `referenceGammaLut` with the kernel in WebAssembly, which has powers from a series: where 255 times a power is a whole
 * number to the last bits, its value may differ by one from the reference. `table`: `[256]`.
 */
export function gammaLut(exponent: number, table: Uint8Array): void {
  const engine = engineFor(exponent);
  if (engine === null) {
    referenceGammaLut(exponent, table);
    return;
  }
  makeTable(engine, exponent);
  for (let i = 0; i < 256; i++) table[i] = engine.bytes[target + i];
}

/** Replaces every value by that of `gammaLut`, whose table stays in the engine. */
export function applyGamma(src: Uint8Array, exponent: number, dst: Uint8Array): void {
  const engine = engineFor(exponent);
  if (engine !== null) {
    makeTable(engine, exponent);
    if (lookUpInside(engine, src, target, dst)) return;
  }
  const table = new Uint8Array(256);
  gammaLut(exponent, table);
  applyLut(src, table, dst);
}

function engineFor(exponent: number): WasmEngine | null {
  return exponent > mostExponent ? null : wasmEngine();
}

function makeTable({ kernels, bytes }: WasmEngine, exponent: number): void {
  if (logs === 0) {
    logs = reserveTable(256 * 8);
    work = reserveTable(256 * 8);
    target = reserveTable(256);
    const values = Float64Array.from({ length: 256 }, (_, i) => Math.log(fractionOf(i)));
    bytes.set(new Uint8Array(values.buffer), logs);
  }
  kernels.gammaTable(logs, exponent, work, target);
}
