import { reflectTable } from '../../kernels/border.js';
import { wasmEngine, type WasmEngine } from '../../wasm/engine.js';
import { reserveTable, scratchPointer } from '../../wasm/memory.js';
import { runWhole, workSlot } from '../../wasm/run.js';
import { clipCount, referenceClaheRgb, tileGrid } from './equalise.js';
import { backShift, labShift, labTables, minAb } from './lab.js';

/** Bytes of a coordinate's two offsets and four weights. */
const positionBytes = 24;

/** Equalises the lightness of RGB; `referenceClaheRgb` with the kernels in WebAssembly. */
export function claheRgb(
  src: Uint8Array,
  width: number,
  height: number,
  clipLimit: number,
  tilesX: number,
  tilesY: number,
  dst: Uint8Array,
): void {
  const engine = wasmEngine();
  const done =
    engine !== null && inside(engine, src, width, height, clipLimit, tilesX, tilesY, dst);
  if (!done) referenceClaheRgb(src, width, height, clipLimit, tilesX, tilesY, dst);
}

function inside(
  engine: WasmEngine,
  src: Uint8Array,
  width: number,
  height: number,
  clipLimit: number,
  tilesX: number,
  tilesY: number,
  dst: Uint8Array,
): boolean {
  const { kernels, bytes } = engine;
  const n = width * height;
  const grid = tileGrid(width, height, tilesX, tilesY);
  const { paddedWidth, paddedHeight, tileWidth, tileHeight } = grid;
  const area = tileWidth * tileHeight;
  // What the kernels need between their steps lies in one block of the engine's memory.
  // Work, in this order: positions, padded indices, histogram, the tiles' tables, planes.
  const indexBytes = 4 * (paddedWidth + paddedHeight);
  const at = layout([
    positionBytes * width + 16,
    positionBytes * height + 16,
    indexBytes,
    1024,
    256 * tilesX * tilesY,
    n,
    n,
    2 * n,
    2 * n,
  ]);
  const work = scratchPointer(engine, workSlot, at.total);
  if (work === 0) return false;
  const [xs, ys, indices, histogram, tables, lightness, equalised, a, b] = at.offsets.map(
    (offset) => work + offset,
  );
  bytes.set(paddedIndices(paddedWidth, width, paddedHeight, height), indices);
  const t = (constants ??= loadConstants(engine));
  return runWhole(engine, src, dst, (from, to) => {
    kernels.labForward(from, n, lightness, a, b, t.products, t.roots);
    kernels.claheTables(
      lightness,
      width,
      indices,
      indices + 4 * paddedWidth,
      tilesX,
      tilesY,
      tileWidth,
      tileHeight,
      clipCount(clipLimit, area),
      Math.fround(255 / area),
      histogram,
      tables,
    );
    kernels.clahePositions(width, tilesX, tileWidth, 256, xs);
    kernels.clahePositions(height, tilesY, tileHeight, 256 * tilesX, ys);
    kernels.claheBlend(lightness, width, height, tables, xs, ys, equalised);
    kernels.labBackward(equalised, a, b, n, to, t.luma, t.cubes, t.gamma, t.shares);
  });
}

/** Offsets of parts that follow each other, 16-byte aligned. */
function layout(sizes: readonly number[]): { offsets: number[]; total: number } {
  let total = 0;
  const offsets = sizes.map((size) => {
    const at = total;
    total += Math.ceil(size / 16) * 16;
    return at;
  });
  return { offsets, total };
}

let held: { key: string; indices: Uint8Array } | undefined;

/** Reflected indices of the padded columns, then rows; int32, as bytes. */
function paddedIndices(
  paddedWidth: number,
  width: number,
  paddedHeight: number,
  height: number,
): Uint8Array {
  const key = `${paddedWidth} ${width} ${paddedHeight} ${height}`;
  if (held?.key === key) return held.indices;
  const table = new Int32Array(paddedWidth + paddedHeight);
  table.set(reflectTable(0, paddedWidth, width));
  table.set(reflectTable(0, paddedHeight, height), paddedWidth);
  held = { key, indices: new Uint8Array(table.buffer) };
  return held.indices;
}

interface Constants {
  products: number;
  roots: number;
  luma: number;
  cubes: number;
  gamma: number;
  shares: number;
}
let constants: Constants | undefined;

/** Puts the tables of both directions into the engine's memory, in the forms that its kernels want. */
function loadConstants(engine: WasmEngine): Constants {
  const t = labTables();
  const put = (table: ArrayBufferView): number => {
    const at = reserveTable(table.byteLength);
    engine.bytes.set(new Uint8Array(table.buffer, table.byteOffset, table.byteLength), at);
    return at;
  };
  const products = new Int32Array(3 * 256 * 4);
  for (let channel = 0; channel < 3; channel++)
    for (let value = 0; value < 256; value++)
      for (let k = 0; k < 3; k++)
        // A value's shares in X, Y and Z; the half that rounds the sum is with blue, so it is added once.
        products[(channel * 256 + value) * 4 + k] =
          t.linear[value] * t.forward[3 * k + channel] + (channel === 2 ? 1 << (labShift - 1) : 0);
  const luma = new Int32Array(256 * 4 + 256);
  for (let l = 0; l < 256; l++) {
    for (let k = 0; k < 3; k++)
      // What y of this L adds to red, green and blue, with the half that rounds the sum.
      luma[4 * l + k] = t.yOfL[l] * t.backward[3 * k + 1] + (1 << (backShift - 1));
    luma[1024 + l] = t.fyOfL[l];
  }
  const m = t.backward;
  return {
    products: put(products),
    roots: put(t.root),
    luma: put(luma),
    cubes: put(t.xzOfF) - 4 * minAb,
    gamma: put(t.gamma),
    shares: put(Int32Array.of(m[0], m[3], m[6], 0, m[2], m[5], m[8], 0)),
  };
}
