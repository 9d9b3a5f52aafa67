import { define, sameSize } from '../definition/definition.js';
import type { Limit, OptionReader } from '../definition/option-reader.js';
import { ends } from '../definition/torchvision-form.js';
import { borderIndices, reflectTable } from '../kernels/border.js';
import { roundHalfEven } from '../kernels/round.js';
import { wasmEngine, type WasmEngine } from '../wasm/engine.js';
import { scratchPointer } from '../wasm/memory.js';
import { runWhole, workSlot } from '../wasm/run.js';

export interface BlurOptions {
  /** Odd side of the window in pixels; default [3, 7]; x stands for [3, x]. */
  readonly blurLimit?: Limit;
}

/** Largest side of the window, in pixels. */
const largest = 255;

/**
 * Mean over a square window of odd side, reflect-101 border.
 *
 * Option: `blurLimit` of the side in pixels, from which every second one is drawn (default [3, 7]: 3, 5
 * or 7; a number x stands for [3, x]). Source: Albumentations 1.3, `cv2.blur`.
 */
export const blur = define({
  name: 'Blur',
  versioned: false,
  options: (reader: OptionReader<BlurOptions>) => {
    const rules = { min: 3, max: largest, integer: true };
    const blurLimit = reader.range('blurLimit', rules, [3, 7], () => 3);
    if (blurLimit[0] % 2 === 0) throw reader.bad('blurLimit', 'an odd lower limit', blurLimit);
    return { blurLimit };
  },
  sample: ({ blurLimit: [low, high] }, rng) => ({
    ksize: low + 2 * rng.int(0, Math.floor((high - low) / 2) + 1),
  }),
  params: (reader) => {
    const ksize = reader.number('ksize', { min: 1, max: largest, integer: true });
    if (ksize % 2 === 0) throw reader.bad('ksize', 'an odd number', ksize);
    return { ksize };
  },
  outputSize: sameSize,
  isIdentity: ({ ksize }, { width, height }) => ksize === 1 || (width === 1 && height === 1),
  cutsWindow: false,
  image: (image, { ksize }, dst) =>
    boxBlur(image.data, image.width, image.height, image.channels, ksize, dst),
  mask: null,
  lut: null,
  // The largest side drawn; odd, at least the smallest.
  magnitudes: (options) => {
    const [low, high] = options.blurLimit;
    return [
      {
        option: 'blurLimit',
        unit: 'pixels a side',
        full: high,
        at: (f) => ({
          ...options,
          blurLimit: [low, Math.max(low, 2 * Math.floor((high * f) / 2) + 1)],
        }),
      },
    ];
  },
  albumentations: {
    write: (o) => ({ name: 'Blur', args: { blur_limit: o.blurLimit } }),
    read: { Blur: (args) => ({ blurLimit: args.blur_limit }) },
  },
  torchvision: {
    write: (o) => ({ code: `Blur(${ends(o.blurLimit)})` }),
    helpers: {
      Blur: `class Blur(v2.Transform):
    """Mean over a square window with an odd side between low and high; reflected border. Masks stay as they are."""

    def __init__(self, low, high):
        super().__init__()
        self.sides = range(low, high + 1, 2)

    def make_params(self, inputs):
        return {"side": random.choice(self.sides)}

    def transform(self, x, params):
        if isinstance(x, tv_tensors.Mask):
            return x
        side = params["side"]
        y = x.as_subclass(torch.Tensor).float().unsqueeze(0)
        y = torch.nn.functional.pad(y, [side // 2] * 4, mode="reflect")
        y = torch.nn.functional.avg_pool2d(y, side, stride=1).squeeze(0).round().to(x.dtype)
        return tv_tensors.wrap(y, like=x)

    _get_params, _transform = make_params, transform
`,
    },
  },
});

/**
 * Mean over a `ksize` x `ksize` window, reflect-101 border, rounded half up.
 *
 * Source: OpenCV, `cv2.blur` (`ColumnSum<ushort, uchar>`: the division is a multiplication with 23
 * fractional bits; of windows above 16x16, `ColumnSum<int, uchar>`: a product in single precision, rounded
 * to the nearest, ties to even).
 */
