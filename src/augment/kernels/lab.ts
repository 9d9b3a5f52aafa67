import { roundHalfEven } from './round.js';

// OpenCV's 8-bit conversion between sRGB and CIE L*a*b* (D65), fixed point with its tables
// (modules/imgproc, color_lab: RGB2Lab_b and Lab2RGBinteger). L is 0..255, a and b are shifted by 128.
const f = Math.fround;
/** Fractional bits: of the matrices and cube roots, of linear light, of the tables back. */
export const LAB_SHIFT = 12;
const GAMMA_SHIFT = 3;
const ROOT_SHIFT = LAB_SHIFT + GAMMA_SHIFT;
const BASE = 1 << 14;
const INVERSE_GAMMA_SIZE = 1 << 12;
/** Back to linear light: 14 bits of x, y, z times 12 of the matrix, to 12 bits. */
export const BACK_SHIFT = LAB_SHIFT + 2;
export const MIN_AB = -8145;

// sRGB and D65, as in OpenCV.
const TO_XYZ = [
  0.412453, 0.35758, 0.180423, 0.212671, 0.71516, 0.072169, 0.019334, 0.119193, 0.950227,
];
const FROM_XYZ = [
  3.240479, -1.53715, -0.498535, -0.969256, 1.875991, 0.041556, 0.055648, -0.204043, 1.057311,
];
const WHITE = [0.950456, 1, 1.088754];

/** Tables of both directions; the fields' comments stand with the functions that make them. */
export interface LabTables {
  linear: Uint16Array;
  root: Uint16Array;
  forward: Int32Array;
  yOfL: Int32Array;
  fyOfL: Int32Array;
  xzOfF: Int32Array;
  gamma: Uint8Array;
  backward: Int32Array;
}
let built: LabTables | undefined;

export function labTables(): LabTables {
  return (built ??= {
    linear: linearTable(),
    root: rootTable(),
    forward: Int32Array.from(TO_XYZ, (c, i) =>
      roundHalfEven(((1 << LAB_SHIFT) * c) / WHITE[Math.floor(i / 3)]),
    ),
    ...lightnessTables(),
    xzOfF: cubeTable(),
    gamma: gammaTable(),
    backward: Int32Array.from(FROM_XYZ, (c, i) =>
      roundHalfEven((1 << LAB_SHIFT) * c * WHITE[i % 3]),
    ),
  });
}

/** sRGB value to linear light, `255 * 8` = 1. */
function linearTable(): Uint16Array {
  const table = new Uint16Array(256);
  for (let i = 0; i < 256; i++) {
    const x = i / 255;
    const light = x <= 0.04045 ? x / 12.92 : Math.pow((x + 0.055) / 1.055, 2.4);
    table[i] = roundHalfEven(255 * (1 << GAMMA_SHIFT) * light);
  }
  return table;
}

/** CIE's f(t): cube root, linear near black. */
function rootTable(): Uint16Array {
  const table = new Uint16Array(((256 * 3) / 2) * (1 << GAMMA_SHIFT));
  for (let i = 0; i < table.length; i++) {
    const x = i / (255 * (1 << GAMMA_SHIFT));
    table[i] = roundHalfEven(
      (1 << ROOT_SHIFT) * (x < 0.008856 ? x * 7.787 + 0.13793103448275862 : Math.cbrt(x)),
    );
  }
  return table;
}

/** L to relative luminance y and to f(y), 14 fractional bits. */
function lightnessTables(): { yOfL: Int32Array; fyOfL: Int32Array } {
  const yOfL = new Int32Array(256);
  const fyOfL = new Int32Array(256);
  for (let i = 0; i < 256; i++) {
    if (i <= 20) {
      yOfL[i] = roundHalfEven(f(f(BASE * i * 20 * 9) / f(17 * 29 * 29 * 29)));
      fyOfL[i] = roundHalfEven(f(BASE * f(f(16 / 116) + f((i * 5) / (3 * 17 * 29)))));
    } else {
      const fy = f(f(f(f(i * 100) / 255) + 16) / 116);
      yOfL[i] = roundHalfEven(f(f(f(BASE * fy) * fy) * fy));
      fyOfL[i] = roundHalfEven(f(BASE * fy));
    }
  }
  return { yOfL, fyOfL };
}

/** f(t) back to t, 14 fractional bits, from MIN_AB on. */
function cubeTable(): Int32Array {
  const table = new Int32Array((BASE * 9) / 4);
  for (let k = 0; k < table.length; k++) {
    const i = k + MIN_AB;
    table[k] =
      i <= 3390
        ? Math.trunc((i * 108) / 841) - Math.trunc((Math.trunc((BASE * 16) / 116) * 108) / 841)
        : Math.trunc((Math.trunc((i * i) / BASE) * i) / BASE);
  }
  return table;
}

/** Linear light, 12 bits, to sRGB. */
function gammaTable(): Uint8Array {
  const table = new Uint8Array(INVERSE_GAMMA_SIZE);
  for (let i = 0; i < INVERSE_GAMMA_SIZE; i++) {
    const x = i / INVERSE_GAMMA_SIZE;
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
  const round = 1 << (LAB_SHIFT - 1);
  const roundOut = 1 << (ROOT_SHIFT - 1);
  const lScale = Math.trunc((116 * 255 + 50) / 100);
  const lShift = -Math.trunc((16 * 255 * (1 << ROOT_SHIFT) + 50) / 100);
  const middle = 128 * (1 << ROOT_SHIFT) + roundOut;
  for (let i = 0, p = 0; i < lightness.length; i++, p += 3) {
    const r = linear[src[p]];
    const g = linear[src[p + 1]];
    const bl = linear[src[p + 2]];
    const fx = root[(r * m0 + g * m1 + bl * m2 + round) >> LAB_SHIFT];
    const fy = root[(r * m3 + g * m4 + bl * m5 + round) >> LAB_SHIFT];
    const fz = root[(r * m6 + g * m7 + bl * m8 + round) >> LAB_SHIFT];
    lightness[i] = clamp((lScale * fy + lShift + roundOut) >> ROOT_SHIFT);
    a[i] = clamp((500 * (fx - fy) + middle) >> ROOT_SHIFT);
    b[i] = clamp((200 * (fy - fz) + middle) >> ROOT_SHIFT);
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
  const round = 1 << (BACK_SHIFT - 1);
  const aOffset = Math.trunc((128 * BASE) / 500);
  const bOffset = Math.trunc((128 * BASE) / 200) - 1;
  for (let i = 0, p = 0; i < lightness.length; i++, p += 3) {
    const y = yOfL[lightness[i]];
    const fy = fyOfL[lightness[i]];
    const x = xzOfF[fy + ((5 * a[i] * 53687 + 128) >> 13) - aOffset - MIN_AB];
    const z = xzOfF[fy - (((b[i] * 41943 + 16) >> 9) - bOffset) - MIN_AB];
    dst[p] = gamma[clampLight((m0 * x + m1 * y + m2 * z + round) >> BACK_SHIFT)];
    dst[p + 1] = gamma[clampLight((m3 * x + m4 * y + m5 * z + round) >> BACK_SHIFT)];
    dst[p + 2] = gamma[clampLight((m6 * x + m7 * y + m8 * z + round) >> BACK_SHIFT)];
  }
}

function clamp(x: number): number {
  return x < 0 ? 0 : x > 255 ? 255 : x;
}

function clampLight(x: number): number {
  return x < 0 ? 0 : x >= INVERSE_GAMMA_SIZE ? INVERSE_GAMMA_SIZE - 1 : x;
}
