/**
 * 8-bit RGB from values of more bits, scaled by their own range: the lowest becomes 0, the highest 255. Cameras of 10 to 14
 * bits, microscopes and X-rays fill a part of 16 bits only, whose upper 8 would be all but black.
 *
 * @param values `[pixels, channels]`: grey, RGB, either with alpha of 0 to 65,535 behind it, which is composited on white;
 *   what is not finite becomes 0. Where all are the same, the upper 8 of 16 bits are taken
 * @returns `[pixels, 3]`
 */
export function toEightBits(values: Uint16Array | Float32Array, channels: number): Uint8Array {
  const colours = channels < 3 ? 1 : 3;
  const pixels = Math.floor(values.length / channels);
  let lowest = Infinity;
  let highest = -Infinity;
  for (let i = 0; i < pixels; i++)
    for (let c = 0; c < colours; c++) {
      const value = values[i * channels + c];
      if (!Number.isFinite(value)) continue;
      if (value < lowest) lowest = value;
      if (value > highest) highest = value;
    }
  const isFlat = !(highest > lowest);
  const flat = values instanceof Uint16Array ? values[0] >> 8 : 0;
  const scale = 255 / (highest - lowest);
  const rgb = new Uint8Array(3 * pixels);
  for (let i = 0; i < pixels; i++) {
    const opacity = channels > colours ? values[i * channels + colours] / 65_535 : 1;
    for (let c = 0; c < 3; c++) {
      const value = values[i * channels + (colours === 1 ? 0 : c)];
      const scaled = isFlat ? flat : Number.isFinite(value) ? (value - lowest) * scale : 0;
      rgb[3 * i + c] = Math.round(scaled * opacity + 255 * (1 - opacity));
    }
  }
  return rgb;
}
