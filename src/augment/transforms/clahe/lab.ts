import { roundHalfEven } from '../../kernels/round.js';

// OpenCV's 8-bit conversion between sRGB and CIE L*a*b* (D65), fixed point with its tables
// (modules/imgproc, color_lab: RGB2Lab_b and Lab2RGBinteger). L is 0..255, a and b are shifted by 128.
const f = Math.fround;
/** Fractional bits: of the matrices and cube roots, of linear light, of the tables back. */
export const labShift = 12;
const gammaShift = 3;
const rootShift = labShift + gammaShift;
const base = 1 << 14;
const inverseGammaSize = 1 << 12;
/** Back to linear light: 14 bits of x, y, z times 12 of the matrix, to 12 bits. */
export const backShift = labShift + 2;
export const minAb = -8145;

// sRGB and D65, as in OpenCV.
const toXyz = [
  0.412453, 0.35758, 0.180423, 0.212671, 0.71516, 0.072169, 0.019334, 0.119193, 0.950227,
];
const fromXyz = [
  3.240479, -1.53715, -0.498535, -0.969256, 1.875991, 0.041556, 0.055648, -0.204043, 1.057311,
];
const white = [0.950456, 1, 1.088754];

/** Tables of both directions. t is a tristimulus value relative to white; f(t) is CIE's cube root of it. */
export interface LabTables {
  /** `[256]`: sRGB value to linear light, 3 fractional bits of a grey level. */
  linear: Uint16Array;
  /** `[3072]`: t, in the unit of `linear`, to f(t) with 15 fractional bits. */
  root: Uint16Array;
  /** `[3, 3]`: linear RGB to X, Y, Z relative to white, 12 fractional bits. */
  forward: Int32Array;
  /** `[256]`: L to relative luminance, 14 fractional bits. */
  yOfL: Int32Array;
  /** `[256]`: L to f of that luminance, 14 fractional bits. */
  fyOfL: Int32Array;
  /** `[36864]`: f(t) from `minAb` on to t, both with 14 fractional bits. */
  xzOfF: Int32Array;
  /** `[4096]`: linear light, 12 bits, to sRGB value. */
  gamma: Uint8Array;
  /** `[3, 3]`: X, Y, Z relative to white to linear RGB, 12 fractional bits. */
  backward: Int32Array;
}
let built: LabTables | undefined;

export function labTables(): LabTables {
  return (built ??= {
    linear: linearTable(),
    root: rootTable(),
    forward: Int32Array.from(toXyz, (c, i) =>
      roundHalfEven(((1 << labShift) * c) / white[Math.floor(i / 3)]),
    ),
    ...lightnessTables(),
    xzOfF: cubeTable(),
    gamma: gammaTable(),
    backward: Int32Array.from(fromXyz, (c, i) => roundHalfEven((1 << labShift) * c * white[i % 3])),
  });
}

/** sRGB value to linear light, `255 * 8` = 1. */
function linearTable(): Uint16Array {
  const table = new Uint16Array(256);
  for (let i = 0; i < 256; i++) {
    const x = i / 255;
    const light = x <= 0.04045 ? x / 12.92 : Math.pow((x + 0.055) / 1.055, 2.4);
    table[i] = roundHalfEven(255 * (1 << gammaShift) * light);
  }
  return table;
}

/** CIE's f(t): cube root, linear near black. */
function rootTable(): Uint16Array {
  const table = new Uint16Array(((256 * 3) / 2) * (1 << gammaShift));
  for (let i = 0; i < table.length; i++) {
    const x = i / (255 * (1 << gammaShift));
    table[i] = roundHalfEven(
      (1 << rootShift) * (x < 0.008856 ? x * 7.787 + 0.13793103448275862 : Math.cbrt(x)),
    );
  }
  return table;
}

/** L to relative luminance y and to f(y), 14 fractional bits. */
function lightnessTables(): { yOfL: Int32Array; fyOfL: Int32Array } {
  const yOfL = new Int32Array(256);
  const fyOfL = new Int32Array(256);
  for (let i = 0; i < 256; i++) {
    // Up to L = 8 of 100, which is 20.4 of 255, both are linear in L: y = L (3 / 29)^3.
    if (i <= 20) {
      yOfL[i] = roundHalfEven(f(f(base * i * 20 * 9) / f(17 * 29 * 29 * 29)));
      fyOfL[i] = roundHalfEven(f(base * f(f(16 / 116) + f((i * 5) / (3 * 17 * 29)))));
    } else {
      const fy = f(f(f(f(i * 100) / 255) + 16) / 116);
      yOfL[i] = roundHalfEven(f(f(f(base * fy) * fy) * fy));
      fyOfL[i] = roundHalfEven(f(base * fy));
    }
  }
  return { yOfL, fyOfL };
}

