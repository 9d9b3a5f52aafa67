import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Rng } from '../../src/core/index.js';
import * as t from '../../src/tensor/index.js';

// A plain version, image by image and in double precision, whose median sorts all values.
function plainFigures(at: (y: number, x: number, c: number) => number, shape: Shape): number[] {
  const { rows, columns, channels } = shape;
  let plane = Array.from({ length: rows }, (_, y) =>
    Array.from({ length: columns }, (_, x) =>
      channels === 1
        ? at(y, x, 0)
        : 0.299 * at(y, x, 0) + 0.587 * at(y, x, 1) + 0.114 * at(y, x, 2),
    ),
  );
  const luma = plane.flat();
  const level = mean(luma);
  const figures = [level, logarithm(mean(luma.map((v) => (v - level) ** 2)))];
  const energies: number[] = [];
  for (let scale = 0; scale < 3; scale++) {
    const { horizontal, vertical, bends } = differencesOf(plane);
    const sorted = bends.map(Math.abs).sort((a, b) => a - b);
    const middle = logarithm((sorted[sorted.length >> 1] ?? 0) ** 2);
    const [across, down] = [meanSquare(horizontal), meanSquare(vertical)];
    const energy = logarithm(across + down);
    const curvature = logarithm(meanSquare(bends));
    figures.push(energy, curvature, middle, logarithm(across) - logarithm(down));
    figures.push(curvature - energy, middle - energy);
    energies.push(energy);
    plane = halved(plane);
  }
  figures.push(energies[0] - energies[1], energies[1] - energies[2]);
  const differences = [
    [1, -1, 0],
    [0.5, 0.5, -1],
  ];
  for (const by of channels === 3 ? differences : []) {
    const value = (y: number, x: number) => by.reduce((sum, b, c) => sum + b * at(y, x, c), 0);
    const pixels = Array.from({ length: rows }, (_, y) => y).flatMap((y) =>
      Array.from({ length: columns }, (_, x) => ({
        own: value(y, x),
        step: x > 0 ? value(y, x) - value(y, x - 1) : 0,
      })),
    );
    figures.push(mean(pixels.map(({ own }) => own)));
    figures.push(logarithm(mean(pixels.map(({ own }) => Math.abs(own))) ** 2));
    figures.push(logarithm(meanSquare(pixels.map(({ step }) => step))));
  }
  const cells = Array.from({ length: 16 }, (): number[] => []);
  luma.forEach((v, i) => {
    const [y, x] = [Math.floor(i / columns), i % columns];
    cells[4 * Math.floor((4 * y) / rows) + Math.floor((4 * x) / columns)].push(v);
  });
  return [...figures, ...cells.map((cell) => mean(cell) - level)];
}

interface Shape {
  readonly rows: number;
  readonly columns: number;
  readonly channels: 1 | 3;
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, v) => sum + v, 0) / Math.max(1, values.length);
const meanSquare = (values: readonly number[]): number => mean(values.map((v) => v * v));
const logarithm = (x: number): number => Math.log(x + 4);

function differencesOf(plane: readonly number[][]) {
  const horizontal: number[] = [];
  const vertical: number[] = [];
  const bends: number[] = [];
  for (let y = 1; y < plane.length - 1; y++)
    for (let x = 1; x < plane[y].length - 1; x++) {
      const v = plane[y][x];
      horizontal.push(plane[y][x + 1] - v);
      vertical.push(plane[y + 1][x] - v);
      bends.push(v - (plane[y][x - 1] + plane[y][x + 1] + plane[y - 1][x] + plane[y + 1][x]) / 4);
    }
  return { horizontal, vertical, bends };
}

const halved = (plane: readonly number[][]): number[][] =>
  Array.from({ length: plane.length >> 1 }, (_, y) =>
    Array.from({ length: plane[0].length >> 1 }, (_, x) =>
      mean([0, 1].flatMap((dy) => [0, 1].map((dx) => plane[2 * y + dy][2 * x + dx]))),
    ),
  );

function fnv(bytes: readonly number[]): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

const none = { left: 0, top: 0, right: 0, bottom: 0 };

for (const [height, width, channels, inside] of [
  [40, 33, 3, none],
  [40, 33, 3, { left: 2, top: 1, right: 5, bottom: 9 }],
  // More bends than are sorted, and sides that no vector divides.
  [83, 91, 1, none],
  [90, 71, 3, { left: 1, top: 0, right: 0, bottom: 3 }],
  [6, 1100, 3, none],
  [7, 2, 3, none],
  [9, 9, 1, { left: 4, top: 4, right: 4, bottom: 4 }],
] as const)
  test(`figures of ${height}x${width}x${channels} within ${Object.values(inside).join()}`, () => {
    const rng = new Rng('figures', height, width);
    const count = 3;
    const length = height * width * channels;
    // Noise, smooth noise, and one colour.
    const images = Uint8Array.from({ length: count * length }, (_, i) => {
      if (i >= 2 * length) return 9;
      return i >= length ? 120 + 40 * Math.sin(i / 50) + rng.int(0, 4) : rng.int(0, 256);
    });
    const got = t.imageFigures(images, [count, height, width, channels], inside);
    assert.equal(got.length, count);
    const shape = {
      rows: height - inside.top - inside.bottom,
      columns: width - inside.left - inside.right,
      channels,
    };
    got.forEach(([hash, ...figures], i) => {
      const at = (y: number, x: number, c: number): number =>
        images[i * length + ((y + inside.top) * width + x + inside.left) * channels + c];
      const bytes = Array.from({ length: shape.rows * shape.columns * channels }, (_, p) => {
        const [place, c] = [Math.floor(p / channels), p % channels];
        return at(Math.floor(place / shape.columns), place % shape.columns, c);
      });
      assert.equal(hash, fnv(bytes));
      const wanted = plainFigures(at, shape);
      assert.equal(figures.length, wanted.length);
      figures.forEach((value, f) =>
        assert.ok(Math.abs(value - wanted[f]) < 2e-4, `image ${i}, ${f}: ${value}, ${wanted[f]}`),
      );
    });
  });

test('figures are the same bytes by any number of threads', () => {
  const rng = new Rng('threads');
  const images = Uint8Array.from({ length: 9 * 50 * 50 * 3 }, () => rng.int(0, 256));
  const threads = t.getThreads();
  const by = [1, 2, 3].map((n) => {
    t.setThreads(n);
    return t.imageFigures(images, [9, 50, 50, 3]);
  });
  t.setThreads(threads);
  assert.deepEqual(by[1], by[0]);
  assert.deepEqual(by[2], by[0]);
});

test('bytes, shapes and sides that do not fit together are refused', () => {
  const grey = new Uint8Array(4);
  assert.throws(
    () => t.imageFigures(new Uint8Array(5), [1, 2, 2, 3]),
    /imageFigures: expected 12 bytes, got 5/,
  );
  assert.throws(
    () => t.imageFigures(grey, [1, 2, 1, 2]),
    /imageFigures: expected a shape \[N,H,W,C\] of 1 or 3 channels, got \[1, 2, 1, 2\]/,
  );
  assert.throws(
    () => t.imageFigures(grey, [1, 2, 2, 1], { ...none, left: 1, right: 1 }),
    /imageFigures: expected margins within 2x2, got \[1, 0, 1, 0\]/,
  );
  assert.throws(
    () => t.imageFigures(grey, [1, 2, 2, 1], { ...none, top: -1 }),
    /imageFigures: expected four margins of at least 0/,
  );
});
