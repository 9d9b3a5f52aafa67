import { InternalError } from '../../core/index.js';
import { loadModule, type Variant } from './load.js';
import { pages } from './module-bytes.js';

// The part of the standard's interface that is used; TypeScript has its types only together with a browser's.
declare const WebAssembly: {
  Instance: new (module: object, imports: object) => { readonly exports: object };
  Memory: new (size: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer };
};

type Pointer = number;

/** What scripts/wasm/kernels exports. Images are [height, width, channels]; strides in bytes. */
export interface Kernels {
  copyRows(
    src: Pointer,
    srcStride: number,
    dst: Pointer,
    dstStride: number,
    bytes: number,
    rows: number,
  ): void;
  flipRows3(src: Pointer, dst: Pointer, dstStride: number, width: number, rows: number): void;
  transpose3(
    src: Pointer,
    srcStride: number,
    dst: Pointer,
    dstStride: number,
    width: number,
    height: number,
  ): void;
  addSaturated(src: Pointer, dst: Pointer, n: number, k: number): void;
  scaleTable(factor: number, table: Pointer): void;
  separable(src: Pointer, dst: Pointer, n: number, parts: Pointer): void;
  lookUp(src: Pointer, dst: Pointer, n: number, table: Pointer): void;
  fitCurve(table: Pointer, parts: Pointer): number;
  grayRgb(src: Pointer, dst: Pointer, pixels: number): void;
  warpLinear3(
    src: Pointer,
    dst: Pointer,
    width: number,
    height: number,
    a: number,
    b: number,
    tx: number,
    c: number,
    d: number,
    ty: number,
  ): void;
  resize3(
    src: Pointer,
    srcStride: number,
    dst: Pointer,
    outWidth: number,
    outHeight: number,
    columns: Pointer,
    rows: Pointer,
    first: Pointer,
    second: Pointer,
  ): void;
  boxBlur(
    src: Pointer,
    dst: Pointer,
    width: number,
    height: number,
    channels: number,
    k: number,
    work: Pointer,
    rows: Pointer,
    edges: Pointer,
    factor: number,
    shift: number,
  ): void;
  addNormal(
    src: Pointer,
    dst: Pointer,
    n: number,
    seed: number,
    deviation: number,
    mean: number,
    table: Pointer,
  ): void;
  labForward(
    src: Pointer,
    pixels: number,
    lightness: Pointer,
    a: Pointer,
    b: Pointer,
    products: Pointer,
    roots: Pointer,
  ): void;
  labBackward(
    lightness: Pointer,
    a: Pointer,
    b: Pointer,
    pixels: number,
    dst: Pointer,
    luma: Pointer,
    cubes: Pointer,
    gamma: Pointer,
    shares: Pointer,
  ): void;
  claheTables(
    plane: Pointer,
    width: number,
    columns: Pointer,
    rows: Pointer,
    tilesX: number,
    tilesY: number,
    tileWidth: number,
    tileHeight: number,
    limit: number,
    scale: number,
    histogram: Pointer,
    tables: Pointer,
  ): void;
  clahePositions(n: number, tiles: number, tileSize: number, stride: number, to: Pointer): void;
  claheBlend(
    plane: Pointer,
    width: number,
    height: number,
    tables: Pointer,
    xs: Pointer,
    ys: Pointer,
    dst: Pointer,
  ): void;
  gaussianBlur(
    src: Pointer,
    dst: Pointer,
    width: number,
    height: number,
    channels: number,
    radius: number,
    weights: Pointer,
    rows: Pointer,
    edges: Pointer,
    work: Pointer,
    limit: number,
  ): void;
  jpegPlane(
    src: Pointer,
    width: number,
    height: number,
    plane: Pointer,
    columns: number,
    rows: number,
  ): void;
  jpegSplit(
    src: Pointer,
    width: number,
    height: number,
    grey: Pointer,
    columns: number,
    rows: number,
    blue: Pointer,
    red: Pointer,
    halfColumns: number,
    halfRows: number,
    work: Pointer,
  ): void;
  jpegBlocks(plane: Pointer, columns: number, rows: number, table: Pointer, work: Pointer): void;
  jpegJoin(
    grey: Pointer,
    columns: number,
    blue: Pointer,
    red: Pointer,
    halfColumns: number,
    width: number,
    height: number,
    dst: Pointer,
    work: Pointer,
  ): void;
  sharpen(
    src: Pointer,
    dst: Pointer,
    width: number,
    height: number,
    channels: number,
    factor: number,
    work: Pointer,
  ): void;
  histograms(src: Pointer, pixels: number, channels: number, counts: Pointer): void;
  lookUp3(src: Pointer, dst: Pointer, pixels: number, tables: Pointer): void;
  shiftHsv(
    src: Pointer,
    dst: Pointer,
    pixels: number,
    hue: number,
    saturation: number,
    value: number,
    rest: Pointer,
  ): void;
  gammaTable(logs: Pointer, exponent: number, work: Pointer, table: Pointer): void;
}

/** One of the kernels for tables that `fitCurve` takes apart: their names are `curve` and its hexadecimal answer. */
export type CurveKernel = (src: Pointer, dst: Pointer, n: number, parts: Pointer) => void;

/** The kernels with the memory in which they work. */
export interface WasmEngine {
  readonly variant: Variant;
  readonly kernels: Kernels;
  /** The kernel of an answer of `fitCurve` that is not negative. */
  curve(answer: number): CurveKernel;
  /** All of the memory; it never grows, so views of it stay valid. */
  readonly bytes: Uint8Array;
  /** That memory's buffer: asking `bytes` for it costs as much as a small kernel. */
  readonly buffer: ArrayBufferLike;
}

let engine: WasmEngine | null | undefined;

/** The engine of this thread, started on first use; null where WebAssembly or its SIMD is missing. */
export function wasmEngine(): WasmEngine | null {
  if (engine === undefined) engine = start();
  return engine;
}

function start(): WasmEngine | null {
  const loaded = loadModule();
  if (loaded === null) return null;
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const instance = new WebAssembly.Instance(loaded.module, { env: { memory } });
  const exports = instance.exports as Record<string, unknown>;
  const curves = new Map<number, CurveKernel>();
  for (const [name, value] of Object.entries(exports))
    if (name.startsWith('curve')) curves.set(parseInt(name.slice(5), 16), value as CurveKernel);
  return {
    variant: loaded.variant,
    kernels: exports as unknown as Kernels,
    curve: (answer) => {
      const kernel = curves.get(answer);
      if (kernel === undefined) throw new InternalError(`no kernel curve${answer.toString(16)}`);
      return kernel;
    },
    bytes: new Uint8Array(memory.buffer),
    buffer: memory.buffer,
  };
}