/** f(t) back to t, 14 fractional bits, from minAb on. */
function cubeTable(): Int32Array {
  const table = new Int32Array((base * 9) / 4);
  for (let k = 0; k < table.length; k++) {
    const i = k + minAb;
    table[k] =
      // Up to f = 6 / 29, which is 3389.8 here, t is linear: 3 (6 / 29)^2 = 108 / 841 of f - 4 / 29.
      i <= 3390
        ? Math.trunc((i * 108) / 841) - Math.trunc((Math.trunc((base * 16) / 116) * 108) / 841)
        : Math.trunc((Math.trunc((i * i) / base) * i) / base);
  }
  return table;
}

/** Linear light, 12 bits, to sRGB. */
function gammaTable(): Uint8Array {
  const table = new Uint8Array(inverseGammaSize);
  for (let i = 0; i < inverseGammaSize; i++) {
    const x = i / inverseGammaSize;
    const value = x <= 0.0031308 ? x * 12.92 : 1.055 * Math.pow(x, 1 / 2.4) - 0.055;
    table[i] = roundHalfEven(255 * value);
  }
  return table;
}

/** RGB to L, a and b, one plane of `[pixels]` each. */
export function rgbToLab(
  src: Uint8Array,
  lightness: Uint8Array,
  a: Uint8Array,
  b: Uint8Array,
): void {
  const { linear, root, forward: m } = labTables();
  const [m0, m1, m2, m3, m4, m5, m6, m7, m8] = m;
  // Halves that make the shifts below round to the nearest.
  const round = 1 << (labShift - 1);
  const roundOut = 1 << (rootShift - 1);
  // L = 116 f(y) - 16 on a scale of 100, here of 255: 296 f(y) - 40.8 as OpenCV rounds it.
  const lScale = Math.trunc((116 * 255 + 50) / 100);
  const lShift = -Math.trunc((16 * 255 * (1 << rootShift) + 50) / 100);
  // a and b are stored with 128 as their 0.
  const middle = 128 * (1 << rootShift) + roundOut;
  for (let i = 0, p = 0; i < lightness.length; i++, p += 3) {
    // Grey levels of linear light, 3 fractional bits.
    const r = linear[src[p]];
    const g = linear[src[p + 1]];
    const bl = linear[src[p + 2]];
    // Products with 15 fractional bits, back to 3: indices of `root`; f with 15 fractional bits.
    const fx = root[(r * m0 + g * m1 + bl * m2 + round) >> labShift];
    const fy = root[(r * m3 + g * m4 + bl * m5 + round) >> labShift];
    const fz = root[(r * m6 + g * m7 + bl * m8 + round) >> labShift];
    lightness[i] = clamp((lScale * fy + lShift + roundOut) >> rootShift);
    a[i] = clamp((500 * (fx - fy) + middle) >> rootShift);
    b[i] = clamp((200 * (fy - fz) + middle) >> rootShift);
  }
}

/** L, a and b back to RGB. */
export function labToRgb(
  lightness: Uint8Array,
  a: Uint8Array,
  b: Uint8Array,
  dst: Uint8Array,
): void {
  const { yOfL, fyOfL, xzOfF, gamma, backward: m } = labTables();
  const [m0, m1, m2, m3, m4, m5, m6, m7, m8] = m;
  const round = 1 << (backShift - 1);
  // 128 on the scale of f(x) - f(y) and of f(y) - f(z), 14 fractional bits.
  const aOffset = Math.trunc((128 * base) / 500);
  const bOffset = Math.trunc((128 * base) / 200) - 1;
  for (let i = 0, p = 0; i < lightness.length; i++, p += 3) {
    const y = yOfL[lightness[i]];
    const fy = fyOfL[lightness[i]];
    // f(x) = f(y) + a / 500 and f(z) = f(y) - b / 200; the division is a product: 5 x 53687 / 2^13 = 2^14 / 500,
    // 41943 / 2^9 = 2^14 / 200.
    const x = xzOfF[fy + ((5 * a[i] * 53687 + 128) >> 13) - aOffset - minAb];
    const z = xzOfF[fy - (((b[i] * 41943 + 16) >> 9) - bOffset) - minAb];
    // 26 fractional bits, back to the 12 bits of `gamma`'s index.
    dst[p] = gamma[clampLight((m0 * x + m1 * y + m2 * z + round) >> backShift)];
    dst[p + 1] = gamma[clampLight((m3 * x + m4 * y + m5 * z + round) >> backShift)];
    dst[p + 2] = gamma[clampLight((m6 * x + m7 * y + m8 * z + round) >> backShift)];
  }
}

function clamp(x: number): number {
  return x < 0 ? 0 : x > 255 ? 255 : x;
}

function clampLight(x: number): number {
  return x < 0 ? 0 : x >= inverseGammaSize ? inverseGammaSize - 1 : x;
}
