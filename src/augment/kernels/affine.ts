/** `[a, b, tx, c, d, ty]`: x' = a x + b y + tx, y' = c x + d y + ty. */
export type Affine = readonly [number, number, number, number, number, number];

/** The matrix that turns by `angle` degrees counter-clockwise and scales about (cx, cy). Source: OpenCV, `getRotationMatrix2D`. */
export function rotationMatrix(cx: number, cy: number, angle: number, scale: number): Affine {
  const radians = (angle * Math.PI) / 180;
  const alpha = Math.cos(radians) * scale;
  const beta = Math.sin(radians) * scale;
  return [alpha, beta, (1 - alpha) * cx - beta * cy, -beta, alpha, beta * cx + (1 - alpha) * cy];
}

/** The inverse map; of a singular matrix, zero (as OpenCV's `warpAffine`). */
export function invertAffine(m: Affine): Affine {
  const determinant = m[0] * m[4] - m[1] * m[3];
  const d = determinant === 0 ? 0 : 1 / determinant;
  const a11 = m[4] * d;
  const a22 = m[0] * d;
  const a12 = m[1] * -d;
  const a21 = m[3] * -d;
  return [a11, a12, -a11 * m[2] - a12 * m[5], a21, a22, -a21 * m[2] - a22 * m[5]];
}
