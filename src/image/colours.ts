/**
 * Colours for classes that have none of their own, told apart by hue first and by lightness then: the golden angle
 * puts each hue far from those before it.
 *
 * @returns `#rrggbb` each, the same for the same number
 */
export function defaultColours(count: number): string[] {
  return Array.from({ length: count }, (_, i) =>
    hslToHex((i * 137.508) % 360, 0.62, [0.5, 0.68, 0.36][Math.floor(i / 7) % 3]),
  );
}

/** Hue in degrees, saturation and lightness 0 to 1 (CSS Color Module 4, section 7.1). */
function hslToHex(hue: number, saturation: number, lightness: number): string {
  const a = saturation * Math.min(lightness, 1 - lightness);
  const channel = (n: number): string => {
    const k = (n + hue / 30) % 12;
    const value = lightness - a * Math.max(-1, Math.min(k - 3, 9 - k, 1));
    return Math.round(value * 255)
      .toString(16)
      .padStart(2, '0');
  };
  return `#${channel(0)}${channel(8)}${channel(4)}`;
}

/** Red, green and blue of `#rrggbb`, 0 to 255. */
export function rgbOf(colour: string): [number, number, number] {
  const value = parseInt(colour.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}