export function referenceBoxBlur(
  src: Uint8Array,
  width: number,
  height: number,
  channels: number,
  ksize: number,
  dst: Uint8Array,
): void {
  // Sums of up to 16x16 bytes fit the 16 bits that OpenCV keeps them in.
  const radius = ksize >> 1;
  const stride = width * channels;
  const small = ksize <= 16;
  const { scale, delta } = divider(ksize * ksize);
  const factor = Math.fround(1 / (ksize * ksize));
  const columns = reflectTable(-radius, width + ksize - 1, width).map((x) => x * channels);
  const rows = reflectTable(-radius, height + ksize - 1, height);
  // Sums over the window's rows, one for each value of a row; they slide down with the window.
  const sums = new Int32Array(stride);
  for (let k = 0; k < ksize - 1; k++) addRow(sums, src, rows[k] * stride, stride);
  for (let y = 0; y < height; y++) {
    addRow(sums, src, rows[y + ksize - 1] * stride, stride);
    for (let c = 0; c < channels; c++) {
      // One channel of the row: the sum slides along, a column entering and one leaving.
      let sum = 0;
      for (let k = 0; k < ksize - 1; k++) sum += sums[columns[k] + c];
      let to = y * stride + c;
      for (let x = 0; x < width; x++, to += channels) {
        sum += sums[columns[x + ksize - 1] + c];
        dst[to] = small
          ? Math.imul(sum + delta, scale) >>> 23
          : roundHalfEven(Math.fround(sum * factor));
        sum -= sums[columns[x] + c];
      }
    }
    subtractRow(sums, src, rows[y] * stride, stride);
  }
}

function addRow(sums: Int32Array, src: Uint8Array, from: number, n: number): void {
  for (let i = 0; i < n; i++) sums[i] += src[from + i];
}

function subtractRow(sums: Int32Array, src: Uint8Array, from: number, n: number): void {
  for (let i = 0; i < n; i++) sums[i] -= src[from + i];
}

/** Division by d as OpenCV's box filter does it: `(sum + delta) * scale >>> 23`. */
function divider(d: number): { scale: number; delta: number } {
  const exact = 2 ** 23 / d;
  const floor = Math.floor(exact);
  const half = Math.floor(d / 2);
  return exact - floor < 0.5
    ? { scale: floor, delta: half + 1 }
    : { scale: floor + 1, delta: half };
}

/** Above this side, sums do not fit into int16. */
const mostFast = 11;

/** `referenceBoxBlur` with the kernel in WebAssembly, for sides from 3 to 11. */
export function boxBlur(
  src: Uint8Array,
  width: number,
  height: number,
  channels: number,
  ksize: number,
  dst: Uint8Array,
): void {
  const engine = ksize >= 3 && ksize <= mostFast ? wasmEngine() : null;
  const done = engine !== null && blurInside(engine, src, width, height, channels, ksize, dst);
  if (!done) referenceBoxBlur(src, width, height, channels, ksize, dst);
}

function blurInside(
  engine: WasmEngine,
  src: Uint8Array,
  width: number,
  height: number,
  channels: number,
  ksize: number,
  dst: Uint8Array,
): boolean {
  // Reflected indices, then two rows of 16-bit column sums with half a window at both sides.
  const indices = borderIndices(width, height, ksize >> 1);
  const n = width * channels;
  const workBytes = 4 * (n + ksize * channels + 32);
  const work = scratchPointer(engine, workSlot, indices.length + workBytes);
  if (work === 0) return false;
  engine.bytes.set(indices, work);
  const edges = work + 4 * (height + ksize - 1);
  const { factor, shift } = division(ksize * ksize);
  // Vectors want their scratch rows aligned.
  const aligned = Math.ceil((work + indices.length) / 16) * 16;
  return runWhole(engine, src, dst, (from, to) =>
    engine.kernels.boxBlur(
      from,
      to,
      width,
      height,
      channels,
      ksize,
      aligned,
      work,
      edges,
      factor,
      shift,
    ),
  );
}

/** Division by d, rounded half up: `(sum * factor + 2^(shift - 1)) >> shift`, exact for all sums up to 255 d. */
function division(d: number): { factor: number; shift: number } {
  let shift = 16;
  // The largest factor that 16 signed bits hold.
  while (2 ** (shift + 1) / d < 2 ** 15) shift++;
  return { factor: Math.round(2 ** shift / d), shift };
}
