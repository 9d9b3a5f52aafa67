/** Nearest integer, ties to even: OpenCV's `cvRound` and `saturate_cast<int>`. */
export function roundHalfEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  if (rest < 0.5) return floor;
  if (rest > 0.5) return floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}

/** The uint8 nearest to x, ties to even: OpenCV's `saturate_cast<uchar>`. */
export function saturateUint8(x: number): number {
  if (!(x > 0)) return 0;
  return x >= 255 ? 255 : roundHalfEven(x);
}
